"""Drafts, in a real browser: a sheet that fills, choosing by keyboard, comparing, finishing, and what it cost."""

import pytest
from playwright.sync_api import Page, expect

from tests.serving import Serving
from tests.studio.conftest import Axe
from tests.toy_engine import PATIENCE_S


def begin(page: Page, prompt: str, count: int = 4) -> None:
    """Draw a sheet, and wait until it is full."""
    page.goto("/#/drafts")
    page.get_by_label("What do you want to see?").fill(prompt)
    page.get_by_role("button", name=str(count), exact=True).click()
    expect(page.locator(".price b")).to_have_text(f"${0.04 * count:.2f}")
    page.get_by_role("button", name="Draw drafts").click()
    expect(page.get_by_role("button", name=f"Open: {prompt}")).to_have_count(count)


def test_from_drafts_to_finals(inside: Page, studio: Serving) -> None:
    """Two are chosen by keyboard, compared and finished; the price stands before the click, what was saved after it."""
    begin(inside, "a red apple")
    inside.get_by_role("group", name="Draft 1").focus()
    for key in (" ", "ArrowRight", "ArrowRight", " "):
        inside.keyboard.press(key)
    expect(inside.get_by_text("2 chosen")).to_be_visible()
    inside.keyboard.press("c")
    slider = inside.get_by_label("Where one picture ends and the other begins")
    slider.fill("20")
    expect(inside.locator(".compare")).to_have_attribute("style", "--at: 20%; --shape: 1 / 1;")
    for picture in inside.locator(".compare img").all():  # else the browser may take the drag for one of its own
        expect(picture).to_have_attribute("draggable", "false")
    box = inside.locator(".compare").bounding_box()
    assert box is not None
    inside.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] / 2)
    inside.mouse.down()
    inside.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + box["height"] / 2, steps=5)
    inside.mouse.up()
    expect(slider).to_have_value("70")
    inside.mouse.move(box["x"] + box["width"] * 0.1, box["y"] + box["height"] / 2)
    expect(slider).to_have_value("70")
    inside.keyboard.press("Escape")
    expect(inside.locator(".finish-bar .price b")).to_have_text("$0.28")
    inside.get_by_role("button", name="Finish 2").click()
    expect(inside.get_by_role("button", name="With its draft")).to_have_count(2)
    expect(inside.locator(".costs dd").first).to_have_text("$0.44")
    (found,) = studio.send("GET", "/v1/drafts?limit=1").json["sets"]
    assert [each["number"] for each in found["picks"]] == [1, 3]
    assert sorted(each["number"] for each in found["finals"]) == [1, 3]


def test_a_choice_is_there_again(inside: Page) -> None:
    """After the page was loaded anew; and the sheet stands in the list."""
    begin(inside, "a green cup")
    inside.get_by_role("button", name="Choose").nth(1).click()
    inside.get_by_role("button", name="Chosen").wait_for()
    inside.reload()
    expect(inside.get_by_role("group", name="Draft 2, chosen")).to_be_visible()
    inside.get_by_role("link", name="All sheets").click()
    expect(inside.get_by_role("link", name="a green cup")).to_be_visible()


def test_more_like_a_draft(inside: Page, studio: Serving) -> None:
    """The same words from the seeds on both sides of its own, or from the picture itself, with little strength."""
    begin(inside, "a brown boot")
    (found,) = studio.send("GET", "/v1/drafts?limit=1").json["sets"]
    draft = found["drafts"][0]
    inside.get_by_role("group", name="Draft 1").focus()
    inside.keyboard.press("m")
    asked = inside.get_by_role("dialog")
    asked.get_by_role("button", name="2", exact=True).click()
    expect(asked.locator(".price b")).to_have_text("$0.08")
    asked.get_by_role("button", name="Draw 2 more").click()
    expect(inside.get_by_text("Like draft 1")).to_have_count(2)
    expect(inside.get_by_role("button", name="Open: a brown boot")).to_have_count(6)
    made = studio.send("GET", "/v1/assets?limit=2").json["assets"]
    assert sorted(each["seed"] for each in made) == [draft["seed"] - 1, draft["seed"] + 1]
    assert {each["parents"][0]["asset"] for each in made} == {draft["asset"]}
    inside.get_by_role("button", name="More like draft 1").click()
    asked.get_by_role("button", name="From the picture").click()
    asked.get_by_role("button", name="2", exact=True).click()
    expect(asked.locator(".price b")).to_have_text("$0.16")
    asked.get_by_label("What it shows").fill("a brown boot in snow")
    asked.get_by_role("button", name="Draw 2 more").click()
    expect(inside.get_by_role("button", name="Open: a brown boot in snow")).to_have_count(2)
    plans = [studio.engine.under_way.get(timeout=PATIENCE_S) for _ in range(studio.engine.under_way.qsize())]
    starts = [plan.start for plan in plans if plan.prompt.text == "a brown boot in snow"]
    assert [start is not None and start.strength for start in starts] == [0.3, 0.3]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_is_for_everybody(inside: Page, axe: Axe, scheme: str, width: int) -> None:
    """Axe finds nothing, in the list, on a sheet and where two are compared; nothing is wider than the page."""
    inside.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    inside.set_viewport_size({"width": width, "height": 800})
    begin(inside, f"a {scheme} vase {width}")
    for number in (0, 0):
        inside.get_by_role("button", name="Choose", exact=True).nth(number).click()
    expect(inside.get_by_text("2 chosen")).to_be_visible()
    assert axe(inside) == []
    assert inside.evaluate("document.documentElement.scrollWidth") <= width
    inside.get_by_role("button", name="Compare two").click()
    inside.get_by_role("dialog").wait_for()
    assert axe(inside) == []
    inside.keyboard.press("Escape")
    inside.get_by_role("link", name="All sheets").click()
    expect(inside.get_by_role("heading", name="Your sheets")).to_be_visible()
    assert axe(inside) == []
