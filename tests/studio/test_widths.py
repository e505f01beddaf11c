"""Every page at every width, in a real browser: nothing is wider than the page, and nothing jumps while it comes."""

import pytest
from playwright.sync_api import Page, expect

from tests.studio.test_create import SHIFT

PAGES = (
    "create", "drafts", "compare", "library", "edit", "run/usage", "run/credit", "run/budgets", "run/members",
    "run/models", "run/reviews",
)  # fmt: skip


@pytest.mark.parametrize("width", [360, 3840])
def test_every_page_fits(inside: Page, width: int) -> None:
    """From a phone to a wall."""
    inside.set_viewport_size({"width": width, "height": 900})
    for name in PAGES:
        inside.goto(f"/#/{name}")
        expect(inside.locator("main h1")).to_be_attached()
        inside.wait_for_load_state("networkidle")
        assert inside.evaluate("document.documentElement.scrollWidth") <= width, name


def test_a_phone_shows_whole_rows(inside: Page) -> None:
    """What can be done with a row is not beside the page, where nobody looks for it."""
    inside.set_viewport_size({"width": 360, "height": 740})
    inside.goto("/#/run/models")
    table = inside.locator(".table-wrap")
    expect(table.get_by_role("row").nth(3)).to_be_visible()
    assert table.evaluate("(wrap) => wrap.scrollWidth - wrap.clientWidth") == 0


def test_a_wall_is_filled(inside: Page) -> None:
    """What is written grows with it, and stays as it is on a desk."""
    size = "parseFloat(getComputedStyle(document.documentElement).fontSize)"
    assert inside.evaluate(size) == 15
    inside.set_viewport_size({"width": 3840, "height": 2160})
    assert inside.evaluate(size) == 26
    assert inside.evaluate("document.querySelector('main').getBoundingClientRect().width") > 2500


@pytest.mark.parametrize("name", PAGES)
def test_nothing_jumps(inside: Page, name: str) -> None:
    """While a page and what it asks for arrive."""
    inside.goto(f"/#/{name}")
    inside.reload()
    expect(inside.locator("main h1")).to_be_attached()
    inside.wait_for_load_state("networkidle")
    assert inside.evaluate(SHIFT) < 0.1
