"""Jobs in the database: the queue of one machine. Knows states, leases and turns; knows no kind of job."""

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, final

from outcrop.clock import UnixTime
from outcrop.errors import AlreadyThere, NoRoom, NoSuchResource
from outcrop.jobs.leases import Watch
from outcrop.jobs.queue import FIRST_DELAY_S, MOST_DELAY_S, PARKED_S, Booked, Ending, Standing
from outcrop.jobs.turns import next_lane, position
from outcrop.store.calls import call
from outcrop.store.database import Connection, Database
from outcrop.store.job_workers import all_beats, beat, remove_worker
from outcrop.store.jobs import (
    ENDS,
    Job,
    Lane,
    add_job,
    all_holders,
    change_job,
    count_before,
    count_lanes,
    count_waiting,
    find_job,
    find_job_of_request,
    first_in_lane,
    jobs_of_holder,
    lanes_that_wait,
    last_durations,
    last_turn,
    put_turn,
)

MOST_WAITING: Final = 10_000
"""Jobs of one kind that an account may have waiting."""
MOST_REASON: Final = 2048
"""Characters of a reason, as AWS has them."""
CALL: Final = "outcrop_jobs"
"""What is called out to other processes when there is something for whoever waits."""
REMEMBERED: Final = 20
"""Jobs by which the next one's duration is judged."""


