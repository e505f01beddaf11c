"""Hands in picture jobs: planned, kept and paid for before anybody is told that there is one. Knows no wire."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from outcrop.assets.store import digest_of
from outcrop.engine.engine import Priority
from outcrop.errors import NoSuchResource
from outcrop.jobs.canonical import canonical
from outcrop.jobs.desk import Desk
from outcrop.jobs.making import Planned
from outcrop.jobs.new_job import NewJob
from outcrop.jobs.pictures import KIND, PRIORITY, About, about_of, request_of, task_of
from outcrop.jobs.queue import Booked
from outcrop.store.accounts import User
from outcrop.store.database import Connection
from outcrop.store.jobs import Job
from outcrop.store.webhooks import find_webhook
from outcrop.units import Micros


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Pictures that somebody wants to have in a while."""

    id: str
    """Of the job that there will be, unless the same request has made one before."""
    model_id: str
    body: Mapping[str, Any]
    """As InvokeModel takes it."""
    about: About = field(default_factory=About)
    name: str | None = None
    priority: Priority = PRIORITY
    token: str | None = None
    """What the request calls itself: however often it comes, it makes one job."""
    set_id: str | None = None
    """What the job is part of, such as a set of drafts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A picture job that can be added: it can be drawn, and its body is kept."""

    job: Job
    planned: Planned

    @property
    def price(self) -> Micros:
        """What its pictures cost."""
        return Micros(sum(plan.price for plan in self.planned.plans))


def made_ready(desk: Desk, user: User, wanted: Wanted) -> Ready:
    """A picture job, decided but not added; what cannot be drawn is refused before anything is kept.

    Raises: whatever InvokeModel would have for its body; StorageFailed when that cannot be kept.
    """
    body, about, priority = canonical(wanted.body).encode(), wanted.about, wanted.priority
    new = NewJob(
        id=wanted.id,
        kind=KIND,
        model_id=wanted.model_id,
        request=request_of(digest_of(body), about, Micros(0)),
        same=[wanted.model_id, request_of(digest_of(body), about, Micros(0)), wanted.name, priority, wanted.set_id],
        priority=priority,
        name=wanted.name,
        token=wanted.token,
        set_id=wanted.set_id,
    )
    job = new.of(user, desk.maker.books.now())
    planned = desk.maker.plan_picture(task_of(job, body))
    desk.shelves.store.put(body)
    price = Micros(sum(plan.price for plan in planned.plans))
    return Ready(job=replace(job, request=request_of(digest_of(body), about, price)), planned=planned)


def hand_in(desk: Desk, ready: Ready) -> Job:
    """Add a picture job, with its price set aside.

    Raises: NoSuchResource when there is no such parent or webhook; AlreadyThere when the token was used for another
    request; NoRoom when too many wait; BudgetSpent when a budget would be passed; StorageFailed.
    """
    return desk.queue.add(ready.job, lambda connection: _book(desk, connection, ready))


def hand_in_all(desk: Desk, ready: Sequence[Ready], booked: Booked) -> None:
    """Add picture jobs that nobody has added, all or none; `booked` is to hold if and only if they are there.

    Raises: NoSuchResource; NoRoom; BudgetSpent; whatever `booked` raises, and then there is none of them.
    """

    def all_booked(connection: Connection) -> None:
        for one in ready:
            _book(desk, connection, one)
        booked(connection)

    desk.queue.add_all([one.job for one in ready], all_booked)


def _book(desk: Desk, connection: Connection, ready: Ready) -> None:
    """Set the price of a job aside, whose parents and webhook the account must have."""
    about, account = about_of(ready.job), ready.job.account_id
    for parent in about.parents:
        desk.library.find(connection, account, parent.asset_id)
    if about.webhook is not None and find_webhook(connection, account, about.webhook) is None:
        raise NoSuchResource(f"There is no webhook '{about.webhook[:80]}'; PUT /v1/webhooks/NAME makes one.")
    desk.shelves.store.put(ready.planned.task.body)  # unless it is there still: it may have been swept meanwhile
    desk.maker.reserve(connection, ready.planned)
