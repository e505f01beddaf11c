"""Queries on the operator's own lists of prices and of costs. Knows rows; knows no price."""

from dataclasses import asdict, dataclass
from typing import Final, Literal

from sqlalchemy import delete, insert, select, update

from outcrop.store.database import Connection
from outcrop.store.prepared import Prepared
from outcrop.store.tables import bookings, price_lists

Kind = Literal["prices", "own-costs"]
"""What a list is of: pictures, or the engine's time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptList:
    """A list as it was given."""

    id: str
    kind: Kind
    name: str
    content: str
    """JSON."""
    added_at: int
    retired_at: int | None = None
    """From when on it holds for nothing any more."""


_LIST: Final = Prepared(select(price_lists).order_by(price_lists.c.added_at, price_lists.c.id))
_STATES: Final = Prepared(select(price_lists.c.id, price_lists.c.retired_at).order_by(price_lists.c.id))


def kept_lists(connection: Connection) -> list[KeptList]:
    """Every list, the one that was added first first."""
    return [KeptList(**row._asdict()) for row in _LIST.rows(connection)]


def list_states(connection: Connection) -> tuple[tuple[str, int | None], ...]:
    """Which lists there are and which are retired: what says nothing else than before has not changed."""
    return tuple((row.id, row.retired_at) for row in _STATES.rows(connection))


def add_list(connection: Connection, kept: KeptList) -> None:
    """Keep a list of a name that is free."""
    connection.execute(insert(price_lists).values(asdict(kept)))


def retire_list(connection: Connection, list_id: str, at: int) -> None:
    """End a list, unless it has ended."""
    there = (price_lists.c.id == list_id) & price_lists.c.retired_at.is_(None)
    connection.execute(update(price_lists).where(there).values(retired_at=at))


def remove_list(connection: Connection, list_id: str) -> None:
    """Forget a list."""
    connection.execute(delete(price_lists).where(price_lists.c.id == list_id))


def has_priced(connection: Connection, name: str) -> bool:
    """Whether a picture was ever booked at a price of the list of that name."""
    query = select(bookings.c.id).where(bookings.c.price_list == name).limit(1)
    return connection.execute(query).first() is not None


def has_cost_since(connection: Connection, since: int) -> bool:
    """Whether a picture that was settled from a moment on says what it cost here."""
    query = select(bookings.c.id).where(bookings.c.own_cost.is_not(None), bookings.c.closed_at >= since).limit(1)
    return connection.execute(query).first() is not None
