"""The sweep: what nothing needs goes, what a job may need stays, and nobody is swept away who is just handing in."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from outcrop.assets.disk import DiskObjects
from outcrop.assets.store import Digest, Store, digest_of
from outcrop.jobs.queue import Ending, Queue, nothing
from outcrop.jobs.sweeping import A_DAY_S, MESSAGES_S, Sweeper, Swept
from outcrop.store.database import Connection, Database, open_database
from outcrop.store.job_events import JobEvent, add_job_event, list_job_events
from outcrop.store.jobs import Sought, list_jobs
from tests.jobs.queues import KIND, NOON, A, Opened, Time, add_accounts, job


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Shelves with jobs on them."""

    database: Database
    queue: Queue
    time: Time
    bodies: Store
    spool: Path

    def sweeper(self, keep_days: int = 30) -> Sweeper:
        """Who sweeps them."""
        return Sweeper(
            database=self.database,
            bodies=self.bodies,
            spool=self.spool,
            now=lambda: self.time.unix,
            keep_days=keep_days,
        )

    def add(self, number: int, body: bytes, set_id: str | None = None) -> None:
        """Add a job with a body."""
        self.queue.add(job(number, request={"input": self.bodies.put(body)}, set_id=set_id), nothing)

    def end(self, state: str) -> None:
        """End the first one that waits."""
        taken = self.queue.take("somebody", [KIND])
        assert taken is not None
        self.queue.end(taken, Ending(state=state), nothing)  # type: ignore[arg-type]

    def jobs(self) -> list[str]:
        """Those that are known."""
        with self.database.reading() as connection:
            return [one.id[-1] for one in list_jobs(connection, Sought(newest_first=False))]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """An empty one."""
    with open_database(tmp_path) as database:
        add_accounts(database)
        opened = Opened(database=database, time=Time())
        yield Place(
            database=database,
            queue=opened.database_queue(),
            time=opened.time,
            bodies=Store(DiskObjects(tmp_path)),
            spool=tmp_path / "spool",
        )


def test_only_what_may_be_needed_stays(place: Place) -> None:
    """Bodies of jobs that wait, go on, or ended without a result; one that is done as well is needed by another."""
    for number, body in enumerate((b"done", b"failed", b"shared", b"waits", b"shared"), 1):
        place.add(number, body)
    orphan = place.bodies.put(b"of nobody")
    for state in ("done", "failed", "done"):
        place.end(state)
    assert place.sweeper().sweep() == Swept(jobs=0, bodies=2, spools=0)
    assert not place.bodies.has(orphan)
    kept = {digest_of(body) for body in (b"failed", b"shared", b"waits")}
    assert set(place.bodies.digests()) == kept
    assert place.sweeper().sweep() == Swept(jobs=0, bodies=0, spools=0)


def test_jobs_are_forgotten_some_days_after_their_end(place: Place) -> None:
    """With their bodies; not those that go on, nor those of a set, and none at all if they are kept for ever."""
    place.add(1, b"failed")
    place.end("failed")
    place.add(2, b"of a set", "a-set")
    place.end("failed")
    place.add(3, b"waits")
    place.time.unix += 30 * A_DAY_S
    assert place.sweeper().sweep().jobs == 0
    place.time.unix += 1
    assert place.sweeper(keep_days=0).sweep().jobs == 0
    assert place.sweeper().sweep() == Swept(jobs=1, bodies=1, spools=0)
    assert place.jobs() == ["2", "3"]


def test_a_clock_that_jumps_ahead_takes_nothing_that_goes_on(place: Place) -> None:
    """By a hundred years: what waits still waits, with its body."""
    place.add(1, b"waits")
    place.time.unix += 100 * 365 * A_DAY_S
    assert place.sweeper().sweep() == Swept(jobs=0, bodies=0, spools=0)
    assert place.jobs() == ["1"]


def test_spools_go_with_the_end_of_their_jobs(place: Place) -> None:
    """Those of jobs that go on, or began anew, stay."""
    place.add(1, b"a")
    place.add(2, b"b")
    for name in ("job000000001.0", "job000000002.0", "job000000009.0"):
        (place.spool / name).mkdir(parents=True)
        (place.spool / name / "0.jsonl.out").write_bytes(b"{}\n")
    place.end("done")
    assert place.sweeper().sweep().spools == 2
    assert [one.name for one in place.spool.iterdir()] == ["job000000002.0"]


def test_a_body_that_is_swept_while_its_job_is_handed_in_is_put_again(place: Place) -> None:
    """Whoever adds the job looks once more, when nobody sweeps."""
    digest = place.bodies.put(b"a fox")
    assert place.sweeper().sweep().bodies == 1

    def booked(_: Connection) -> None:
        place.bodies.put(b"a fox")

    place.queue.add(job(1, request={"input": digest}), booked)
    assert place.sweeper().sweep().bodies == 0
    assert place.bodies.get(Digest(digest)) == b"a fox"


def test_messages_are_forgotten_once_they_are_old_and_over(place: Place) -> None:
    """Those that are due still stay."""
    for number, due in ((1, None), (2, NOON)):
        event = JobEvent(
            id=str(number),
            account_id=A,
            webhook="hook",
            job_id=str(number),
            round=0,
            event="job.done",
            body="{}",
            at=NOON,
            due_at=due,
        )
        with place.database.writing() as connection:
            add_job_event(connection, event)
    place.time.unix += MESSAGES_S + 1
    place.sweeper().sweep()
    with place.database.reading() as connection:
        assert [one.id for one in list_job_events(connection, (A, "hook"), 10)] == ["2"]
