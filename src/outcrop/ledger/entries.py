"""The accounts of the ledger, and the entries that lead a booking from state to state. Pure; knows no database.

Money moves from a source to a target, so the sum over all accounts is 0 whatever is booked.

    granted ──grant──> pool:<name> ─┐                 ┌─settle──> spent:<account>
                                    ├─reserve─> held ─┤              │
                 bill:<account> ────┘   <─release─────┘   <─refund───┘

What a customer owes is what left their bill: its balance is never above 0.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from outcrop.store.bookings import Booking, Entry, Kind
from outcrop.units import Micros

GRANTED: Final = "granted"
"""Where the money of credit pools comes from."""
EXPIRED: Final = "expired"
"""Where goes what was left of them."""
POOL: Final = "pool:"
"""How the accounts of credit pools begin."""


def bill(account_id: str) -> str:
    """What a customer pays with when there is no credit: it may go as far below 0 as it has to."""
    return f"bill:{account_id}"


def held(account_id: str) -> str:
    """Money of pictures under way."""
    return f"held:{account_id}"


def spent(account_id: str) -> str:
    """Money of pictures that were delivered."""
    return f"spent:{account_id}"


def pool(name: str) -> str:
    """Credit that was granted and is not used yet."""
    return POOL + name


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """A part of a price, and the account that it is taken from."""

    source: str
    amount: Micros


def from_pools(legs: Iterable[Leg | Entry]) -> Micros:
    """The part of a price that credit pools pay."""
    return Micros(sum(leg.amount for leg in legs if leg.source.startswith(POOL)))


def reserving(booking: Booking, legs: Sequence[Leg]) -> list[Entry]:
    """The entries that set a picture's price aside, from one account or several."""
    assert sum(leg.amount for leg in legs) == booking.price
    target = held(booking.account_id)
    return [_entry(booking, "reserve", booking.reserved_at, (leg.source, target), leg.amount) for leg in legs]


def settling(booking: Booking, at: int) -> list[Entry]:
    """The entry that spends what was set aside: the picture is there."""
    way = (held(booking.account_id), spent(booking.account_id))
    return [_entry(booking, "settle", at, way, booking.price)]


def releasing(booking: Booking, reserved: Sequence[Entry], at: int) -> list[Entry]:
    """The entries that give back what was set aside, each part to where it came from."""
    return _back(booking, "release", reserved, (held(booking.account_id), at))


def refunding(booking: Booking, reserved: Sequence[Entry], at: int) -> list[Entry]:
    """The entries that give back what was spent, each part to where it came from."""
    return _back(booking, "refund", reserved, (spent(booking.account_id), at))


def _back(booking: Booking, kind: Kind, reserved: Sequence[Entry], held_at: tuple[str, int]) -> list[Entry]:
    source, at = held_at
    return [_entry(booking, kind, at, (source, entry.source), entry.amount) for entry in reserved]


def _entry(booking: Booking, kind: Kind, at: int, way: tuple[str, str], amount: Micros) -> Entry:
    source, target = way
    return Entry(at=at, kind=kind, booking_id=booking.id, source=source, target=target, amount=amount)
