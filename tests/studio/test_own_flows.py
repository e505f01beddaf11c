"""Every other flow of the studio on the model that comes along: composing, steering, votes, sharing, and running it.

One server for all; each test looks for what it made itself.
"""

import io
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, StorageState, expect

from tests.studio.conftest import sign_in
from tests.studio.screenshots import served
from tests.studio.test_own_model import plain, seen
from tests.studio.test_story import DRAWN_MS, asked

pytestmark = pytest.mark.slow

SMALL = "Stable Diffusion XL 0.8"
"""Draws the smallest pictures, and has the most knobs."""
CORE = "stability.stable-image-core-v1:1"
REVIEWED = "reviewed"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str, str]]:
    """Its address, a key and its secret."""
    with served(tmp_path_factory.mktemp("home")) as running:
        yield running


@pytest.fixture(scope="module")
def state(browser: Browser, server: tuple[str, str, str]) -> StorageState:
    """What a browser remembers of somebody who has signed in."""
    url, key, secret = server
    page = browser.new_page(base_url=url)
    page.goto("/")
    sign_in(page, key, secret)
    page.get_by_role("navigation", name="Pages").wait_for()
    remembered = page.context.storage_state()
    page.context.close()
    return remembered


@pytest.fixture
def page(browser: Browser, server: tuple[str, str, str], state: StorageState) -> Iterator[Page]:
    """A page of theirs; no script of it fails."""
    context = browser.new_context(base_url=server[0], viewport={"width": 1280, "height": 800}, storage_state=state)
    opened = context.new_page()
    wrong: list[str] = []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("dialog", lambda dialog: dialog.accept())
    opened.goto("/")
    opened.get_by_role("navigation", name="Pages").wait_for()
    yield opened
    context.close()
    assert wrong == []


def ask(page: Page, method: str, path: str, body: object) -> Any:  # noqa: ANN401  whatever the REST answers
    """Have the server do something, as the page's scripts would."""
    origin = page.url.partition("/#")[0]
    headers = {"X-Outcrop-Csrf": asked(page, "session")["csrf"], "Content-Type": "application/json", "Origin": origin}
    answer = page.request.fetch(f"/v1/{path}", method=method, headers=headers, data=json.dumps(body))
    assert answer.ok, answer.text()
    return answer.json()


def open_page(page: Page, name: str) -> None:
    """By its link."""
    page.get_by_role("navigation", name="Pages").get_by_role("link", name=name).click()


def part(page: Page, name: str) -> None:
    """One part of Run."""
    page.goto("/#/run")
    page.get_by_role("group", name="Parts of this page").get_by_role("button", name=name).click()


def drawn(page: Page, words: str, count: int = 1) -> list[str]:
    """Create pictures of some words with what is chosen, and give the ids of all that there are of these words."""
    page.goto("/#/create")
    page.get_by_role("textbox", name="What do you want to see?").fill(words)
    pay = page.get_by_role("button", name="Create", exact=True)
    expect(pay).to_be_enabled()
    pay.click()
    expect(page.get_by_role("button", name=f"Open: {words}")).to_have_count(count, timeout=DRAWN_MS)
    found = asked(page, "assets?limit=50")["assets"]
    return [each["id"] for each in found if each["prompt"] == words]


def spent(page: Page) -> Decimal:
    """By the account, until now."""
    return Decimal(asked(page, "costs")["total"]["listPrice"])


