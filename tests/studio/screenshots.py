"""Makes the pictures of the studio in docs/studio: every page, light and dark, from a real server and its own model.

`python -m tests.studio.screenshots` takes some minutes; with a folder, what was drawn there is used again. Knows the
pages as a person does; holds nothing against them.
"""

import io
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Browser, Page, StorageState, sync_playwright

from tests.studio.conftest import ARGUMENTS, CHROMIUM, sign_in

FOLDER: Final = Path(__file__).parents[2] / "docs" / "studio"
WIDE: Final = (1280, 800)
NARROW: Final = (390, 760)
PATIENCE_MS: Final = 240_000
ULTRA: Final = "stability.stable-image-ultra-v1:1"
PROMPT: Final = "a red apple on a wooden table, 3D render"
OTHERS: Final = (
    "a green teapot, studio photograph",
    "a lighthouse by the sea, watercolor",
    "a yellow lemon on a white plate, soft light",
    "a blue vase on a wooden table, 3D render",
)


@contextmanager
def served(home: Path) -> Iterator[tuple[str, str, str]]:
    """A server with some credit, as anybody starts one: its address, a key and its secret."""
    program = [sys.executable, "-m", "outcrop"]
    environ = {**os.environ, "OUTCROP_HOME": str(home)}  # noqa: TID251  handed on whole
    command = [*program, "serve", "--port", "0"]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        told = "".join(running.stdout.readline() for _ in range(5))
        # Where the folder has been used before, there is such credit already.
        subprocess.run([*program, "credits", "add", "spring", "250"], env=environ, check=False, capture_output=True)
        url, key, secret = (
            re.findall(pattern, told)[0]
            for pattern in (r"listens on (\S+)", r"AWS_ACCESS_KEY_ID=(\S+)", r"AWS_SECRET_ACCESS_KEY=(\S+)")
        )
        try:
            yield url, key, secret
        finally:
            running.terminate()


def drawn(page: Page) -> tuple[str, str]:
    """The place of a sheet with finals and the id of a picture, which are drawn where there are none yet."""
    if not _listed(page, "drafts", "sets"):
        draw(page)
    if not _listed(page, "comparisons", "comparisons"):
        compare(page)
        brand(page)
    finished = next(each["id"] for each in _listed(page, "drafts", "sets") if each["finals"])
    picture = next(each["id"] for each in _listed(page, "assets", "assets") if each["prompt"] == OTHERS[0])
    return f"drafts/{finished}", str(picture)


def _listed(page: Page, path: str, member: str) -> list[dict[str, Any]]:
    answer = page.evaluate(f"() => fetch('/v1/{path}?limit=50').then((answer) => answer.text())")
    found: list[dict[str, Any]] = json.loads(answer)[member]
    return found


def draw(page: Page) -> None:
    """Fill a library and a sheet."""
    for prompt in OTHERS:
        page.get_by_role("textbox", name="What do you want to see?").fill(prompt)
        page.get_by_role("button", name="2", exact=True).click()
        page.locator(".price b").get_by_text("$0.08").wait_for()
        page.get_by_role("button", name="Create", exact=True).click()
    page.wait_for_function("() => document.querySelectorAll('.tiles .tile img:not(.preview)').length >= 8")
    page.goto("/#/drafts")
    page.get_by_label("What do you want to see?").fill(PROMPT)
    page.locator(".price b").get_by_text("$0.32").wait_for()
    page.get_by_role("button", name="Draw drafts").click()
    page.wait_for_function("() => document.querySelectorAll('.draft .open').length >= 8")
    for number in (1, 3):
        page.get_by_role("group", name=re.compile(f"^Draft {number}")).get_by_role("button", name="Choose").click()
    page.get_by_role("button", name="Finish 2").click()
    page.get_by_role("button", name="With its draft").nth(1).wait_for()


