"""Queries on the books by parts, a page of a period at a time. Knows rows; knows no report."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, RowMapping, select, tuple_

from outcrop.store.bookings import Booking, Entry, booking_of_row
from outcrop.store.database import Connection
from outcrop.store.tables import bookings, entries


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A period of the books, of everybody, an account or one user, and how much of it to read at once."""

    since: int
    until: int
    account_id: str | None
    user_name: str | None
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberedEntry:
    """An entry and its place in the books; a later one has a greater number."""

    number: int
    entry: Entry


def entries_after(connection: Connection, part: Part, number: int) -> list[NumberedEntry]:
    """The next entries of a part behind a place; those that belong to no picture belong to nobody but everybody."""
    query = select(entries).where(entries.c.id > number, entries.c.at >= part.since, entries.c.at < part.until)
    whose = _whose(part)
    if whose:
        query = query.join(bookings, bookings.c.id == entries.c.booking_id).where(*whose)
    rows = connection.execute(query.order_by(entries.c.id).limit(part.limit)).mappings()
    return [NumberedEntry(number=row["id"], entry=_entry(row)) for row in rows]


def bookings_after(connection: Connection, part: Part, place: tuple[int, str]) -> list[Booking]:
    """The next pictures of a part behind one, by when they were asked for and their id."""
    query = select(bookings).where(
        tuple_(bookings.c.reserved_at, bookings.c.id) > tuple_(*place),
        bookings.c.reserved_at >= part.since,
        bookings.c.reserved_at < part.until,
        *_whose(part),
    )
    ordered = query.order_by(bookings.c.reserved_at, bookings.c.id).limit(part.limit)
    return [booking_of_row(row) for row in connection.execute(ordered).mappings()]


def each_picture(connection: Connection, at_once: int) -> Iterator[tuple[Booking, list[Entry]]]:
    """Every picture by its id, with its entries in their order; so many at a time are in memory."""
    last = ""
    while True:
        following = select(bookings).where(bookings.c.id > last).order_by(bookings.c.id).limit(at_once)
        page = [booking_of_row(row) for row in connection.execute(following).mappings()]
        if not page:
            return
        within = entries.c.booking_id.between(page[0].id, page[-1].id)
        moved: dict[str, list[Entry]] = {booking.id: [] for booking in page}
        for row in connection.execute(select(entries).where(within).order_by(entries.c.id)).mappings():
            moved[row["booking_id"]].append(_entry(row))
        yield from ((booking, moved[booking.id]) for booking in page)
        last = page[-1].id


def _whose(part: Part) -> Sequence[ColumnElement[bool]]:
    asked = ((bookings.c.account_id, part.account_id), (bookings.c.user_name, part.user_name))
    return [column == value for column, value in asked if value is not None]


def _entry(row: RowMapping) -> Entry:
    return Entry(**{name: value for name, value in row.items() if name != "id"})
