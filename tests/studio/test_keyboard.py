"""Every flow by the keyboard alone, in a real browser: what the focus is on is seen, and never lost."""

import io
import json
from collections.abc import Iterator

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.api.rest.jobs import FOX, ended, post_job
from tests.conftest import CORE
from tests.serving import KEY_ID, SECRET, SIGNED, Serving
from tests.studio.test_edit import SIDE, painted
from tests.toy_engine import HANG

MOST_TABS = 120
"""No page has more to tab through."""

FOCUSED = """() => {
    const at = document.activeElement;
    const by = document.getElementById(at.getAttribute("aria-labelledby"));
    const labels = [by, ...(at.labels ?? [])].filter(Boolean).map((each) => each.innerText);
    const name = at.getAttribute("aria-label") ?? (labels.join(" ") || at.innerText || at.id || at.tagName);
    return name.replaceAll(/\\s+/g, " ").trim();
}"""
"""What the focus is on, as whoever does not see it hears it."""

RINGED = """() => {
    const at = document.activeElement;
    const shown = [at, at.closest("label")].filter(Boolean);
    return shown.some((each) => {
        const { outlineStyle, outlineWidth } = getComputedStyle(each);
        const { width, height } = each.getBoundingClientRect();
        return outlineStyle !== "none" && parseFloat(outlineWidth) >= 1 && width > 4 && height > 4;
    });
}"""
"""Whether whoever looks sees where the focus is."""


class Keys:
    """Somebody at a keyboard, who has nothing else."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        """One key after another."""
        for key in keys:
            self.page.keyboard.press(key)

    @property
    def focused(self) -> str:
        """What the focus is on."""
        return str(self.page.evaluate(FOCUSED))

    def to(self, name: str, key: str = "Tab") -> None:
        """Go on until the focus is on what is called so; whatever it is on meanwhile is seen."""
        passed = []
        for _ in range(MOST_TABS):
            self.press(key)
            passed.append(self.focused)
            if passed[-1] != "BODY" and passed[-1].startswith(name):
                assert self.page.evaluate(RINGED), f"nobody sees that the focus is on {passed[-1]}"
                return
        raise AssertionError(f"{key} does not lead to {name!r}, but to {passed}")

    def back_to(self, name: str) -> None:
        """Go back until the focus is on what is called so."""
        self.to(name, "Shift+Tab")

    def do(self, name: str) -> None:
        """Go to what is called so, and do it."""
        self.to(name)
        self.press("Enter")

    def write(self, name: str, text: str) -> None:
        """Go to a field, and put a text in place of what is in it."""
        self.to(name)
        self.press("Control+a")
        self.page.keyboard.type(text)

    def expect(self, name: str) -> None:
        """The focus comes to be on what is called so."""
        self.page.wait_for_timeout(0)
        found = self.page.evaluate(
            f"""(name) => new Promise((answer) => {{
                const until = performance.now() + 10000;
                const look = () => {{
                    const found = ({FOCUSED})();
                    if (found.startsWith(name)) answer(null);
                    else if (performance.now() > until) answer(found);
                    else requestAnimationFrame(look);
                }};
                look();
            }})""",
            name,
        )
        assert found is None, f"the focus is on {found!r}, and not on {name!r}"


@pytest.fixture
def keys(inside: Page) -> Keys:
    """Somebody who has signed in, on the page Create."""
    expect(inside.locator(".price b")).to_be_visible()
    return Keys(inside)


def open_page(keys: Keys, name: str) -> None:
    """By its tab on top, from wherever one is."""
    keys.page.reload()
    keys.page.get_by_role("navigation", name="Pages").wait_for()
    keys.do(name)


def test_somebody_signs_in_and_out(page: Page) -> None:
    """The page has the focus then; the account's menu closes behind whoever leaves it."""
    page.goto("/")
    page.get_by_role("button", name="Sign in").wait_for()
    keys = Keys(page)
    keys.write("Access key ID", KEY_ID)
    keys.write("Secret access key", SECRET)
    keys.press("Enter")
    page.get_by_role("navigation", name="Pages").wait_for()
    expect(page.locator("main")).to_be_focused()
    keys.back_to("Account")
    keys.press("Enter")
    keys.to("Colours")
    keys.press("Escape")
    keys.expect("Account")
    keys.press("Enter")
    keys.back_to("Run")
    expect(page.get_by_role("button", name="Sign out")).to_have_count(0)
    keys.do("Account")
    keys.do("Sign out")
    page.get_by_role("heading", name="Sign in to the studio").wait_for()
    expect(page.locator("main")).to_be_focused()


