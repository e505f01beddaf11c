"""The page Run, in a real browser: what was spent, what may be spent, who may; each part only for whom it is."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from outcrop.access.accounts import make_user
from outcrop.access.keys import NewKey, create_key
from outcrop.access.user_policies import OWN_USE, put_managed_policy
from outcrop.api.manner import Manner
from outcrop.catalog.load import Catalog
from outcrop.clock import unix_time
from outcrop.records.trail import Trail
from tests.conftest import CORE
from tests.serving import SIGNED, Serving, serving
from tests.studio.conftest import Axe, sign_in, watched

JSON = SIGNED | {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def studio(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A server that keeps an audit trail."""
    with (
        Trail(tmp_path_factory.mktemp("audit"), unix_time) as trail,
        serving(catalog, manner=Manner(trail=trail)) as running,
    ):
        yield running


@pytest.fixture(scope="module")
def used(studio: Serving) -> Serving:
    """A server on which two pictures were drawn, from credit."""
    grant = json.dumps({"name": "spring", "amount": "100"}).encode()
    assert studio.send("POST", "/v1/credit-pools", grant, JSON).status == 201
    for _ in range(2):
        assert studio.send("POST", f"/model/{CORE}/invoke", b'{"prompt": "a"}').status == 200
    return studio


@pytest.fixture
def run(used: Serving, inside: Page) -> Page:
    """The page."""
    inside.goto(f"{used.url}/#/run")
    expect(inside.get_by_role("heading", name="Run", exact=True)).to_be_visible()
    return inside


def part(page: Page, name: str) -> None:
    """Turn to a part of the page."""
    page.get_by_role("group", name="Parts of this page").get_by_role("button", name=name).click()


def test_what_was_spent_is_shown(run: Page) -> None:
    """In all, by day, by model and by member; and what is left of the credit, also on top of every page."""
    expect(run.locator(".costs dd").first).to_have_text("$0.08")
    expect(run.get_by_role("img", name="Cost of each of the last thirty days")).to_be_visible()
    expect(run.get_by_role("cell", name="Stable Image Core 1.1")).to_be_visible()
    expect(run.get_by_text("Credit $99.92")).to_be_visible()
    part(run, "Credit")
    expect(run.get_by_text("$99.92 of $100.00 left")).to_be_visible()


def test_a_budget_is_set_and_deleted(run: Page, used: Serving) -> None:
    """It holds at once."""
    part(run, "Budgets")
    run.get_by_label("Name", exact=True).fill("monthly")
    run.get_by_label("Dollars").fill("40")
    run.get_by_role("button", name="Set the budget").click()
    expect(run.get_by_role("heading", name="monthly")).to_be_visible()
    assert [each["name"] for each in used.send("GET", "/v1/budgets").json["budgets"]] == ["monthly"]
    run.on("dialog", lambda dialog: dialog.accept())
    run.get_by_role("button", name="Delete monthly").click()
    expect(run.get_by_role("heading", name="No budgets")).to_be_visible()


def test_a_member_gets_a_key_and_loses_it(run: Page, browser: Browser, used: Serving) -> None:
    """With it they sign in; switched off, it opens nothing any more."""
    part(run, "Members and keys")
    run.get_by_label("Name of a new member").fill("ada")
    run.get_by_role("button", name="Add").click()
    card = run.locator("section.card", has=run.get_by_role("heading", name="ada"))
    card.get_by_role("button", name="New key").click()
    key_id = run.get_by_label("Access key ID").input_value()
    secret = run.get_by_label("Secret access key").input_value()
    run.keyboard.press("Escape")
    with watched(browser, used, None) as other:
        other.goto("/")
        sign_in(other, key_id, secret)
        expect(other.get_by_role("navigation", name="Pages")).to_be_visible()
        run.on("dialog", lambda dialog: dialog.accept())
        card.get_by_role("button", name="Switch off").click()
        expect(card.get_by_text("off", exact=True)).to_be_visible()
        other.reload()
        expect(other.get_by_role("heading", name="Sign in to the studio")).to_be_visible()


