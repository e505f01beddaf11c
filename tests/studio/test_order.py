"""Answers that come late, in a real browser: what was said before something newer undoes nothing of it."""

import io
import json

from PIL import Image
from playwright.sync_api import Page, Route, expect

from tests.serving import SIGNED, Serving
from tests.studio.conftest import Held, sign_in
from tests.studio.test_create import write
from tests.studio.test_drafts import begin
from tests.toy_engine import FAIL


def picture(shade: int) -> bytes:
    """A file of one colour."""
    file = io.BytesIO()
    Image.new("RGB", (64, 64), (shade, 90, 60)).save(file, "PNG")
    return file.getvalue()


def choose(page: Page, number: int) -> None:
    """Choose a draft."""
    page.get_by_role("group", name=f"Draft {number}", exact=True).get_by_role("button", name="Choose").click()


def test_the_last_choice_is_the_one_that_is_kept(inside: Page, studio: Serving) -> None:
    """While the first is on its way, the second waits for it."""
    begin(inside, "a pink cup")
    held = Held(inside, "**/v1/drafts/*/picks", "PUT")
    choose(inside, 1)
    held.wait()
    choose(inside, 3)
    expect(inside.get_by_text("2 chosen")).to_be_visible()
    inside.evaluate("fetch('/v1/caller').then((answer) => answer.text())")  # whatever was sent before it has been seen
    assert len(held.answers) == 1
    with inside.expect_response(
        lambda answer: answer.request.method == "PUT" and "3" in (answer.request.post_data or "")
    ):
        held.release()
    expect(inside.get_by_text("2 chosen")).to_be_visible()
    (found,) = studio.send("GET", "/v1/drafts?limit=1").json["sets"]
    assert [each["number"] for each in found["picks"]] == [1, 3]


def test_a_sheet_that_was_read_before_it_was_finished(inside: Page) -> None:
    """Its answer comes after the finals; it is read anew, and they stay."""
    begin(inside, "a grey cup")
    inside.get_by_role("link", name="All sheets").click()
    held = Held(inside, "**/v1/drafts/*", "GET")
    inside.get_by_role("link", name="a grey cup").click()
    held.wait()
    choose(inside, 2)
    inside.get_by_role("button", name="Finish 1").click()
    expect(inside.get_by_role("heading", name="Finished")).to_be_visible()
    held.release()
    expect(inside.get_by_role("button", name="With its draft")).to_have_count(1)


def test_a_list_that_was_read_before_an_upload(inside: Page) -> None:
    """Does not take the picture off the page."""
    held = Held(inside, "**/v1/assets?limit=200*", "GET")
    inside.goto("/#/library")
    held.wait()
    upload = {"name": "meanwhile.png", "mimeType": "image/png", "buffer": picture(7)}
    inside.get_by_label("Pictures to upload").set_input_files(upload)  # type: ignore[arg-type]
    expect(inside.get_by_text("is kept")).to_be_visible()
    held.release()
    expect(inside.get_by_role("option", name="meanwhile")).to_have_count(1)


def test_a_list_that_was_read_before_a_deletion(inside: Page, studio: Serving) -> None:
    """Does not bring the picture back."""
    headers = SIGNED | {"Content-Type": "image/png"}
    assert studio.send("POST", "/v1/assets?name=doomed", picture(9), headers).status == 201
    inside.goto("/#/library")
    doomed = inside.get_by_role("option", name="doomed")
    doomed.click(modifiers=["Shift"])
    held = Held(inside, "**/v1/assets?*", "GET")
    inside.get_by_label("Words").fill("doomed")
    held.wait()
    inside.on("dialog", lambda dialog: dialog.accept())
    inside.get_by_role("button", name="Delete").click()
    expect(inside.get_by_text("Deleted.")).to_be_visible()
    held.release()
    expect(inside.get_by_role("heading", name="No pictures here")).to_be_visible()
    expect(doomed).to_have_count(0)


def test_models_that_are_turned_before_their_details_have_come(inside: Page) -> None:
    """A click on a chosen model takes it out; the others stay as they were."""
    held = Held(inside, "**/v1/models/*", "GET")
    inside.goto("/#/compare")
    held.wait()
    chips = inside.get_by_role("group", name="Models").get_by_role("button")
    expect(chips.nth(2)).to_be_visible()
    names = [text.strip() for text in chips.locator("span:not(.soft)").all_inner_texts()[:3]]
    chips.nth(1).click()
    chips.nth(2).click()
    pressed = inside.locator(".begin .chip[aria-pressed=true]")
    expect(pressed).to_have_text([names[0], names[2]])
    held.release()
    expect(inside.get_by_role("button", name="Draw 4 pictures")).to_be_visible()
    expect(pressed).to_have_text([names[0], names[2]])


