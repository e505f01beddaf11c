"""Takes what pictures cost from the credit there is, in the transaction that books them. Knows no budget."""

from collections import Counter
from dataclasses import replace
from typing import final

from outcrop.errors import ImpossibleBooking
from outcrop.ledger import entries
from outcrop.ledger.credits import split
from outcrop.ledger.entries import Leg
from outcrop.store.bookings import Booking
from outcrop.store.credit_pools import draw_pool, pools_with_credit
from outcrop.store.database import Connection
from outcrop.units import Micros


@final
class Drawdown:
    """Every pool that has something left, for as long as a transaction lasts: drawn in memory, written once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._pools = {entries.pool(pool.name): pool for pool in pools_with_credit(connection)}
        self._drawn = Counter[str]()

    def draw(self, booking: Booking) -> list[Leg]:
        """Take a picture's price; tells who pays which part."""
        legs = split(booking, [pool for pool in self._pools.values() if pool.left])
        for leg in legs:
            if leg.source in self._pools:
                pool = self._pools[leg.source]
                self._pools[leg.source] = replace(pool, left=Micros(pool.left - leg.amount))
                self._drawn[pool.name] += leg.amount
        return legs

    def write(self) -> None:
        """Take from the database what has been drawn.

        Raises: ImpossibleBooking when a pool has less left than it had when the transaction began.
        """
        for name, amount in self._drawn.items():
            if not draw_pool(self._connection, name, amount):
                raise ImpossibleBooking(f"There is less left in the pool '{name}' than there was a moment ago.")
