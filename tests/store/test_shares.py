"""What pictures cost by who asked: the database adds up, and finds a tag however it is written."""

from dataclasses import replace

import pytest

from outcrop.store.accounts import Account, add_account
from outcrop.store.bookings import add_bookings
from outcrop.store.shares import Whose, shares
from outcrop.units import Micros
from tests.databases import Place
from tests.store.test_rows import ACCOUNT, booking

HARD = ("a%_'\"\\ä", "ü漢\n%")
"""A tag whose name and value mean something else in a pattern, in SQL or in JSON."""


@pytest.mark.parametrize("tag", [None, HARD], ids=["all", "tagged"])
def test_shares_add_up(place: Place, tag: tuple[str, str] | None) -> None:
    """Of pictures in the period, in the states that count, and with the tag if one is asked for."""
    name, value = HARD
    pictures = [
        replace(booking(1), price=Micros(1), tags={}),
        replace(booking(2), price=Micros(20), tags={name: value}),
        replace(booking(3), price=Micros(300), tags={name: value, "z": "1"}, user_name="bob"),
        replace(booking(4), price=Micros(4000), tags={name: "u"}),
        replace(booking(5), price=Micros(50_000), tags={name: value}, state="released"),
        replace(booking(60), price=Micros(600_000), tags={name: value}),
    ]
    whose = Whose(since=1, until=60, states={"reserved", "settled"}, tag=tag)
    with place.open() as database, database.writing() as connection:
        add_account(connection, Account(id=ACCOUNT, name="a", created_at=0))
        add_bookings(connection, pictures)
        found = {(one.user_name, tuple(sorted(one.tags.items()))): one.price for one in shares(connection, whose)}
    if tag is None:
        assert found == {("ann", ()): 4021, ("bob", ()): 300}
    else:
        assert found == {("ann", (HARD,)): 20, ("bob", tuple(sorted([HARD, ("z", "1")]))): 300}
