"""The page Create, in a real browser: words, models, knobs, price."""

import json
import re

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from outcrop.access.accounts import create_user
from outcrop.access.keys import create_key
from tests.conftest import CORE, ULTRA
from tests.serving import ACCOUNT, SIGNED, Serving
from tests.studio.conftest import Axe, Held, sign_in, watched
from tests.toy_engine import FAIL, HANG

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
    expect(inside.get_by_role("radio", name="1152\N{MULTIPLICATION SIGN}896")).to_have_count(1)


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


def write(page: Page, prompt: str) -> None:
    """Fill the prompt, and wait for what it would cost."""
    page.get_by_role("textbox", name="What do you want to see?").fill(prompt)
    expect(page.get_by_role("button", name="Create", exact=True)).to_be_enabled()


def test_pictures_come_onto_the_page(inside: Page, studio: Serving) -> None:
    """As many as were asked for, each once; they open at full size, with the settings that they were made from."""
    write(inside, "a red apple")
    inside.get_by_role("button", name="2", exact=True).click()
    inside.get_by_role("button", name="Create", exact=True).click()
    pictures = inside.get_by_role("button", name="Open: a red apple")
    expect(pictures).to_have_count(2)
    pictures.first.click()
    shown = inside.get_by_role("dialog")
    expect(shown.get_by_text(CORE)).to_be_visible()
    seed = shown.locator("dt:has-text('Seed') + dd").inner_text()
    shown.get_by_role("button", name="Use these settings").click()
    inside.get_by_text("More settings").click()
    expect(inside.get_by_label("Seed")).to_have_value(seed)
    latest = studio.send("GET", "/v1/jobs").json["jobs"][:2]
    assert [each["state"] for each in latest] == ["done", "done"]


def test_a_picture_that_is_held_is_never_asked_for(inside: Page, studio: Serving) -> None:
    """Where a review decides: the page says so in its place, and the browser has nothing to complain of."""
    refused: list[str] = []
    inside.on("response", lambda answer: refused.append(answer.url) if answer.status >= 400 else None)
    rules = json.dumps({"rules": [{"model": ULTRA}]}).encode()
    assert studio.send("PUT", "/v1/review-policy", rules, SIGNED).status == 200
    try:
        inside.get_by_label("Stable Image Ultra 1.1").check()
        write(inside, "a kettle that waits")
        inside.get_by_role("button", name="Create", exact=True).click()
        expect(inside.locator(".tile").get_by_text("Waits for a review")).to_be_visible()
        inside.reload()
        expect(inside.get_by_role("button", name="Create", exact=True)).to_be_visible()
        inside.wait_for_load_state("networkidle")
    finally:
        assert studio.send("PUT", "/v1/review-policy", b'{"rules": []}', SIGNED).status == 200
    assert refused == []


def test_guidance_is_taken_over_where_the_usual_one_stands_beside_it(inside: Page) -> None:
    """As Nova's bodies have it; it is shown, and what was asked for is asked for again."""
    inside.get_by_role("button", name=re.compile("^All .* models")).click()
    inside.get_by_role("radio", name="Nova Canvas").check()
    inside.get_by_text("More settings").click()
    guidance = inside.get_by_label("Guidance, as a number")
    expect(guidance).to_have_attribute("placeholder", "6.5")
    guidance.fill("8.2")
    guidance.blur()
    write(inside, "a blue kite")
    inside.get_by_role("button", name="Create", exact=True).click()
    picture = inside.get_by_role("button", name="Open: a blue kite")
    expect(picture).to_be_visible()
    guidance.fill("3")
    guidance.blur()
    picture.click()
    inside.get_by_role("dialog").get_by_role("button", name="Use these settings").click()
    expect(guidance).to_have_value("8.2")


def test_seeds_are_those_of_the_model(inside: Page, studio: Serving) -> None:
    """Nova takes fewer than others: a free one is drawn among them, a pinned one beyond them says what is taken."""
    inside.evaluate("() => { crypto.getRandomValues = (into) => into.fill(4294967295); }")
    inside.get_by_role("button", name=re.compile("^All .* models")).click()
    inside.get_by_role("radio", name="Nova Canvas").check()
    inside.get_by_text("More settings").click()
    write(inside, "a paper boat")
    inside.get_by_role("button", name="Create", exact=True).click()
    expect(inside.get_by_role("button", name="Open: a paper boat")).to_have_count(1)
    inside.get_by_label("Seed").fill("4294967295")
    expect(inside.get_by_text("Seeds of this model end at 2,147,483,646; 3 is taken.")).to_be_visible()
    inside.get_by_role("button", name="Create", exact=True).click()
    expect(inside.get_by_role("button", name="Open: a paper boat")).to_have_count(2)
    drawn = [each for each in studio.send("GET", "/v1/assets").json["assets"] if each["prompt"] == "a paper boat"]
    assert sorted(each["seed"] for each in drawn) == [3, 4]