def test_pictures_are_created_and_cancelled(keys: Keys, studio: Serving) -> None:
    """Words, model, count, price; a picture that is cancelled and taken off leaves the focus beside it."""
    page = keys.page
    open_page(keys, "Create")
    keys.write("What do you want to see?", "a blue jug")
    keys.to("Stable Image Core")
    keys.press("ArrowDown")
    expect(page.locator(".price b")).not_to_have_text("$0.04")
    keys.press("ArrowUp")
    expect(page.locator(".price b")).to_have_text("$0.04")
    keys.do("2")
    expect(page.locator(".price b")).to_have_text("$0.08")
    expect(page.get_by_role("button", name="Create", exact=True)).to_be_enabled()
    keys.do("Create")
    expect(page.get_by_role("button", name="Open: a blue jug")).to_have_count(2)
    keys.do("Open: a blue jug")
    keys.expect("Close")
    keys.press("Escape")
    keys.expect("Open: a blue jug")
    keys.back_to("1")
    keys.press("Enter")
    keys.back_to("What do you want to see?")
    keys.press("Control+a")
    page.keyboard.type(HANG)
    expect(page.locator(".price b")).to_have_text("$0.04")
    keys.press("Control+Enter")
    studio.engine.begun(HANG)
    keys.do("Cancel")
    expect(page.get_by_text("Nothing was charged.")).to_be_visible()
    keys.expect("Try again")
    keys.to("Remove")
    keys.press("Enter")
    keys.expect("Open: a blue jug")


def test_a_picture_that_is_deleted_leaves_the_focus_on_the_next(keys: Keys, studio: Serving) -> None:
    """Though it was deleted in a dialog, which knows only what it was opened from."""
    for shade in (20, 60, 100):
        kept(studio, f"kept-{shade}", shade)
    page = keys.page
    open_page(keys, "Library")
    names = names_of(page)
    keys.to(names[0])
    keys.press("ArrowRight")
    keys.expect(names[1])
    keys.press("Enter")
    keys.expect("Close")
    page.on("dialog", lambda dialog: dialog.accept())
    keys.do("Delete")
    expect(page.get_by_role("dialog")).to_have_count(0)
    keys.expect(names[2])
    keys.press("Home", " ")
    keys.expect(names[0])
    expect(page.get_by_text("1 marked")).to_be_visible()
    keys.back_to("Delete")
    keys.press("Enter")
    expect(page.get_by_text("1 marked")).to_have_count(0)
    keys.expect(names[2])


def names_of(page: Page) -> list[str]:
    """What the pictures of the library are called, in its order."""
    options = page.get_by_role("listbox", name="Pictures").get_by_role("option")
    options.first.wait_for()
    return [str(each.get_attribute("aria-label")) for each in options.all()]


def kept(studio: Serving, name: str, shade: int, side: int = 64) -> str:
    """A picture of one colour in the library."""
    file = io.BytesIO()
    Image.new("RGB", (side, side), (shade, 90, 60)).save(file, "PNG")
    headers = SIGNED | {"Content-Type": "image/png"}
    return str(studio.send("POST", f"/v1/assets?name={name}", file.getvalue(), headers).json["id"])


def test_drafts_are_chosen_compared_and_finished(keys: Keys) -> None:
    """A sheet is one stop; its keys work wherever in it one is."""
    page = keys.page
    open_page(keys, "Drafts")
    keys.write("What do you want to see?", "a green bottle")
    keys.do("4")
    expect(page.locator(".price b")).to_have_text("$0.16")
    keys.do("Draw drafts")
    expect(page.get_by_role("button", name="Open: a green bottle")).to_have_count(4)
    expect(page.locator("main")).to_be_focused()
    keys.to("Draft 1")
    keys.press(" ", "ArrowRight", " ")
    keys.expect("Draft 2, chosen")
    keys.press("c")
    keys.to("Where one picture ends")
    keys.press("ArrowRight")
    expect(page.locator(".compare")).to_have_attribute("style", "--at: 51%; --shape: 1 / 1;")
    keys.press("Escape")
    keys.expect("Draft 2, chosen")
    keys.press("Enter")
    keys.expect("Close")
    keys.press("Escape")
    keys.expect("Draft 2, chosen")
    keys.press("Tab")
    assert keys.focused == "Compare two"
    expect(page.locator(".finish-bar .price b")).to_have_text("$0.28")
    expect(page.get_by_role("button", name="Finish 2")).to_be_enabled()
    keys.do("Finish 2")
    expect(page.get_by_role("button", name="With its draft")).to_have_count(2)
    keys.expect("Compare two")


@pytest.fixture(scope="module")
def asset(studio: Serving) -> str:
    """A picture to change."""
    return kept(studio, "to-change", 128, SIDE)


