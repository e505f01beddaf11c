"""Takes what pictures cost from the credit there is, in the transaction that books them. Knows no budget."""

from collections import Counter
from dataclasses import replace
from typing import final

from outcrop.errors import ImpossibleBooking
from outcrop.ledger import entries
from outcrop.ledger.credits import split
from outcrop.ledger.entries import Leg
from outcrop.store.bookings import Booking
from outcrop.store.credit_pools import CreditPool, ask_pools_with_credit, draw_pool, pools_found
from outcrop.store.pipeline import Pipeline
from outcrop.units import Micros


@final
class Drawdown:
    """Every pool that has something left, for as long as a transaction lasts: drawn in memory, written once."""

    def __init__(self, pipeline: Pipeline) -> None:
        """The pools are asked for here, and read when they are needed."""
        self._pipeline = pipeline
        self._asked = ask_pools_with_credit(pipeline.connection)
        self._pools: dict[str, CreditPool] | None = None
        self._drawn = Counter[str]()

    def draw(self, booking: Booking) -> list[Leg]:
        """Take a picture's price; tells who pays which part."""
        pools = self._read()
        legs = split(booking, [pool for pool in pools.values() if pool.left])
        for leg in legs:
            if leg.source in pools:
                pool = pools[leg.source]
                pools[leg.source] = replace(pool, left=Micros(pool.left - leg.amount))
                self._drawn[pool.name] += leg.amount
        return legs

    def write(self) -> None:
        """Take from the database what has been drawn; it is impossible that a pool has less left than before."""
        for name, amount in self._drawn.items():
            less = f"There is less left in the pool '{name}' than there was a moment ago."
            sent = draw_pool(self._pipeline.connection, name, amount)
            self._pipeline.expect(sent, 1, ImpossibleBooking(less))

    def _read(self) -> dict[str, CreditPool]:
        if self._pools is None:
            self._pools = {entries.pool(pool.name): pool for pool in pools_found(self._asked)}
        return self._pools