def compare(page: Page) -> None:
    """Fill a grid."""
    page.goto("/#/compare")
    page.get_by_label("What do you want to see?").fill(OTHERS[2])
    page.get_by_label("Seeds, apart by commas").fill("3, 4, 9")
    page.get_by_role("button", name="Stable Image Ultra 1.1").click()
    page.get_by_role("button", name="Draw 9 pictures").click()
    page.wait_for_function("() => document.querySelectorAll('.matrix .open').length >= 9")


def brand(page: Page) -> None:
    """Put a kit, with a logo."""
    whole = Image.new("RGBA", (320, 120), (0, 0, 0, 0))
    draw = ImageDraw.Draw(whole)
    draw.polygon([(10, 110), (70, 10), (100, 60), (120, 35), (170, 110)], fill=(255, 255, 255, 235))
    draw.text((185, 40), "Tern", fill=(255, 255, 255, 235), font=ImageFont.load_default(52))
    file = io.BytesIO()
    whole.save(file, "PNG")
    page.goto("/#/brand")
    for number, (name, colour) in enumerate(
        (("deep navy", "#14213d"), ("warm sand", "#e5d3b3"), ("coral", "#f26b5b")), 1
    ):
        page.get_by_role("button", name="Add a colour").click()
        page.get_by_label(f"Name of colour {number}").fill(name)
        page.get_by_label(f"Colour {number}", exact=True).fill(colour)
    page.get_by_label("To use").fill("soft daylight, honest materials, plain background")
    page.get_by_label("To avoid").fill("cheap, luxury, sale")
    logo = {"name": "logo.png", "mimeType": "image/png", "buffer": file.getvalue()}
    page.get_by_label("Pictures to upload").set_input_files(logo)  # type: ignore[arg-type]
    page.locator(".placed .logo").wait_for()
    page.get_by_role("button", name="Keep the kit").click()
    page.get_by_text("The brand kit is kept.").wait_for()


def govern(page: Page) -> None:
    """Set a budget, and hold two pictures for a review."""
    origin = page.url.partition("/#")[0]
    csrf = json.loads(page.request.get("/v1/session").text())["csrf"]
    headers = {"X-Outcrop-Csrf": csrf, "Content-Type": "application/json", "Origin": origin}
    two, own = (
        ({"model": ULTRA, "body": {"prompt": prompt}} for prompt in OTHERS[1:3]),
        {"scope": "account", "value": "local"},
    )
    for method, path, body in (
        ("PUT", "budgets/team", {**own, "period": "month", "limit": "25", "warnAt": [50, 80]}),
        ("PUT", "review-policy", {"rules": [{"model": ULTRA}]}),
        *(("POST", "jobs", each) for each in two),
    ):
        answer = page.request.fetch(f"/v1/{path}", method=method, headers=headers, data=json.dumps(body))
        assert answer.ok, answer.text()
    held = "fetch('/v1/reviews?state=held').then((answer) => answer.json())"
    page.wait_for_function(f"() => {held}.then((found) => found.reviews.length >= 2)")


def shoot(page: Page, name: str, there: str = "main") -> None:
    """Keep what is seen, once something is there and every picture is whole."""
    page.locator(there).first.wait_for()
    page.wait_for_function("() => [...document.images].every((image) => image.complete && image.naturalWidth)")
    page.wait_for_timeout(600)  # pictures fade in
    picture = Image.open(io.BytesIO(page.screenshot(animations="disabled")))
    picture.save(FOLDER / f"{name}.webp", quality=78, method=6)


