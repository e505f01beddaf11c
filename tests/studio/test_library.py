"""The library, in a real browser: what was made is there, is found, is said more of, and is taken out."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.api.rest.jobs import FOX, ended, post_job
from tests.serving import SIGNED, Serving
from tests.studio.conftest import Axe


def cells(page: Page, name: str | None = None) -> Locator:
    """The pictures in the grid."""
    return page.get_by_role("listbox", name="Pictures").get_by_role("option", name=name)


def picture(shade: int) -> bytes:
    """A file of one colour."""
    file = io.BytesIO()
    Image.new("RGB", (64, 64), (shade, 90, 60)).save(file, "PNG")
    return file.getvalue()


@pytest.fixture(scope="module")
def many(studio: Serving) -> Serving:
    """A server with thirty pictures, every third of a campaign."""
    for number in range(30):
        campaign = "&campaign=spring" if number % 3 == 0 else ""
        path = f"/v1/assets?name=picture-{number:02}{campaign}"
        assert studio.send("POST", path, picture(number * 8), SIGNED | {"Content-Type": "image/png"}).status == 201
    return studio


@pytest.fixture
def library(many: Serving, inside: Page) -> Page:
    """The page, with its pictures."""
    inside.goto(f"{many.url}/#/library")
    expect(cells(inside).first).to_be_visible()
    return inside


def test_pictures_are_found(library: Page) -> None:
    """By words and by campaign."""
    expect(library.get_by_text("30 pictures")).to_be_visible()
    library.get_by_label("Campaign").fill("spring")
    expect(library.get_by_text("10 pictures")).to_be_visible()
    library.get_by_label("Words").fill("picture-27")
    expect(cells(library)).to_have_count(1)
    library.get_by_label("Words").fill("no such thing")
    expect(library.get_by_role("heading", name="No pictures here")).to_be_visible()


def test_the_keyboard_moves_marks_and_opens(library: Page) -> None:
    """One picture is in the order of tabs, arrows lead to the others."""
    first = cells(library).first
    first.focus()
    library.keyboard.press("ArrowRight")
    library.keyboard.press(" ")
    expect(library.get_by_text("1 marked")).to_be_visible()
    expect(cells(library).nth(1)).to_have_attribute("aria-selected", "true")
    library.keyboard.press("Enter")
    expect(library.get_by_role("dialog")).to_be_visible()
    library.keyboard.press("Escape")
    expect(library.get_by_role("dialog")).to_have_count(0)


def test_more_is_said_of_a_picture(library: Page) -> None:
    """Text for those who do not see it, tags and campaign; then it is found by them."""
    cells(library, "picture-05").click()
    shown = library.get_by_role("dialog")
    shown.get_by_label("Text for those who do not see it").fill("a plain brown square")
    shown.get_by_label("Tags").fill("season: autumn, hero")
    shown.get_by_role("button", name="Keep changes").click()
    expect(library.get_by_text("Kept.")).to_be_visible()
    shown.get_by_role("button", name="Close").click()
    library.get_by_label("Tag", exact=True).fill("season: autumn")
    expect(cells(library, "a plain brown square")).to_have_count(1)
    expect(cells(library)).to_have_count(1)


def test_a_picture_says_under_which_licence_it_was_drawn(library: Page, many: Serving) -> None:
    """Beside the button that takes it out; the toy's weights name none, and of uploads nothing is known."""
    (asset,) = ended(many, post_job(many, FOX).json["id"])["assets"]
    library.reload()
    cells(library, "a fox").click()
    shown = library.get_by_role("dialog")
    expect(shown.get_by_text("The weights name none.")).to_be_visible()
    shown.get_by_role("button", name="Close").click()
    cells(library, "picture-03").click()
    expect(shown.get_by_text("File", exact=True)).to_be_visible()
    expect(shown.get_by_text("Licence")).to_have_count(0)
    assert many.send("DELETE", f"/v1/assets/{asset}", headers=SIGNED).status == 204


