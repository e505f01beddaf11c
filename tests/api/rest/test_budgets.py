"""Budgets over the REST: they hold from the moment they are put, and count what was spent before."""

from collections.abc import Iterator

import pytest

from outcrop.catalog.load import Catalog
from outcrop.store.accounts import Account, add_account
from tests.api.rest.figures import DRAWN, draw, send_json
from tests.conftest import CORE
from tests.serving import ACCOUNT, Serving, serving

OTHER = "999988887777"
DAY = {"scope": "all", "period": "day", "limit": "0.05"}


@pytest.fixture
def books(catalog: Catalog) -> Iterator[Serving]:
    """A server on which one picture of $0.04 was drawn."""
    with serving(catalog) as running:
        with running.directory.database.writing() as connection:
            add_account(connection, Account(id=OTHER, name="other", created_at=0))
        draw(running, DRAWN[0])
        yield running


def test_a_budget_s_life(books: Serving) -> None:
    """Made, it holds; with another limit it lets more through; deleted, it holds nobody up."""
    made = send_json(books, "PUT", "/v1/budgets/daily", DAY)
    assert made.status == 201
    assert made.json | {"beginsAnew": ""} == {
        "name": "daily",
        "scope": "all",
        "value": "",
        "period": "day",
        "limit": "0.05",
        "used": "0.04",
        "warnAt": [80],
        "beginsAnew": "",
    }

    def invoke() -> int:
        return books.send("POST", f"/model/{CORE}/invoke", b'{"prompt":"a fox"}').status

    assert invoke() == 400
    quote = send_json(books, "POST", "/v1/quote", {"model": "core", "body": {"prompt": "a fox"}}).json
    assert "The budget 'daily' of $0.05 a day would be passed" in quote["refusal"]
    assert (quote["budgets"][0]["fits"], quote["budgets"][0]["left"]) == (False, "-0.03")

    changed = send_json(books, "PUT", "/v1/budgets/daily", DAY | {"limit": "0.08", "warnAt": [90, 50]})
    assert (changed.status, changed.json["limit"], changed.json["warnAt"]) == (200, "0.08", [50, 90])
    assert invoke() == 200
    assert books.send("GET", "/v1/budgets/daily").json["used"] == "0.08"
    assert invoke() == 400
    assert books.send("DELETE", "/v1/budgets/daily").status == 204
    assert books.send("GET", "/v1/budgets/daily").status == 404
    assert books.send("DELETE", "/v1/budgets/daily").status == 404
    assert invoke() == 200


def test_whose_budgets_are_listed(books: Serving) -> None:
    """An account's and its users' are its own; those of all and of tags are the installation's."""
    values = {
        "a": {"scope": "account", "value": "test"},
        "u": {"scope": "user", "value": "test/tester"},
        "o": {"scope": "account", "value": OTHER},
        "t": {"scope": "tag", "value": "campaign=spring=1"},
        "x": {"scope": "all"},
    }
    for name, value in values.items():
        assert send_json(books, "PUT", f"/v1/budgets/{name}", DAY | {"limit": "5"} | value).status == 201

    def names(query: str) -> list[str]:
        return [one["name"] for one in books.send("GET", f"/v1/budgets{query}").json["budgets"]]

    assert names("") == ["a", "u"]
    assert names("?account=other") == ["o"]
    assert names("?account=all") == ["a", "o", "t", "u", "x"]
    kept = {one["name"]: one["value"] for one in books.send("GET", "/v1/budgets?account=all").json["budgets"]}
    assert kept == {"a": ACCOUNT, "u": f"{ACCOUNT}/tester", "o": OTHER, "t": "campaign=spring=1", "x": ""}


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"scope": "all", "value": "x"}, 422, "A budget for all has no value; leave it out."),
        ({"scope": "account"}, 422, "The value of a budget for account is an account's number or name; '' is not."),
        ({"scope": "account", "value": "test/tester"}, 422, "'test/tester' is not."),
        ({"scope": "account", "value": "nobody"}, 404, "There is no account 'nobody'"),
        ({"scope": "user", "value": "tester"}, 422, "an account's number or name, a slash, and a user's name"),
        ({"scope": "tag", "value": "=x"}, 422, "a tag's name, an equals sign, and its value; '=x' is not."),
        ({"scope": "profile", "value": "test/none"}, 404, f"Account {ACCOUNT} has no inference profile 'none'"),
        ({"limit": "-1"}, 400, "body/limit: '-1' does not match"),
        ({"limit": "0.0000001"}, 400, "body/limit: '0.0000001' does not match"),
        ({"limit": 5}, 400, "body/limit: 5 is not of type 'string'"),
        ({"period": "week"}, 400, "body/period: 'week' is not one of"),
        ({"warnAt": [0]}, 400, "body/warnAt/0: 0 is less than the minimum of 1"),
    ],
)
def test_what_is_no_budget(books: Serving, change: dict[str, object], status: int, words: str) -> None:
    """Is refused, and nothing is kept."""
    answer = send_json(books, "PUT", "/v1/budgets/new", DAY | change)
    assert answer.status == status
    assert words in answer.json["detail"]
    assert books.send("GET", "/v1/budgets?account=all").json == {"budgets": []}