def test_a_new_member_makes_pictures(browser: Browser, studio: Serving) -> None:
    """With the policies that every new member has, and no more; other members' pictures they look at."""
    directory = studio.directory
    member = create_user(directory, "grace", "test")
    with directory.database.writing() as connection:
        key = create_key(directory, connection, member)
    with watched(browser, studio, None) as page:
        page.goto("/")
        sign_in(page, key.id, key.secret)
        write(page, "a silver spoon")
        page.get_by_role("button", name="Create", exact=True).click()
        page.get_by_role("button", name="Open: a silver spoon").click()
        expect(page.get_by_role("dialog").get_by_role("button", name="Delete")).to_be_visible()
        tabs = page.get_by_role("navigation", name="Pages", include_hidden=True).get_by_role(
            "link", include_hidden=True
        )
        assert {"Create", "Drafts", "Library", "Edit", "Run"} <= set(tabs.all_inner_texts())


def test_what_runs_can_be_cancelled(inside: Page, studio: Serving) -> None:
    """And it says that nothing was charged."""
    write(inside, HANG)
    inside.get_by_role("button", name="Create", exact=True).click()
    studio.engine.begun(HANG)
    inside.get_by_role("button", name="Cancel").click()
    expect(inside.get_by_text("Nothing was charged.")).to_be_visible()
    assert studio.send("GET", "/v1/jobs?limit=1").json["jobs"][0]["state"] == "cancelled"


def test_a_picture_that_fails_says_so(inside: Page) -> None:
    """With what to do, and it can be taken off the page."""
    write(inside, FAIL)
    inside.get_by_role("button", name="Create", exact=True).click()
    expect(inside.get_by_text("It failed")).to_be_visible()
    inside.get_by_role("button", name="Remove").click()
    expect(inside.get_by_text("It failed")).to_have_count(0)


def test_a_lost_connection_makes_nothing_twice(inside: Page, studio: Serving) -> None:
    """The answer is lost on its way; the page sends the same click again, and there is one job."""
    before = len(studio.send("GET", "/v1/jobs").json["jobs"])
    lost: list[int] = []

    def lose(route: Route) -> None:
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch().status)  # the server has heard it
            route.abort("connectionreset")

    inside.route("**/v1/jobs", lambda route: lose(route) if route.request.method == "POST" else route.continue_())
    write(inside, "a blue cup")
    inside.get_by_role("button", name="Create", exact=True).click()
    expect(inside.get_by_role("button", name="Open: a blue cup")).to_have_count(1)
    assert lost == [202]
    assert len(studio.send("GET", "/v1/jobs").json["jobs"]) == before + 1


def test_what_runs_is_taken_up_after_a_reload(inside: Page, studio: Serving) -> None:
    """Nothing is lost with the page, and nothing made anew."""
    write(inside, HANG)
    inside.get_by_role("button", name="Create", exact=True).click()
    studio.engine.begun(HANG)
    inside.reload()
    inside.get_by_role("button", name="Cancel").click()
    expect(inside.get_by_text("Nothing was charged.")).to_be_visible()


def test_an_answer_that_comes_late_undoes_nothing(inside: Page, studio: Serving) -> None:
    """The stream says that the picture is cancelled before the answer comes that was written while it still ran."""
    held = Held(inside, "**/v1/jobs/*/cancel", "POST")
    write(inside, HANG)
    inside.get_by_role("button", name="Create", exact=True).click()
    studio.engine.begun(HANG)
    inside.get_by_role("button", name="Cancel").click()
    expect(inside.get_by_text("Nothing was charged.")).to_be_visible()
    held.wait()
    ((_, answer),) = held.answers
    assert answer.json()["state"] == "running"
    held.release()
    expect(inside.get_by_role("progressbar", name="Steps")).to_have_count(0)
    expect(inside.get_by_text("Nothing was charged.")).to_be_visible()


def test_what_is_being_typed_stays(inside: Page) -> None:
    """Whatever is drawn anew meanwhile; it holds once the field is left."""
    inside.get_by_text("More settings").click()
    inside.get_by_role("button", name="All").click()
    prompt = inside.get_by_role("textbox", name="What do you want to see?")
    with inside.expect_response(lambda answer: "stable-diffusion-xl" in (answer.request.post_data or "")):
        prompt.fill("a cup")
        inside.get_by_label("Stable Diffusion XL 1.0").check()
    steps = inside.get_by_label("Steps, as a number")
    held = Held(inside, "**/v1/quote", "POST")
    prompt.fill("a blue cup")
    steps.fill("33")
    held.wait()
    held.release()
    expect(steps).to_have_value("33")
    steps.blur()
    expect(inside.get_by_label("Steps", exact=True)).to_have_value("33")


