"""The brand kit, in a real browser: kept, offered beside prompts, warned of, and its logo on downloads by choice."""

import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.api.rest.jobs import ended, post_job
from tests.api.rest.pictures import file, upload
from tests.serving import SIGNED, Serving
from tests.studio.conftest import Axe

BRIGHT = 12513
"""The seed of a fox that the toy paints in nearly white alone."""


@pytest.fixture(autouse=True)
def _nothing_yet(studio: Serving) -> None:
    """An account of the module's server has one kit: each test begins without."""
    assert studio.send("PUT", "/v1/brand-kit", b"{}", SIGNED).status == 200


def logo(grey: int = 0) -> bytes:
    """A square on nothing."""
    whole = Image.new("RGBA", (80, 80), (0, 0, 0, 0))
    whole.paste((grey, grey, grey, 255), (10, 10, 70, 70))
    return file(whole, profile=None)


def test_a_kit_is_kept_and_offered(inside: Page, studio: Serving) -> None:
    """Words and colours are a click away in Create; a word that the brand avoids is warned of; all by choice."""
    inside.goto("/#/library")
    inside.get_by_role("link", name="Brand kit").click()
    inside.get_by_role("button", name="Add a colour").click()
    inside.get_by_label("Name of colour 1").fill("deep navy")
    inside.get_by_label("Colour 1", exact=True).fill("#14213d")
    inside.get_by_label("To use").fill("soft daylight, honest materials")
    inside.get_by_label("To avoid").fill("cheap")
    inside.get_by_role("button", name="Keep the kit").click()
    expect(inside.get_by_text("The brand kit is kept.")).to_be_visible()
    kept = studio.send("GET", "/v1/brand-kit").json
    assert kept == {
        "palette": [{"name": "deep navy", "hex": "#14213d"}],
        "use": ["soft daylight", "honest materials"],
        "avoid": ["cheap"],
        "logo": None,
    }
    inside.goto("/#/create")
    words = inside.get_by_role("textbox", name="What do you want to see?")
    words.fill("a cheap teapot")
    inside.get_by_label("By our brand").check()
    expect(inside.get_by_text("'cheap' is a word that the brand avoids.")).to_be_visible()
    inside.get_by_role("button", name="deep navy").click()
    inside.get_by_role("button", name="soft daylight").click()
    expect(words).to_have_value("a cheap teapot, deep navy, soft daylight")
    expect(inside.get_by_role("button", name="deep navy")).to_have_attribute("aria-pressed", "true")
    inside.get_by_label("By our brand").uncheck()
    expect(inside.get_by_text("'cheap' is a word that the brand avoids.")).to_have_count(0)
    inside.goto("/#/drafts")
    inside.get_by_label("By our brand").check()
    inside.get_by_role("button", name="honest materials").click()
    expect(inside.get_by_label("What do you want to see?")).to_have_value(
        "a cheap teapot, deep navy, soft daylight, honest materials"
    )


def test_the_logo_is_on_downloads_that_ask_for_it(inside: Page, studio: Serving, tmp_path: Path) -> None:
    """Placed where the kit says, once the box is ticked; the picture itself has none."""
    upload(studio, file(Image.new("RGB", (256, 256), "white"), profile=None), "?name=plain")
    inside.goto("/#/brand")
    field = inside.get_by_label("Pictures to upload")
    field.set_input_files({"name": "logo.png", "mimeType": "image/png", "buffer": logo()})
    expect(inside.locator(".placed .logo")).to_be_visible()
    inside.get_by_role("button", name="top left").click()
    inside.get_by_label("Size").fill("0.5")
    inside.get_by_label("From the edges").fill("0")
    inside.get_by_role("button", name="Keep the kit").click()
    expect(inside.get_by_text("The brand kit is kept.")).to_be_visible()
    inside.goto("/#/library")
    inside.get_by_label("Words").fill("plain")
    inside.get_by_role("option", name="plain").click(modifiers=["Shift"])
    inside.get_by_role("button", name="Channel sizes").click()
    for ticked in (True, False):
        inside.get_by_label("With our logo").set_checked(ticked)
        with inside.expect_download() as started:
            inside.get_by_role("button", name="Download all sizes").click()
        started.value.save_as(tmp_path / "pictures.zip")
        with zipfile.ZipFile(tmp_path / "pictures.zip") as archive:
            name = next(name for name in archive.namelist() if name.startswith("post/"))
            post = Image.open(io.BytesIO(archive.read(name))).convert("L")
        assert (post.getpixel((270, 270)) < 40) == ticked  # type: ignore[operator]  # of L
        assert post.getpixel((900, 900)) > 240  # type: ignore[operator]  # of L


