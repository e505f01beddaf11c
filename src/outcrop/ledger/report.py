"""What pictures cost, added up by day, model, user and the like. Knows no terminal."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from outcrop.clock import day_of
from outcrop.ledger import entries
from outcrop.ledger.tags import PROFILE
from outcrop.store.costs import Span, Total, totals
from outcrop.store.credit_pools import CreditPool
from outcrop.store.database import Connection
from outcrop.store.movements import drawn_since
from outcrop.units import Micros

DAY_S = 86_400
PACE_DAYS = 7
"""Days whose pace tells when a pool runs out."""

Key = Callable[[Total], str]

KEYS: Mapping[str, tuple[Key, tuple[str, ...]]] = {
    "day": (lambda total: day_of(total.day * DAY_S).isoformat(), ("day",)),
    "month": (lambda total: day_of(total.day * DAY_S).isoformat()[:7], ("day",)),
    "model": (lambda total: total.model_id, ("model_id",)),
    "account": (lambda total: total.account_id, ("account_id",)),
    "user": (lambda total: f"{total.account_id}/{total.user_name}", ("account_id", "user_name")),
    "operation": (lambda total: total.operation, ("operation",)),
    "list": (lambda total: total.price_list, ("price_list",)),
    "profile": (lambda total: total.tags.get(PROFILE, ""), ("tags",)),
}
"""What a report can be by, and what pictures that are added up for it have in common; besides, `tag:<name>`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What settled pictures that have something in common cost together."""

    key: tuple[str, ...]
    pictures: int
    cost: Micros
    """At the prices at which they were booked."""
    credit: Micros
    """The part of it that credit pools paid; the rest is billed."""
    engine_ms: int
    own: Micros
    """What they cost here, as far as it is known."""
    own_of: int
    """Of how many of them it is."""


def report(connection: Connection, span: Span, by: Sequence[str]) -> list[Line]:
    """What the settled pictures of a span cost.

    Raises: KeyError when there is no such thing to report by.
    """
    keys = [_key(name) for name in by]
    shared = {column for _, columns in keys for column in columns}
    found: dict[tuple[str, ...], list[Total]] = {}
    for total in totals(connection, span, shared):
        found.setdefault(tuple(key(total) for key, _ in keys), []).append(total)
    return [_line(key, found[key]) for key in sorted(found)]


def run_out(connection: Connection, pool: CreditPool, now: int) -> date | None:
    """When a pool is used up if it goes on as in the last seven days; None if nothing was drawn, or it ends before."""
    since = max(now - PACE_DAYS * DAY_S, pool.starts_at)
    drawn = drawn_since(connection, entries.pool(pool.name), since)
    if drawn <= 0 or pool.left <= 0:
        return None
    at = now + pool.left * max(now - since, DAY_S) // drawn
    return None if pool.ends_at is not None and at >= pool.ends_at else day_of(min(at, now + 3650 * DAY_S))


def _key(name: str) -> tuple[Key, tuple[str, ...]]:
    if name.startswith("tag:"):
        return lambda total: total.tags.get(name.removeprefix("tag:"), ""), ("tags",)
    return KEYS[name]


def _line(key: tuple[str, ...], found: Sequence[Total]) -> Line:
    return Line(
        key=key,
        pictures=sum(total.pictures for total in found),
        cost=Micros(sum(total.price for total in found)),
        credit=Micros(sum(total.credit for total in found)),
        engine_ms=sum(total.engine_ms for total in found),
        own=Micros(sum(total.own_cost for total in found)),
        own_of=sum(total.own_of for total in found),
    )
