"""Queries on jobs and whose turn it is. Knows rows; knows no kind of job and no rule of whose turn comes next.

What is guaranteed here: a job changes only as it was when it was read, so of two who would change it one does.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    and_,
    delete,
    exists,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from outcrop.errors import AlreadyThere
from outcrop.store.database import Connection
from outcrop.store.job_tables import job_turns, jobs

State = Literal["queued", "running", "done", "failed", "cancelled", "dead"]
"""`failed` cannot be done, `dead` could not be done in as many attempts as there are."""
ENDS: Final[tuple[State, ...]] = ("done", "failed", "cancelled", "dead")

# Written out, not handed over as parameters: only then does a database see that an index of such jobs alone will do.
WAITS: Final = jobs.c.state == literal_column("'queued'")
IN_HAND: Final = jobs.c.state == literal_column("'running'")
IS_DONE: Final = jobs.c.state == literal_column("'done'")

_COLUMNS: Final = tuple(name for name in jobs.c.keys() if name != "number")  # noqa: SIM118 - not a mapping
_ADD: Final = insert(jobs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Work that outlives the process that took it on."""

    number: int = 0
    """The order in which it came; given when it is added."""
    id: str
    kind: str
    account_id: str
    user_name: str
    model_id: str
    name: str | None = None
    token: str | None = None
    """What the request that made it called itself."""
    digest: str
    """What two equal requests have in common."""
    request: Mapping[str, Any]
    """What is to be done, in the words of its kind."""
    priority: str
    state: State = "queued"
    cancelling: bool = False
    """Whether it is to end without a result, as soon as whoever works on it hears so."""
    round: int = 0
    """How often it was begun anew after its end."""
    attempts: int = 0
    """How often it was taken since it last got on."""
    lease: int = 0
    """How often it was taken at all."""
    holder: str = ""
    reason: str | None = None
    """Why it failed, last time or for good."""
    progress: Mapping[str, Any] = field(default_factory=dict)
    took_ms: int | None = None
    created_at: int
    due_at: int
    """It is not taken before."""
    changed_at: int
    started_at: int | None = None
    """When it was last taken."""
    ended_at: int | None = None
    set_id: str | None = None
    """What it is part of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What changes of a job when anything does that those who wait for it want to know."""

    state: State
    lease: int
    round: int
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """The jobs of a kind, priority and account, which stand in line."""

    kind: str
    priority: str
    account_id: str
    turn: int = 0
    """When one of them was last taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Which jobs of an account are asked for."""

    account_id: str | None = None
    kind: str | None = None
    set_id: str | None = None
    states: Collection[State] | None = None
    cancelling: bool | None = None
    since: int | None = None
    """Seconds since 1970; created at that moment or later."""
    until: int | None = None
    """Created at that moment or earlier."""
    name_part: str | None = None
    newest_first: bool = True
    after: int | None = None
    """The number of the job after which to go on."""
    most: int = 1000


def add_job(connection: Connection, job: Job) -> Job:
    """Add a job; returns it with its number.

    Raises: AlreadyThere when one has its id or token.
    """
    values = {name: getattr(job, name) for name in _COLUMNS}
    values |= {name: json.dumps(values[name], sort_keys=True) for name in ("request", "progress")}
    try:
        key = connection.execute(_ADD, values).inserted_primary_key
    except IntegrityError:
        raise AlreadyThere(f"There is a job {job.id}, or one of its token, already.") from None
    assert key is not None  # every row has one
    return replace(job, number=key[0])


def find_job(connection: Connection, job_id: str) -> Job | None:
    """The job of that id."""
    return _one(connection, jobs.c.id == job_id)


def find_job_of_request(connection: Connection, account_id: str, kind: str, token: str) -> Job | None:
    """The job that a request of that token has made."""
    return _one(connection, jobs.c.account_id == account_id, jobs.c.kind == kind, jobs.c.token == token)


def find_jobs(connection: Connection, ids: Collection[str]) -> list[Job]:
    """Those of some ids that are there, in the order in which they came."""
    query = select(jobs).where(jobs.c.id.in_(list(ids))).order_by(jobs.c.number)
    return [_job(row) for row in connection.execute(query).mappings()]


