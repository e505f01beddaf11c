"""What pictures cost, added up by day, model, user and the like. Pure; knows no database and no terminal."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from outcrop.clock import day_of
from outcrop.ledger.tags import PROFILE
from outcrop.store.bookings import Booking, Entry
from outcrop.store.credit_pools import CreditPool
from outcrop.units import Micros

DAY_S = 86_400

KEYS: Mapping[str, Callable[[Booking], str]] = {
    "day": lambda booking: day_of(booking.reserved_at).isoformat(),
    "month": lambda booking: day_of(booking.reserved_at).isoformat()[:7],
    "model": lambda booking: booking.model_id,
    "account": lambda booking: booking.account_id,
    "user": lambda booking: f"{booking.account_id}/{booking.user_name}",
    "operation": lambda booking: booking.operation,
    "list": lambda booking: booking.price_list,
    "profile": lambda booking: booking.tags.get(PROFILE, ""),
}
"""What a report can be by; besides, `tag:<name>`."""


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


def lines(bookings: Sequence[Booking], reserves: Sequence[Entry], by: Sequence[str]) -> list[Line]:
    """A report over the settled ones of some bookings, of which `reserves` are the entries that set them aside.

    Raises: KeyError when there is no such thing to report by.
    """
    credit: Counter[str] = Counter()
    for entry in reserves:
        if entry.booking_id is not None and entry.source.startswith("pool:"):
            credit[entry.booking_id] += entry.amount
    found: dict[tuple[str, ...], list[Booking]] = {}
    for booking in bookings:
        if booking.state == "settled":
            found.setdefault(tuple(_key(name, booking) for name in by), []).append(booking)
    return [_line(key, found[key], credit) for key in sorted(found)]


def run_out(pool: CreditPool, entries: Sequence[Entry], now: int, days: int = 7) -> date | None:
    """When a pool is used up if it goes on as in the last days; None when nothing was drawn, or it ends before."""
    since = max(now - days * DAY_S, pool.starts_at)
    name = f"pool:{pool.name}"
    lately = [entry for entry in entries if entry.at >= since and entry.booking_id is not None]
    drawn = sum(entry.amount * ((entry.source == name) - (entry.target == name)) for entry in lately)
    if drawn <= 0 or pool.left <= 0:
        return None
    at = now + pool.left * max(now - since, DAY_S) // drawn
    return None if pool.ends_at is not None and at >= pool.ends_at else day_of(min(at, now + 3650 * DAY_S))


def _key(name: str, booking: Booking) -> str:
    if name.startswith("tag:"):
        return booking.tags.get(name.removeprefix("tag:"), "")
    return KEYS[name](booking)


def _line(key: tuple[str, ...], bookings: Sequence[Booking], credit: Mapping[str, int]) -> Line:
    return Line(
        key=key,
        pictures=len(bookings),
        cost=Micros(sum(booking.price for booking in bookings)),
        credit=Micros(sum(credit.get(booking.id, 0) for booking in bookings)),
        engine_ms=sum(booking.engine_ms or 0 for booking in bookings),
        own=Micros(sum(booking.own_cost or 0 for booking in bookings)),
        own_of=sum(booking.own_cost is not None for booking in bookings),
    )
