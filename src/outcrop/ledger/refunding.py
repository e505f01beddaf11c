"""Gives back what was paid for delivered pictures, because somebody says so. Knows the books; knows no picture."""

from collections.abc import Sequence

from outcrop.errors import InvalidRequest, NoSuchResource
from outcrop.ledger.books import Books
from outcrop.store.bookings import Booking, find_bookings
from outcrop.store.database import Database

MOST = 100
"""Pictures at once."""


def refund(database: Database, books: Books, ids: Sequence[str]) -> list[Booking]:
    """Give back what was spent on pictures, all of them or none: to the pools that had paid, and to the budgets.

    Again changes nothing.

    Raises: InvalidRequest when one was not paid for, or there are too many; NoSuchResource when there is none of an id.
    """
    if not 0 < len(ids) <= MOST:
        raise InvalidRequest(f"{len(ids)} pictures cannot be refunded at once; name 1 to {MOST}.")
    with database.writing() as connection:
        known = {booking.id: booking for booking in find_bookings(connection, ids)}
        for key in ids:
            if key not in known:
                raise NoSuchResource(f"No picture is booked as '{key[:64]}'; GET /v1/bookings shows those there are.")
            if known[key].state not in {"settled", "refunded"}:
                raise InvalidRequest(f"Picture {key} is {known[key].state}; only what was paid for is given back.")
        books.refund_within(connection, ids)
        return find_bookings(connection, ids)