def versions_of(connection: Connection, ids: Collection[str]) -> dict[str, Version]:
    """Those of some ids that are there."""
    query = select(jobs.c.id, jobs.c.state, jobs.c.lease, jobs.c.round, jobs.c.attempts).where(jobs.c.id.in_(list(ids)))
    return {
        row.id: Version(state=row.state, lease=row.lease, round=row.round, attempts=row.attempts)
        for row in connection.execute(query)
    }


def members_of(connection: Connection, account_id: str, set_id: str) -> list[str]:
    """The ids of the jobs of a set, in the order in which they came."""
    query = select(jobs.c.id).where(jobs.c.account_id == account_id, jobs.c.set_id == set_id).order_by(jobs.c.number)
    return list(connection.execute(query).scalars())


def unended(connection: Connection, ids: Collection[str]) -> set[str]:
    """Those of some ids whose jobs go on."""
    query = select(jobs.c.id).where(jobs.c.id.in_(list(ids)), jobs.c.ended_at.is_(None))
    return set(connection.execute(query).scalars())


def bodies_needed(connection: Connection, after: int = 0) -> tuple[int, set[str]]:
    """The digests of the bodies of jobs that go on, or that can begin anew, of those that came after a number.

    Returns with them the number of the last job there is.
    """
    query = select(jobs.c.request).where(jobs.c.state != "done", jobs.c.number > after)
    inputs = (json.loads(request).get("input") for request in connection.execute(query).scalars())
    last = connection.execute(select(func.coalesce(func.max(jobs.c.number), 0))).scalar_one()
    return int(last), {digest for digest in inputs if isinstance(digest, str)}


def forget_jobs(connection: Connection, before: int, most: int) -> int:
    """Forget jobs that ended before a moment and are part of nothing; tells how many those were."""
    old = select(jobs.c.number).where(jobs.c.ended_at < before, jobs.c.set_id.is_(None)).limit(most)
    return connection.execute(delete(jobs).where(jobs.c.number.in_(old.scalar_subquery()))).rowcount


def list_jobs(connection: Connection, sought: Sought) -> list[Job]:
    """Those that are asked for, by their numbers."""
    order = jobs.c.number.desc() if sought.newest_first else jobs.c.number
    query = select(jobs).where(*_fitting(sought)).order_by(order).limit(sought.most)
    return [_job(row) for row in connection.execute(query).mappings()]


def count_waiting(connection: Connection, job: Job) -> int:
    """How many jobs wait in a job's lane."""
    lane = and_(jobs.c.kind == job.kind, jobs.c.priority == job.priority, jobs.c.account_id == job.account_id)
    waiting = and_(lane, WAITS)
    return int(connection.execute(select(func.count()).select_from(jobs).where(waiting)).scalar_one())


def change_job(connection: Connection, job: Job, changes: Mapping[str, Any]) -> bool:
    """Change a job if it is in the state and has the lease with which it was read; tells whether it was."""
    same = and_(jobs.c.id == job.id, jobs.c.state == job.state, jobs.c.lease == job.lease)
    values = dict(changes)
    if "progress" in values:
        values["progress"] = json.dumps(values["progress"], sort_keys=True)
    return connection.execute(update(jobs).where(same).values(values)).rowcount == 1


def put_steps(connection: Connection, job_id: str, lease: int, steps: Mapping[str, object]) -> bool:
    """Note how far a job has come under a lease, which is no progress that counts; tells whether it still holds."""
    same = and_(jobs.c.id == job_id, IN_HAND, jobs.c.lease == lease)
    told = json.dumps(steps, sort_keys=True)
    return connection.execute(update(jobs).where(same).values(progress=told)).rowcount == 1


def held_elsewhere(connection: Connection, ids: Collection[str], holder: str) -> list[Job]:
    """Those of some jobs that somebody else has than one holder."""
    query = select(jobs).where(jobs.c.id.in_(list(ids)), IN_HAND, jobs.c.holder != holder)
    return [_job(row) for row in connection.execute(query).mappings()]


def all_holders(connection: Connection) -> set[str]:
    """Everybody who has a job."""
    return set(connection.execute(select(jobs.c.holder).where(IN_HAND).distinct()).scalars())


def jobs_of_holder(connection: Connection, holder: str) -> list[Job]:
    """Those that somebody has, oldest first."""
    query = select(jobs).where(IN_HAND, jobs.c.holder == holder).order_by(jobs.c.number)
    return [_job(row) for row in connection.execute(query).mappings()]


