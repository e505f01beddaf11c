"""Rows that travel together: whatever their number, they arrive as they were, in their order, in both databases."""

from dataclasses import replace

import pytest

from outcrop.store.accounts import Account, add_account
from outcrop.store.bookings import (
    Booking,
    Closing,
    Entry,
    add_bookings,
    add_entries,
    all_bookings,
    all_entries,
    hand_over,
    settle_bookings,
)
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


def in_its_state(number: int) -> Booking:
    """One that is reserved, save the second, which is settled already."""
    return replace(booking(number), state="settled" if number == 1 else "reserved")


@pytest.mark.parametrize("count", [0, 1, 2, 65])
def test_rows_are_changed_each_in_its_own_way(place: Place, count: int) -> None:
    """Those that are asked for and in the state that they are to leave; how many there were is told."""
    closings = {
        f"r{n}/0": Closing(state="settled", at=2**40 + n, engine_ms=n, own_cost=Micros(n) if n % 2 else None)
        for n in range(count)
    }
    with place.open() as database:
        with database.writing() as connection:
            add_account(connection, Account(id=ACCOUNT, name="a", created_at=0))
            add_bookings(
                connection, [replace(booking(n), state="settled" if n == 1 else "reserved") for n in range(66)]
            )
            assert settle_bookings(connection, closings).changed == count - (count > 1)
            hand_over(connection, list(closings))
        with database.reading() as connection:
            found = {one.id: one for one in all_bookings(connection)}
    for key, one in found.items():
        if key in closings and key != "r1/0":
            kept = Closing(state=one.state, at=one.closed_at or 0, engine_ms=one.engine_ms, own_cost=one.own_cost)
            assert (kept, one.owner) == (closings[key], "")
        else:
            assert (one.closed_at, one.owner) == (None, "" if key in closings else "o")


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
