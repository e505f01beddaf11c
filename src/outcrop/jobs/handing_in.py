"""Hands in picture jobs: planned, kept and paid for before anybody is told that there is one. Knows no wire."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from outcrop.assets.store import digest_of
from outcrop.engine.engine import Priority
from outcrop.jobs.canonical import canonical
from outcrop.jobs.desk import Desk
from outcrop.jobs.new_job import NewJob
from outcrop.jobs.pictures import KIND, PRIORITY, About, request_of, task_of
from outcrop.store.accounts import User
from outcrop.store.database import Connection
from outcrop.store.jobs import Job
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


def hand_in(desk: Desk, user: User, wanted: Wanted) -> Job:
    """Add a picture job, with its price set aside; what cannot be drawn is refused before anything is kept.

    Raises: whatever InvokeModel would have for its body; NoSuchResource when there is no such parent; AlreadyThere
    when the token was used for another request; NoRoom when too many wait; BudgetSpent when a budget would be passed;
    StorageFailed when its body cannot be kept.
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
    planned = desk.maker.plan(task_of(job, body))
    desk.shelves.store.put(body)
    price = Micros(sum(plan.price for plan in planned.plans))

    def booked(connection: Connection) -> None:
        for parent in about.parents:
            desk.library.find(connection, job.account_id, parent.asset_id)
        desk.maker.reserve(connection, planned)

    return desk.queue.add(replace(job, request=request_of(digest_of(body), about, price)), booked)
