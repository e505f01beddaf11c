"""The books, open for booking: reserve before work, settle what is delivered, release what is not.

Each is one short write transaction: all of it holds or none, whenever the process ends. Knows no picture's bytes and
no wire.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Final, Literal, final

from outcrop.catalog.own_costs import UNKNOWN, OwnCosts
from outcrop.clock import UnixTime, day_of, new_id
from outcrop.errors import ImpossibleBooking, NoSuchResource
from outcrop.ledger import entries
from outcrop.ledger.allowance import Outdated, give_back_to_budgets
from outcrop.ledger.check import Kept, faults
from outcrop.ledger.group_commit import GroupCommit
from outcrop.ledger.item import Item
from outcrop.ledger.owner import is_job, job_owner
from outcrop.ledger.posting import (
    Answer,
    Deed,
    HandingOver,
    Reserved,
    Reserving,
    Settling,
    all_of,
    leads,
    post,
    post_reservations,
    post_settlements,
)
from outcrop.plan import Plan
from outcrop.store.bookings import (
    Booking,
    Closing,
    Entry,
    Kind,
    State,
    add_entries,
    bookings_in_hand,
    bookings_of_owner,
    end_booking,
    entries_of,
    find_bookings,
    hand_over,
)
from outcrop.store.budgets import all_use, list_budgets
from outcrop.store.credit_pools import CreditPool, add_pool, draw_pool, end_pool, list_pools
from outcrop.store.database import Clash, Connection, Database
from outcrop.store.movements import all_balances
from outcrop.store.pages import each_picture
from outcrop.store.pipeline import checked
from outcrop.units import Micros

PAGE: Final = 1000
"""Pictures that are checked at a time."""
logger = logging.getLogger("outcrop.ledger")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Who asks for pictures, and in which request."""

    request_id: str
    account_id: str
    user_name: str
    price_list: str
    """Name of the list that the plans' prices are from."""
    tags: Mapping[str, str] = field(default_factory=dict)
    job: str | None = None
    """Id of the job that the pictures are for: it outlives this process, and so does what is set aside for it."""


