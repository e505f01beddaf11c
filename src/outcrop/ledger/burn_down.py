"""How a credit pool was used up, day by day. Pure; knows no database and no screen."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from outcrop.clock import day_of
from outcrop.ledger import entries
from outcrop.store.bookings import Entry
from outcrop.units import Micros


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolDay:
    """A day of a pool, UTC."""

    day: date
    drawn: int
    """By pictures, less what came back; micro-dollars."""
    ended: Micros
    """What was taken away because the pool had ended."""
    left: Micros
    """When the day was over."""


def burn_down(pool: str, moved: Sequence[Entry], until: date) -> list[PoolDay]:
    """Each day from that of the grant until one, of which `moved` are the entries, oldest first."""
    account = entries.pool(pool)
    granted = [entry for entry in moved if entry.kind == "grant" and entry.target == account]
    if not granted:
        return []
    drawn, ended, came = Counter[date](), Counter[date](), Counter[date]()
    for entry in moved:
        change = entry.amount * ((entry.target == account) - (entry.source == account))
        kind = {"grant": came, "expire": ended}.get(entry.kind, drawn)
        kind[day_of(entry.at)] += change
    days, left = [], 0
    day = min(came)
    while day <= until:
        left += came[day] + drawn[day] + ended[day]
        days.append(PoolDay(day=day, drawn=-drawn[day], ended=Micros(-ended[day]), left=Micros(left)))
        day += timedelta(days=1)
    return days