def test_parts_and_knobs_make_a_picture_and_make_it_again(page: Page) -> None:
    """A sentence of the parts, with advice; ten steps from a seed, paid as shown; its settings make the same pixels."""
    page.get_by_role("button", name="In parts").click()
    for name, words in (("Subject", "a green pear"), ("Setting", "on a white plate"), ("Lighting", "soft light")):
        page.get_by_label(name).fill(words)
    expect(page.locator(".sentence")).to_have_text(re.compile("green pear.*white plate.*soft light"))
    expect(page.get_by_text("Nothing says how it is framed.")).to_be_visible()
    page.get_by_label("Composition").fill("close-up")
    expect(page.get_by_text("Nothing says how it is framed.")).to_have_count(0)
    expect(page.locator(".sentence")).to_have_text(re.compile("close-up", re.IGNORECASE))
    page.get_by_role("button", name=re.compile("^All .* models")).click()
    page.get_by_role("radio", name=SMALL).check()
    page.get_by_text("More settings").click()
    page.get_by_label("Steps, as a number").fill("10")
    page.get_by_label("Steps, as a number").blur()
    page.get_by_label("Guidance, as a number").fill("5")
    page.get_by_label("Guidance, as a number").blur()
    page.get_by_label("Seed").fill("11")
    price = page.locator(".price b")
    expect(price).to_have_text("$0.018")
    before, credit = spent(page), page.locator(".balance")
    had, told = str(credit.get_attribute("title")), credit.inner_text()
    sentence = page.locator(".sentence").inner_text()
    pay = page.get_by_role("button", name="Create", exact=True)
    expect(pay).to_be_enabled()
    pay.click()
    expect(page.get_by_role("button", name=f"Open: {sentence}")).to_have_count(1, timeout=DRAWN_MS)
    assert spent(page) - before == Decimal("0.018")
    expect(credit).not_to_have_text(told)
    left = (Decimal(each.partition("$")[2]) for each in (had, str(credit.get_attribute("title"))))
    assert next(left) - next(left) == Decimal("0.018")
    (first,) = (each for each in asked(page, "assets")["assets"] if each["prompt"] == sentence)
    recipe = asked(page, f"assets/{first['id']}/recipe")
    assert (first["seed"], recipe["steps"]) == (11, 10)

    open_page(page, "Library")
    page.get_by_role("listbox", name="Pictures").get_by_role("option", name=sentence).click()
    page.get_by_role("button", name="Use these settings").click()
    expect(page.get_by_role("textbox", name="What do you want to see?")).to_have_value(sentence)
    expect(page.get_by_role("radio", name=SMALL)).to_be_checked()
    again, before_it = (seen(page, each) for each in drawn(page, sentence, 2))
    assert np.array_equal(again, before_it)


def test_what_is_half_drawn_is_seen_and_cancelled(page: Page) -> None:
    """A preview while it denoises, of as many steps as a model takes; then it is cancelled, and nothing is paid."""
    page.get_by_role("button", name=re.compile("^All .* models")).click()
    page.get_by_role("radio", name="Stable Diffusion XL 1.0").check()
    page.get_by_text("More settings").click()
    page.get_by_label("Steps, as a number").fill("150")
    page.get_by_label("Steps, as a number").blur()
    before = spent(page)
    page.get_by_role("textbox", name="What do you want to see?").fill("a brown boot")
    pay = page.get_by_role("button", name="Create", exact=True)
    expect(pay).to_be_enabled()
    pay.click()
    expect(page.locator(".tile img.preview")).to_be_visible(timeout=DRAWN_MS)
    expect(page.get_by_text(re.compile(r"Step \d+ of 150"))).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Nothing was charged.")).to_be_visible(timeout=DRAWN_MS)
    assert spent(page) == before


def test_drafts_are_compared_and_more_is_drawn_like_one(page: Page) -> None:
    """Two under a line; two more from a draft itself, nearer to it than the other drafts are."""
    words = "a yellow lemon"
    open_page(page, "Drafts")
    page.get_by_label("What do you want to see?").fill(words)
    page.get_by_role("button", name="4", exact=True).click()
    expect(page.locator(".price b")).to_have_text("$0.16")
    page.get_by_role("button", name="Draw drafts").click()
    expect(page.get_by_role("button", name=f"Open: {words}")).to_have_count(4, timeout=DRAWN_MS)
    for number in (1, 2):
        page.get_by_role("group", name=f"Draft {number}").get_by_role("button", name="Choose").click()
    page.get_by_role("button", name="Compare two").click()
    page.get_by_label("Where one picture ends and the other begins").fill("20")
    expect(page.locator(".compare")).to_have_attribute("style", re.compile("--at: 20%"))
    page.keyboard.press("Escape")
    page.get_by_role("button", name="More like draft 1").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="From the picture").click()
    dialog.get_by_role("button", name="2", exact=True).click()
    dialog.get_by_label("Strength").fill("0.1")
    expect(dialog.get_by_role("button", name="Draw 2 more")).to_be_enabled()
    dialog.get_by_role("button", name="Draw 2 more").click()
    expect(page.get_by_role("button", name=f"Open: {words}")).to_have_count(6, timeout=DRAWN_MS)
    (sheet,) = (each for each in asked(page, "drafts")["sets"] if each["prompt"] == words)
    drafts = [seen(page, each["asset"]) for each in sheet["drafts"]]
    made = [each for each in asked(page, "assets?limit=50")["assets"] if each["parents"] and each["prompt"] == words]
    assert len(made) == 2
    for each in made:
        assert each["parents"][0]["asset"] == sheet["drafts"][0]["asset"]
        near, *others = (np.abs(seen(page, each["id"]) - draft).mean() for draft in drafts)
        assert near < min(others)


