"""How a credit pool was used up, day by day. Pure; knows no database and no screen."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from outcrop.clock import day_of
from outcrop.store.movements import DayOfAccount
from outcrop.units import Micros

DAY_S = 86_400


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


def burn_down(moved: Sequence[DayOfAccount], until: date) -> list[PoolDay]:
    """Each day from that of the grant until one, of a pool of which `moved` is what moved."""
    drawn, ended, came = Counter[date](), Counter[date](), Counter[date]()
    for one in moved:
        kind = {"grant": came, "expire": ended}.get(one.kind, drawn)
        kind[day_of(one.day * DAY_S)] += one.came
    if not came:
        return []
    days, left = [], 0
    day = min(came)
    while day <= until:
        left += came[day] + drawn[day] + ended[day]
        days.append(PoolDay(day=day, drawn=-drawn[day], ended=Micros(-ended[day]), left=Micros(left)))
        day += timedelta(days=1)
    return days