@final
class DatabaseQueue:
    """The jobs of an installation, as one process sees them."""

    def __init__(
        self,
        database: Database,
        now: UnixTime,
        watch: Watch,
        changed: Callable[[str], None] = lambda _: None,
        ended: Callable[[Connection, Job], None] = lambda _, __: None,
    ) -> None:
        """`changed` hears the id of each job that this process has changed, once that holds; `ended` hears of each
        that ends, in the same transaction.
        """
        self._database = database
        self._now = now
        self._watch = watch
        self._changed = changed
        self._ended = ended
        self._bell = threading.Event()

    def add(self, job: Job, booked: Booked) -> Job:
        """Add a job; one that the same request has added before is as good.

        Raises: AlreadyThere when its token was used for another request; NoRoom when too many wait.
        """
        with self._database.writing() as connection:
            before = _before(connection, job)
            if before is not None:
                return before
            added = self._add(connection, job)
            booked(connection)
            call(connection, CALL)
        self.ring()
        return added

    def add_all(self, jobs: Sequence[Job], booked: Booked) -> None:
        """Add jobs that no request of a token makes, all or none.

        Raises: NoRoom when too many would wait.
        """
        with self._database.writing() as connection:
            for job in jobs:
                self._add(connection, job)
            booked(connection)
            call(connection, CALL)
        self.ring()

    def take(self, worker: str, kinds: Collection[str]) -> Job | None:
        """Lease the job whose turn it is; None when none is due."""
        now = int(self._now())
        due = (now, now + MOST_DELAY_S)
        with self._database.reading() as connection:  # mostly nothing waits: then nobody is held up by the question
            if not lanes_that_wait(connection, kinds, *due):
                return None
        with self._database.writing() as connection:
            lanes = lanes_that_wait(connection, kinds, *due)
            if not lanes:
                return None
            turn = last_turn(connection)
            lane = next_lane(lanes, turn)
            job = first_in_lane(connection, lane, *due)
            if job is None:
                return None
            put_turn(connection, lane, turn + 1)
            taken: dict[str, Any] = {"state": "running", "holder": worker, "changed_at": now, "started_at": now}
            taken |= {"lease": job.lease + 1, "attempts": job.attempts + 1}
            if not change_job(connection, job, taken):
                return None
        self._changed(job.id)
        return replace(job, **taken)

    def get_on(self, job: Job, progress: Mapping[str, Any], *, further: bool = True) -> bool:
        """Note how far a job has come; tells whether the lease still holds."""
        attempts = 1 if further else job.attempts
        with self._database.writing() as connection:
            changes = {"progress": progress, "attempts": attempts, "changed_at": int(self._now())}
            return change_job(connection, job, changes)

    def end(self, job: Job, ending: Ending, booked: Booked) -> bool:
        """End a job that is leased, or that waits; tells whether it was as it was read."""
        with self._database.writing() as connection:
            ended = self._end(connection, job, ending, booked)
        self._changed(job.id)
        return ended

    def put_off(self, job: Job, reason: str) -> bool:
        """Give a leased job back to be tried again later."""
        delay_s = min(FIRST_DELAY_S * 2 ** (job.attempts - 1), MOST_DELAY_S)
        return self._give_back(job, {"due_at": int(self._now()) + delay_s, "reason": reason[:MOST_REASON]})

    def park(self, job: Job, reason: str) -> bool:
        """Give a leased job back to be tried again in a while; the attempt does not count."""
        due = int(self._now()) + PARKED_S
        changes = {"due_at": due, "reason": reason[:MOST_REASON], "attempts": job.attempts - 1}
        return self._give_back(job, changes)

    def put_back(self, job: Job, *, counted: bool) -> bool:
        """Give a leased job back to be taken at once."""
        return self._give_back(job, {"attempts": job.attempts if counted else job.attempts - 1})

    def cancel(self, job_id: str, booked: Booked) -> Job:
        """End a job that waits; have one that is leased end soon.

        Raises: NoSuchResource when there is none.
        """
        with self._database.writing() as connection:
            job = _found(connection, job_id)
            if job.state == "queued":
                self._end(connection, job, Ending(state="cancelled"), booked)
            elif job.state == "running":
                change_job(connection, job, {"cancelling": True, "changed_at": int(self._now())})
            changed = _found(connection, job_id)
            call(connection, CALL)
        self._changed(job_id)
        self.ring()
        return changed

    def retry(self, job_id: str) -> Job:
        """Begin a job anew that ended without a result.

        Raises: NoSuchResource when there is none; AlreadyThere when it has not ended so.
        """
        now = int(self._now())
        with self._database.writing() as connection:
            job = _found(connection, job_id)
            if job.state not in ENDS or job.state == "done":
                raise AlreadyThere(f"Job {job_id} is {job.state}; only one that ended without a result begins anew.")
            self._arrive(connection, job, count_waiting(connection, job))
            anew: dict[str, Any] = {"round": job.round + 1, "attempts": 0, "cancelling": False, "progress": {}}
            anew |= {"state": "queued", "reason": None, "due_at": now, "changed_at": now, "ended_at": None}
            change_job(connection, job, anew)
            changed = _found(connection, job_id)
            call(connection, CALL)
        self._changed(job_id)
        self.ring()
        return changed

    def beat(self, worker: str) -> None:
        """Say that a worker is still there."""
        with self._database.writing() as connection:
            beat(connection, worker)

    def held(self, worker: str) -> list[Job]:
        """The jobs that a worker has leased."""
        with self._database.reading() as connection:
            return jobs_of_holder(connection, worker)

    def lost(self) -> list[Job]:
        """The leased jobs of workers that are no more."""
        with self._database.reading() as connection:
            holders = all_holders(connection)
            gone = self._watch.gone(holders, all_beats(connection)) if holders else ()
            return [job for worker in gone for job in jobs_of_holder(connection, worker)]

    def leave(self, worker: str) -> None:
        """Say that a worker goes."""
        with self._database.writing() as connection:
            remove_worker(connection, worker)

    def place(self, job: Job, slots: int) -> Standing:
        """Where a job stands that waits."""
        with self._database.reading() as connection:
            before = count_before(connection, job)
            at = position(before, _lane(job), count_lanes(connection, job.kind))
            durations = last_durations(connection, job.kind, REMEMBERED)
        mean_s = sum(durations) / len(durations) / 1000 if durations else None
        return Standing(position=at, wait_s=None if mean_s is None else round((at - 1) * mean_s / slots))

    def wait(self, seconds: float) -> None:
        """Return as soon as something may have changed here, or after some seconds."""
        self._bell.wait(seconds)
        self._bell.clear()

    def ring(self) -> None:
        """Have whoever waits look again."""
        self._bell.set()

    def _add(self, connection: Connection, job: Job) -> Job:
        waiting = count_waiting(connection, job)
        if waiting >= MOST_WAITING:
            raise NoRoom(f"{waiting} jobs of this account wait already, and no more may; try again later.")
        self._arrive(connection, job, waiting)
        return add_job(connection, job)

    def _arrive(self, connection: Connection, job: Job, waiting: int) -> None:
        """Whoever comes back, or comes first, begins at the end of the round."""
        if not waiting:
            put_turn(connection, _lane(job), last_turn(connection))

    def _end(self, connection: Connection, job: Job, ending: Ending, booked: Booked) -> bool:
        now = int(self._now())
        reason = None if ending.reason is None else ending.reason[:MOST_REASON]
        changes: dict[str, Any] = {"state": ending.state, "reason": reason, "took_ms": ending.took_ms, "holder": ""}
        changes |= {"changed_at": now, "ended_at": now}
        ended = change_job(connection, job, changes)
        if ended:
            booked(connection)
            self._ended(connection, replace(job, **changes))
        return ended

    def _give_back(self, job: Job, changes: Mapping[str, Any]) -> bool:
        now = int(self._now())
        with self._database.writing() as connection:
            given = change_job(connection, job, {"state": "queued", "holder": "", "changed_at": now} | dict(changes))
            call(connection, CALL)
        self._changed(job.id)
        self.ring()
        return given


def _before(connection: Connection, job: Job) -> Job | None:
    """The job that the same request has added before."""
    if job.token is None:
        return None
    there = find_job_of_request(connection, job.account_id, job.kind, job.token)
    if there is not None and there.digest != job.digest:
        raise AlreadyThere("The clientRequestToken, or Idempotency-Key, was used for another request.")
    return there


def _found(connection: Connection, job_id: str) -> Job:
    job = find_job(connection, job_id)
    if job is None:
        raise NoSuchResource(f"There is no job {job_id[:40]}.")
    return job


def _lane(job: Job) -> Lane:
    return Lane(kind=job.kind, priority=job.priority, account_id=job.account_id)
