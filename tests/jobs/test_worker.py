"""A worker: every job it takes ends or goes back, with what is booked for it, whatever its work does."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue

import pytest

from outcrop.clock import now
from outcrop.errors import Cancelled, InvalidRequest, OutcropError, StorageFailed, Unavailable
from outcrop.jobs.crew import open_crew
from outcrop.jobs.queue import MOST_ATTEMPTS, MOST_DELAY_S, PARKED_S, Booked, Queue, nothing
from outcrop.jobs.worker import DIED, UNEXPECTED, Hand, Worker
from outcrop.store.database import Connection, open_database
from outcrop.store.jobs import Job, find_job
from tests.jobs.queues import KIND, Opened, Time, add_accounts, job
from tests.toy_engine import PATIENCE_S


@dataclass(slots=True)
class ToyWork:
    """Does what it is told for each job, and notes what was booked."""

    then: Callable[[Job, Hand], object] = lambda _, __: None
    done: list[str] = field(default_factory=list)
    given_up: list[str] = field(default_factory=list)

    def do(self, job: Job, hand: Hand) -> Booked:
        """Do it."""
        self.then(job, hand)
        return lambda _: self.done.append(job.id)

    def give_up(self, _: Connection, job: Job) -> None:
        """Undo it."""
        self.given_up.append(job.id)


@dataclass(slots=True, kw_only=True)
class Bench:
    """A worker, its queue and its work."""

    opened: Opened
    queue: Queue
    work: ToyWork
    worker: Worker

    def work_on_one(self) -> None:
        """Take a job and see to it."""
        taken = self.worker.take([KIND])
        assert taken is not None
        self.worker.see_to(taken)

    def now_of(self, number: int) -> Job:
        """A job as it is now."""
        with self.opened.database.reading() as connection:
            found = find_job(connection, job(number).id)
        assert found is not None
        return found


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """One with a job that waits."""
    with open_database(tmp_path) as database:
        add_accounts(database)
        opened, work = Opened(database=database, time=Time()), ToyWork()
        queue = opened.database_queue()
        worker = Worker("one", queue, {KIND: work}, lambda: opened.time.monotonic)
        queue.add(job(1), nothing)
        yield Bench(opened=opened, queue=queue, work=work, worker=worker)


def raising(error: Exception) -> Callable[[Job, Hand], object]:
    """Work that fails."""

    def fail(_: Job, __: Hand) -> None:
        raise error

    return fail


def test_what_is_done_is_booked_with_its_end(bench: Bench) -> None:
    """And how long it took is known."""
    bench.work.then = lambda _, __: bench.opened.time.pass_(1.5)
    bench.work_on_one()
    ended = bench.now_of(1)
    assert (ended.state, ended.took_ms, ended.holder) == ("done", 1500, "")
    assert (bench.work.done, bench.work.given_up) == ([ended.id], [])


def test_an_error_that_stays_ends_it(bench: Bench) -> None:
    """At the first attempt, with its reason."""
    bench.work.then = raising(InvalidRequest("The prompt is missing."))
    bench.work_on_one()
    ended = bench.now_of(1)
    assert (ended.state, ended.reason, ended.attempts) == ("failed", "The prompt is missing.", 1)
    assert (bench.work.done, bench.work.given_up) == ([], [ended.id])


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (Unavailable("The engine is gone."), "The engine is gone."),
        (StorageFailed("The disk is full."), "The disk is full."),
        (ZeroDivisionError("a secret"), UNEXPECTED),
    ],
)
def test_an_error_that_may_pass_is_tried_again(
    bench: Bench, error: Exception, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    """With longer and longer waits, and then it is dead; what is booked stays until then."""
    bench.work.then = raising(error)
    for attempt in range(1, MOST_ATTEMPTS + 1):
        assert bench.work.given_up == []
        bench.work_on_one()
        assert (bench.now_of(1).attempts, bench.now_of(1).reason) == (attempt, reason)
        assert bench.worker.take([KIND]) is None
        bench.opened.time.pass_(MOST_DELAY_S)
    assert bench.now_of(1).state == "dead"
    assert bench.work.given_up == [job(1).id]
    assert ("a secret" in caplog.text) == (not isinstance(error, OutcropError))


def test_a_job_for_which_there_is_no_room_is_parked_until_there_is(bench: Bench) -> None:
    """However often that is: it waits with a reason, nothing is given up, and then it is done."""
    bench.work.then = raising(StorageFailed("/assets cannot be written: No space left on device.", full=True))
    for _ in range(3 * MOST_ATTEMPTS):
        bench.work_on_one()
        now = bench.now_of(1)
        assert (now.state, now.attempts) == ("queued", 0)
        assert now.reason is not None
        assert now.reason.startswith("Parked until there is room")
        assert bench.worker.take([KIND]) is None
        bench.opened.time.pass_(PARKED_S)
    bench.work.then = lambda _, __: None
    bench.work_on_one()
    assert (bench.now_of(1).state, bench.work.given_up) == ("done", [])


def test_a_job_that_cannot_even_be_parked_is_parked_later(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the database is on the disk that is full; it uses up no attempt either."""
    full = StorageFailed("The database cannot be written: there is no room left on its disk.", full=True)
    bench.work.then = raising(full)
    for _ in range(2 * MOST_ATTEMPTS):
        with monkeypatch.context() as patched:
            patched.setattr(bench.queue, "park", raising(full))
            with pytest.raises(StorageFailed):
                bench.work_on_one()
        assert bench.now_of(1).state == "running"
        bench.worker.hear()
        now = bench.now_of(1)
        assert (now.state, now.attempts) == ("queued", 0)
        assert (now.reason or "").startswith("Parked until there is room")
        bench.opened.time.pass_(PARKED_S)
    bench.work.then = lambda _, __: None
    bench.work_on_one()
    assert (bench.now_of(1).state, bench.work.given_up) == ("done", [])