def test_whoever_rejects_a_picture_says_why_and_what_else(library: Page, many: Serving) -> None:
    """The reason is needed, the comment is not; both stay in the review."""
    rules = json.dumps({"rules": [{"campaign": "held"}]}).encode()
    assert many.send("PUT", "/v1/review-policy", rules, SIGNED).status == 200
    (asset,) = ended(many, post_job(many, FOX | {"campaign": "held"}).json["id"])["assets"]
    library.goto(f"{many.url}/#/run")
    library.get_by_role("group", name="Parts of this page").get_by_role("button", name="Approvals").click()
    reject = library.get_by_role("button", name="Reject")
    expect(reject).to_be_disabled()
    library.get_by_label("Comment for whoever made it").fill("The left ear.")
    library.get_by_label("Reason, for the record").fill("Off brand.")
    reject.click()
    expect(library.get_by_role("heading", name="Nothing waits")).to_be_visible()
    review = many.send("GET", f"/v1/reviews/{asset}", headers=SIGNED).json
    assert (review["state"], review["reason"], review["comment"]) == ("rejected", "Off brand.", "The left ear.")
    assert many.send("DELETE", f"/v1/assets/{asset}", headers=SIGNED).status == 204


def test_approvals_are_looked_for_while_they_are_open(library: Page, many: Serving) -> None:
    """What comes to wait stands there after a while, and what is being written of another stays."""
    rules = json.dumps({"rules": [{"campaign": "held"}]}).encode()
    assert many.send("PUT", "/v1/review-policy", rules, SIGNED).status == 200
    library.goto(f"{many.url}/#/run")
    library.clock.install()
    library.get_by_role("group", name="Parts of this page").get_by_role("button", name="Approvals").click()
    expect(library.get_by_role("heading", name="Nothing waits")).to_be_visible()
    reasons, assets = library.get_by_label("Reason, for the record"), []
    for waiting in (1, 2):
        assets += ended(many, post_job(many, FOX | {"campaign": "held"}).json["id"])["assets"]
        library.clock.run_for(10_000)
        expect(reasons).to_have_count(waiting)
        if waiting == 1:
            reasons.fill("On brand.")
    assert [reasons.nth(at).input_value() for at in range(2)] == ["On brand.", ""]
    for asset in assets:
        assert many.send("DELETE", f"/v1/assets/{asset}", headers=SIGNED).status == 204


def test_a_picture_that_is_held_says_so_to_everybody(library: Page, many: Serving, axe: Axe) -> None:
    """In the grid, also to those who do not see it."""
    rules = json.dumps({"rules": [{"campaign": "held"}]}).encode()
    assert many.send("PUT", "/v1/review-policy", rules, SIGNED).status == 200
    (asset,) = ended(many, post_job(many, FOX | {"campaign": "held"}).json["id"])["assets"]
    library.reload()
    expect(cells(library, "a fox: Waits for a review")).to_have_text("Waits for a review")
    assert axe(library) == []
    assert many.send("DELETE", f"/v1/assets/{asset}", headers=SIGNED).status == 204


def test_an_opened_picture_leads_to_its_editor(library: Page) -> None:
    """The picture closes, and does not lead back."""
    cells(library, "picture-03").click()
    library.get_by_role("dialog").get_by_role("link", name="Edit").click()
    expect(library.locator("canvas.mask")).to_be_visible()
    expect(library.get_by_role("dialog")).to_have_count(0)
    assert "#/edit/" in library.url


