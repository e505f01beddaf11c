"""Posts what several requests ask for in one transaction: read once, decided in memory, written once.

Each request is booked whole or refused whole, and what one is refused changes nothing for the others. Knows rows and
rules; opens no transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from outcrop.errors import BudgetSpent, ImpossibleBooking
from outcrop.ledger import entries
from outcrop.ledger.allowance import Allowance, Outdated
from outcrop.ledger.drawdown import Drawdown
from outcrop.store.bookings import (
    Booking,
    Closing,
    Entry,
    State,
    add_bookings,
    add_entries,
    find_bookings,
    hand_over,
    settle_bookings,
)
from outcrop.store.database import Connection
from outcrop.store.pipeline import Pipeline

Refusal = BudgetSpent | ImpossibleBooking


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserving:
    """Set aside what the pictures of a request cost."""

    bookings: Sequence[Booking]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settling:
    """Spend what was set aside for pictures of a request."""

    closings: Mapping[str, Closing]
    as_reserved: Sequence[Booking] = ()
    """The pictures as they were when they had been set aside, as far as whoever settles still knows."""

    @property
    def knows_all(self) -> bool:
        """Whether whoever settles knows all of them."""
        return self.closings.keys() <= {booking.id for booking in self.as_reserved}


@dataclass(frozen=True, slots=True, kw_only=True)
class HandingOver:
    """Note that the answer with pictures has left."""

    ids: Sequence[str]


Deed = Reserving | Settling | HandingOver


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserved:
    """The pictures of a request, set aside."""

    bookings: tuple[Booking, ...]
    warnings: Sequence[str] = ()
    """Of budgets that are nearly used up."""


Answer = Reserved | Refusal | None
"""To a deed; None is that it is done."""


def post(pipeline: Pipeline, deeds: Sequence[Deed], *, look: bool) -> list[Answer]:
    """Do what is asked, and answer in the same order.

    Without `look`, ids of requests are taken for new and pictures to settle for reserved, which they nearly always
    are, and the database says when they are not: two statements less. Nothing is waited for then but budgets and pools.

    Raises: Outdated, or at the pipeline's end a failure of the database, where that was wrong; then nothing may be
    kept.
    """
    reserving = [deed.bookings for deed in deeds if isinstance(deed, Reserving)]
    settling = [deed for deed in deeds if isinstance(deed, Settling)]
    leaving = [key for deed in deeds if isinstance(deed, HandingOver) for key in deed.ids]
    moved: list[Entry] = []
    reserved = iter(_reserve(pipeline, reserving, moved, look=look) if reserving else ())
    settled = iter(_settle(pipeline, settling, moved, look=look) if settling else ())
    add_entries(pipeline.connection, moved)
    if leaving:
        hand_over(pipeline.connection, leaving)
    answers: list[Answer] = []
    for deed in deeds:
        match deed:
            case Reserving():
                answers.append(next(reserved))
            case Settling():
                answers.append(next(settled))
            case HandingOver():
                answers.append(None)
    return answers


def post_reservations(
    pipeline: Pipeline, requests: Sequence[Sequence[Booking]], *, look: bool
) -> list[Reserved | Refusal]:
    """Set aside what each request's pictures cost, in their order; those that are there already are not booked again.

    Raises: Outdated when one is refused and nobody has looked. At the pipeline's end: ImpossibleBooking when something
    else has written meanwhile, a failure of the database when one is there already.
    """
    moved: list[Entry] = []
    answers = _reserve(pipeline, requests, moved, look=look)
    add_entries(pipeline.connection, moved)
    return answers


def _reserve(
    pipeline: Pipeline, requests: Sequence[Sequence[Booking]], moved: list[Entry], *, look: bool
) -> list[Reserved | Refusal]:
    """The same but for the entries, which are added to `moved`."""
    connection = pipeline.connection
    known = _found(connection, [one.id for asked in requests for one in asked]) if look else {}
    allowance, drawdown = Allowance(pipeline, _at(requests), look=look), Drawdown(pipeline)
    answers: list[Reserved | Refusal] = []
    added: list[Booking] = []
    for asked in requests:
        try:
            if any(booking.id in known for booking in asked):
                answers.append(Reserved(bookings=_same(asked, known)))
                continue
            warnings = allowance.take(asked)
        except (BudgetSpent, ImpossibleBooking) as refusal:
            if not look:
                raise Outdated from refusal  # what fills the budget may be this request, booked before
            answers.append(refusal)
            continue
        booked = _drawn(asked, drawdown, moved)
        known |= {booking.id: booking for booking in booked}
        added += booked
        answers.append(Reserved(bookings=booked, warnings=warnings))
    add_bookings(connection, added)
    allowance.write()
    drawdown.write()
    return answers


def _at(requests: Sequence[Sequence[Booking]]) -> int:
    """When the first picture is asked for, as nearly all are that share a transaction."""
    return next((booking.reserved_at for asked in requests for booking in asked), 0)


def _drawn(asked: Sequence[Booking], drawdown: Drawdown, moved: list[Entry]) -> tuple[Booking, ...]:
    """The pictures with what pools pay of each; what that moves is added to `moved`."""
    booked = []
    for booking in asked:
        legs = drawdown.draw(booking)
        moved += entries.reserving(booking, legs)
        booked.append(replace(booking, credit=entries.from_pools(legs)))
    return tuple(booked)


def _found(connection: Connection, ids: Sequence[str]) -> dict[str, Booking]:
    """Those of some pictures that are booked, by id."""
    return {one.id: one for one in find_bookings(connection, ids)} if ids else {}


def post_settlements(pipeline: Pipeline, requests: Sequence[Settling], *, look: bool) -> list[ImpossibleBooking | None]:
    """Spend what was set aside for the pictures of each request; those that are settled already stay so.

    Raises, at the pipeline's end: ImpossibleBooking when something else has written meanwhile; Outdated when one is not
    reserved and nobody has looked.
    """
    moved: list[Entry] = []
    answers = _settle(pipeline, requests, moved, look=look)
    add_entries(pipeline.connection, moved)
    return answers


def _settle(
    pipeline: Pipeline, requests: Sequence[Settling], moved: list[Entry], *, look: bool
) -> list[ImpossibleBooking | None]:
    """The same but for the entries, which are added to `moved`."""
    known = _known(pipeline.connection, requests, look=look)
    answers: list[ImpossibleBooking | None] = []
    closed: dict[str, Closing] = {}
    for asked in requests:
        try:
            due = _due(asked, known)
        except ImpossibleBooking as refusal:
            answers.append(refusal)
            continue
        for booking in due:
            closed[booking.id] = asked.closings[booking.id]
            moved += entries.settling(booking, asked.closings[booking.id].at)
            known[booking.id] = replace(booking, state="settled")
        answers.append(None)
    otherwise = ImpossibleBooking("A picture is not reserved, as it was a moment ago.") if look else Outdated()
    pipeline.expect(settle_bookings(pipeline.connection, closed), len(closed), otherwise)
    return answers


def _known(connection: Connection, requests: Sequence[Settling], *, look: bool) -> dict[str, Booking]:
    """The pictures that are to be settled, by id."""
    if look:
        return _found(connection, [key for asked in requests for key in asked.closings])
    return {one.id: one for asked in requests for one in asked.as_reserved}


def _due(asked: Settling, known: Mapping[str, Booking]) -> list[Booking]:
    """The pictures that are still to be settled."""
    return [booking for booking in all_of(known, asked.closings) if leads(booking, "reserved", "settled")]


def all_of(known: Mapping[str, Booking], ids: Mapping[str, object] | Sequence[str]) -> list[Booking]:
    """The bookings of some ids, by id.

    Raises: ImpossibleBooking when there is none of one.
    """
    missing = set(ids) - set(known)
    if missing:
        raise ImpossibleBooking(f"Picture {min(missing)} was never reserved.")
    return [known[key] for key in sorted(set(ids))]


def leads(booking: Booking, was: State, to: State) -> bool:
    """Whether a booking still has to be led from one state to the next.

    Raises: ImpossibleBooking when it is in neither.
    """
    if booking.state not in {was, to}:
        raise ImpossibleBooking(f"Picture {booking.id} is {booking.state}, so it cannot be {to}.")
    return booking.state == was


def _same(asked: Sequence[Booking], known: Mapping[str, Booking]) -> tuple[Booking, ...]:
    for booking in asked:
        found = known.get(booking.id)
        if found is None or (found.model_id, found.account_id) != (booking.model_id, booking.account_id):
            raise ImpossibleBooking(f"Request {booking.request_id} is booked already, with other pictures.")
    return tuple(known[booking.id] for booking in asked)
