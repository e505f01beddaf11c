"""How a pool is used up: days add up, whatever came back or ended."""

from datetime import date

from outcrop.ledger.burn_down import PoolDay, burn_down
from outcrop.store.bookings import Entry, Kind
from outcrop.units import Micros

DAY = 86_400
POOL = "pool:spring"


def moved(day: int, kind: Kind, amount: int, *, to_pool: bool = False) -> Entry:
    """An entry of a day after 1970 began."""
    source, target = ("elsewhere", POOL) if to_pool else (POOL, "elsewhere")
    booking = None if kind in {"grant", "expire"} else "r/0"
    return Entry(at=day * DAY + 7, kind=kind, booking_id=booking, source=source, target=target, amount=Micros(amount))


def day(number: int, drawn: int, left: int, ended: int = 0) -> PoolDay:
    """A day of January 1970."""
    return PoolDay(day=date(1970, 1, number), drawn=drawn, ended=Micros(ended), left=Micros(left))


def test_every_day_has_its_line() -> None:
    """Also one on which nothing happened, and one on which more came back than was drawn."""
    entries = [
        moved(0, "grant", 1000, to_pool=True),
        moved(0, "reserve", 100),
        moved(2, "reserve", 300),
        moved(2, "release", 300, to_pool=True),
        moved(3, "refund", 100, to_pool=True),
        moved(4, "reserve", 250),
        moved(5, "expire", 750),
    ]
    assert burn_down("spring", entries, date(1970, 1, 7)) == [
        day(1, 100, 900),
        day(2, 0, 900),
        day(3, 0, 900),
        day(4, -100, 1000),
        day(5, 250, 750),
        day(6, 0, 0, 750),
        day(7, 0, 0),
    ]


def test_another_pool_is_another_matter() -> None:
    """What was never granted has no days."""
    assert burn_down("autumn", [moved(0, "grant", 1000, to_pool=True)], date(1970, 1, 7)) == []
