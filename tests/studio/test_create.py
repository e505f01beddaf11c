"""The page Create, in a real browser: words, models, knobs, price."""

import pytest
from playwright.sync_api import Page, expect

from tests.studio.conftest import Axe

WIDTHS = (360, 768, 1280, 3840)
SHIFT = """() => new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => setTimeout(() => resolve(sum), 100));
})"""


def prompt_of(page: Page) -> str:
    """The prompt that would be sent, as the page shows it where it is put together from parts."""
    return page.locator(".sentence").inner_text()


def test_the_price_stands_before_the_click(inside: Page) -> None:
    """Of all that would be made, and it follows the model."""
    price = inside.locator(".price b")
    expect(price).to_have_text("$0.04")
    inside.get_by_role("button", name="4", exact=True).click()
    expect(price).to_have_text("$0.16")
    inside.get_by_label("Stable Image Ultra 1.1").check()
    expect(price).to_have_text("$0.56")


def test_parts_become_a_sentence(inside: Page) -> None:
    """What was written freely is the subject; going back, nothing is lost."""
    inside.get_by_role("textbox", name="What do you want to see?").fill("a green teapot")
    inside.get_by_role("button", name="In parts").click()
    inside.get_by_label("Lighting").fill("soft morning light")
    inside.get_by_label("Setting").fill("on a walnut table.")
    expect(inside.get_by_label("Subject")).to_have_value("a green teapot")
    expect(inside.locator(".sentence")).to_contain_text("soft morning light")
    sentence = prompt_of(inside)
    assert sentence.index("teapot") < sentence.index("walnut") < sentence.index("morning")
    inside.get_by_role("button", name="Freely").click()
    expect(inside.get_by_role("textbox", name="What do you want to see?")).to_have_value("a green teapot")


def test_a_model_has_the_knobs_of_its_schema(inside: Page) -> None:
    """Core has shapes and no steps; SDXL has steps, guidance, samplers and presets."""
    inside.get_by_text("More settings").click()
    expect(inside.get_by_role("radio", name="16:9")).to_be_visible()
    expect(inside.get_by_label("Steps", exact=True)).to_have_count(0)
    inside.get_by_role("button", name="All").click()
    inside.get_by_label("Stable Diffusion XL 1.0").check()
    for name in ("Steps", "Guidance", "Sampler", "Style preset"):
        expect(inside.get_by_label(name, exact=True)).to_be_visible()
    expect(inside.get_by_role("radio", name="1152 \N{MULTIPLICATION SIGN} 896")).to_have_count(1)


def test_what_was_chosen_is_there_again(inside: Page) -> None:
    """After the page was loaded anew."""
    inside.get_by_role("textbox", name="What do you want to see?").fill("a lighthouse")
    inside.get_by_role("radio", name="16:9").check(force=True)
    inside.get_by_text("More settings").click()
    inside.get_by_label("Seed").fill("7")
    inside.reload()
    expect(inside.get_by_role("textbox", name="What do you want to see?")).to_have_value("a lighthouse")
    expect(inside.get_by_role("radio", name="16:9")).to_be_checked()
    inside.get_by_text("More settings").click()
    expect(inside.get_by_label("Seed")).to_have_value("7")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_is_for_everybody(inside: Page, axe: Axe, scheme: str, width: int) -> None:
    """Axe finds nothing, with everything opened."""
    inside.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    inside.set_viewport_size({"width": width, "height": 800})
    inside.get_by_text("More settings").click()
    inside.get_by_role("button", name="All").click()
    inside.get_by_role("button", name="In parts").click()
    expect(inside.locator(".price b")).to_be_visible()
    assert axe(inside) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_it_fits(inside: Page, width: int) -> None:
    """From a phone to a wall: nothing is wider than the page."""
    inside.set_viewport_size({"width": width, "height": 800})
    expect(inside.locator(".price b")).to_be_visible()
    assert inside.evaluate("document.documentElement.scrollWidth") <= width


def test_nothing_jumps(inside: Page) -> None:
    """While the page and what it asks for arrive."""
    inside.reload()
    expect(inside.locator(".price b")).to_be_visible()
    assert inside.evaluate(SHIFT) < 0.05


def test_colours_are_chosen(inside: Page) -> None:
    """And stay so."""
    inside.get_by_role("button", name="Account").click()
    inside.get_by_role("button", name="Colours").click()
    inside.reload()
    expect(inside.locator("html")).to_have_attribute("data-theme", "light")