def test_access_to_a_model_is_one_click(run: Page, used: Serving) -> None:
    """And one more to say yes to its terms; withdrawn, Create does not draw with it, and given again it does."""
    part(run, "Models")
    run.get_by_role("button", name="Withdraw access: Stable Image Core 1.1").click()
    run.get_by_role("dialog").get_by_role("button", name="Withdraw access").click()
    give = run.get_by_role("button", name="Give access: Stable Image Core 1.1")
    expect(give).to_be_visible()
    assert used.send("POST", f"/model/{CORE}/invoke", b'{"prompt": "a"}').status == 403
    run.get_by_role("link", name="Create").click()
    expect(run.get_by_text("no access yet")).to_be_visible()
    run.get_by_role("link", name="Run").click()
    part(run, "Models")
    give.click()
    terms = run.get_by_role("dialog")
    expect(terms.get_by_text("from $0.04 a picture")).to_be_visible()
    expect(terms.get_by_text("name no licence")).to_be_visible()
    terms.get_by_role("button", name="Give access").click()
    expect(run.get_by_role("button", name="Withdraw access: Stable Image Core 1.1")).to_be_visible()
    assert used.send("GET", f"/v1/models/{CORE}").json["access"]


def test_the_trail_says_who_called_what(run: Page, used: Serving) -> None:
    """The newest first, by part of a name and by how it ended, and further back as far as it goes."""
    used.send("GET", "/v1/models/imagen")
    for _ in range(60):
        used.send("GET", "/v1/openapi.json")
    part(run, "Audit trail")
    rows = run.get_by_role("region", name="Audit trail").get_by_role("row")
    expect(rows).to_have_count(51)
    run.get_by_label("What was called").fill("OpenApi")
    expect(run.get_by_role("cell", name="GetOpenApi")).to_have_count(50)
    run.get_by_role("button", name="Further back").click()
    expect(rows).to_have_count(61)
    run.get_by_label("What was called").fill("GetModel")
    run.get_by_label("Ended").select_option("Refused or failed")
    expect(run.get_by_role("cell", name="imagen")).to_be_visible()
    expect(rows).to_have_count(2)
    run.get_by_label("Member").fill("nobody")
    expect(run.get_by_role("heading", name="Nothing here")).to_be_visible()


@pytest.fixture
def somebody(used: Serving) -> NewKey:
    """The key of somebody who may use what is theirs, and no more."""
    directory = used.directory
    with directory.database.writing() as connection:
        user = make_user(directory, connection, directory.random(6).hex(), "others")
        put_managed_policy(directory, connection, user, OWN_USE)
        return create_key(directory, connection, user)


def test_what_is_not_allowed_is_not_there(browser: Browser, used: Serving, somebody: NewKey) -> None:
    """Neither members nor budgets for somebody who may use what is theirs alone."""
    with watched(browser, used, None) as page:
        page.goto("/")
        sign_in(page, somebody.id, somebody.secret)
        page.get_by_role("navigation", name="Pages").get_by_role("link", name="Run").click()
        expect(page.locator(".costs dd").first).to_have_text("$0.00")
        parts = page.get_by_role("group", name="Parts of this page").get_by_role("button")
        assert parts.all_inner_texts() == ["Usage", "Models", "Audit trail"]
        part(page, "Audit trail")
        expect(page.get_by_role("cell", name="ListAuditEvents")).to_have_count(0)
        expect(page.get_by_role("cell", name="GetCosts").first).to_be_visible()
        expect(page.get_by_label("Member")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_is_for_everybody(run: Page, axe: Axe, scheme: str, width: int) -> None:
    """Axe finds nothing in any part; nothing is wider than the page."""
    run.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    run.set_viewport_size({"width": width, "height": 800})
    for name in ("Usage", "Credit", "Budgets", "Members and keys", "Models", "Audit trail"):
        part(run, name)
        expect(run.locator("main .card").first).to_be_visible()
        assert axe(run) == []
        assert run.evaluate("document.documentElement.scrollWidth") <= width