def test_every_channel_s_size_in_one_download(library: Page, tmp_path: Path) -> None:
    """Four sizes of two pictures, cut to their shape; the sizes can be changed."""
    for number in (0, 1):
        cells(library).nth(number).click(modifiers=["Shift"])
        expect(library.get_by_text(f"{number + 1} marked")).to_be_visible()
    library.get_by_role("button", name="Channel sizes").click()
    library.get_by_label("Width of post").fill("500")
    with library.expect_download() as started:
        library.get_by_role("button", name="Download all sizes").click()
    started.value.save_as(tmp_path / "pictures.zip")
    with zipfile.ZipFile(tmp_path / "pictures.zip") as archive:
        pictures = [name for name in archive.namelist() if name.endswith((".jpg", ".jpeg", ".webp"))]
        sizes = {Image.open(io.BytesIO(archive.read(name))).size for name in pictures}
    assert len(pictures) == 8
    assert sizes == {(1080, 1920), (500, 1080), (1200, 628), (1500, 500)}


@pytest.mark.parametrize(
    ("name", "size", "told"),
    [
        ("notes.txt", 10, "is no picture that can be kept"),
        ("huge.png", 40_000_000, "has 40 MB; the most there may be are 25"),
        ("broken.png", 100, "broken.png"),
    ],
)
def test_what_cannot_be_kept_says_why(library: Page, tmp_path: Path, name: str, size: int, told: str) -> None:
    """And nothing is added."""
    with (tmp_path / name).open("wb") as file:
        file.truncate(size)
    library.get_by_label("Pictures to upload").set_input_files(tmp_path / name)
    expect(library.locator(".toasts .note.bad")).to_contain_text(told)
    expect(library.get_by_text("30 pictures")).to_be_visible()


def test_a_picture_is_uploaded_and_deleted(library: Page) -> None:
    """Deleting asks first."""
    field = library.get_by_label("Pictures to upload")
    field.set_input_files({"name": "mine.png", "mimeType": "image/png", "buffer": picture(250)})
    expect(library.get_by_text("31 pictures")).to_be_visible()
    cells(library, "mine").click(modifiers=["Shift"])
    library.on("dialog", lambda dialog: dialog.accept())
    library.get_by_role("button", name="Delete").click()
    expect(library.get_by_text("30 pictures")).to_be_visible()


def test_ten_thousand_are_no_more_than_what_is_in_sight(library: Page) -> None:
    """The page asks for them as they come near, and holds some tens of cells wherever it is."""
    asset = json.loads(library.evaluate("fetch('/v1/assets?limit=1').then((answer) => answer.text())"))["assets"][0]
    asked: list[str] = []

    def page_of(url: str) -> dict[str, object]:
        asked.append(url)
        start = int(url.rpartition("cursor=")[2], 36) if "cursor=" in url else 0
        ids = range(start, start + 200)
        found = [asset | {"id": f"{number:016}", "name": f"picture {number}"} for number in ids]
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"
        after, text = start + 200, ""
        while after:
            after, digit = divmod(after, 36)
            text = digits[digit] + text
        return {"assets": found, "nextCursor": text if start < 9800 else None}

    library.route("**/v1/assets?*", lambda route: route.fulfill(json=page_of(route.request.url)))
    library.route("**/content?*", lambda route: route.abort())  # there are no such pictures
    library.get_by_label("Words").fill("all")
    expect(library.get_by_text("200 and more")).to_be_visible()
    while not library.get_by_text("10,000 pictures").count():  # until pytest ends it: a page takes as long as it takes
        library.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        library.wait_for_timeout(100)  # so that not every cell on the way asks for its picture
    assert len(asked) == 50
    library.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    expect(cells(library, "picture 9999")).to_be_visible()
    assert cells(library).count() < 100


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_is_for_everybody(library: Page, axe: Axe, scheme: str, width: int) -> None:
    """Axe finds nothing, in the grid, with marks, and in an opened picture; nothing is wider than the page."""
    library.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    library.set_viewport_size({"width": width, "height": 800})
    cells(library).first.click(modifiers=["Shift"])
    assert axe(library) == []
    assert library.evaluate("document.documentElement.scrollWidth") <= width
    cells(library).nth(1).click()
    library.get_by_role("dialog").get_by_text("Channel sizes").click()
    assert axe(library) == []
