"""Queries on what webhooks are to be told of jobs, and who has been. Knows rows; knows no webhook."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import ColumnElement, and_, case, delete, func, insert, or_, select, update

from outcrop.store.database import Connection
from outcrop.store.job_tables import job_events

REASON_CHARS = 200
Addressee = tuple[str, str]
"""An account, and the name of a webhook of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobEvent:
    """That a job has ended."""

    id: str
    account_id: str
    webhook: str
    job_id: str
    round: int
    event: str
    """Such as `job.done`."""
    body: str
    """What is sent, in JSON."""
    at: int
    sent_at: int | None = None
    """When the webhook took it."""
    attempts: int = 0
    due_at: int | None
    """When the webhook is next told; None once it has been, or nobody tries any more."""
    reason: str = ""
    """Why it last was not."""


def add_job_event(connection: Connection, event: JobEvent) -> None:
    """Add an event."""
    connection.execute(insert(job_events).values(asdict(event)))


def addressees_due(connection: Connection, at: int, waits: Sequence[int] = ()) -> list[Addressee]:
    """Who is to be told something by then, whoever waits longest first.

    `waits` are the seconds that one waits at most after the first, the second and each further attempt: what waits
    longer was put off by a clock that was ahead, and is due. So is, then, what was never tried.
    """
    who = (job_events.c.account_id, job_events.c.webhook)
    query = select(*who).where(_due(at, waits)).group_by(*who).order_by(func.min(job_events.c.due_at))
    return [(row.account_id, row.webhook) for row in connection.execute(query)]


def next_job_event(connection: Connection, addressee: Addressee, at: int, waits: Sequence[int] = ()) -> JobEvent | None:
    """What an addressee is to be told first; `waits` as above."""
    account_id, name = addressee
    of_theirs = and_(job_events.c.account_id == account_id, job_events.c.webhook == name, _due(at, waits))
    query = select(job_events).where(of_theirs).order_by(job_events.c.due_at, job_events.c.at, job_events.c.id).limit(1)
    row = connection.execute(query).mappings().first()
    return None if row is None else JobEvent(**row)


def claim_job_event(connection: Connection, event: JobEvent, due_at: int) -> bool:
    """Take an event to tell it, for as long as nobody else may try; tells whether nobody else had."""
    there = and_(job_events.c.id == event.id, job_events.c.attempts == event.attempts, job_events.c.due_at.is_not(None))
    values = {"attempts": event.attempts + 1, "due_at": due_at}
    return connection.execute(update(job_events).where(there).values(values)).rowcount == 1


def end_job_attempt(connection: Connection, event_id: str, sent_at: int | None, due_at: int | None, why: str) -> None:
    """Note how an attempt to tell an event ended, and when the next one is due, if any."""
    values = {"sent_at": sent_at, "due_at": due_at, "reason": why[:REASON_CHARS]}
    connection.execute(update(job_events).where(job_events.c.id == event_id).values(values))


def list_job_events(connection: Connection, addressee: Addressee, most: int) -> list[JobEvent]:
    """What an addressee was told or is to be told, the latest first."""
    of_theirs = and_(job_events.c.account_id == addressee[0], job_events.c.webhook == addressee[1])
    query = select(job_events).where(of_theirs).order_by(job_events.c.at.desc(), job_events.c.id).limit(most)
    return [JobEvent(**row) for row in connection.execute(query).mappings()]


def find_job_event(connection: Connection, event_id: str) -> JobEvent | None:
    """The event of that id."""
    row = connection.execute(select(job_events).where(job_events.c.id == event_id)).mappings().first()
    return None if row is None else JobEvent(**row)


def repeat_job_event(connection: Connection, addressee: Addressee, event_id: str, at: int) -> JobEvent | None:
    """Have an addressee be told once more, with as many attempts as at first; None where it is none of theirs."""
    theirs = and_(job_events.c.account_id == addressee[0], job_events.c.webhook == addressee[1])
    values = {"attempts": 0, "due_at": at}
    if not connection.execute(update(job_events).where(theirs, job_events.c.id == event_id).values(values)).rowcount:
        return None
    return find_job_event(connection, event_id)


def drop_addressee(connection: Connection, addressee: Addressee) -> None:
    """Forget what a webhook is to be told that there is no more."""
    theirs = and_(job_events.c.account_id == addressee[0], job_events.c.webhook == addressee[1])
    connection.execute(update(job_events).where(theirs, job_events.c.due_at.is_not(None)).values(due_at=None))


def forget_job_events(connection: Connection, before: int) -> int:
    """Forget what came before a moment and is not due any more; tells how many that were."""
    old = and_(job_events.c.at < before, job_events.c.due_at.is_(None))
    return connection.execute(delete(job_events).where(old)).rowcount


def _due(at: int, waits: Sequence[int]) -> ColumnElement[bool]:
    there, due_at = job_events.c.due_at.is_not(None), job_events.c.due_at
    if not waits:
        return and_(there, due_at <= at)
    longest = case(dict(enumerate(waits, 1)), value=job_events.c.attempts, else_=0)
    return and_(there, or_(due_at <= at, due_at > at + longest))