def test_a_picture_is_varied_and_leads_back(page: Page) -> None:
    """A stroke is undone, then all is drawn anew near the picture; its lineage opens what it came from."""
    open_page(page, "Edit")
    upload = {"name": "wall.png", "mimeType": "image/png", "buffer": plain()}
    page.get_by_label("Pictures to upload").set_input_files(upload)  # type: ignore[arg-type]
    page.locator("canvas.mask").wait_for()
    source = page.url.rpartition("/")[2]
    page.locator("canvas.mask").focus()
    page.keyboard.press(" ")
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_enabled()
    page.keyboard.press("Control+z")
    expect(undo).to_be_disabled()
    page.get_by_role("button", name="Vary").click()
    page.get_by_label("What should it become?").fill("a red ball")
    page.get_by_label("How far from it").fill("0.3")
    page.locator(".bench .pay button").click()
    page.get_by_role("button", name="Open: a red ball").click(timeout=DRAWN_MS)
    page.wait_for_url(lambda now: source not in now)
    made = page.url.rpartition("/")[2]
    change = np.abs(seen(page, made) - seen(page, source)).mean()
    assert 0.5 < change < 80, "another picture, near the one that it was made of"
    page.get_by_text("Where it comes from").click()
    page.locator(".lineage button").first.click()
    page.wait_for_url(lambda now: source in now)


def test_a_grid_of_prompts_is_voted_on_blind(page: Page) -> None:
    """Two prompts from one seed; nothing tells which is which until the vote is cast; then the tally does."""
    open_page(page, "Compare")
    page.get_by_label("Columns").select_option("Prompt")
    page.get_by_label("Prompts, one a line").fill("a white cup\na blue cup")
    page.get_by_label("Seeds, apart by commas").fill("3")
    page.get_by_role("button", name="Draw 2 pictures").click()
    expect(page.get_by_role("button", name="Open:")).to_have_count(2, timeout=DRAWN_MS)
    expect(page.get_by_text(re.compile(r"^\$0\.04 · [\d.]+ s$"))).to_have_count(2)
    page.get_by_role("button", name="Vote blind").click()
    expect(page.get_by_text("Pair 1 of 1")).to_be_visible()
    expect(page.locator(".duel img")).to_have_count(2)
    assert "white cup" not in page.locator(".duel").inner_text()
    page.get_by_role("button", name="Left is better").click()
    expect(page.get_by_text("1 vote of 1 member")).to_be_visible()
    expect(page.get_by_text("your vote")).to_have_count(1)


def test_a_picture_is_described_branded_and_shared(page: Page, browser: Browser, server: tuple[str, str, str]) -> None:
    """Tags find it; its rendition has the kit's logo where that is asked for; a stranger with a link sees it."""
    words = "a lighthouse by the sea"
    (made,) = drawn(page, words)
    open_page(page, "Library")
    page.get_by_role("option", name=words).click()
    page.get_by_label("Text for those who do not see it").fill("Dawn at the coast")
    page.get_by_label("Tags").fill("season: spring")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_text("Kept.")).to_be_visible()
    page.get_by_text("Share by link").click()
    page.get_by_role("button", name="Make a link").click()
    link = page.get_by_label("Link", exact=True).input_value()
    stranger = browser.new_context()
    answer = stranger.request.get(link)
    with Image.open(io.BytesIO(answer.body())) as opened:
        assert opened.size == (1024, 1024)
    assert stranger.request.get(f"{server[0]}/v1/assets/{made}/content").status in {401, 403}
    assert stranger.request.get(link.replace("signature=", "signature=x")).status in {401, 403}
    stranger.close()
    page.keyboard.press("Escape")
    page.get_by_label("Tag", exact=True).fill("season: spring")
    expect(page.get_by_role("listbox", name="Pictures").get_by_role("option")).to_have_count(1)

    page.get_by_role("link", name="Brand kit").click()
    expect(page.get_by_role("heading", name="Logo")).to_be_visible()
    logo = io.BytesIO()
    Image.new("RGB", (80, 80), (255, 0, 255)).save(logo, "PNG")
    upload = {"name": "logo.png", "mimeType": "image/png", "buffer": logo.getvalue()}
    page.get_by_label("Pictures to upload").set_input_files(upload)  # type: ignore[arg-type]
    expect(page.locator(".placed .logo")).to_be_visible()
    page.get_by_role("button", name="top left").click()
    page.get_by_role("button", name="Keep the kit").click()
    expect(page.get_by_text("The brand kit is kept.")).to_be_visible()
    corners = []
    for query in ("", "&logo=brand"):
        file = page.request.get(f"/v1/assets/{made}/content?width=100&format=png{query}").body()
        with Image.open(io.BytesIO(file)) as opened:
            corners.append(opened.convert("RGB").getpixel((10, 10)))
    assert corners[0] != corners[1] == (255, 0, 255)


