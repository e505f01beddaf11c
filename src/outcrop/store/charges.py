"""Queries on what was spent and given back in a period, by the entries' own dates. Knows rows; knows no invoice."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, RowMapping, and_, func, select

from outcrop.store.database import Connection
from outcrop.store.tables import bookings, entries
from outcrop.units import Micros, ModelId

_ALIKE = (
    bookings.c.account_id,
    bookings.c.model_id,
    bookings.c.operation,
    bookings.c.price_list,
    bookings.c.price,
)
"""What pictures of one charge have in common."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From one moment to before another, of one account or of all."""

    since: int
    until: int
    account_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """Pictures alike that were paid for in a period, or given back."""

    account_id: str
    model_id: ModelId
    operation: str
    price_list: str
    price: Micros
    """Of one picture."""
    kind: Literal["settle", "refund"]
    pictures: int
    amount: Micros
    """By their entries."""
    own_cost: Micros
    """What those that were paid for cost here, as far as it is known."""
    own_of: int
    """Of how many of them it is."""


def charges(connection: Connection, span: Span) -> list[Charge]:
    """What was paid for in a period, and what was given back of it or of earlier ones."""
    return [*_charges(connection, span, "settle"), *_charges(connection, span, "refund")]


def _charges(connection: Connection, span: Span, kind: Literal["settle", "refund"]) -> list[Charge]:
    # A refund has an entry for each pool that had paid; what is settled has one.
    pictures = func.count() if kind == "settle" else func.count(entries.c.booking_id.distinct())
    query = (
        select(
            *_ALIKE,
            pictures.label("pictures"),
            func.sum(entries.c.amount).label("amount"),
            func.coalesce(func.sum(bookings.c.own_cost), 0).label("own_cost"),
            func.count(bookings.c.own_cost).label("own_of"),
        )
        .join(entries, entries.c.booking_id == bookings.c.id)
        .where(_within(span), entries.c.kind == kind)
        .group_by(*_ALIKE)
        .order_by(*_ALIKE)
    )
    if span.account_id is not None:
        query = query.where(bookings.c.account_id == span.account_id)
    return [_charge(row, kind) for row in connection.execute(query).mappings()]


def _charge(row: RowMapping, kind: Literal["settle", "refund"]) -> Charge:
    # PostgreSQL adds up whole numbers to decimals.
    sums = {"amount": int(row["amount"]), "own_cost": int(row["own_cost"])}
    return Charge(**{**row} | sums, kind=kind)


def credit_drawn(connection: Connection, span: Span) -> dict[str, Micros]:
    """What credit pools paid of the pictures of a period, less what they got back, by the ledger's names of them."""
    settled, reserved = entries.alias("settled"), entries.alias("reserved")
    paid = (
        select(reserved.c.source.label("pool"), func.sum(reserved.c.amount).label("amount"))
        .join(settled, settled.c.booking_id == reserved.c.booking_id)
        .where(
            reserved.c.kind == "reserve",
            settled.c.kind == "settle",
            reserved.c.source.like("pool:%"),
            settled.c.at >= span.since,
            settled.c.at < span.until,
        )
        .group_by(reserved.c.source)
    )
    back = (
        select(entries.c.target.label("pool"), func.sum(entries.c.amount).label("amount"))
        .where(_within(span), entries.c.kind == "refund", entries.c.target.like("pool:%"))
        .group_by(entries.c.target)
    )
    if span.account_id is not None:
        paid = paid.where(settled.c.target == f"spent:{span.account_id}")
        back = back.where(entries.c.source == f"spent:{span.account_id}")
    found = {row.pool: int(row.amount) for row in connection.execute(paid)}
    for row in connection.execute(back):
        found[row.pool] = found.get(row.pool, 0) - int(row.amount)
    return {pool: Micros(amount) for pool, amount in sorted(found.items()) if amount}


def spent_in(connection: Connection, span: Span) -> Micros:
    """What moved to the accounts of what is spent in a period, less what moved from them."""

    def moved(column: ColumnElement[str]) -> int:
        account = f"spent:{span.account_id}"
        concerned = column.like("spent:%") if span.account_id is None else column == account
        query = select(func.coalesce(func.sum(entries.c.amount), 0)).where(_within(span), concerned)
        return int(connection.execute(query).scalar_one())

    return Micros(moved(entries.c.target) - moved(entries.c.source))


def _within(span: Span) -> ColumnElement[bool]:
    return and_(entries.c.at >= span.since, entries.c.at < span.until)
