"""Editing, in a real browser: a mask painted by pointer and by keys, undone, and what the model is asked with it."""

import io
from math import pi

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.serving import SIGNED, Serving
from tests.studio.conftest import Axe

SIDE = 1024
PAINTED = """() => {
  const mask = document.querySelector("canvas.mask");
  const copy = new OffscreenCanvas(mask.width, mask.height).getContext("2d", { willReadFrequently: true });
  copy.drawImage(mask, 0, 0);
  const { data } = copy.getImageData(0, 0, mask.width, mask.height);
  let painted = 0;
  for (let at = 3; at < data.length; at += 4) painted += data[at] > 127;
  return painted;
}"""


@pytest.fixture(scope="module")
def asset(studio: Serving) -> str:
    """A picture of the size that a brush must be quick on."""
    file = io.BytesIO()
    Image.fromarray(np.full((SIDE, SIDE, 3), 128, np.uint8)).save(file, "PNG")
    answer = studio.send("POST", "/v1/assets?name=grey", file.getvalue(), SIGNED | {"Content-Type": "image/png"})
    assert answer.status == 201
    return str(answer.json["id"])


@pytest.fixture
def editor(inside: Page, asset: str) -> Page:
    """The page, with the picture on it."""
    inside.goto(f"/#/edit/{asset}")
    expect(inside.locator("canvas.mask")).to_be_visible()
    return inside


def painted(page: Page, wanted: float, off: float = 0.5) -> None:
    """Wait until so many pixels of the mask are painted."""
    # The page asks itself, frame by frame: Playwright would evaluate a text again, which the page's policy forbids.
    assert page.evaluate(
        f"""() => new Promise((answer) => {{
            const until = performance.now() + 10000;
            const look = () => {{
                if (Math.abs(({PAINTED})() - {wanted}) <= {off}) answer(true);
                else if (performance.now() > until) answer(false);
                else requestAnimationFrame(look);
            }};
            look();
        }})"""
    )


def stroke(page: Page) -> None:
    """Paint a line across the middle."""
    box = page.locator("canvas.mask").bounding_box()
    assert box is not None
    x, y = box["x"], box["y"] + box["height"] / 2
    page.mouse.move(x + box["width"] * 0.3, y)
    page.mouse.down()
    page.mouse.move(x + box["width"] * 0.7, y, steps=8)
    page.mouse.up()


def test_what_is_painted_is_replaced(editor: Page, studio: Serving, asset: str) -> None:
    """The model gets the picture, the words and the mask; the result has the picture for its parent."""
    expect(editor.locator(".bench .pay button")).to_be_disabled()
    stroke(editor)
    editor.get_by_label("What should be there instead?").fill("a yellow banana")
    editor.locator(".bench .pay button").click()
    expect(editor.get_by_role("button", name="Open: a yellow banana")).to_be_visible()
    plan = studio.engine.begun("a yellow banana")
    assert plan.start is not None
    assert plan.start.mask is not None
    editor.get_by_role("button", name="Open: a yellow banana").click()
    editor.wait_for_url(lambda url: asset not in url)
    made = editor.url.rpartition("/")[2]
    assert [each["asset"] for each in studio.send("GET", f"/v1/assets/{made}").json["parents"]] == [asset]


def test_a_stroke_is_undone_and_done_again(editor: Page) -> None:
    """By buttons and by keys; the eraser takes away."""
    stroke(editor)
    once = editor.evaluate(PAINTED)
    assert 96 * SIDE * 0.3 < once < 96 * SIDE * 0.6
    editor.keyboard.press("Control+z")
    painted(editor, 0)
    editor.keyboard.press("Control+Shift+Z")
    painted(editor, once, once / 100)
    editor.get_by_role("button", name="Eraser").click()
    stroke(editor)
    painted(editor, 0, once / 50)  # the soft rim of the line's edge
    editor.get_by_role("button", name="Undo").click()
    painted(editor, once, once / 100)


def test_a_lasso_is_filled(editor: Page) -> None:
    """Whatever lies inside it."""
    editor.locator("canvas.mask").focus()
    editor.keyboard.press("l")
    box = editor.locator("canvas.mask").bounding_box()
    assert box is not None
    corners = [(0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75)]
    points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in corners]
    editor.mouse.move(*points[0])
    editor.mouse.down()
    for point in points[1:]:
        editor.mouse.move(*point, steps=4)
    editor.mouse.up()
    painted(editor, (SIDE / 2) ** 2, SIDE * 8)


