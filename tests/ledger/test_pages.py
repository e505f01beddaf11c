"""Pages of the books on both databases: of every size, of everybody and of one user, and pools that are ended."""

from dataclasses import replace

import pytest

from outcrop.errors import NoSuchResource
from outcrop.ledger.books import Books
from outcrop.plan import Plan
from outcrop.store.bookings import all_bookings, all_entries
from outcrop.store.credit_pools import CreditPool, list_pools
from outcrop.store.database import Database
from outcrop.store.pages import NumberedEntry, Part, bookings_after, entries_after
from outcrop.units import Micros
from tests.ledger.test_books import ORDER, books, core, database
from tests.serving import ACCOUNT

__all__ = ["books", "core", "database"]

POOL = CreditPool(name="trial", amount=Micros(50_000), left=Micros(50_000), starts_at=0)


def part(limit: int, user: str | None = None) -> Part:
    """All of time, of everybody or of a user."""
    return Part(since=0, until=2**62, account_id=None if user is None else ACCOUNT, user_name=user, limit=limit)


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_pages_are_all_of_the_books(database: Database, books: Books, core: Plan, limit: int) -> None:
    """In order, each once; a user's are those of their pictures."""
    books.grant(POOL)
    for number, user in enumerate(["tester", "alice", "tester"]):
        (booking,) = books.reserve(replace(ORDER, request_id=f"r{number}", user_name=user), [core])
        books.settle({booking.id: 7})

    def entries(user: str | None) -> list[NumberedEntry]:
        found: list[NumberedEntry] = []
        with database.reading() as connection:
            while page := entries_after(connection, part(limit, user), found[-1].number if found else 0):
                found += page
        return found

    def bookings(user: str | None) -> list[str]:
        found, place = list[str](), (0, "")
        with database.reading() as connection:
            while page := bookings_after(connection, part(limit, user), place):
                found += [one.id for one in page]
                place = (page[-1].reserved_at, page[-1].id)
        return found

    with database.reading() as connection:
        assert [one.entry for one in entries(None)] == all_entries(connection)
        assert bookings(None) == [one.id for one in all_bookings(connection)]
    assert {one.entry.booking_id for one in entries("alice")} == {"r1/0"}
    assert bookings("alice") == ["r1/0"]
    assert bookings("tester") == ["r0/0", "r2/0"]
    assert entries("nobody") == []


def test_a_pool_that_is_ended_expires_once(database: Database, books: Books, core: Plan) -> None:
    """What it paid stays paid; the books are right, and a pool that there is not cannot end."""
    books.grant(POOL)
    (booking,) = books.reserve(ORDER, [core])
    books.settle({booking.id: 7})
    for _ in range(2):
        books.end("trial")
        with database.reading() as connection:
            (pool,) = list_pools(connection)
            expired = [entry.amount for entry in all_entries(connection) if entry.kind == "expire"]
        assert (pool.left, expired) == (0, [POOL.amount - core.price])
        assert books.faults() == []
    with pytest.raises(NoSuchResource, match="There is no credit pool 'none'"):
        books.end("none")