def tour(page: Page, sheet: str, picture: str, scheme: str) -> None:
    """Every page of somebody who has signed in."""
    page.goto("/#/create")
    page.get_by_role("textbox", name="What do you want to see?").fill(OTHERS[3])
    page.locator(".price b").wait_for()
    shoot(page, f"create-{scheme}", ".tiles img")
    page.get_by_role("button", name=re.compile("^All .* models")).click()
    page.get_by_role("radio", name="Nova Canvas").check()
    page.get_by_role("button", name="Our palette").click()
    page.get_by_role("button", name="Our palette").scroll_into_view_if_needed()
    shoot(page, f"palette-{scheme}", ".colours .colour")
    page.get_by_role("radio", name="Stable Image Core 1.1").check()
    page.goto("/#/drafts")
    shoot(page, f"sheets-{scheme}", ".sheet-card img")
    page.goto(f"/#/{sheet}")
    page.get_by_role("button", name="With its draft").first.wait_for()
    shoot(page, f"drafts-{scheme}")
    page.get_by_role("button", name="With its draft").first.click()
    shoot(page, f"compare-{scheme}", ".compare img")
    page.keyboard.press("Escape")
    page.goto("/#/compare")
    page.locator(".begin .price b").wait_for()
    shoot(page, f"grids-{scheme}", ".sheet-card img")
    (grid, *_) = _listed(page, "comparisons", "comparisons")
    page.goto(f"/#/compare/{grid['id']}")
    shoot(page, f"grid-{scheme}", ".matrix img")
    page.get_by_role("button", name="Vote blind").click()
    shoot(page, f"vote-{scheme}", ".duel img")
    for pair, key in enumerate(("ArrowLeft", "ArrowRight", "ArrowDown") * 3, 1):
        page.get_by_text(f"Pair {pair} of 9").wait_for()
        page.keyboard.press(key)
    page.locator(".tally").wait_for()
    shoot(page, f"tally-{scheme}", ".reveal img")
    page.goto("/#/library")
    shoot(page, f"library-{scheme}", ".cell img")
    page.goto("/#/brand")
    page.get_by_label("To avoid").wait_for()
    shoot(page, f"brand-{scheme}", ".placed .below")
    page.goto(f"/#/library/{picture}")
    shoot(page, f"picture-{scheme}", ".pane img")
    page.goto(f"/#/edit/{picture}")
    box = page.locator("canvas.mask").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.35, box["y"] + box["height"] * 0.45)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.62, box["y"] + box["height"] * 0.55, steps=12)
    page.mouse.up()
    page.get_by_label("What should be there instead?").fill("a blue stripe")
    shoot(page, f"edit-{scheme}")
    for part in ("usage", "credit", "members", "models", "trail"):
        page.goto(f"/#/run/{part}")
        shoot(page, f"run-{part}-{scheme}", "main .card")


def main() -> None:
    """Make them all."""
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as passing,
        served(Path(*sys.argv[1:2] or [passing])) as (url, key, secret),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        first = opened(browser, url, "light", WIDE)
        first.goto("/")
        shoot(first, "sign-in-light")
        sign_in(first, key, secret)
        first.get_by_role("navigation", name="Pages").wait_for()
        sheet, picture = drawn(first)
        state = first.context.storage_state()
        for scheme in ("light", "dark"):
            page = opened(browser, url, scheme, WIDE, state)
            tour(page, sheet, picture, scheme)
            page.context.close()
        stranger = opened(browser, url, "dark", WIDE)
        stranger.goto("/")
        shoot(stranger, "sign-in-dark")
        phone = opened(browser, url, "light", NARROW, state)
        phone.goto("/#/create")
        shoot(phone, "create-phone", ".tiles img")
        phone.goto("/#/library")
        shoot(phone, "library-phone", ".cell img")
        govern(first)
        for scheme in ("light", "dark"):
            page = opened(browser, url, scheme, WIDE, state)
            for part, there in (("budgets", "main .progress"), ("reviews", "main .card img")):
                page.goto(f"/#/run/{part}")
                shoot(page, f"run-{part}-{scheme}", there)
            page.context.close()
        browser.close()


def opened(browser: Browser, url: str, scheme: str, size: tuple[int, int], state: StorageState | None = None) -> Page:
    """A page in a context of its own."""
    context = browser.new_context(
        base_url=url,
        color_scheme=scheme,  # type: ignore[arg-type]
        viewport={"width": size[0], "height": size[1]},
        storage_state=state,
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    return page


if __name__ == "__main__":
    main()
