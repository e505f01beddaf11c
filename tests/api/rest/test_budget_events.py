"""Warnings of budgets over the REST: each account sees those of its own budgets, the operator all of them."""

from collections.abc import Iterator

import pytest

from outcrop.access.user_policies import put_managed_policy, put_user_policy
from outcrop.catalog.load import Catalog
from outcrop.clock import new_id, unix_time
from outcrop.ledger.warning import note_warnings
from outcrop.store.accounts import Account, add_account
from outcrop.store.budget_events import BudgetEvent, add_events, claim_event, end_attempt, events_due
from outcrop.store.budgets import delete_budget
from outcrop.store.policies import policies_of, remove_policy
from outcrop.units import Micros
from tests.api.rest.figures import DRAWN, draw, send_json
from tests.serving import ACCOUNT, TESTER, Serving, serving

OTHER = "999988887777"
BEARER = (
    '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "bedrock:CallWithBearerToken",'
    ' "Resource": "*"}}'
)
"""What every bearer key needs, whatever it is shown for."""
EVERYBODY_S = {"scope": "all", "period": "day", "limit": "0.05", "warnAt": [50, 80]}
OWN = {"scope": "user", "value": "test/tester", "period": "month", "limit": "0.08", "warnAt": [50]}


@pytest.fixture
def warned(catalog: Catalog) -> Iterator[Serving]:
    """A server on which a picture of $0.04 led two budgets to three warnings; another account has one of old."""
    with serving(catalog) as running:
        with running.directory.database.writing() as connection:
            add_account(connection, Account(id=OTHER, name="other", created_at=0))
            old = BudgetEvent(
                id="old", budget="theirs", scope="account", value=OTHER, period="all", since=0,
                ceiling=Micros(1_000_000), part=80, used=Micros(900_000), at=86_400,
            )  # fmt: skip
            add_events(connection, [old])
        for name, wanted in (("all-day", EVERYBODY_S), ("own", OWN)):
            assert send_json(running, "PUT", f"/v1/budgets/{name}", wanted).status == 201
        draw(running, DRAWN[0])
        with running.directory.database.writing() as connection:
            assert len(note_warnings(connection, int(unix_time()), new_id, tell=True)) == 3
        yield running


def seen(server: Serving, query: str) -> list[tuple[str, int]]:
    """Budgets and parts, the latest first."""
    found = server.send("GET", f"/v1/budget-events{query}").json["budgetEvents"]
    return [(one["budget"], one["percent"]) for one in found]


def test_an_account_sees_its_own_budgets_warnings(warned: Serving) -> None:
    """Of its users and profiles as well; not those of everybody, and nothing of the operator's webhook."""
    (event,) = warned.send("GET", "/v1/budget-events").json["budgetEvents"]
    anew = warned.send("GET", "/v1/budgets/own").json["beginsAnew"]
    assert event | {"id": "", "at": ""} == {
        "id": "",
        "at": "",
        "budget": "own",
        "scope": "user",
        "value": f"{ACCOUNT}/tester",
        "period": "month",
        "percent": 50,
        "limit": "0.08",
        "used": "0.04",
        "beginsAnew": anew,
        "webhook": None,
    }
    assert seen(warned, "?account=other") == [("theirs", 80)]
    assert warned.send("GET", "/v1/budget-events?account=other").json["budgetEvents"][0]["beginsAnew"] is None


def test_the_operator_sees_all_and_what_the_webhook_was_told(warned: Serving) -> None:
    """Of a budget that is gone as well."""
    with warned.directory.database.writing() as connection:
        event = next(one for one in events_due(connection, int(unix_time())) if one.budget == "own")
        assert claim_event(connection, event, event.at + 60)
        end_attempt(connection, event.id, None, event.at + 60, "It answered 500.")
        delete_budget(connection, "own")
    assert sorted(seen(warned, "?account=all")) == [("all-day", 50), ("all-day", 80), ("own", 50), ("theirs", 80)]
    (own,) = warned.send("GET", "/v1/budget-events?account=all&budget=own").json["budgetEvents"]
    assert (own["scope"], own["webhook"]["attempts"], own["webhook"]["reason"]) == ("user", 1, "It answered 500.")
    today = own["at"][:10]
    assert ("theirs", 80) not in seen(warned, f"?account=all&since={today}")
    assert seen(warned, f"?account=all&until={today}") == [("theirs", 80)]


def test_pages_neither_overlap_nor_leave_anything_out(warned: Serving) -> None:
    """One event a page, to the end."""
    found, query = [], "?account=all&limit=1"
    while True:
        page = warned.send("GET", f"/v1/budget-events{query}").json
        found += [one["id"] for one in page["budgetEvents"]]
        if page["nextCursor"] is None:
            break
        query = f"?account=all&limit=1&cursor={page['nextCursor']}"
    everything = warned.send("GET", "/v1/budget-events?account=all").json["budgetEvents"]
    assert found == [one["id"] for one in everything]
    assert len(found) == 4
    assert found[-1] == "old"


def test_whoever_sees_an_account_does_not_see_the_installation(warned: Serving) -> None:
    """Nor another account; one's own use alone is no account's."""
    for policy, statuses in (("OutcropAccountReadOnly", [200, 403, 403]), ("OutcropOwnUse", [403, 403, 403])):
        with warned.directory.database.writing() as connection:
            for row in policies_of(connection, TESTER.id):
                remove_policy(connection, TESTER.id, row.name)
            put_managed_policy(warned.directory, connection, TESTER, policy)
            put_user_policy(warned.directory, connection, TESTER, "bearer", BEARER)
        places = ("", "?account=other", "?account=all")
        assert [warned.send("GET", f"/v1/budget-events{place}").status for place in places] == statuses
