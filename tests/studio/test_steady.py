"""Nothing moves under somebody who is about to click: what comes late has its room before it comes."""

import pytest
from playwright.sync_api import Page, expect

WIDTHS = (360, 1280, 3840)
COUNTED = {"": True, "drafts": True, "compare": False}
WATCH = """() => {
  const buttons = [...document.querySelectorAll("main form button")];
  const placed = (each) => {  // on the page, or on the screen where it stays there while the page is scrolled
    const { x, y, height } = each.getBoundingClientRect();
    return [x, each.closest(".pay") ? y : y + scrollY, height];
  };
  const first = buttons.map(placed);
  window.moved = new Set();
  const look = () => {
    buttons.forEach((each, number) => {
      const now = placed(each);
      if (now.some((value, which) => Math.abs(value - first[number][which]) > 1))
        window.moved.add(`${each.textContent.trim()}: ${first[number]} to ${now}`);
    });
    requestAnimationFrame(look);
  };
  look();
}"""


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("place", COUNTED)
def test_advice_and_prices_move_no_button(inside: Page, place: str, width: int) -> None:
    """While words are judged light, grave and clear, and another price is told."""
    inside.set_viewport_size({"width": width, "height": 1900})  # nothing is scrolled
    inside.goto(f"/#/{place}")
    box = inside.get_by_role("textbox", name="What do you want to see?")
    expect(inside.locator("main .price b")).to_be_visible()
    inside.evaluate(WATCH)
    for words, told in (
        ("a red apple", "Nothing says how it is framed."),
        ("nike shoes, masterpiece, best quality, trending on artstation, no hands", "It names a brand"),
        ("a close-up of a red apple in soft studio lighting", "Clear words"),
    ):
        box.fill(words)
        expect(inside.locator(".advice")).to_contain_text(told)
    if COUNTED[place]:
        inside.get_by_role("button", name="4", exact=True).click()
        expect(inside.locator(".price b")).to_have_text("$0.16")
    assert inside.evaluate("() => [...window.moved]") == []
