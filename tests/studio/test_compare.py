"""Grids of pictures, in a real browser: two axes, the price before the click, cells that fill, kept and taken out."""

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.serving import Serving
from tests.studio.conftest import Axe, Held


def begin(page: Page, prompt: str, models: int = 2) -> None:
    """Draw Core and others against two seeds, and wait until every cell is there."""
    page.goto("/#/compare")
    page.get_by_label("What do you want to see?").fill(prompt)
    chips = page.get_by_role("group", name="Models").get_by_role("button")
    expect(chips.nth(1)).to_have_attribute("aria-pressed", "true")
    for number in range(2, models):
        chips.nth(number).click()
    expect(page.locator(".begin .price b")).to_be_visible()
    page.get_by_role("button", name=f"Draw {2 * models} pictures").click()
    expect(page.get_by_role("button", name="Open:")).to_have_count(2 * models)


def test_models_are_compared_across_seeds(inside: Page, studio: Serving, tmp_path: Path) -> None:
    """The price of the whole grid stands before the click; each cell says its price and time; it is there again."""
    inside.goto("/#/compare")
    inside.get_by_label("What do you want to see?").fill("a red kite")
    chips = inside.get_by_role("group", name="Models").get_by_role("button")
    chips.nth(1).click()
    expect(inside.get_by_role("button", name="Draw 2 pictures")).to_be_enabled()
    inside.get_by_role("button", name="Stable Image Ultra 1.1").click()
    inside.get_by_label("Seeds, apart by commas").fill("1, 2, 7")
    expect(inside.locator(".begin .price b")).to_have_text("$0.54")
    inside.get_by_role("button", name="Draw 6 pictures").click()
    expect(inside.get_by_role("button", name="Open: Stable Image Core 1.1, Seed 7")).to_be_visible()
    expect(inside.locator(".costs dd").nth(1)).to_have_text("$0.54")
    expect(inside.locator(".matrix .under").nth(1)).to_contain_text("$0.14 · ")
    inside.reload()
    expect(inside.get_by_role("button", name="Open:")).to_have_count(6)
    (found,) = studio.send("GET", "/v1/comparisons?limit=1").json["comparisons"]
    assert (found["across"]["by"], found["down"]) == ("Model", {"by": "Seed", "values": ["1", "2", "7"]})
    inside.get_by_role("button", name="Open:").first.click()
    expect(inside.get_by_role("dialog")).to_contain_text("a red kite")
    inside.keyboard.press("Escape")
    with inside.expect_download() as started:
        inside.get_by_role("link", name="Download as one picture").click()
    started.value.save_as(tmp_path / "grid.webp")
    with Image.open(tmp_path / "grid.webp") as picture:
        assert picture.height > picture.width
    inside.get_by_role("link", name="All grids").click()
    expect(inside.get_by_role("link", name="a red kite")).to_be_visible()


def test_prompts_are_compared_across_settings(inside: Page, studio: Serving) -> None:
    """On one model, which has that setting; what is not whole yet says what is wanted."""
    inside.goto("/#/compare")
    inside.get_by_label("Columns").select_option("Guidance")
    inside.get_by_label("Rows").select_option("Prompt")
    expect(inside.get_by_text("has no guidance to set")).to_be_visible()
    inside.get_by_label("Drawn on").select_option(label="Stable Diffusion XL 1.0")
    inside.get_by_label("Guidance, apart by commas").fill("4, 9")
    inside.get_by_label("Guidance, apart by commas").blur()
    expect(inside.get_by_text("Give a prompt, better two.")).to_be_visible()
    expect(inside.get_by_role("button", name="Draw the grid")).to_be_disabled()
    inside.get_by_label("Prompts, one a line").fill("a red apple\n\na green pear")
    inside.get_by_role("button", name="Draw 4 pictures").click()
    expect(inside.get_by_role("columnheader", name="Guidance 9")).to_be_visible()
    expect(inside.get_by_role("rowheader", name="a green pear")).to_be_visible()
    (found,) = studio.send("GET", "/v1/comparisons?limit=1").json["comparisons"]
    assert (found["down"]["values"], found["across"]["values"]) == (["a red apple", "a green pear"], ["4", "9"])