def lanes_that_wait(connection: Connection, kinds: Collection[str], now: int, furthest: int) -> list[Lane]:
    """Those in which a job is due. One that is due later than `furthest` was put off by a clock that went ahead."""
    there = exists().where(*_waits(job_turns.c, now, furthest))
    query = select(job_turns).where(job_turns.c.kind.in_(list(kinds)), there)
    return [Lane(**row) for row in connection.execute(query).mappings()]


def first_in_lane(connection: Connection, lane: Lane, now: int, furthest: int) -> Job | None:
    """The oldest job of a lane that is due."""
    query = select(jobs).where(*_waits(lane, now, furthest)).order_by(jobs.c.number).limit(1)
    row = connection.execute(query).mappings().first()
    return None if row is None else _job(row)


def last_turn(connection: Connection) -> int:
    """When a job was last taken."""
    return int(connection.execute(select(func.coalesce(func.max(job_turns.c.turn), 0))).scalar_one())


def put_turn(connection: Connection, lane: Lane, turn: int) -> None:
    """Note when a job of a lane was taken."""
    key = {"kind": lane.kind, "priority": lane.priority, "account_id": lane.account_id}
    same = and_(*(job_turns.c[name] == value for name, value in key.items()))
    if connection.execute(update(job_turns).where(same).values(turn=turn)).rowcount == 0:
        connection.execute(insert(job_turns).values(key | {"turn": turn}))


def count_lanes(connection: Connection, kind: str) -> list[tuple[Lane, int]]:
    """Every lane of a kind in which jobs wait, and how many."""
    lane = (jobs.c.priority, jobs.c.account_id)
    query = select(*lane, func.count()).where(jobs.c.kind == kind, WAITS).group_by(*lane)
    return [
        (Lane(kind=kind, priority=priority, account_id=account), int(count))
        for priority, account, count in connection.execute(query)
    ]


def count_before(connection: Connection, job: Job) -> int:
    """How many jobs stand before one in its lane."""
    lane = and_(jobs.c.kind == job.kind, jobs.c.priority == job.priority, jobs.c.account_id == job.account_id)
    before = and_(lane, WAITS, jobs.c.number < job.number)
    return int(connection.execute(select(func.count()).select_from(jobs).where(before)).scalar_one())


def last_durations(connection: Connection, kind: str, most: int) -> list[int]:
    """How long the last jobs of a kind took that were done. Units: milliseconds."""
    query = select(jobs.c.took_ms).where(jobs.c.kind == kind, IS_DONE).order_by(jobs.c.number.desc())
    return [int(took) for took in connection.execute(query.limit(most)).scalars() if took is not None]


def _waits(lane: Any, now: int, furthest: int) -> Sequence[ColumnElement[bool]]:  # noqa: ANN401 - a lane or its columns
    return (
        jobs.c.kind == lane.kind,
        jobs.c.priority == lane.priority,
        jobs.c.account_id == lane.account_id,
        WAITS,
        or_(jobs.c.due_at <= now, jobs.c.due_at > furthest),
    )


def _fitting(sought: Sought) -> list[ColumnElement[bool]]:
    after = sought.after
    tests: list[tuple[object, ColumnElement[bool]]] = [
        (sought.account_id, jobs.c.account_id == sought.account_id),
        (sought.kind, jobs.c.kind == sought.kind),
        (sought.set_id, jobs.c.set_id == sought.set_id),
        (sought.states, jobs.c.state.in_(list(sought.states or ()))),
        (sought.cancelling, jobs.c.cancelling.is_(bool(sought.cancelling))),
        (sought.since, jobs.c.created_at >= (sought.since or 0)),
        (sought.until, jobs.c.created_at <= (sought.until or 0)),
        (sought.name_part, func.coalesce(jobs.c.name, "").contains(sought.name_part or "", autoescape=True)),
        (after, jobs.c.number < (after or 0) if sought.newest_first else jobs.c.number > (after or 0)),
    ]
    return [test for value, test in tests if value is not None]


def _one(connection: Connection, *which: ColumnElement[bool]) -> Job | None:
    row = connection.execute(select(jobs).where(*which)).mappings().first()
    return None if row is None else _job(row)


def _job(row: RowMapping) -> Job:
    return Job(**{**row, "request": json.loads(row["request"]), "progress": json.loads(row["progress"])})
