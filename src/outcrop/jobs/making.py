"""Makes what a body asks of a model, on behalf of a job: plans it, sets its price aside and draws it.

What it makes depends on the task's name and body alone, so that the same task makes the same pictures again. Knows
jobs' bookings; knows no queue and no place where pictures go.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from typing import Final, Self, cast

from outcrop.catalog.card import ModelCard
from outcrop.catalog.load import Catalog
from outcrop.clock import day_of
from outcrop.dialects.dialect import Filtered, Outcome, Result
from outcrop.dialects.table import DIALECTS
from outcrop.engine.engine import Errand, Event, Listener, Priority
from outcrop.errors import Cancelled, OutcropError, Overdue, Unavailable, Unsupported, Withheld
from outcrop.flow import Flow, Picture, Running
from outcrop.jobs.looking import Looking, held_back
from outcrop.jobs.reviewing import NOTHING_HELD, Holding
from outcrop.jobs.screening import USUAL_FOR_ALL, Screening
from outcrop.jobs.worker import Hand
from outcrop.ledger.books import Books, Order
from outcrop.operations.table import plan
from outcrop.plan import Plan
from outcrop.store.bookings import Booking
from outcrop.store.database import Connection
from outcrop.store.jobs import Job
from outcrop.units import MAX_SEED, Seed

TRIED_AGAIN: Final = (Cancelled, Overdue, Unavailable)
"""What ends an attempt and not its task, as a rule."""

Listening = Callable[[int], Listener]
"""What hears the engine, by a picture's number."""