def test_a_job_that_is_cancelled_stops(bench: Bench) -> None:
    """As soon as its worker hears."""

    def cancelled(taken: Job, hand: Hand) -> None:
        bench.queue.cancel(taken.id, nothing)
        stopped: list[bool] = []
        with hand.stopping(lambda: stopped.append(True)):
            bench.worker.hear()
        assert stopped == [True]
        raise Cancelled("The picture was cancelled.")

    bench.work.then = cancelled
    bench.work_on_one()
    assert (bench.now_of(1).state, bench.work.given_up) == ("cancelled", [job(1).id])


def test_a_worker_that_closes_puts_its_jobs_back(bench: Bench) -> None:
    """As if they had never been taken."""

    def close(_: Job, hand: Hand) -> None:
        bench.worker.close()
        with hand.stopping(lambda: None):
            pytest.fail("a job that is to stop must not begin")

    bench.work.then = close
    bench.work_on_one()
    assert (bench.now_of(1).state, bench.now_of(1).attempts, bench.work.given_up) == ("queued", 0, [])
    bench.work_on_one()
    assert bench.now_of(1).state == "queued"


def test_what_a_dead_worker_left_is_taken_up(bench: Bench) -> None:
    """At once, until it has killed as many workers as it may."""
    for attempt in range(1, MOST_ATTEMPTS + 1):
        assert bench.queue.take(f"dead {attempt}", [KIND]) is not None
        bench.opened.dead.add(f"dead {attempt}")
        bench.worker.attend()
    assert (bench.now_of(1).state, bench.now_of(1).reason) == ("dead", DIED)
    assert bench.work.given_up == [job(1).id]


def test_a_cancelled_job_of_a_dead_worker_ends(bench: Bench) -> None:
    """Nobody works on it again."""
    assert bench.queue.take("dead", [KIND]) is not None
    bench.queue.cancel(job(1).id, nothing)
    bench.opened.dead.add("dead")
    bench.worker.attend()
    assert (bench.now_of(1).state, bench.work.given_up) == ("cancelled", [job(1).id])


def test_what_this_worker_let_fall_is_taken_up(bench: Bench) -> None:
    """As after an end that could not be written."""
    assert bench.queue.take("one", [KIND]) is not None
    bench.worker.hear()
    assert bench.now_of(1).state == "queued"


def test_work_whose_lease_is_lost_changes_nothing(bench: Bench) -> None:
    """It stops when it next says how far it is; what somebody else makes of the job stands."""

    def lose(taken: Job, hand: Hand) -> None:
        bench.queue.put_back(taken, counted=True)
        assert bench.queue.take("another", [KIND]) is not None
        hand.note({"records": 1})

    bench.work.then = lose
    bench.work_on_one()
    found = bench.now_of(1)
    assert (found.state, found.holder, found.progress) == ("running", "another", {})
    assert (bench.work.done, bench.work.given_up) == ([], [])


def test_a_job_that_got_on_is_not_dead_for_older_failures(bench: Bench) -> None:
    """Attempts are counted since it last got on."""
    for _ in range(MOST_ATTEMPTS - 1):
        bench.queue.put_back(bench.queue.take("one", [KIND]) or job(1), counted=True)

    def get_on(_: Job, hand: Hand) -> None:
        hand.note({"records": 1})
        raise Unavailable("The engine is gone.")

    bench.work.then = get_on
    bench.work_on_one()
    assert (bench.now_of(1).state, bench.now_of(1).attempts) == ("queued", 1)


def test_a_crew_works_until_it_is_closed(bench: Bench) -> None:
    """On what is there, on what comes, and on no more at once than it has places for."""
    begun: SimpleQueue[str] = SimpleQueue()
    bench.work.then = lambda taken, _: begun.put(taken.id)
    with open_crew(bench.worker, bench.queue, {KIND: 2}, now):
        for number in range(2, 12):
            bench.queue.add(job(number), nothing)
        assert {begun.get(timeout=PATIENCE_S) for _ in range(11)} == {job(number).id for number in range(1, 12)}
    assert sorted(bench.work.done) == [job(number).id for number in range(1, 12)]
    assert {bench.now_of(number).state for number in range(1, 12)} == {"done"}
    assert bench.queue.held("one") == []
