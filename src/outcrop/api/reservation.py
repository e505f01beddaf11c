"""Pays for the pictures of a request: reserved before work, settled when they are there, released on every other way
out. Knows no budget and no wire.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import final

from outcrop.flow import Picture
from outcrop.ledger.books import Books, Order
from outcrop.plan import Plan
from outcrop.store.bookings import Booking


@final
class Reservation:
    """The price of a request's pictures, set aside."""

    def __init__(self, books: Books, bookings: Sequence[Booking]) -> None:
        self._books = books
        self._bookings = bookings
        self.settled = False

    async def settle(self, pictures: Sequence[Picture]) -> None:
        """Pay for the pictures, which are all there and in their order.

        Raises: ImpossibleBooking when the books say otherwise.
        """
        engine_ms = [round(picture.busy_s * 1000) for picture in pictures]
        delivered = {booking.id: took for booking, took in zip(self._bookings, engine_ms, strict=True)}
        await asyncio.to_thread(self._books.settle, delivered)
        self.settled = True

    async def hand_over(self) -> None:
        """Note that the answer has left: from now on a crash does not give its price back."""
        await asyncio.to_thread(self._books.hand_over, [booking.id for booking in self._bookings])

    async def end(self) -> None:
        """Release it, unless it is settled."""
        if not self.settled:
            await asyncio.to_thread(self._books.release, [booking.id for booking in self._bookings])


@asynccontextmanager
async def reserved(books: Books, order: Order, plans: Sequence[Plan]) -> AsyncIterator[Reservation]:
    """Set aside what planned pictures cost, for as long as the block lasts; what it does not settle is released.

    Raises: BudgetSpent when a budget would be passed; ImpossibleBooking when the books say otherwise.
    """
    reservation = Reservation(books, await asyncio.to_thread(books.reserve, order, plans))
    try:
        yield reservation
    finally:
        await reservation.end()
