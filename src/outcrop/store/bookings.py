"""Queries on bookings and their entries. Knows rows; knows no rule of bookkeeping.

What is guaranteed here: an entry is never changed, a booking leaves a state only once, nothing is booked twice.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from sqlalchemy import RowMapping, Select, bindparam, select, update

from outcrop.store.database import Connection
from outcrop.store.prepared import Sent
from outcrop.store.rows import Adding, Changing, Row
from outcrop.store.tables import bookings, entries
from outcrop.units import Micros, ModelId

State = Literal["reserved", "settled", "released", "refunded"]
Kind = Literal["grant", "reserve", "settle", "release", "refund", "expire"]


NOTHING: Final = Micros(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """One picture: who pays, for what, at which price."""

    id: str
    """The request's id and the picture's number within it."""
    request_id: str
    account_id: str
    user_name: str
    model_id: ModelId
    operation: str
    tags: Mapping[str, str] = field(default_factory=dict)
    price: Micros
    credit: Micros = NOTHING
    """The part of the price that credit pools paid when it was reserved."""
    price_list: str
    """Name of the list that the price is from."""
    state: State = "reserved"
    reserved_at: int
    closed_at: int | None = None
    engine_ms: int | None = None
    """How long the engine worked on it, once it is settled."""
    own_cost: Micros | None = None
    """What it cost here, on the operator's list of that day; None where there was none."""
    owner: str
    """The process or job in whose hands it is; empty once its answer has been handed over, or there is none to come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Money that moves from one account of the ledger to another."""

    at: int
    kind: Kind
    booking_id: str | None
    source: str
    target: str
    amount: Micros


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """How a booking leaves the state of being reserved, or that of being settled."""

    state: State
    at: int
    engine_ms: int | None = None
    own_cost: Micros | None = None


_ENTRY: Final = ("at", "kind", "booking_id", "source", "target", "amount")
_ADD_BOOKINGS: Final = Adding(bookings, [column.name for column in bookings.c])
_ADD_ENTRIES: Final = Adding(entries, _ENTRY)
_FIND: Final = select(bookings).where(bookings.c.id.in_(bindparam("ids", expanding=True))).order_by(bookings.c.id)
_THERE: Final = (bookings.c.id == bindparam("key")) & (bookings.c.state == bindparam("was"))
_CLOSING: Final[Mapping[str, object]] = {"state": bindparam("to"), "closed_at": bindparam("at")}
_SETTLE: Final = Changing(
    bookings, bookings.c.state == "reserved", {"state": "settled"}, ["closed_at", "engine_ms", "own_cost"]
)
_END: Final = update(bookings).where(_THERE).values({**_CLOSING, "owner": ""})
_HAND_OVER: Final = Changing(bookings, bookings.c.state == "settled", {"owner": ""}, [])


def add_bookings(connection: Connection, added: Sequence[Booking]) -> None:
    """Add bookings of ids that are not there yet."""
    _ADD_BOOKINGS.add(connection, [_values(booking) for booking in added])


def add_entries(connection: Connection, added: Iterable[Entry]) -> None:
    """Add entries; one of the same booking, kind and accounts must not be there."""
    _ADD_ENTRIES.add(connection, [{name: getattr(entry, name) for name in _ENTRY} for entry in added])


def settle_bookings(connection: Connection, closings: Mapping[str, Closing]) -> Sent:
    """Lead bookings, by id, from being reserved to being settled; those that are not reserved stay as they are."""
    rows = {
        key: {"closed_at": closing.at, "engine_ms": closing.engine_ms, "own_cost": closing.own_cost}
        for key, closing in closings.items()
    }
    return _SETTLE.send(connection, rows)


def end_booking(connection: Connection, booking_id: str, closing: Closing, was: State) -> bool:
    """Lead a booking to an end without a picture; tells whether it was in the state that it was to be led from."""
    row = {"key": booking_id, "was": was, "to": closing.state, "at": closing.at}
    return connection.execute(_END, row).rowcount == 1


def find_bookings(connection: Connection, ids: Sequence[str]) -> list[Booking]:
    """Those of the ids that there are, by id."""
    return [booking_of_row(row) for row in connection.execute(_FIND, {"ids": ids}).mappings()]


def all_bookings(connection: Connection) -> list[Booking]:
    """Every booking, oldest first."""
    return _found(connection, select(bookings).order_by(bookings.c.reserved_at, bookings.c.id))


def bookings_in_hand(connection: Connection) -> list[Booking]:
    """Those that are reserved, or settled and not handed over yet."""
    return _found(connection, select(bookings).where(bookings.c.owner != "").order_by(bookings.c.id))


def bookings_of_owner(connection: Connection, owner: str) -> list[Booking]:
    """Those in somebody's hands."""
    return _found(connection, select(bookings).where(bookings.c.owner == owner).order_by(bookings.c.id))


def hand_over(connection: Connection, ids: Sequence[str]) -> None:
    """Note that the answer with settled pictures has left this process."""
    _HAND_OVER.send(connection, {key: {} for key in ids})


def entries_of(connection: Connection, booking_id: str, kind: Kind) -> list[Entry]:
    """A booking's entries of one kind, in their order."""
    query = select(entries).where(entries.c.booking_id == booking_id, entries.c.kind == kind).order_by(entries.c.id)
    return _entries(connection, query)


def all_entries(connection: Connection) -> list[Entry]:
    """Every entry, in the order in which they were made."""
    return _entries(connection, select(entries).order_by(entries.c.id))


def _values(booking: Booking) -> Row:
    return {
        "id": booking.id,
        "request_id": booking.request_id,
        "account_id": booking.account_id,
        "user_name": booking.user_name,
        "model_id": booking.model_id,
        "operation": booking.operation,
        "tags": json.dumps(booking.tags, sort_keys=True),
        "price": booking.price,
        "credit": booking.credit,
        "price_list": booking.price_list,
        "state": booking.state,
        "reserved_at": booking.reserved_at,
        "closed_at": booking.closed_at,
        "engine_ms": booking.engine_ms,
        "own_cost": booking.own_cost,
        "owner": booking.owner,
    }


def _found(connection: Connection, query: Select[Any]) -> list[Booking]:
    return [booking_of_row(row) for row in connection.execute(query).mappings()]


def booking_of_row(row: RowMapping) -> Booking:
    """A row of the table of bookings, as a booking."""
    return Booking(**{**row, "tags": json.loads(row["tags"])})


def _entries(connection: Connection, query: Select[Any]) -> list[Entry]:
    rows = connection.execute(query).mappings()
    return [Entry(**{name: value for name, value in row.items() if name != "id"}) for row in rows]