@final
class Books:
    """The ledger of an installation, as one process books in it."""

    def __init__(self, database: Database, owner_id: str, now: UnixTime, own_costs: OwnCosts = UNKNOWN) -> None:
        """`owner_id` is what this process lives under, see `store.owners`."""
        self._database = database
        self._owner = owner_id
        self._now = now
        self._own_costs = own_costs
        self._posting = GroupCommit(self._post, database.turn)

    def now(self) -> float:
        """Seconds since 1970, UTC, as these books are dated."""
        return self._now()

    def reserve(self, order: Order, plans: Sequence[Plan | Item]) -> tuple[Booking, ...]:
        """Set the price of every picture of a request aside: of all of them, or of none. Again changes nothing.

        Raises: BudgetSpent when a budget would be passed; ImpossibleBooking when other pictures are booked under the
        request's id.
        """
        return _announced(self._posting.ask(Reserving(bookings=self._bookings(order, plans))))

    def reserve_within(self, connection: Connection, order: Order, plans: Sequence[Plan | Item]) -> tuple[Booking, ...]:
        """The same within a transaction of whoever asks.

        Raises: BudgetSpent; ImpossibleBooking.
        """
        with checked(connection) as pipeline:
            (answer,) = post_reservations(pipeline, [self._bookings(order, plans)], look=True)
        if not isinstance(answer, Reserved):
            raise answer
        return _announced(answer)

    def settle(self, delivered: Mapping[str, int], as_reserved: Sequence[Booking] = ()) -> None:
        """Spend what was set aside for pictures that are there. Again changes nothing.

        `delivered` maps a booking's id to the milliseconds that the engine worked on it. `as_reserved` are the
        bookings as `reserve` gave them, where there still are any; the others are looked up.

        Raises: ImpossibleBooking when one was not reserved, or was released.
        """
        self._posting.ask(Settling(closings=self._closings(delivered), as_reserved=as_reserved))

    def settle_bought(self, bought: Sequence[Booking]) -> None:
        """The same for pictures that were bought elsewhere at their list price: that is what they cost here.

        Raises: ImpossibleBooking when one was not reserved, or was released.
        """
        at = int(self._now())
        closings = {
            one.id: Closing(state="settled", at=at, engine_ms=0, own_cost=one.price)  # the engine has not worked on it
            for one in bought
        }
        self._posting.ask(Settling(closings=closings, as_reserved=bought))

    def deliver_within(self, connection: Connection, delivered: Mapping[str, int]) -> None:
        """Spend what was set aside for a job's pictures that are where they belong, within a transaction. Again
        changes nothing.

        Raises: ImpossibleBooking when one was not reserved, or was released.
        """
        with checked(connection) as pipeline:
            (answer,) = post_settlements(pipeline, [Settling(closings=self._closings(delivered))], look=True)
        if isinstance(answer, ImpossibleBooking):
            raise answer
        hand_over(connection, list(delivered))

    def deliver(self, delivered: Mapping[str, int]) -> None:
        """The same in a transaction of its own.

        Raises: ImpossibleBooking.
        """
        with self._database.writing() as connection:
            self.deliver_within(connection, delivered)

    def left_of(self, job: str) -> list[Booking]:
        """What is still set aside for a job."""
        with self._database.reading() as connection:
            return bookings_of_owner(connection, job_owner(job))

    def give_up_within(self, connection: Connection, job: str) -> None:
        """Give back what is still set aside for a job, within a transaction. Again changes nothing."""
        for booking in bookings_of_owner(connection, job_owner(job)):
            self._give_back(connection, booking, "released")

    def release(self, ids: Sequence[str]) -> None:
        """Give back what was set aside for pictures that will not be there. Again changes nothing.

        Raises: ImpossibleBooking when one was not reserved, or is settled.
        """
        with self._database.writing() as connection:
            self.release_within(connection, ids)

    def release_within(self, connection: Connection, ids: Sequence[str]) -> None:
        """The same within a transaction.

        Raises: ImpossibleBooking.
        """
        for booking in _all_of(connection, ids):
            self._give_back(connection, booking, "released")

    def hand_over(self, ids: Sequence[str]) -> None:
        """Note that the answer with settled pictures has left; until then a crash gives their price back."""
        self._posting.ask(HandingOver(ids=ids))

    def refund(self, ids: Sequence[str]) -> None:
        """Give back what was spent on pictures. Again changes nothing.

        Raises: ImpossibleBooking when one is not settled.
        """
        with self._database.writing() as connection:
            self.refund_within(connection, ids)

    def refund_within(self, connection: Connection, ids: Sequence[str]) -> None:
        """The same within a transaction.

        Raises: ImpossibleBooking.
        """
        for booking in _all_of(connection, ids):
            self._give_back(connection, booking, "refunded")

    def grant(self, pool: CreditPool) -> None:
        """Add a credit pool.

        Raises: AlreadyThere when one has its name.
        """
        with self._database.writing() as connection:
            add_pool(connection, pool)
            add_entries(connection, [self._moved("grant", entries.GRANTED, entries.pool(pool.name), pool.left)])

    def end(self, name: str) -> None:
        """End a credit pool now: what is left of it expires. Again changes nothing.

        Raises: NoSuchResource when there is none of that name.
        """
        with self._database.writing() as connection:
            if not end_pool(connection, name, int(self._now())):
                raise NoSuchResource(f"There is no credit pool '{name[:80]}'.")
            self._expire(connection)

    def expire(self) -> None:
        """Take what is left from pools that have ended."""
        with self._database.writing() as connection:
            self._expire(connection)

    def _expire(self, connection: Connection) -> None:
        for pool in list_pools(connection):
            if pool.left and pool.ends_at is not None and pool.ends_at <= self._now():
                draw_pool(connection, pool.name, pool.left)
                add_entries(connection, [self._moved("expire", entries.pool(pool.name), entries.EXPIRED, pool.left)])

    def _post(self, deeds: Sequence[Deed]) -> Sequence[Answer]:
        if all(deed.knows_all for deed in deeds if isinstance(deed, Settling)):
            with suppress(Outdated, Clash), self._database.posting() as pipeline:
                return post(pipeline, deeds, look=False)
        with self._database.writing(lasting=False) as connection, checked(connection) as pipeline:
            return post(pipeline, deeds, look=True)

    def _moved(self, kind: Kind, source: str, target: str, amount: Micros) -> Entry:
        return Entry(at=int(self._now()), kind=kind, booking_id=None, source=source, target=target, amount=amount)

    def faults(self) -> list[str]:
        """Every contradiction in the books, in words; none is the proof."""
        return list(self.each_fault())

    def each_fault(self) -> Iterator[str]:
        """The same one by one, with a page of pictures at a time in memory."""
        with self._database.reading() as connection:
            kept = Kept(
                balances=all_balances(connection),
                pools=list_pools(connection),
                budgets=list_budgets(connection),
                use=all_use(connection),
            )
            yield from faults(each_picture(connection, PAGE), kept)

    def recover(self) -> tuple[Booking, ...]:
        """Release what processes left behind that live no more; tells what that was."""

        def dead(owner_id: str) -> bool:
            return not (owner_id == self._owner or is_job(owner_id) or self._database.owners.lives(owner_id))

        return self._release_of(dead)

    def close(self) -> tuple[Booking, ...]:
        """Release what this process has left open; tells what that was."""
        return self._release_of(lambda owner_id: owner_id == self._owner)

    def _release_of(self, concerned: Callable[[str], bool]) -> tuple[Booking, ...]:
        with self._database.writing() as connection:
            found = bookings_in_hand(connection)
            owners = {one for one in {booking.owner for booking in found} if concerned(one)}
            left = tuple(booking for booking in found if booking.owner in owners)
            for booking in left:
                self._give_back(connection, booking, "released" if booking.state == "reserved" else "refunded")
        for dead in owners - {self._owner}:
            self._database.owners.forget(dead)
        return left

    def _give_back(self, connection: Connection, booking: Booking, state: Literal["released", "refunded"]) -> None:
        at = int(self._now())
        was: State = "reserved" if state == "released" else "settled"
        if not leads(booking, was, state):
            return
        if not end_booking(connection, booking.id, Closing(state=state, at=at), was):
            raise ImpossibleBooking(f"Picture {booking.id} is not {was}, as it was a moment ago.")
        reserved = entries_of(connection, booking.id, "reserve")
        back = entries.releasing if state == "released" else entries.refunding
        add_entries(connection, back(booking, reserved, at))
        for entry in reserved:
            if entry.source.startswith(entries.POOL):
                draw_pool(connection, entry.source.removeprefix(entries.POOL), -entry.amount)
        give_back_to_budgets(connection, booking)

    def _bookings(self, order: Order, plans: Sequence[Plan | Item]) -> list[Booking]:
        at = int(self._now())
        owner = self._owner if order.job is None else job_owner(order.job)
        return [
            Booking(
                id=f"{order.request_id}/{number}",
                request_id=order.request_id,
                account_id=order.account_id,
                user_name=order.user_name,
                model_id=plan.model,
                operation=plan.operation,
                tags=order.tags,
                price=plan.price,
                price_list=order.price_list,
                reserved_at=at,
                owner=owner,
            )
            for number, plan in enumerate(plans)
        ]

    def _closings(self, delivered: Mapping[str, int]) -> dict[str, Closing]:
        at = int(self._now())
        day = day_of(at)
        return {
            key: Closing(state="settled", at=at, engine_ms=took, own_cost=self._own_costs.cost(day, took))
            for key, took in delivered.items()
        }


def _announced(answer: Answer) -> tuple[Booking, ...]:
    assert isinstance(answer, Reserved)
    for warning in answer.warnings:
        logger.warning("%s", warning)
    return answer.bookings


def _all_of(connection: Connection, ids: Sequence[str]) -> list[Booking]:
    return all_of({booking.id: booking for booking in find_bookings(connection, ids)}, ids)


@contextmanager
def open_books(database: Database, now: UnixTime, own_costs: OwnCosts = UNKNOWN) -> Iterator[Books]:
    """The books, for as long as the block lasts: releases first what a dead process left, and at the end its own."""
    owner_id = new_id()
    with database.owners.living(owner_id):
        books = Books(database, owner_id, now, own_costs)
        books.recover()
        books.expire()
        try:
            yield books
        finally:
            books.close()
