"""Which credit pays for a picture. Pure; knows no database.

Pools with a place are drawn first, lowest first; then those that end soonest. What no pool covers is billed.
"""

from collections.abc import Iterable, Sequence

from outcrop.ledger import entries
from outcrop.ledger.entries import Leg
from outcrop.store.bookings import Booking
from outcrop.store.credit_pools import CreditPool
from outcrop.units import Micros

NEVER = 2**62
"""Later than every end."""


def covers(pool: CreditPool, booking: Booking) -> bool:
    """Whether a pool may pay for a picture, at the moment when it is reserved."""
    return (
        pool.starts_at <= booking.reserved_at < (NEVER if pool.ends_at is None else pool.ends_at)
        and (not pool.models or booking.model_id in pool.models)
        and (not pool.accounts or booking.account_id in pool.accounts)
    )


def in_order(pools: Iterable[CreditPool]) -> list[CreditPool]:
    """The pools, the first to be drawn first."""

    def turn(pool: CreditPool) -> tuple[int, int, str]:
        return (NEVER if pool.place is None else pool.place, NEVER if pool.ends_at is None else pool.ends_at, pool.name)

    return sorted(pools, key=turn)


def split(booking: Booking, pools: Sequence[CreditPool]) -> list[Leg]:
    """Who pays which part of a picture: pools in their order as far as they reach, then the bill."""
    due, legs = int(booking.price), []
    for pool in in_order(one for one in pools if covers(one, booking)):
        part = min(due, pool.left)
        if part:
            legs.append(Leg(source=entries.pool(pool.name), amount=Micros(part)))
        due -= part
    if due or not legs:
        legs.append(Leg(source=entries.bill(booking.account_id), amount=Micros(due)))
    return legs
