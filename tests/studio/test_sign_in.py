"""Signing in, in a real browser: with a key, with a link, and what is said when neither is good."""

from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from outcrop.access.sign_in_links import SignInLinks
from outcrop.api.manner import Manner
from outcrop.api.session_cookie import NAME
from outcrop.catalog.load import Catalog
from outcrop.clock import random_bytes, unix_time
from tests.serving import KEY_ID, serving
from tests.studio.conftest import Axe, sign_in


def test_a_key_signs_in_and_out(page: Page) -> None:
    """And the page shows whose it is; a page loaded anew is still signed in, and after signing out it is not."""
    page.goto("/")
    sign_in(page)
    page.get_by_role("navigation", name="Pages").wait_for()
    page.reload()
    page.get_by_role("button", name="Account").click()
    expect(page.get_by_text("tester")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in to the studio")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Sign in to the studio")).to_be_visible()


def test_a_wrong_secret_is_told(page: Page) -> None:
    """And what was typed stays to be put right."""
    page.goto("/")
    sign_in(page, secret="another")
    expect(page.get_by_role("alert")).to_contain_text("This access key and secret open nothing here")
    expect(page.get_by_label("Access key ID")).to_have_value(KEY_ID)


def test_a_session_that_has_ended_says_so(inside: Page) -> None:
    """At the next call, and what was written is still there after signing in again."""
    prompt = inside.get_by_role("textbox", name="What do you want to see?")
    inside.route("**/v1/**", _of_another_session)
    prompt.fill("a red apple on a table")
    expect(inside.get_by_role("alert")).to_contain_text("Your session has ended; sign in again.")
    inside.unroute("**/v1/**", _of_another_session)
    sign_in(inside)
    expect(prompt).to_have_value("a red apple on a table")


def _of_another_session(route: Route) -> None:
    # Calls made before the prompt was written, and those after signing in, are good: only what is asked of it is not.
    if "a red apple" in (route.request.post_data or ""):
        headers = {**route.request.headers, "cookie": f"{NAME}=made-up"}
        route.fulfill(response=route.fetch(headers=headers))
    else:
        route.fallback()


def test_scripts_cannot_read_the_session(inside: Page) -> None:
    """It is the browser's alone."""
    assert inside.evaluate("document.cookie") == ""


def test_a_link_signs_in_and_leaves_the_address(browser: Browser, catalog: Catalog) -> None:
    """A second look at it opens nothing."""
    links = SignInLinks(unix_time, random_bytes)
    with serving(catalog, manner=replace(Manner(), links=links)) as own:
        path = f"{own.url}/#/sign-in/{links.issue(KEY_ID)}"
        for good in (True, False):
            context = browser.new_context()
            page = context.new_page()
            page.goto(path)
            if good:
                page.get_by_role("navigation", name="Pages").wait_for()
            else:
                expect(page.get_by_role("alert")).to_contain_text("This link has been used, or is too old")
            assert page.url == f"{own.url}/#/create"
            context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_for_everybody(page: Page, axe: Axe, scheme: str) -> None:
    """Axe finds nothing, with a problem shown and without."""
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto("/")
    page.get_by_role("button", name="Sign in").wait_for()
    assert axe(page) == []
    sign_in(page, secret="another")
    page.get_by_role("alert").wait_for()
    assert axe(page) == []


def test_the_keyboard_is_enough(page: Page) -> None:
    """From field to field, and in."""
    page.goto("/")
    page.get_by_label("Access key ID").focus()
    page.keyboard.type(KEY_ID)
    page.keyboard.press("Tab")
    page.keyboard.type("another")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