@pytest.fixture
def editor(keys: Keys, asset: str) -> Keys:
    """Somebody who has it on the table."""
    keys.page.goto(f"/#/edit/{asset}")
    expect(keys.page.locator("canvas.mask")).to_be_visible()
    return keys


def test_a_mask_is_painted_without_a_pointer(editor: Keys, studio: Serving) -> None:
    """A rectangle from corner to corner, all but that, a lasso; each is undone; then it is replaced."""
    page = editor.page
    editor.to("Rectangle")
    editor.press("Enter")
    editor.to("Size")
    editor.press("Control+z")
    page.locator("canvas.mask").evaluate("mask => mask.scrollIntoView()")
    editor.back_to("Mask")
    editor.press(" ", *["Shift+ArrowRight"] * 2, *["Shift+ArrowDown"] * 3)
    painted(page, 2 * 96 * 3 * 96)
    editor.press("Escape")
    painted(page, 0)
    editor.press(" ", *["Shift+ArrowLeft"] * 2, *["Shift+ArrowUp"] * 3, " ")
    painted(page, 2 * 96 * 3 * 96)
    editor.press("i")
    painted(page, SIDE * SIDE - 2 * 96 * 3 * 96)
    editor.press("Control+z")
    painted(page, 2 * 96 * 3 * 96)
    editor.press("Control+z", "l", " ", *["Shift+ArrowRight"] * 4, " ", *["Shift+ArrowDown"] * 4, " ", "Enter")
    painted(page, (4 * 96) ** 2 / 2, 4 * 96)
    editor.write("What should be there instead?", "a bowl by keys")
    expect(page.locator(".bench .pay button")).to_be_enabled()
    editor.do("Replace")
    expect(page.get_by_role("button", name="Open: a bowl by keys")).to_be_visible()
    editor.expect("Replace")
    plan = studio.engine.begun("a bowl by keys")
    assert plan.start is not None
    assert plan.start.mask is not None


def test_a_frame_is_extended_by_number(editor: Keys, studio: Serving) -> None:
    """The edges are fields as well."""
    page = editor.page
    editor.do("Extend")
    editor.back_to("Left")
    editor.press("Control+a")
    page.keyboard.type("128")
    editor.write("What lies beyond", "a shore by keys")
    expect(page.locator(".bench .pay button")).to_be_enabled()
    editor.do("Extend")
    expect(page.get_by_role("button", name="Open: a shore by keys")).to_be_visible()
    assert studio.engine.begun("a shore by keys").delivered.width == SIDE + 128
    editor.do("Open: a shore by keys")
    expect(page.locator("main")).to_be_focused()


def test_pictures_are_found_tagged_shared_and_taken_out(keys: Keys, studio: Serving) -> None:
    """One picture is a stop, wherever one has scrolled and whatever has gone; dialogs give the focus back."""
    for number in range(4):
        kept(studio, f"leaf-{number}", number * 40)
    page = keys.page
    open_page(keys, "Library")
    names = names_of(page)
    keys.to(names[0])
    keys.press("End")
    keys.expect(names[-1])
    keys.press("Home")
    keys.expect(names[0])
    keys.press("ArrowRight", "ArrowRight", " ", "ArrowRight", " ")
    expect(page.get_by_text("2 marked")).to_be_visible()
    page.once("dialog", lambda dialog: dialog.accept("season: autumn"))
    keys.back_to("Tag")
    keys.press("Enter")
    expect(page.get_by_text("Tagged.")).to_be_visible()
    keys.expect(names[3])
    keys.back_to("Tag")
    page.keyboard.type("season: autumn")
    options = page.get_by_role("listbox", name="Pictures").get_by_role("option")
    expect(options).to_have_count(2)
    keys.to(names[3])
    keys.press("Enter")
    keys.expect("Close")
    with page.expect_download():
        keys.do("Download")
    keys.do("Share by link")
    keys.do("Make a link")
    expect(page.get_by_label("Link", exact=True)).to_be_visible()
    keys.expect("Make a link")
    keys.press("Escape")
    keys.expect(names[3])