def unheard(_: Event) -> None:
    """For whoever wants to hear nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A body for a model, as part of a job."""

    name: str
    """What its pictures are booked under, and where seeds come from that the body leaves open."""
    job: str
    kind: str = ""
    """The job's."""
    account_id: str
    user_name: str
    model_id: str
    body: bytes
    priority: Priority
    tags: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, job: Job, name: str, body: bytes, tags: Mapping[str, str]) -> Self:
        """A body that a job is to make, for whom it was handed in and as urgent as it is."""
        return cls(
            name=name,
            job=job.id,
            kind=job.kind,
            account_id=job.account_id,
            user_name=job.user_name,
            model_id=job.model_id,
            body=body,
            priority=cast("Priority", job.priority),
            tags=tags,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A task, decided."""

    task: Task
    card: ModelCard
    plans: tuple[Plan, ...]
    price_list: str
    withheld: Withheld | None = None
    """Why a filter holds it back, where one does; then there are no plans."""
    warned: tuple[str, ...] = ()
    """Categories that the account's policy warns of and the prompt is about."""
    held: bool = False
    """Whether its pictures wait for a review, and are shown to nobody else until then."""

    @property
    def order(self) -> Order:
        """Who pays, and for what."""
        return Order(
            request_id=self.task.name,
            account_id=self.task.account_id,
            user_name=self.task.user_name,
            price_list=self.price_list,
            tags=self.task.tags,
            job=self.task.job,
        )

    def refusal(self) -> bytes | None:
        """What is answered in place of pictures, where a filter holds them back.

        Raises: InvalidRequest where the family answers an error to that.
        """
        if self.withheld is None:
            return None
        return DIALECTS[self.card.dialect].render([Filtered(stage=self.withheld.stage)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What has become of a task."""

    answer: bytes
    """The body that InvokeModel would have answered."""
    pictures: Mapping[int, Picture]
    """Those that a filter left, by their numbers from 1."""
    delivered: Mapping[str, int]
    """Id of each one's booking to the milliseconds that the engine worked on it."""
    withheld: tuple[str, ...] = ()
    """Ids of the bookings of those that a filter held back."""

    def pay_within(self, connection: Connection, books: Books) -> None:
        """Spend what was set aside for the pictures that there are, and give back the rest. Again changes nothing.

        Raises: ImpossibleBooking when one was not reserved.
        """
        books.deliver_within(connection, self.delivered)
        books.release_within(connection, self.withheld)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A task that has come to an end, for whoever counts or logs such."""

    planned: Planned
    made: Made | None = None
    error: OutcropError | None = None
    """Why there is nothing made."""
    withheld: Withheld | None = None
    """What a filter held back, be it all or some of its pictures."""


Told = Callable[[Ended], None]
"""Hears of each task that has come to an end, from the thread that made it."""


def untold(_: Ended) -> None:
    """For makers whose tasks nobody counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """Makes tasks, over what it needs for it."""

    catalog: Catalog
    flow: Flow
    books: Books
    screening: Screening = USUAL_FOR_ALL
    holding: Holding = NOTHING_HELD
    """Which pictures wait for a review."""
    told: Told = untold

    def plan(self, task: Task) -> Planned:
        """Decide everything about a task.

        Raises: NoSuchModel; InvalidRequest or Unsupported when the body cannot be answered; Withheld when a filter
        holds it back.
        """
        today = self.catalog.on(day_of(self.books.now()))
        card = today.model(task.model_id)
        if card.tier.backend != "engine":
            raise Unsupported(f"{card.name} is left with Amazon Bedrock here; jobs are not passed on, InvokeModel is.")
        asked = DIALECTS[card.dialect].parse(task.body, card)
        warned = self.screening.screen(task.account_id, asked)
        plans = plan(asked, card.id, today, _seeds(task.name))
        return Planned(task=task, card=card, plans=plans, price_list=today.prices.of(card.id).name, warned=warned)

    def plan_invocation(self, task: Task) -> Planned:
        """The same for what answers as InvokeModel does: what a filter holds back is planned, as its family's answer.

        Raises: NoSuchModel; InvalidRequest or Unsupported when the body cannot be answered, or would be held.
        """
        self.holding.refuse_at_once(task.account_id, task.model_id, task.tags)
        try:
            return self.plan(task)
        except Withheld as withheld:
            return self._held_back(task, withheld)

    def plan_picture(self, task: Task) -> Planned:
        """The same for a picture job that is handed in: what a filter holds back has ended here, and is told of.

        Raises: as `plan`.
        """
        try:
            return self.plan(task)
        except Withheld as withheld:
            self.told(Ended(planned=self._held_back(task, withheld), error=withheld, withheld=withheld))
            raise

    def _held_back(self, task: Task, withheld: Withheld) -> Planned:
        today = self.catalog.on(day_of(self.books.now()))
        card = today.model(task.model_id)
        return Planned(task=task, card=card, plans=(), price_list=today.prices.of(card.id).name, withheld=withheld)

    def reserve(self, connection: Connection, planned: Planned) -> tuple[Booking, ...]:
        """Set the price of a task aside; again changes nothing.

        Raises: BudgetSpent when a budget would be passed; ImpossibleBooking when it was given back already.
        """
        return self.books.reserve_within(connection, planned.order, planned.plans)

    def start(self, planned: Planned, listening: Listening = lambda _: unheard) -> "Started":
        """Set the price of a task aside, unless it is, and start to draw its pictures.

        `listening` gives what hears the engine, by a picture's number from 1.

        Raises: BudgetSpent; ImpossibleBooking; Throttled when as many pictures wait as may, and then none is drawn.
        """
        bookings = self.books.reserve(planned.order, planned.plans)
        started = Started(planned=planned, bookings=bookings, looking=self.screening.looking, told=self.told)
        errand = Errand(account=planned.task.account_id, priority=planned.task.priority)
        with ExitStack() as undoing:
            undoing.callback(started.stop)
            for number, each in enumerate(planned.plans, 1):
                started.running.append(self.flow.start(each, listening(number), errand))
            undoing.pop_all()
        return started

    def make(self, planned: Planned, hand: Hand, listening: Listening = lambda _: unheard) -> Made:
        """Set the price of a task aside, unless it is, and draw its pictures; `listening` as `start` has it.

        Raises: Cancelled when it was told to stop; whatever domain error a picture ends with.
        """
        started = self.start(planned, listening)
        try:
            with hand.stopping(started.stop):
                return started.finish()
        finally:
            started.stop()  # when one fails, the others are of no use


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A task whose pictures are drawn."""

    planned: Planned
    bookings: Sequence[Booking]
    looking: Looking
    running: list[Running] = field(default_factory=list)
    told: Told = untold

    def finish(self) -> Made:
        """Wait for the pictures.

        Raises: whatever domain error a picture ends with.
        """
        withheld = self.planned.withheld
        try:
            pictures = [one.picture.result() for one in self.running]
            outcomes = self.looking.outcomes(self.planned.task.account_id, pictures)
            withheld = withheld or held_back(outcomes)
            made = self._made(pictures, outcomes)
        except OutcropError as error:
            if not isinstance(error, TRIED_AGAIN):
                self.told(Ended(planned=self.planned, error=error, withheld=withheld))
            raise
        self.told(Ended(planned=self.planned, made=made, withheld=withheld))
        return made

    def _made(self, pictures: Sequence[Picture], outcomes: Sequence[Outcome]) -> Made:
        """What is delivered, and paid, of pictures that are there.

        Raises: InvalidRequest where the family answers an error to what was filtered.
        """
        left = [number for number, outcome in enumerate(outcomes, 1) if isinstance(outcome, Result)]
        numbered = dict(enumerate(zip(pictures, self.bookings, strict=True), 1))
        return Made(
            answer=self.planned.refusal() or DIALECTS[self.planned.card.dialect].render(outcomes),
            pictures={number: numbered[number][0] for number in left},
            delivered={
                booking.id: round(picture.busy_s * 1000)
                for number, (picture, booking) in numbered.items()
                if number in left
            },
            withheld=tuple(booking.id for number, (_, booking) in numbered.items() if number not in left),
        )

    @property
    def is_over(self) -> bool:
        """Whether nothing of it has to be waited for."""
        return all(one.picture.done() for one in self.running)

    def stop(self) -> None:
        """Stop what is not there yet."""
        for one in self.running:
            if not one.picture.done():
                one.cancel()


def _seeds(name: str) -> Callable[[], Seed]:
    """Seeds for a task, in order: as good as drawn, and the same ones again."""

    def drawn() -> Iterator[Seed]:
        for number in count():
            digest = sha256(f"{name}/{number}".encode()).digest()
            yield Seed(1 + int.from_bytes(digest[:8]) % MAX_SEED)

    return drawn().__next__