def test_the_plate_under_a_logo_is_shown_as_renditions_have_it(inside: Page, studio: Serving) -> None:
    """Before the kit is kept: dark under white on what is bright, at the same place; none under black or unwanted."""
    job = post_job(studio, {"model": "core", "body": {"prompt": "a fox", "seed": BRIGHT}}).json["id"]
    (bright,) = ended(studio, job)["assets"]
    inside.goto("/#/brand")
    field = inside.get_by_label("Pictures to upload")
    field.set_input_files({"name": "white.png", "mimeType": "image/png", "buffer": logo(255)})
    plate = inside.locator(".placed .plate.black")
    expect(plate).to_be_visible()
    inside.get_by_label("On a plate").uncheck()
    expect(plate).to_have_count(0)
    inside.get_by_label("On a plate").check()
    expect(plate).to_be_visible()
    inside.get_by_role("button", name="Keep the kit").click()
    expect(inside.get_by_text("The brand kit is kept.")).to_be_visible()
    answer = studio.send("GET", f"/v1/assets/{bright}/content?logo=brand&width=768&height=576&fit=cover&format=png")
    rendition = Image.open(io.BytesIO(answer.body)).convert("L").point(lambda level: 255 * (level < 128))
    drawn, shown = rendition.getbbox(), inside.locator(".placed").bounding_box()
    box = plate.bounding_box()
    assert drawn is not None
    assert shown is not None
    assert box is not None
    scale = 768 / shown["width"]
    left, top = (box["x"] - shown["x"]) * scale, (box["y"] - shown["y"]) * scale
    here = (left, top, left + box["width"] * scale, top + box["height"] * scale)
    assert here == pytest.approx(drawn, abs=2)
    field.set_input_files({"name": "black.png", "mimeType": "image/png", "buffer": logo(0)})
    expect(plate).to_have_count(0)
    expect(inside.locator(".placed .plate")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_is_for_everybody(inside: Page, axe: Axe, scheme: str, width: int) -> None:
    """Axe finds nothing in the kit, nor where it is offered; nothing is wider than the page."""
    inside.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    inside.set_viewport_size({"width": width, "height": 800})
    inside.goto("/#/brand")
    inside.get_by_role("button", name="Add a colour").click()
    inside.get_by_label("Name of colour").last.fill("warm sand")
    inside.get_by_role("button", name="Keep the kit").click()
    expect(inside.get_by_text("The brand kit is kept.")).to_be_visible()
    assert axe(inside) == []
    assert inside.evaluate("document.documentElement.scrollWidth") <= width
    inside.goto("/#/create")
    inside.get_by_label("By our brand").check()
    expect(inside.get_by_role("button", name="warm sand").first).to_be_visible()
    assert axe(inside) == []
    assert inside.evaluate("document.documentElement.scrollWidth") <= width


def test_pictures_are_painted_in_our_palette(inside: Page, studio: Serving) -> None:
    """Where the model takes colours: those of the brand at a click, more by hand, and again by "Use these settings"."""
    palette = [{"name": "deep navy", "hex": "#14213d"}, {"name": "amber", "hex": "#fca311"}]
    assert studio.send("PUT", "/v1/brand-kit", json.dumps({"palette": palette}).encode(), SIGNED).status == 200
    inside.reload()
    expect(inside.get_by_role("group", name="Colours")).to_have_count(0)
    inside.get_by_role("button", name=re.compile("^All .* models")).click()
    inside.get_by_role("radio", name="Nova Canvas").check()
    colours = inside.get_by_role("group", name="Colours")
    inside.get_by_text("More settings").click()
    expect(inside.get_by_label("Style preset")).to_be_visible()
    colours.get_by_role("button", name="Our palette").click()
    expect(inside.get_by_label("Style preset")).to_have_count(0)
    colours.get_by_role("button", name="Add a colour").click()
    colours.get_by_label("Colour 3", exact=True).fill("#e5e5e5")
    inside.get_by_role("textbox", name="What do you want to see?").fill("a harbour in the evening")
    inside.get_by_role("button", name="Create", exact=True).click()
    made = inside.get_by_role("button", name="Open: a harbour in the evening")
    expect(made).to_be_visible()
    (asset,) = studio.send("GET", "/v1/assets?text=harbour").json["assets"]
    recipe = studio.send("GET", f"/v1/assets/{asset['id']}/recipe").json
    assert recipe["palette"] == ["#14213d", "#fca311", "#e5e5e5"]
    for _ in range(3):
        colours.get_by_role("button", name="Remove colour 1,").click()
    made.click()
    inside.get_by_role("dialog").get_by_role("button", name="Use these settings").click()
    expect(colours.get_by_label("Colour 3", exact=True)).to_have_value("#e5e5e5")
