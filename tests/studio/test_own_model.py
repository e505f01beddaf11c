"""Editing, grids and the library on the model that comes along, in a real browser; the toy paints nothing like it."""

import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.studio.conftest import sign_in
from tests.studio.screenshots import served
from tests.studio.test_edit import stroke
from tests.studio.test_story import DRAWN_MS, asked

pytestmark = pytest.mark.slow

SIDE = 320


def plain() -> bytes:
    """A picture with nothing in it."""
    file = io.BytesIO()
    Image.new("RGB", (SIDE, SIDE), (196, 182, 160)).save(file, "PNG")
    return file.getvalue()


def seen(page: Page, asset: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """A picture's pixels, as they are kept. Shapes: returns (height, width, 3)."""
    answer = page.request.get(f"/v1/assets/{asset}/content?format=png")
    with Image.open(io.BytesIO(answer.body())) as opened:
        return np.asarray(opened.convert("RGB"), np.float64)


def edited(page: Page, source: str, edit: str, words: str | None = None) -> str:
    """The id of what comes of an edit that is ready to be paid."""
    if words is not None:
        page.locator("#edit-words").fill(words)
    page.locator(".bench .pay button").click()
    page.get_by_role("button", name=f"Open: {words or edit}").click(timeout=DRAWN_MS)
    page.wait_for_url(lambda now: source not in now)
    made = page.url.rpartition("/")[2]
    expect(page.locator(".easel img")).to_have_attribute("src", re.compile(made))
    return made


def test_pictures_are_edited_compared_and_found(browser: Browser, tmp_path: Path) -> None:
    """A mask changes what it covers and nothing else, a frame adds to a picture; seeds make a grid; words find it."""
    with served(tmp_path) as (url, key, secret):
        page = browser.new_context(base_url=url, viewport={"width": 1280, "height": 800}).new_page()
        page.goto("/")
        sign_in(page, key, secret)
        page.get_by_role("link", name="Edit").click()
        upload = {"name": "plain.png", "mimeType": "image/png", "buffer": plain()}
        page.get_by_label("Pictures to upload").set_input_files(upload)  # type: ignore[arg-type]
        page.locator("canvas.mask").wait_for()
        source = page.url.rpartition("/")[2]
        before = seen(page, source)

        stroke(page)
        replaced = edited(page, source, "Replace", "a red ball")
        after = np.abs(seen(page, replaced) - before).max(2)
        assert after[SIDE // 2, SIDE // 3 : -SIDE // 3].max() > 8, "under the stroke it is another picture"
        assert after[: SIDE // 6].max() <= 8, "far from it nothing has changed"

        page.get_by_role("group", name="What to do").get_by_role("button", name="Erase").click()
        stroke(page)
        erased = edited(page, replaced, "Erase")

        page.get_by_role("group", name="What to do").get_by_role("button", name="Extend").click()
        page.get_by_label("Right").fill("64")
        extended = edited(page, erased, "Extend", "a plain wall")
        assert seen(page, extended).shape == (SIDE, SIDE + 64, 3)
        parents = [asked(page, f"assets/{each}")["parents"][0]["asset"] for each in (replaced, erased, extended)]
        assert parents == [source, replaced, erased]

        page.get_by_role("link", name="Compare").click()
        page.get_by_label("What do you want to see?").fill("a blue vase")
        chips = page.get_by_role("group", name="Models").get_by_role("button")
        expect(chips.nth(1)).to_have_attribute("aria-pressed", "true")
        chips.nth(1).click()
        page.get_by_role("button", name="Draw 2 pictures").click()
        expect(page.get_by_role("button", name="Open:")).to_have_count(2, timeout=DRAWN_MS)
        (grid,) = asked(page, "comparisons")["comparisons"]
        first, second = (seen(page, cell["asset"]) for cell in grid["cells"])
        assert np.abs(first - second).mean() > 2, "seeds make a difference"
        assert all(cell["seconds"] > 0 for cell in grid["cells"])

        page.get_by_role("link", name="Library").click()
        page.get_by_label("Words").fill("blue vase")
        options = page.get_by_role("listbox", name="Pictures").get_by_role("option")
        expect(options).to_have_count(2)
        options.first.click()
        expect(page.get_by_role("dialog")).to_contain_text("a blue vase")
