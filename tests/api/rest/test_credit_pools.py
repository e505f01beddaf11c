"""Credit over the REST: granted, drawn by pictures, burnt down, closed; the books stay right."""

from collections.abc import Iterator

import pytest

from outcrop.catalog.load import Catalog
from outcrop.clock import unix_time
from outcrop.ledger.books import open_books
from tests.api.rest.figures import DRAWN, draw, send_json
from tests.conftest import CORE, ULTRA
from tests.serving import ACCOUNT, Serving, serving


@pytest.fixture
def books(catalog: Catalog) -> Iterator[Serving]:
    """A server without any credit."""
    with serving(catalog) as running:
        yield running


def test_a_pool_s_life(books: Serving) -> None:
    """Of $0.20 five pictures of $0.34 draw all but nothing is left over; what is closed pays no more.

    The five are 3 of Core at $0.04, one at $0.08 and one of Ultra at $0.14, in this order: the pool pays 0.04 + 0.04 +
    0.04 + 0.08 = $0.20, and the last is billed.
    """
    made = send_json(books, "POST", "/v1/credit-pools", {"name": "trial", "amount": "0.20"})
    assert made.status == 201
    counts = {one["model"]: one["pictures"] for one in made.json["pictures"]}
    assert (counts[CORE], counts[ULTRA]) == (5, 1)
    assert send_json(books, "POST", "/v1/credit-pools", {"name": "trial", "amount": "1"}).status == 409
    for drawing in DRAWN[:3]:
        draw(books, drawing)
    found = books.send("GET", "/v1/credit-pools/trial").json
    assert (found["amount"], found["left"], found["until"]) == ("0.2", "0.08", None)
    assert [(day["drawn"], day["left"]) for day in found["burnDown"]] == [("0.12", "0.08")]
    assert found["runsOut"] is not None
    for drawing in DRAWN[3:]:
        draw(books, drawing)
    total = books.send("GET", "/v1/costs").json["total"]
    assert (total["listPrice"], total["fromCredit"], total["billed"]) == ("0.34", "0.2", "0.14")


def test_a_closed_pool_pays_no_more(books: Serving) -> None:
    """What it paid stays paid, what was left expires, and closing it again changes nothing."""
    send_json(books, "POST", "/v1/credit-pools", {"name": "trial", "amount": "1"})
    draw(books, DRAWN[0])
    closed = books.send("DELETE", "/v1/credit-pools/trial")
    assert (closed.status, closed.json["left"]) == (200, "0")
    assert closed.json["until"] is not None
    draw(books, DRAWN[0])
    total = books.send("GET", "/v1/costs").json["total"]
    assert (total["fromCredit"], total["billed"]) == ("0.04", "0.04")
    again = books.send("DELETE", "/v1/credit-pools/trial")
    assert again.json == closed.json
    found = books.send("GET", "/v1/credit-pools/trial").json
    assert [(day["drawn"], day["ended"], day["left"]) for day in found["burnDown"]] == [("0.04", "0.96", "0")]
    kinds = [one["kind"] for one in books.send("GET", "/v1/entries?account=all").json["entries"]]
    assert kinds == ["grant", "reserve", "settle", "expire", "reserve", "settle"]
    with open_books(books.directory.database, unix_time) as other:
        assert other.faults() == []


def test_whose_pools_are_listed(books: Serving) -> None:
    """An account sees those that it may use."""
    send_json(
        books, "POST", "/v1/credit-pools", {"name": "ours", "amount": "1", "accounts": ["test"], "models": ["core"]}
    )
    send_json(books, "POST", "/v1/credit-pools", {"name": "for all", "amount": "1", "order": 1})
    for query in ("", "?account=all"):
        pools = books.send("GET", f"/v1/credit-pools{query}").json["creditPools"]
        assert [(pool["name"], pool["accounts"], pool["models"], pool["order"]) for pool in pools] == [
            ("for all", [], [], 1),
            ("ours", [ACCOUNT], [CORE], None),
        ]
    assert books.send("GET", "/v1/credit-pools/for%20all").json["name"] == "for all"


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"until": "2020-01-01"}, 422, "The pool would end before it starts; give a later 'until'."),
        ({"models": ["imagen"]}, 404, "There is no model 'imagen'"),
        ({"accounts": ["nobody"]}, 404, "There is no account 'nobody'"),
        ({"amount": "1e3"}, 400, "body/amount: '1e3' does not match"),
        ({"name": "a/b"}, 400, "body/name: 'a/b' does not match"),
        ({"since": "2026-02-30"}, 400, "body/since: '2026-02-30' is not a 'date'"),
    ],
)
def test_what_is_no_grant(books: Serving, change: dict[str, object], status: int, words: str) -> None:
    """Is refused, and nothing is kept."""
    answer = send_json(books, "POST", "/v1/credit-pools", {"name": "new", "amount": "1"} | change)
    assert answer.status == status
    assert words in answer.json["detail"]
    assert books.send("GET", "/v1/credit-pools?account=all").json == {"creditPools": []}
    assert books.send("DELETE", "/v1/credit-pools/new").status == 404
