"""Chromium on the studio of a real server: a page that is signed in, and what is held against every page."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    APIResponse,
    Browser,
    ConsoleMessage,
    Page,
    Route,
    StorageState,
    expect,
    sync_playwright,
)

from outcrop.catalog.load import Catalog
from tests.serving import KEY_ID, SECRET, Serving, serving

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
NO_CHROMIUM = "Chromium is not installed: apt-get install chromium"
ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
NO_AXE = "axe-core is not installed: make javascript"
SETTLED = """() => Promise.allSettled(document.getAnimations()
  .filter((each) => each.effect.getComputedTiming().endTime !== Infinity).map((each) => each.finished))"""
PATIENCE_MS = 20_000
expect.set_options(timeout=PATIENCE_MS)

Axe = Callable[[Page], list[str]]
"""What is wrong with a page for whoever sees, hears or points otherwise than most."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser of a module's own: Playwright keeps an event loop, which other modules' tests must not meet."""
    if CHROMIUM is None:
        pytest.skip(NO_CHROMIUM)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def studio(catalog: Catalog) -> Iterator[Serving]:
    """A server of a module's own."""
    with serving(catalog) as running:
        yield running


@pytest.fixture
def page(browser: Browser, studio: Serving) -> Iterator[Page]:
    """A page of somebody who has never been here; whatever it writes as an error fails the test."""
    with watched(browser, studio, None) as opened:
        yield opened


@pytest.fixture
def inside(browser: Browser, studio: Serving) -> Iterator[Page]:
    """A page of somebody who has signed in with a key, as the browser remembers it."""
    wanted = json.dumps({"accessKeyId": KEY_ID, "secretAccessKey": SECRET}).encode()
    answer = studio.send("POST", "/v1/session", wanted, {"Content-Type": "application/json"})
    name, _, value = answer.headers["set-cookie"].partition(";")[0].partition("=")
    state: StorageState = {
        "cookies": [{"name": name, "value": value, "domain": "127.0.0.1", "path": "/v1", "expires": -1,
                     "httpOnly": True, "secure": False, "sameSite": "Strict"}],
        "origins": [{"origin": studio.url, "localStorage": [{"name": "outcrop.signed-in", "value": "true"}]}],
    }  # fmt: skip
    with watched(browser, studio, state) as opened:
        opened.goto("/")
        opened.get_by_role("navigation", name="Pages").wait_for()
        yield opened


@contextmanager
def watched(browser: Browser, studio: Serving, state: StorageState | None) -> Iterator[Page]:
    """A page in a context of its own, that has written no error when it is closed."""
    context = browser.new_context(base_url=studio.url, viewport={"width": 1280, "height": 800}, storage_state=state)
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE_MS)
    wrong: list[str] = []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda message: wrong.extend(_errors(message)))
    yield opened
    context.close()
    assert wrong == []


@pytest.fixture
def axe() -> Axe:
    """The judge: axe-core with the rules of WCAG 2.2 A and AA."""
    if not AXE.exists():
        pytest.skip(NO_AXE)
    source = AXE.read_text(encoding="utf-8")

    def judge(page: Page) -> list[str]:
        page.emulate_media(reduced_motion="reduce")  # no colour is judged half way to another
        page.evaluate(SETTLED)
        page.evaluate(source)  # not a script of the page, whose policy allows none
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
        found: dict[str, Any] = page.evaluate("tags => axe.run({ runOnly: tags })", tags)
        return [
            f"{each['id']}: {node['target']} {node['failureSummary']}"
            for each in found["violations"]
            for node in each["nodes"]
        ]

    return judge


class Held:
    """Answers that are on their way: the server has written them, and the page gets them when it is told to."""

    def __init__(self, page: Page, path: str, method: str, most: int = 100) -> None:
        """Those to a method on a path, the first `most` of them."""
        self._method, self._most = method, most
        self._page = page
        self.answers: list[tuple[Route, APIResponse]] = []
        """Those that wait, the earliest first."""
        self._holds = True
        page.route(path, self._take)

    def _take(self, route: Route) -> None:
        if not self._holds or route.request.method != self._method or len(self.answers) >= self._most:
            route.fallback()
            return
        answer = route.fetch()
        if self._holds:
            self.answers.append((route, answer))
        else:  # released meanwhile
            route.fulfill(response=answer)

    def wait(self, count: int = 1) -> None:
        """Until so many wait."""
        while len(self.answers) < count:
            self._page.wait_for_timeout(20)  # lets the page's events be handled

    def release(self) -> None:
        """Let the page have them all, and whatever comes after them at once."""
        self._holds = False
        for route, answer in self.answers:
            with self._page.expect_event("requestfinished", lambda request, asked=route.request: request == asked):
                route.fulfill(response=answer)
        self._page.evaluate("() => new Promise((done) => setTimeout(done))")  # the page has read what came


def sign_in(page: Page, key_id: str = KEY_ID, secret: str = SECRET) -> None:
    """Fill the form and send it."""
    page.get_by_label("Access key ID").fill(key_id)
    page.get_by_label("Secret access key").fill(secret)
    page.get_by_role("button", name="Sign in").click()


def _errors(message: ConsoleMessage) -> list[str]:
    # What the server refuses is told on the page; that Chromium writes it down as well is no error of ours.
    refused = message.text.startswith("Failed to load resource")
    return [message.text] if message.type in {"error", "warning"} and not refused else []