def test_a_grid_is_drawn_voted_on_renamed_and_deleted(keys: Keys, studio: Serving) -> None:
    """Models, seeds, price; two cells over each other; a blind vote by arrows; what is deleted leads to those left."""
    page = keys.page
    open_page(keys, "Compare")
    keys.write("What do you want to see?", "a brass bell")
    keys.write("Seeds, apart by commas", "3")
    expect(page.get_by_role("button", name="Draw 2 pictures")).to_be_enabled()
    keys.do("Draw 2 pictures")
    expect(page.get_by_role("button", name="Lay over another")).to_have_count(2)
    expect(page.locator("main")).to_be_focused()
    keys.do("Lay over another")
    keys.do("Lay over another")
    keys.to("Where one picture ends")
    keys.press("Escape")
    keys.expect("Lay over another")
    page.once("dialog", lambda dialog: dialog.accept("bells"))
    keys.back_to("Rename")
    keys.press("Enter")
    expect(page.get_by_role("heading", name="bells")).to_be_visible()
    expect(page.get_by_role("button", name="Vote blind")).to_be_enabled()
    keys.back_to("Vote blind")
    keys.press("Enter")
    expect(page.get_by_text("Pair 1 of 1")).to_be_visible()
    keys.to("Left is better")
    keys.press("ArrowRight")
    expect(page.get_by_role("heading", name="Which was which")).to_be_visible()
    keys.do("To the grid")
    expect(page.get_by_role("button", name="Rename")).to_be_visible()
    page.once("dialog", lambda dialog: dialog.accept())
    keys.do("Delete")
    expect(page.get_by_text("The grid is deleted.")).to_be_visible()
    expect(page.get_by_role("link", name="bells")).to_have_count(0)
    expect(page.locator("main")).to_be_focused()
    keys.do("Blind votes")
    keys.do("bells")
    expect(page.get_by_text("your vote")).to_be_visible()
    expect(page.get_by_role("link", name="To the grid")).to_have_count(0)
    page.once("dialog", lambda dialog: dialog.accept())
    keys.do("Delete")
    expect(page.get_by_role("heading", name="No votes yet")).to_be_visible()
    assert studio.send("GET", "/v1/ballots").json["ballots"] == []


def test_budgets_keys_and_access_are_kept_by_keyboard(keys: Keys, studio: Serving) -> None:
    """What is made, switched off or taken away leaves the focus where one goes on."""
    page = keys.page
    open_page(keys, "Run")
    keys.do("Budgets")
    for name in ("first", "second"):
        keys.write("Name", name)
        keys.write("Dollars", "40")
        keys.do("Set the budget")
        expect(page.get_by_role("heading", name=name)).to_be_visible()
    page.on("dialog", lambda dialog: dialog.accept())
    keys.back_to("Delete first")
    keys.press("Enter")
    expect(page.get_by_role("heading", name="first")).to_have_count(0)
    keys.expect("Delete second")
    keys.press("Enter")
    expect(page.get_by_role("heading", name="No budgets")).to_be_visible()
    keys.expect("Name")
    keys.back_to("Members and keys")
    keys.press("Enter")
    keys.write("Name of a new member", "grete")
    keys.press("Enter")
    expect(page.get_by_role("heading", name="grete")).to_be_visible()
    card = page.locator("section.card", has=page.get_by_role("heading", name="grete"))
    card.get_by_role("button", name="New key").focus()
    keys.press("Enter")
    keys.expect("Close")
    keys.press("Escape")
    keys.expect("New key")
    expect(card.get_by_role("button", name="Switch off")).to_be_visible()
    keys.do("Switch off")
    expect(card.get_by_text("off", exact=True)).to_be_visible()
    assert keys.focused != "BODY"
    keys.back_to("Models")
    keys.press("Enter")
    keys.do("Withdraw access: Stable Image Core 1.1")
    keys.expect("Close")
    keys.do("Withdraw access")
    keys.expect("Give access: Stable Image Core 1.1")
    keys.press("Enter")
    keys.expect("Close")
    keys.do("Give access")
    keys.expect("Withdraw access: Stable Image Core 1.1")
    assert studio.send("GET", f"/v1/models/{CORE}").json["access"]


@pytest.fixture
def held(studio: Serving) -> Iterator[None]:
    """Two pictures that wait for a decision."""
    rules = {"rules": [{"campaign": "held"}]}
    assert studio.send("PUT", "/v1/review-policy", json.dumps(rules).encode(), SIGNED).status == 200
    for _ in range(2):
        ended(studio, post_job(studio, FOX | {"campaign": "held"}).json["id"])
    yield
    assert studio.send("PUT", "/v1/review-policy", b'{"rules": []}', SIGNED).status == 200


@pytest.mark.usefixtures("held")
def test_pictures_are_approved_and_rejected(keys: Keys) -> None:
    """After the first the focus is on the second; after the last it is on the page."""
    page = keys.page
    open_page(keys, "Run")
    keys.do("Approvals")
    keys.write("Reason, for the record", "Fits.")
    keys.do("Approve")
    expect(page.get_by_role("button", name="Approve")).to_have_count(1)
    keys.expect("Reason, for the record")
    page.keyboard.type("Off brand.")
    keys.do("Reject")
    expect(page.get_by_role("heading", name="Nothing waits")).to_be_visible()
    expect(page.locator("main")).to_be_focused()