def test_what_is_held_is_approved_or_rejected(page: Page) -> None:
    """Two pictures of a campaign wait; one is delivered then, the other is paid back."""
    words = "a blue vase"
    drawn(page, words)
    ask(page, "PUT", "review-policy", {"rules": [{"campaign": REVIEWED}]})
    page.get_by_role("button", name=f"Open: {words}").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Campaign").fill(REVIEWED)
    dialog.get_by_role("button", name="Keep").click()
    expect(page.get_by_text("Kept.")).to_be_visible()
    dialog.get_by_role("button", name="More like this").click()
    dialog.get_by_role("button", name="2", exact=True).click()
    before = spent(page)
    more = page.get_by_role("button", name="Draw 2 more")
    expect(more).to_be_enabled()
    more.click()
    expect(page.get_by_text("Waits for a review")).to_have_count(2, timeout=DRAWN_MS)
    part(page, "Approvals")
    reason = page.get_by_label("Reason, for the record")
    expect(reason).to_have_count(2)
    for left, decision in ((1, "Approve"), (0, "Reject")):
        expect(reason).to_have_count(left + 1)
        reason.first.fill("As it should be.")
        page.get_by_role("button", name=decision).first.click()
    expect(page.get_by_role("heading", name="Nothing waits")).to_be_visible()
    open_page(page, "Create")
    expect(page.get_by_text("Rejected in a review")).to_have_count(1)
    expect(page.get_by_role("button", name=f"Open: {words}")).to_have_count(2)
    assert spent(page) - before == Decimal("0.04")
    ask(page, "PUT", "review-policy", {"rules": []})


def test_who_runs_it_sets_limits(page: Page, browser: Browser, server: tuple[str, str, str]) -> None:
    """A member with a key draws, until a budget, and then access, stops them; the trail has it all."""
    part(page, "Members and keys")
    page.get_by_label("Name of a new member").fill("ada")
    page.get_by_role("button", name="Add").click()
    card = page.locator("section.card", has=page.get_by_role("heading", name="ada"))
    card.get_by_role("button", name="New key").click()
    key, secret = (page.get_by_label(name).input_value() for name in ("Access key ID", "Secret access key"))
    page.keyboard.press("Escape")
    member = browser.new_context(base_url=server[0]).new_page()
    member.goto("/")
    sign_in(member, key, secret)
    expect(member.get_by_role("navigation", name="Pages")).to_be_visible()
    drawn(member, "a red apple")

    part(page, "Budgets")
    page.get_by_label("Name", exact=True).fill("ada-monthly")
    page.get_by_label("Dollars").fill("0.05")
    page.get_by_label("Of one member").fill("ada")
    page.get_by_role("button", name="Set the budget").click()
    expect(page.get_by_text("$0.04 of $0.05")).to_be_visible()
    member.reload()
    expect(member.get_by_text(re.compile("ada-monthly"))).to_be_visible()
    expect(member.get_by_role("button", name="Create", exact=True)).to_be_disabled()
    page.get_by_role("button", name="Delete ada-monthly").click()
    expect(page.get_by_role("heading", name="ada-monthly")).to_have_count(0)

    part(page, "Models")
    page.get_by_role("button", name="Withdraw access: Stable Image Core 1.1").click()
    page.get_by_role("dialog").get_by_role("button", name="Withdraw access").click()
    give = page.get_by_role("button", name="Give access: Stable Image Core 1.1")
    expect(give).to_be_visible()
    member.reload()
    expect(member.get_by_text("no access yet")).to_be_visible()
    give.click()
    page.get_by_role("dialog").get_by_role("button", name="Give access").click()
    expect(page.get_by_role("button", name="Withdraw access: Stable Image Core 1.1")).to_be_visible()
    member.reload()
    expect(member.get_by_role("button", name="Create", exact=True)).to_be_enabled()
    member.context.close()

    part(page, "Usage")
    expect(page.get_by_role("row", name=re.compile(r"^ada 1 \$0\.04"))).to_be_visible()
    part(page, "Audit trail")
    page.get_by_label("Member").fill("ada")
    page.get_by_label("What was called").fill("CreateJob")
    expect(page.get_by_role("cell", name="CreateJob")).to_have_count(1)
