"""How a pool is used up: days add up, whatever came back or ended."""

from datetime import date

from outcrop.ledger.burn_down import PoolDay, burn_down
from outcrop.store.bookings import Kind
from outcrop.store.movements import DayOfAccount
from outcrop.units import Micros


def moved(day: int, kind: Kind, came: int) -> DayOfAccount:
    """On a day after 1970 began."""
    return DayOfAccount(day=day, kind=kind, came=came)


def day(number: int, drawn: int, left: int, ended: int = 0) -> PoolDay:
    """A day of January 1970."""
    return PoolDay(day=date(1970, 1, number), drawn=drawn, ended=Micros(ended), left=Micros(left))


def test_every_day_has_its_line() -> None:
    """Also one on which nothing happened, and one on which more came back than was drawn."""
    entries = [
        moved(0, "grant", 1000),
        moved(0, "reserve", -100),
        moved(2, "release", 300),
        moved(2, "reserve", -300),
        moved(3, "refund", 100),
        moved(4, "reserve", -250),
        moved(5, "expire", -750),
    ]
    assert burn_down(entries, date(1970, 1, 7)) == [
        day(1, 100, 900),
        day(2, 0, 900),
        day(3, 0, 900),
        day(4, -100, 1000),
        day(5, 250, 750),
        day(6, 0, 0, 750),
        day(7, 0, 0),
    ]


def test_what_was_never_granted_has_no_days() -> None:
    """Whatever else is said of it."""
    assert burn_down([], date(1970, 1, 7)) == []
    assert burn_down([moved(0, "reserve", -1)], date(1970, 1, 7)) == []
