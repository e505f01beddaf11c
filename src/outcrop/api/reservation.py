"""Pays for the pictures of a request: reserved before work, settled when they are there, released on every other way
out. Knows no budget and no wire.

Bodies can be megabytes of base64 and pictures: both ways they are a thread's work, not the event loop's, and as
changing threads takes time, each goes together with its booking.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Generic, TypeVar, final

from outcrop.flow import Picture
from outcrop.ledger.books import Books, Order
from outcrop.ledger.item import Item
from outcrop.plan import Plan
from outcrop.store.bookings import Booking

P = TypeVar("P", Plan, Item)


@final
class Reservation(Generic[P]):
    """The price of a request's pictures, set aside."""

    def __init__(self, books: Books, plans: Sequence[P], bookings: Sequence[Booking]) -> None:
        self.plans: list[P] = list(plans)
        self._books = books
        self._bookings = bookings
        self.settled = False
        self.pictures: Sequence[Picture] = ()
        """Those that are in the answer, once it is settled."""

    @property
    def delivered(self) -> int:
        """How many pictures are paid for, once it is settled."""
        return len(self._bookings)

    async def settle(self, pictures: Sequence[Picture], render: Callable[[], tuple[bytes, Sequence[bool]]]) -> bytes:
        """Write the answer with the pictures, which are all there and in their order, and pay for those that are in it.

        `render` tells the answer, and of each picture whether it is; one that is not costs nothing.

        Raises: ImpossibleBooking when the books say otherwise; what `render` raises, and then nothing is paid.
        """
        engine_ms = [round(picture.busy_s * 1000) for picture in pictures]
        answer, passes = await asyncio.to_thread(self._settle, engine_ms, render)
        self.pictures = [picture for picture, passed in zip(pictures, passes, strict=True) if passed]
        return answer

    def _settle(
        self, engine_ms: Sequence[int], render: Callable[[], tuple[bytes, Sequence[bool]]]
    ) -> tuple[bytes, Sequence[bool]]:
        answer, passes = render()
        took = zip(self._bookings, engine_ms, passes, strict=True)
        delivered = {booking.id: ms for booking, ms, passed in took if passed}
        withheld = [booking.id for booking in self._bookings if booking.id not in delivered]
        self._bookings = [booking for booking in self._bookings if booking.id in delivered]
        if delivered:
            self._books.settle(delivered, self._bookings)
        self.settled = True
        if withheld:
            self._books.release(withheld)
        return answer, passes

    async def settle_counted(self, count: Callable[[], int]) -> int:
        """Count the pictures of an answer from elsewhere, pay for those, release the others; tells how many there are.

        Raises: ImpossibleBooking when the books say otherwise.
        """
        number = await asyncio.to_thread(self._settle_counted, count)
        self.settled = True
        return number

    def _settle_counted(self, count: Callable[[], int]) -> int:
        number = count()
        missing = [booking.id for booking in self._bookings[number:]]
        self._bookings = self._bookings[:number]
        self._books.settle_bought(self._bookings)
        self._books.release(missing)
        return number

    async def hand_over(self) -> None:
        """Note that the answer has left: from now on a crash does not give its price back."""
        await asyncio.to_thread(self._books.hand_over, [booking.id for booking in self._bookings])

    async def end(self) -> None:
        """Release it, unless it is settled."""
        if not self.settled:
            await asyncio.to_thread(self._books.release, [booking.id for booking in self._bookings])


@asynccontextmanager
async def reserved(books: Books, order: Order, plan: Callable[[], Sequence[P]]) -> AsyncIterator[Reservation[P]]:
    """Plan pictures and set aside what they cost, for as long as the block lasts; what it does not settle is released.

    Raises: what `plan` raises; BudgetSpent when a budget would be passed; ImpossibleBooking when the books say
    otherwise.
    """
    reservation = await asyncio.to_thread(_reserve, books, order, plan)
    try:
        yield reservation
    finally:
        await reservation.end()


def _reserve(books: Books, order: Order, plan: Callable[[], Sequence[P]]) -> Reservation[P]:
    plans = plan()
    return Reservation(books, plans, books.reserve(order, plans))
