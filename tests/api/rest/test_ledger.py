"""The books over the REST, a page at a time: no page leaves anything out, whatever its size; and invoices."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcrop.catalog.load import Catalog
from outcrop.catalog.prices import to_dollars
from outcrop.clock import day_of, unix_time
from outcrop.ledger.invoice import described, invoice
from outcrop.ledger.month import read_month
from outcrop.store.bookings import all_bookings, all_entries
from tests.api.rest.figures import DRAWN, draw, send_json
from tests.conftest import CORE
from tests.serving import ACCOUNT, Serving, serving


@pytest.fixture(scope="module")
def books(catalog: Catalog) -> Iterator[Serving]:
    """A server with credit and five pictures that were drawn."""
    with serving(catalog) as running:
        send_json(running, "POST", "/v1/credit-pools", {"name": "trial", "amount": "0.10"})
        for drawing in DRAWN:
            draw(running, drawing)
        yield running


def pages(server: Serving, what: str, query: str) -> Iterator[list[dict[str, object]]]:
    """One page after another, to the end."""
    cursor: str | None = ""
    while cursor is not None:
        answer = server.send("GET", f"/v1/{what}?{query}{f'&cursor={cursor}' if cursor else ''}").json
        yield answer[what]
        cursor = answer["nextCursor"]


@given(limit=st.integers(1, 30))
def test_pages_of_entries_are_all_of_them(books: Serving, limit: int) -> None:
    """In the books' order, each once, none longer than asked for."""
    with books.directory.database.reading() as connection:
        entries = all_entries(connection)
    found = list(pages(books, "entries", f"account=all&limit={limit}"))
    assert all(len(page) == limit for page in found[:-1])
    flat = [one for page in found for one in page]
    assert [(one["kind"], one["source"], one["target"], one["amount"], one["booking"]) for one in flat] == [
        (one.kind, one.source, one.target, to_dollars(one.amount), one.booking_id) for one in entries
    ]


@given(limit=st.integers(1, 8))
def test_pages_of_bookings_are_all_of_them(books: Serving, limit: int) -> None:
    """By when they were asked for, each once."""
    with books.directory.database.reading() as connection:
        bookings = all_bookings(connection)
    found = [one for page in pages(books, "bookings", f"limit={limit}") for one in page]
    assert [one["id"] for one in found] == [one.id for one in bookings]
    assert [one["price"] for one in found] == [to_dollars(one.price) for one in bookings]
    assert {str(one["tags"]) for one in found} == {"{'campaign': 'spring'}", "{'campaign': 'autumn'}"}


def test_what_comes_while_one_reads_is_on_a_later_page(catalog: Catalog) -> None:
    """Entries are added behind the place where one is, so reading on finds them and nothing twice."""
    with serving(catalog) as server:
        draw(server, DRAWN[0])
        first = server.send("GET", "/v1/entries?limit=2").json
        draw(server, DRAWN[0])
        second = server.send("GET", f"/v1/entries?limit=9&cursor={first['nextCursor']}").json
        assert [one["kind"] for one in (*first["entries"], *second["entries"])] == ["reserve", "settle"] * 2
        assert second["nextCursor"] is None


@pytest.mark.parametrize(
    ("query", "entries", "bookings"),
    [
        ("account=all", 12, 5),
        (f"account={ACCOUNT}", 11, 5),
        ("user=tester", 11, 5),
        ("user=nobody", 0, 0),
        ("month=2020-01", 0, 0),
        ("since=2020-01-01", 11, 5),
        ("until=2020-01-01", 0, 0),
    ],
)
def test_a_part_of_the_books(books: Serving, query: str, entries: int, bookings: int) -> None:
    """Five pictures are five pairs of entries, one more where credit ran out in a picture; the grant is nobody's."""
    assert len(books.send("GET", f"/v1/entries?{query}").json["entries"]) == entries
    assert len(books.send("GET", f"/v1/bookings?{query}").json["bookings"]) == bookings


@pytest.mark.parametrize(
    ("what", "query", "status"),
    [
        ("entries", "limit=0", 400),
        ("entries", "limit=1001", 400),
        ("entries", "limit=x", 400),
        ("entries", "cursor=x", 400),
        ("bookings", "cursor=1", 400),
        ("bookings", "month=2026-11&until=2026-12-01", 422),
        ("entries", "account=nobody", 404),
    ],
)
def test_what_is_no_page(books: Serving, what: str, query: str, status: int) -> None:
    """Is refused."""
    assert books.send("GET", f"/v1/{what}?{query}").status == status


def test_an_invoice(books: Serving) -> None:
    """Five pictures of $0.34, of which $0.10 are paid by credit; it is the one of the command line."""
    month = day_of(unix_time()).isoformat()[:7]
    found = books.send("GET", f"/v1/invoices/{month}").json
    assert (found["pictures"], found["total"], found["billed"]) == (5, "0.34", "0.24")
    assert found["credit"] == [{"pool": "trial", "amount": "0.1"}]
    with books.directory.database.reading() as connection:
        assert found == described(invoice(connection, read_month(month), ACCOUNT))
        everybody = described(invoice(connection, read_month(month), None))
    assert books.send("GET", f"/v1/invoices/{month}?account=all").json == everybody
    assert [line["pictures"] for line in found["lines"] if line["model"] == CORE] == [3]
    assert books.send("GET", "/v1/invoices/2020-01").json["lines"] == []
    assert books.send("GET", "/v1/invoices/2020-13").status == 400