def test_a_spent_budget_stops_the_click(inside: Page, studio: Serving) -> None:
    """In the words with which the server would refuse it."""
    budget(studio, "0.01")
    try:
        inside.get_by_role("textbox", name="What do you want to see?").fill("a cup")
        expect(inside.get_by_text("tight")).to_be_visible()
        expect(inside.get_by_role("button", name="Create", exact=True)).to_be_disabled()
    finally:
        studio.send("DELETE", "/v1/budgets/tight")


def budget(studio: Serving, limit: str) -> None:
    """Set what the account may spend in a month."""
    wanted = json.dumps({"scope": "account", "value": ACCOUNT, "period": "month", "limit": limit}).encode()
    headers = SIGNED | {"Content-Type": "application/json"}
    assert studio.send("PUT", "/v1/budgets/tight", wanted, headers).status in {200, 201}


def test_a_budget_that_is_reached_before_the_click_is_heard(inside: Page, studio: Serving) -> None:
    """Nothing is drawn and nothing charged; the tile names the budget and when it begins anew, and the button stops."""
    with inside.expect_response(lambda answer: "a late cup" in (answer.request.post_data or "")):
        write(inside, "a late cup")  # and the last time that its price is asked for is over
    before = studio.send("GET", "/v1/costs").json["total"]
    jobs = len(studio.send("GET", "/v1/jobs?limit=100").json["jobs"])
    budget(studio, "0.01")
    try:
        inside.get_by_role("button", name="Create", exact=True).click()
        tile = inside.locator(".tile", has_text="Not taken")
        expect(tile).to_contain_text("tight")
        expect(tile).to_contain_text("Nothing was charged.")
        expect(inside.get_by_role("button", name="Create", exact=True)).to_be_disabled()
        assert studio.send("GET", "/v1/costs").json["total"] == before
        assert len(studio.send("GET", "/v1/jobs?limit=100").json["jobs"]) == jobs
        budget(studio, "1000")
        tile.get_by_role("button", name="Send again").click()
        expect(inside.get_by_role("button", name="Open: a late cup")).to_have_count(1)
        expect(inside.get_by_role("button", name="Create", exact=True)).to_be_enabled()
    finally:
        studio.send("DELETE", "/v1/budgets/tight")


def test_a_lost_connection_is_told_and_taken_up(inside: Page, studio: Serving) -> None:
    """A banner says so; when the connection is back it goes, the price is there, and the click is sent, once."""
    write(inside, "a lost cup")
    jobs = len(studio.send("GET", "/v1/jobs?limit=100").json["jobs"])
    inside.context.set_offline(True)
    inside.get_by_role("button", name="Create", exact=True).click()
    expect(inside.get_by_role("alert")).to_contain_text("The connection is lost.")
    expect(inside.get_by_text("Sending")).to_be_visible()
    inside.context.set_offline(False)
    expect(inside.get_by_role("button", name="Open: a lost cup")).to_have_count(1)
    expect(inside.get_by_role("alert")).to_have_count(0)
    expect(inside.get_by_role("button", name="Create", exact=True)).to_be_enabled()
    assert len(studio.send("GET", "/v1/jobs?limit=100").json["jobs"]) == jobs + 1


def test_what_could_not_be_sent_is_sent_when_the_connection_is_back(inside: Page, studio: Serving) -> None:
    """Though the page had given up; it says that it was not sent, and not that nothing was charged."""
    write(inside, "a patient cup")
    jobs = len(studio.send("GET", "/v1/jobs?limit=100").json["jobs"])
    inside.clock.install()
    inside.context.set_offline(True)
    inside.get_by_role("button", name="Create", exact=True).click()
    tile = inside.locator(".tile", has_text="Not sent")
    while not tile.count():
        inside.clock.run_for(4000)
    expect(tile).not_to_contain_text("Nothing was charged.")
    expect(inside.get_by_role("alert")).to_contain_text("The connection is lost.")
    inside.context.set_offline(False)
    inside.clock.resume()
    expect(inside.get_by_role("button", name="Open: a patient cup")).to_have_count(1)
    assert len(studio.send("GET", "/v1/jobs?limit=100").json["jobs"]) == jobs + 1
