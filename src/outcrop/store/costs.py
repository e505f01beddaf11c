"""Queries that add up what settled pictures cost. Knows rows; knows no report."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import ColumnElement, func, literal_column, select

from outcrop.store.database import Connection
from outcrop.store.postgresql import add_up
from outcrop.store.tables import bookings
from outcrop.units import Micros

SHARED: Final[Mapping[str, ColumnElement[Any]]] = {
    "day": (bookings.c.reserved_at // literal_column("86400")).label("day"),
    **{name: bookings.c[name] for name in ("account_id", "user_name", "model_id", "operation", "price_list", "tags")},
}
"""What pictures that are added up together can have in common."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Which pictures: reserved from one moment to before another, by whom. None is everybody."""

    since: int
    until: int
    account_id: str | None = None
    user_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """What settled pictures cost together; of what they were not asked to share, nothing is said."""

    day: int = 0
    """On which they were reserved, counted from 1 January 1970, UTC."""
    account_id: str = ""
    user_name: str = ""
    model_id: str = ""
    operation: str = ""
    price_list: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    pictures: int
    price: Micros
    credit: Micros
    """The part of it that credit pools paid."""
    engine_ms: int
    own_cost: Micros
    """As far as it is known."""
    own_of: int
    """Of how many of them it is."""


def totals(connection: Connection, span: Span, shared: Collection[str]) -> list[Total]:
    """What settled pictures cost, added up by the database over those that have everything in `shared` in common."""
    add_up(connection)
    by = [SHARED[name] for name in SHARED if name in shared]
    asked = [(bookings.c.account_id, span.account_id), (bookings.c.user_name, span.user_name)]
    query = (
        select(
            *by,
            func.count().label("pictures"),
            *(func.coalesce(func.sum(bookings.c[name]), 0).label(name) for name in SUMS),
            func.count(bookings.c.own_cost).label("own_of"),
        )
        .where(
            bookings.c.state == "settled",
            bookings.c.reserved_at >= span.since,
            bookings.c.reserved_at < span.until,
            *(column == value for column, value in asked if value is not None),
        )
        .group_by(*by)
        .having(func.count() > 0)
    )
    return [_total(row) for row in connection.execute(query).mappings()]


SUMS: Final = ("price", "credit", "engine_ms", "own_cost")


def _total(row: Mapping[Any, Any]) -> Total:
    figures = {name: int(row[name]) for name in SUMS}  # PostgreSQL adds whole numbers up to a decimal
    tags = {"tags": json.loads(row["tags"])} if "tags" in row else {}
    return Total(**{**row} | figures | tags)
