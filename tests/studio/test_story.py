"""One campaign, from the words to the files, in a real browser on a server as anybody starts it and its own model."""

import io
import json
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.studio.conftest import sign_in
from tests.studio.screenshots import served
from tests.studio.test_edit import stroke

pytestmark = pytest.mark.slow

PROMPT = "a red apple on a wooden table"
OTHER = "a green pear"
DRAWN_MS = 240_000
"""How long pictures may take on a machine that has other things to do."""


def asked(page: Page, path: str) -> Any:  # noqa: ANN401  whatever the REST answers
    """What the server says to whoever is signed in."""
    return json.loads(page.evaluate(f"() => fetch('/v1/{path}').then((answer) => answer.text())"))


def test_from_drafts_to_the_files_of_every_channel(browser: Browser, tmp_path: Path) -> None:
    """Four drafts, one final, another thing in its middle, four sizes; each step is paid once and leads to the last."""
    with served(tmp_path) as (url, key, secret):
        page = browser.new_context(base_url=url, viewport={"width": 1280, "height": 800}).new_page()
        page.goto("/")
        sign_in(page, key, secret)
        page.get_by_role("link", name="Drafts").click()
        page.get_by_label("What do you want to see?").fill(PROMPT)
        page.get_by_role("button", name="4", exact=True).click()
        expect(page.locator(".price b")).to_have_text("$0.16")
        page.get_by_role("button", name="Draw drafts").click()
        expect(page.get_by_role("button", name=f"Open: {PROMPT}")).to_have_count(4, timeout=DRAWN_MS)
        page.get_by_role("group", name="Draft 2").get_by_role("button", name="Choose").click()
        page.get_by_role("button", name="Finish 1").click()
        expect(page.get_by_role("button", name="With its draft")).to_have_count(1, timeout=DRAWN_MS)
        expect(page.locator(".costs dd").first).to_have_text("$0.30")

        (sheet,) = asked(page, "drafts")["sets"]
        final = sheet["finals"][0]["asset"]
        page.goto(f"/#/edit/{final}")
        page.locator("canvas.mask").wait_for()
        stroke(page)
        page.get_by_label("What should be there instead?").fill(OTHER)
        page.locator(".bench .pay button").click()
        page.get_by_role("button", name=f"Open: {OTHER}").click(timeout=DRAWN_MS)
        page.wait_for_url(lambda now: final not in now)
        edited = page.url.rpartition("/")[2]
        lineage = {each["asset"]: each["role"] for each in asked(page, f"assets/{edited}")["parents"]}
        assert lineage.keys() == {final}
        assert [each["role"] for each in asked(page, f"assets/{final}")["parents"]] == ["draft"]

        page.get_by_role("link", name="Library").click()
        page.get_by_role("listbox", name="Pictures").get_by_role("option").first.click(modifiers=["Shift"])
        page.get_by_role("button", name="Channel sizes").click()
        with page.expect_download() as started:
            page.get_by_role("button", name="Download all sizes").click()
        started.value.save_as(tmp_path / "pictures.zip")
        with zipfile.ZipFile(tmp_path / "pictures.zip") as archive:
            names = [name for name in archive.namelist() if name.endswith((".jpg", ".jpeg", ".webp", ".png"))]
            sizes = {Image.open(io.BytesIO(archive.read(name))).size for name in names}
        assert len(sizes) == len(names) == 4

        jobs = asked(page, "jobs?limit=50")["jobs"]
        assert [each["state"] for each in jobs] == ["done"] * 6
        total = asked(page, "costs")["total"]
        assert (total["pictures"], Decimal(total["listPrice"])) == (6, sum(Decimal(each["price"]) for each in jobs))