def test_who_goes_on_while_the_studio_opens_is_not_sent_back(inside: Page) -> None:
    """The address is named where it names no page; by then it may name one."""
    inside.add_init_script("""new MutationObserver((_, observer) => {
      if (document.querySelector("nav") === null) return;
      observer.disconnect();
      location.hash = "/library"; // as a quick click on a link does
    }).observe(document, { subtree: true, childList: true })""")
    inside.goto("/")
    expect(inside.get_by_role("heading", name="Library", exact=True)).to_be_visible()


def test_nothing_is_made_before_its_price_is_there(inside: Page, studio: Serving) -> None:
    """Neither while a model's details are on their way nor while its price is, by click or by key."""
    price, create = inside.locator(".pay .price"), inside.get_by_role("button", name="Create", exact=True)
    prompt = inside.get_by_role("textbox", name="What do you want to see?")
    prompt.fill("a violet cup")
    expect(create).to_be_enabled()
    details, prices = Held(inside, "**/v1/models/*", "GET"), Held(inside, "**/v1/quote", "POST")
    inside.get_by_label("Stable Image Ultra 1.1").check()
    for held in (details, prices):
        held.wait()
        expect(price).to_have_text("…")
        expect(create).to_be_disabled()
        prompt.press("Control+Enter")
        held.release()
    expect(price).to_contain_text("$0.14")
    expect(create).to_be_enabled()
    assert "violet" not in json.dumps(studio.send("GET", "/v1/jobs").json)


def test_a_job_whose_own_answer_comes_last(inside: Page) -> None:
    """The list of jobs has it first, and the picture is there before the answer to the click says that it is queued."""
    held = Held(inside, "**/v1/jobs", "POST")
    write(inside, "a late cup")
    inside.get_by_role("button", name="Create", exact=True).click()
    held.wait()
    ((_, answer),) = held.answers
    assert answer.json()["state"] == "queued"
    inside.get_by_role("link", name="Run").click()
    inside.get_by_role("link", name="Create").click()  # which looks what is under way
    held.release()
    expect(inside.get_by_role("button", name="Open: a late cup")).to_have_count(1)
    expect(inside.get_by_role("progressbar", name="Steps")).to_have_count(0)


def test_budgets_that_were_read_before_the_last_one_was_set(inside: Page, studio: Serving) -> None:
    """Of two readings the one that was asked for later is shown."""
    inside.goto("/#/run/budgets")
    expect(inside.get_by_role("heading", name="No budgets")).to_be_visible()
    try:
        held = Held(inside, "**/v1/budgets", "GET", most=1)
        for name in ("first", "second"):
            inside.get_by_label("Name", exact=True).fill(name)
            inside.get_by_label("Dollars").fill("40")
            inside.get_by_role("button", name="Set the budget").click()
            held.wait()
        expect(inside.get_by_role("heading", name="second")).to_be_visible()
        held.release()
        expect(inside.get_by_role("heading", name="second")).to_be_visible()
    finally:
        for name in ("first", "second"):
            studio.send("DELETE", f"/v1/budgets/{name}")


def test_a_session_that_ended_does_not_end_the_next_one(inside: Page) -> None:
    """A call of the old one is refused when somebody has signed in anew."""
    ended = {"type": "about:blank", "title": "", "status": 401, "detail": "Over.", "code": "UnknownKey", "instance": ""}
    late: list[Route] = []
    refused: list[str] = []

    def take(route: Route) -> None:
        if "by=user" in route.request.url and not late:
            late.append(route)
        elif "by=day" in route.request.url and not refused:
            refused.append(route.request.url)
            route.fulfill(status=401, json=ended)
        else:
            route.continue_()

    inside.route("**/v1/costs?*", take)
    inside.get_by_role("link", name="Run").click()
    expect(inside.get_by_role("heading", name="Sign in to the studio")).to_be_visible()
    sign_in(inside)
    expect(inside.locator(".costs dd").first).to_be_visible()
    for route in late:
        with inside.expect_response("**/v1/costs?by=user*"):
            route.fulfill(status=401, json=ended)
    inside.get_by_role("link", name="Library").click()
    expect(inside.get_by_role("heading", name="Library")).to_be_visible()


def test_what_failed_is_tried_again(inside: Page, studio: Serving) -> None:
    """It is begun anew under its own id, and fails anew."""
    write(inside, FAIL)
    inside.get_by_role("button", name="Create", exact=True).click()
    expect(inside.get_by_text("It failed")).to_be_visible()
    with inside.expect_response("**/retry") as answered:
        inside.get_by_role("button", name="Try again").click()
    assert json.loads(answered.value.text())["state"] == "queued"
    expect(inside.get_by_text("It failed")).to_be_visible()
    assert studio.send("GET", "/v1/jobs?limit=1").json["jobs"][0]["id"] == json.loads(answered.value.text())["id"]
