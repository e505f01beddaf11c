"""Queries that add up what moved to accounts of the ledger and from them. Knows rows; knows no pool and no picture.

Units: micro-dollars. PostgreSQL adds whole numbers up to a decimal, so every sum is made whole again.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, func, literal_column, select

from outcrop.store.bookings import Kind
from outcrop.store.database import Connection
from outcrop.store.tables import FROM_POOL, TO_POOL, entries

_DAY: Final = entries.c.at // literal_column("86400")
_SUM: Final = func.sum(entries.c.amount)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfAccount:
    """What moved on a day, of one kind."""

    day: int
    """Counted from 1 January 1970, UTC."""
    kind: Kind
    came: int
    """Less what went."""


def days_of_pool(connection: Connection, account: str) -> list[DayOfAccount]:
    """What moved to a pool's account and from it, day by day, the first one first."""
    found = Counter[tuple[int, Kind]]()
    for side, sign in ((_to(account), 1), (_from(account), -1)):
        query = select(_DAY.label("day"), entries.c.kind, _SUM.label("amount")).where(side)
        for row in connection.execute(query.group_by(_DAY, entries.c.kind)):
            found[row.day, row.kind] += sign * int(row.amount)
    return [DayOfAccount(day=day, kind=kind, came=came) for (day, kind), came in sorted(found.items())]


def drawn_since(connection: Connection, account: str, since: int) -> int:
    """What pictures have drawn from a pool's account since a moment, less what came back of them or of earlier ones."""
    of_pictures = (entries.c.at >= since) & entries.c.booking_id.is_not(None)
    went, came = (select(_SUM).where(side, of_pictures) for side in (_from(account), _to(account)))
    return _whole(connection, went) - _whole(connection, came)


def balance(connection: Connection, account: str) -> int:
    """What moved to an account less what moved from it."""
    came, went = (select(_SUM).where(column == account) for column in (entries.c.target, entries.c.source))
    return _whole(connection, came) - _whole(connection, went)


def all_balances(connection: Connection) -> Counter[str]:
    """The same of every account that anything moved to or from."""
    found = Counter[str]()
    sides: tuple[tuple[ColumnElement[str], int], ...] = ((entries.c.target, 1), (entries.c.source, -1))
    for column, sign in sides:
        for row in connection.execute(select(column.label("account"), _SUM.label("amount")).group_by(column)):
            found[row.account] += sign * int(row.amount)
    return found


def _from(pool: str) -> ColumnElement[bool]:
    return and_(entries.c.source == pool, FROM_POOL)


def _to(pool: str) -> ColumnElement[bool]:
    return and_(entries.c.target == pool, TO_POOL)


def _whole(connection: Connection, query: Select[Any]) -> int:
    found = connection.execute(query).scalar_one()
    return 0 if found is None else int(found)
