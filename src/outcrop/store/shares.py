"""Queries that add up what pictures cost by who asked for them. Knows rows; knows no budget."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from outcrop.store.database import Connection
from outcrop.store.tables import bookings
from outcrop.units import Micros


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """Which pictures: reserved from one moment to before another, in one of some states."""

    since: int
    until: int
    states: Collection[str]
    tag: tuple[str, str] | None = None
    """A name and a value that all have to have; without it, nothing is told of tags."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What the pictures cost together of which the same is said."""

    account_id: str
    user_name: str
    tags: Mapping[str, str]
    price: Micros


def shares(connection: Connection, whose: Whose) -> Iterator[Share]:
    """What pictures cost, added up by the database; with those of the tag may come some that do not quite have it."""
    by = [bookings.c.account_id, bookings.c.user_name, *([] if whose.tag is None else [bookings.c.tags])]
    query = (
        select(*by, func.sum(bookings.c.price).label("price"))
        .where(
            bookings.c.state.in_(whose.states),
            bookings.c.reserved_at >= whose.since,
            bookings.c.reserved_at < whose.until,
        )
        .group_by(*by)
    )
    if whose.tag is not None:
        written = ": ".join(map(json.dumps, whose.tag))
        query = query.where(bookings.c.tags.contains(written, autoescape=True))
    for row in connection.execute(query, execution_options={"stream_results": True}):
        yield Share(
            account_id=row.account_id,
            user_name=row.user_name,
            tags={} if whose.tag is None else json.loads(row.tags),
            price=Micros(int(row.price)),
        )
