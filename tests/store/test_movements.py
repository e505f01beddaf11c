"""Sums of what moved: on both databases those of the entries themselves, whatever they are."""

from collections import Counter
from itertools import product
from typing import get_args

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outcrop.store.accounts import Account, add_account
from outcrop.store.bookings import Entry, Kind, add_bookings, add_entries
from outcrop.store.movements import DayOfAccount, all_balances, balance, days_of_pool, drawn_since
from outcrop.units import Micros
from tests.databases import Place
from tests.store.test_rows import ACCOUNT, booking

POOLS = ("pool:a", "pool:b")
ACCOUNTS = (*POOLS, "bill:1", "held:1")
DAY = 86_400
WAYS = [way for way in product(ACCOUNTS, ACCOUNTS) if way[0] != way[1]]
MOVED = st.lists(
    st.tuples(st.integers(0, 3 * DAY), st.sampled_from(get_args(Kind)), st.sampled_from(WAYS), st.integers(0, 2**55)),
    max_size=12,
    unique_by=lambda one: (one[1], one[2]),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moved=MOVED, since=st.integers(0, 3 * DAY))
def test_sums_are_those_of_the_entries(
    place: Place, moved: list[tuple[int, Kind, tuple[str, str], int]], since: int
) -> None:
    """Of a pool day by day, of its pictures since a moment, and of all accounts."""
    entries = [_entry(*one) for one in moved]
    with place.open() as database, database.writing() as connection:
        undone = connection.begin_nested()
        add_account(connection, Account(id=ACCOUNT, name="a", created_at=0))
        add_bookings(connection, [booking(0)])
        add_entries(connection, entries)
        expected = Counter[str]()
        for entry in entries:
            expected[entry.target] += entry.amount
            expected[entry.source] -= entry.amount
        assert all_balances(connection) == expected
        for account in ACCOUNTS:
            assert balance(connection, account) == expected[account]
        for account in POOLS:
            assert days_of_pool(connection, account) == _days(entries, account)
            of_pictures = [one for one in entries if one.booking_id is not None and one.at >= since]
            assert drawn_since(connection, account, since) == -_came(of_pictures, account)
        undone.rollback()


def _entry(at: int, kind: Kind, way: tuple[str, str], amount: int) -> Entry:
    source, target = way
    of = None if kind in {"grant", "expire"} else "r0/0"
    return Entry(at=at, kind=kind, booking_id=of, source=source, target=target, amount=Micros(amount))


def _came(entries: list[Entry], account: str) -> int:
    return sum(one.amount * ((one.target == account) - (one.source == account)) for one in entries)


def _days(entries: list[Entry], account: str) -> list[DayOfAccount]:
    concerned = [one for one in entries if account in {one.source, one.target}]
    alike = {_alike(one) for one in concerned}
    return [
        DayOfAccount(
            day=day,
            kind=kind,
            came=_came([one for one in concerned if (one.at // DAY, one.kind) == (day, kind)], account),
        )
        for day, kind in sorted(alike)
    ]


def _alike(entry: Entry) -> tuple[int, Kind]:
    return entry.at // DAY, entry.kind