def test_two_cells_are_laid_over_each_other(inside: Page) -> None:
    """By the buttons under them."""
    held = Held(inside, "**/v1/comparisons/*", "GET")  # a picture that is there needs no second look at the grid
    begin(inside, "a blue vase")
    cells = inside.get_by_role("button", name="Lay over another")
    expect(cells).to_have_count(4)
    cells.first.click()
    cells.last.click()
    expect(inside.get_by_label("Where one picture ends and the other begins")).to_be_visible()
    held.release()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_is_for_everybody(inside: Page, axe: Axe, scheme: str, width: int) -> None:
    """Axe finds nothing, neither where a grid is begun nor in one; nothing is wider than the page."""
    inside.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    inside.set_viewport_size({"width": width, "height": 800})
    begin(inside, "a yellow lemon")
    assert axe(inside) == []
    assert inside.evaluate("document.documentElement.scrollWidth") <= width
    inside.goto("/#/compare")
    expect(inside.get_by_role("link", name="a yellow lemon").first).to_be_visible()
    assert axe(inside) == []
    assert inside.evaluate("document.documentElement.scrollWidth") <= width


def test_a_blind_vote_is_counted(inside: Page, axe: Axe, studio: Serving) -> None:
    """Asked for on a grid, by button and by key; nothing says which is which until the last pair, then all does."""
    begin(inside, "a green chair")
    inside.get_by_role("button", name="Vote blind").click()
    expect(inside.get_by_text("Pair 1 of 2")).to_be_visible()
    expect(inside.get_by_role("img", name="The picture on the left")).to_be_visible()
    assert axe(inside) == []
    shown = inside.content()
    (grid,) = studio.send("GET", "/v1/comparisons?limit=1").json["comparisons"]
    assert not [secret for cell in grid["cells"] for secret in (cell["asset"], cell["model"]) if secret in shown]
    assert "Stable" not in inside.locator("main").inner_text()
    inside.get_by_role("button", name="Left is better").click()
    expect(inside.get_by_text("Pair 2 of 2")).to_be_visible()
    inside.keyboard.press("ArrowDown")
    expect(inside.get_by_role("heading", name="Which was which")).to_be_visible()
    expect(inside.get_by_role("row", name="Stable Image Core 1.1")).to_be_visible()
    expect(inside.get_by_text("2 votes of 1 member")).to_be_visible()
    expect(inside.get_by_text("your vote")).to_have_count(1)
    expect(inside.get_by_text("Seed: ", exact=False)).to_have_count(2)
    assert axe(inside) == []
    inside.get_by_role("link", name="All votes").click()
    expect(inside.get_by_role("link", name="a green chair")).to_be_visible()


def test_votes_are_for_everybody(inside: Page, axe: Axe) -> None:
    """On a narrow screen, in the dark, the pair and its answers are in the page; axe finds nothing."""
    inside.emulate_media(color_scheme="dark")
    inside.set_viewport_size({"width": 360, "height": 740})
    begin(inside, "a brown dog")
    inside.get_by_role("button", name="Vote blind").click()
    for pair in (1, 2):
        expect(inside.get_by_text(f"Pair {pair} of 2")).to_be_visible()
        assert inside.evaluate("document.documentElement.scrollWidth") <= 360
        assert axe(inside) == []
        inside.keyboard.press("ArrowRight")
    expect(inside.get_by_role("heading", name="Tally")).to_be_visible()
    assert inside.evaluate("document.documentElement.scrollWidth") <= 360
    inside.goto("/#/compare/votes")
    expect(inside.get_by_role("heading", name="Counted")).to_be_visible()
    assert axe(inside) == []