def test_keys_are_enough_to_paint(editor: Page) -> None:
    """Arrows lead the brush, Space paints."""
    editor.locator("canvas.mask").focus()
    one = pi * 48**2
    editor.keyboard.press(" ")
    painted(editor, one, one / 20)
    editor.keyboard.press("Shift+ArrowRight")
    editor.keyboard.press(" ")
    painted(editor, 2 * one, one / 10)


def test_letters_are_for_whoever_paints(editor: Page) -> None:
    """Anywhere else on the page they do nothing, so that who speaks to the computer changes no tool."""
    tools = editor.get_by_role("group", name="Tool")
    editor.get_by_role("button", name="Vary").focus()
    editor.keyboard.press("e")
    editor.keyboard.press("i")
    expect(tools.get_by_role("button", name="Brush")).to_have_attribute("aria-pressed", "true")
    editor.locator("canvas.mask").focus()
    editor.keyboard.press("e")
    expect(tools.get_by_role("button", name="Eraser")).to_have_attribute("aria-pressed", "true")
    expect(editor.get_by_role("button", name="Undo")).to_be_disabled()


def test_a_mask_of_nothing_is_no_mask(editor: Page) -> None:
    """Neither a rectangle without area, nor what the eraser took back; there is nothing to pay for, then."""
    pay = editor.locator(".bench .pay button")
    editor.get_by_label("What should be there instead?").fill("a pear")
    expect(editor.locator(".bench .price b")).to_be_visible()
    box = editor.locator("canvas.mask").bounding_box()
    assert box is not None
    for tool in ("Rectangle", "Lasso"):
        editor.get_by_role("button", name=tool).click()
        editor.mouse.move(box["x"] + 100, box["y"] + 100)
        editor.mouse.down()
        editor.mouse.move(box["x"] + 200, box["y"] + 100, steps=4)
        editor.mouse.up()
        expect(editor.get_by_role("button", name="Undo")).to_be_disabled()
        expect(pay).to_be_disabled()
    editor.get_by_role("button", name="Brush").click()
    stroke(editor)
    expect(pay).to_be_enabled()
    editor.get_by_role("button", name="Eraser").click()
    stroke(editor)
    expect(pay).to_be_disabled()
    editor.get_by_role("button", name="Invert").click()
    expect(pay).to_be_enabled()


def test_the_frame_extends_the_picture(editor: Page, studio: Serving) -> None:
    """By dragging an edge, or by number."""
    editor.get_by_role("button", name="Extend").click()
    editor.get_by_label("Left").fill("64")
    handle = editor.locator(".edge.right").bounding_box()
    assert handle is not None
    editor.mouse.move(handle["x"] + 5, handle["y"] + 20)
    editor.mouse.down()
    editor.mouse.move(handle["x"] + 65, handle["y"] + 20, steps=6)
    editor.mouse.up()
    right = int(editor.get_by_label("Right").input_value())
    assert right > 50
    editor.get_by_role("textbox", name="What lies beyond").fill("a meadow")
    editor.locator(".bench .pay button").click()
    expect(editor.get_by_role("button", name="Open: a meadow")).to_be_visible()
    plan = studio.engine.begun("a meadow")
    assert plan.delivered.width == SIDE + 64 + right


def test_what_cannot_be_done_says_why(editor: Page) -> None:
    """It can be looked at, and not be paid for."""
    editor.get_by_role("button", name="Remove background").click()
    expect(editor.get_by_text("This server has no weights for it")).to_be_visible()
    expect(editor.locator(".bench .pay")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_is_for_everybody(editor: Page, axe: Axe, scheme: str, width: int) -> None:
    """Axe finds nothing, at any of the edits; nothing is wider than the page."""
    editor.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    editor.set_viewport_size({"width": width, "height": 800})
    for name in ("Replace", "Extend", "Vary", "Enlarge"):
        editor.get_by_role("group", name="What to do").get_by_role("button", name=name).click()
        assert axe(editor) == []
        assert editor.evaluate("document.documentElement.scrollWidth") <= width
    editor.goto("/#/edit")
    expect(editor.get_by_role("heading", name="Edit")).to_be_visible()
    assert axe(editor) == []
