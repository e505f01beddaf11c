"""Rows that travel together: whatever their number, they arrive as they were, in their order, in both databases."""

import pytest

from outcrop.store.accounts import Account, add_account
from outcrop.store.bookings import Booking, Entry, add_bookings, add_entries, all_bookings, all_entries
from outcrop.store.database import Clash
from outcrop.units import Micros, ModelId
from tests.databases import Place

ACCOUNT = "111111111111"


def booking(number: int) -> Booking:
    """One with what is hard to write: quotes, other alphabets, the largest amount, nothing."""
    return Booking(
        id=f"r{number}/0",
        request_id=f"r{number}",
        account_id=ACCOUNT,
        user_name="ann",
        model_id=ModelId("m"),
        operation="text_to_image",
        tags={"a'\"\\": "ü漢\u0000\n"},
        price=Micros(2**62 - number),
        price_list="Å 'list' {}",
        reserved_at=number,
        owner="o",
    )


@pytest.mark.parametrize("count", [0, 1, 2, 65])
def test_rows_arrive_as_they_were(place: Place, count: int) -> None:
    """Alone or together."""
    added = [booking(number) for number in range(count)]
    moved = [
        Entry(at=n, kind="grant", booking_id=None, source="granted", target=f"pool:{n}", amount=Micros(n))
        for n in range(count)
    ]
    with place.open() as database:
        with database.writing() as connection:
            add_account(connection, Account(id=ACCOUNT, name="a", created_at=0))
            add_bookings(connection, added)
            add_entries(connection, moved)
        with database.reading() as connection:
            assert all_bookings(connection) == added
            assert all_entries(connection) == moved


def test_what_is_there_already_is_refused_with_all_that_came_along(place: Place) -> None:
    """As a clash, by which the books know that they have to look."""
    with place.open() as database:
        with database.writing() as connection:
            add_account(connection, Account(id=ACCOUNT, name="a", created_at=0))
            add_bookings(connection, [booking(1)])
        with pytest.raises(Clash), database.writing() as connection:
            add_bookings(connection, [booking(0), booking(1), booking(2)])
        with database.reading() as connection:
            assert all_bookings(connection) == [booking(1)]
