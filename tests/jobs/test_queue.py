"""What every queue promises, whatever keeps its jobs: nothing is lost, nothing is done twice, everybody gets turns."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from queue import Queue as Calls
from threading import Barrier

import pytest

from outcrop.errors import AlreadyThere, BudgetSpent, NoRoom, NoSuchResource
from outcrop.jobs import database_queue
from outcrop.jobs.database_queue import CALL
from outcrop.jobs.leases import LEASE_S
from outcrop.jobs.queue import FIRST_DELAY_S, MOST_DELAY_S, Ending, Queue, Standing, nothing
from outcrop.store.calls import hearing
from outcrop.store.database import Connection
from outcrop.store.jobs import Job, Sought, find_job, list_jobs
from tests.databases import Cluster, Place
from tests.jobs.queues import KIND, OTHER, QUEUES, A, B, C, Opened, Time, add_accounts, job

DONE = Ending(state="done", took_ms=4000)


@pytest.fixture
def opened(place: Place) -> Iterator[Opened]:
    """A database of three accounts, of each kind in turn, and clocks."""
    with place.open() as database:
        add_accounts(database)
        yield Opened(database=database, time=Time())


@pytest.fixture(params=QUEUES)
def queue(request: pytest.FixtureRequest, opened: Opened) -> Queue:
    """Each implementation in turn."""
    return QUEUES[request.param](opened)


def now_of(opened: Opened, one: Job) -> Job:
    """A job as it is now."""
    with opened.database.reading() as connection:
        found = find_job(connection, one.id)
    assert found is not None
    return found


def take(queue: Queue, worker: str = "one") -> Job:
    """Take a job that must be there."""
    taken = queue.take(worker, [KIND])
    assert taken is not None
    return taken


def test_jobs_are_added_together_or_not_at_all(queue: Queue, opened: Opened) -> None:
    """In their order; what is booked with them is booked once, and where it is refused there is none of them."""
    booked: list[Connection] = []
    queue.add_all([job(1), job(2)], booked.append)
    assert ([take(queue).id, take(queue).id], len(booked)) == ([job(1).id, job(2).id], 1)

    def refuse(_: Connection) -> None:
        raise BudgetSpent("no more")

    with pytest.raises(BudgetSpent):
        queue.add_all([job(3), job(4)], refuse)
    with pytest.raises(AlreadyThere):
        queue.add_all([job(5), job(1)], booked.append)
    assert queue.take("one", [KIND]) is None
    with opened.database.reading() as connection:
        assert [one.id for one in list_jobs(connection, Sought(newest_first=False))] == [job(1).id, job(2).id]
    assert len(booked) == 1


def test_a_job_is_taken_once_and_ends_once(queue: Queue, opened: Opened) -> None:
    """And what is booked with its end is booked then."""
    booked: list[Connection] = []
    queue.add(job(1), nothing)
    taken = take(queue)
    assert (taken.state, taken.holder, taken.attempts) == ("running", "one", 1)
    assert queue.take("another", [KIND]) is None
    assert queue.end(taken, DONE, booked.append)
    assert not queue.end(taken, Ending(state="failed"), booked.append)
    assert (now_of(opened, taken).state, now_of(opened, taken).took_ms, len(booked)) == ("done", 4000, 1)
    assert queue.take("one", [KIND]) is None


def test_only_kinds_that_are_asked_for_are_taken(queue: Queue) -> None:
    """A worker without places for a kind leaves it."""
    queue.add(job(1, kind=OTHER), nothing)
    assert queue.take("one", [KIND]) is None
    assert queue.take("one", [KIND, OTHER]) is not None


def test_equal_requests_make_one_job(queue: Queue, opened: Opened) -> None:
    """Thirty-two at once: all learn of the same job, and it is booked once."""
    booked: list[Connection] = []
    barrier = Barrier(32)

    def add(number: int) -> Job:
        barrier.wait()
        return queue.add(job(number, token="the same"), booked.append)

    with ThreadPoolExecutor(32) as threads:
        added = list(threads.map(add, range(32)))
    assert len({one.id for one in added}) == 1
    assert len(booked) == 1
    with pytest.raises(AlreadyThere, match="used for another request"):
        queue.add(job(99, token="the same", digest="another"), nothing)
    assert queue.add(job(99, B, token="the same"), nothing).account_id == B
    with opened.database.reading() as connection:
        assert len(list_jobs(connection, Sought())) == 2


def test_what_cannot_be_booked_is_not_added(queue: Queue, opened: Opened) -> None:
    """The job and its price are there together or not at all."""

    def refuse(_: Connection) -> None:
        raise BudgetSpent("No.")

    with pytest.raises(BudgetSpent):
        queue.add(job(1), refuse)
    with opened.database.reading() as connection:
        assert list_jobs(connection, Sought()) == []


def test_an_account_has_only_so_many_that_wait(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another one still finds room."""
    monkeypatch.setattr(database_queue, "MOST_WAITING", 2)
    queue.add(job(1), nothing)
    queue.add(job(2), nothing)
    with pytest.raises(NoRoom, match="2 jobs of this account wait already"):
        queue.add(job(3), nothing)
    queue.add(job(4, B), nothing)


def test_accounts_take_turns(queue: Queue) -> None:
    """A crowd of one holds nobody up; one that comes later begins at the end of the round."""
    for number in range(4):
        queue.add(job(number), nothing)
    order = [take(queue).account_id]
    for number, account in ((4, B), (5, B), (6, C)):
        queue.add(job(number, account), nothing)
    order += [take(queue).account_id for _ in range(6)]
    assert order == [A, A, B, C, A, B, A]


def test_the_urgent_go_first_and_the_patient_are_not_forgotten(queue: Queue) -> None:
    """One of the least urgent is taken before the sixteenth of the more urgent is over."""
    queue.add(job(0, B, priority="batch"), nothing)
    for number in range(1, 31):
        queue.add(job(number), nothing)
    order = [take(queue).priority for _ in range(31)]
    assert order[0] == "standard"
    assert order.index("batch") == 16


def test_many_who_take_at_once_share_the_work(queue: Queue, opened: Opened) -> None:
    """Eight, through queues of their own: every job is taken once."""
    for number in range(60):
        queue.add(job(number, (A, B, C)[number % 3]), nothing)
    queues = [queue, opened.database_queue()]

    def take_all(worker: int) -> list[str]:
        taken = []
        while (one := queues[worker % 2].take(str(worker), [KIND])) is not None:
            taken.append(one.id)
        return taken

    with ThreadPoolExecutor(8) as threads:
        taken = [one for each in threads.map(take_all, range(8)) for one in each]
    assert sorted(taken) == [job(number).id for number in range(60)]


def test_what_is_put_off_waits_longer_each_time(queue: Queue, opened: Opened) -> None:
    """And says why."""
    queue.add(job(1), nothing)
    for delay in (FIRST_DELAY_S, 2 * FIRST_DELAY_S, 4 * FIRST_DELAY_S):
        assert queue.put_off(take(queue), "The engine is gone.")
        opened.time.pass_(delay - 1)
        assert queue.take("one", [KIND]) is None
        opened.time.pass_(1)
    assert take(queue).reason == "The engine is gone."


def test_a_clock_that_is_set_back_keeps_no_job_waiting(queue: Queue, opened: Opened) -> None:
    """A wait that the present clock calls longer than any there is is over."""
    queue.add(job(1), nothing)
    opened.time.unix += 365 * 86_400
    assert queue.put_off(take(queue), "Later.")
    assert queue.take("one", [KIND]) is None
    opened.time.unix -= 365 * 86_400
    assert take(queue).attempts == 2
    assert MOST_DELAY_S < 365 * 86_400


def test_a_worker_that_is_silent_loses_its_jobs(queue: Queue, opened: Opened) -> None:
    """And is not heard when it comes back: the job is somebody else's."""
    queue.add(job(1), nothing)
    queue.beat("one")
    lost = take(queue)
    assert queue.lost() == []
    opened.time.pass_(LEASE_S - 1)
    assert queue.lost() == []
    opened.time.pass_(2)
    assert [one.id for one in queue.lost()] == [lost.id]
    assert queue.put_back(lost, counted=True)
    again = take(queue, "another")
    assert (again.holder, again.attempts) == ("another", 2)
    assert not queue.get_on(lost, {"far": True})
    assert not queue.end(lost, DONE, nothing)
    assert not queue.put_off(lost, "I failed.")
    assert not queue.put_back(lost, counted=False)
    assert queue.end(again, DONE, nothing)


def test_the_same_worker_cannot_end_under_an_older_lease(queue: Queue) -> None:
    """Leases are counted: a name alone opens nothing."""
    queue.add(job(1), nothing)
    first = take(queue)
    queue.put_back(first, counted=True)
    second = take(queue)
    assert not queue.end(first, DONE, nothing)
    assert queue.end(second, DONE, nothing)


def test_a_worker_that_beats_keeps_its_jobs(queue: Queue, opened: Opened) -> None:
    """However long they take, and wherever the machine's clock jumps."""
    queue.add(job(1), nothing)
    taken = take(queue)
    for jump in (0, 86_400, -2 * 86_400, 365 * 86_400):
        opened.time.unix += jump
        queue.beat("one")
        opened.time.pass_(LEASE_S - 1)
        assert queue.lost() == []
    assert queue.end(taken, DONE, nothing)


def test_a_worker_that_is_known_to_be_dead_is_not_waited_for(queue: Queue, opened: Opened) -> None:
    """As one of this machine is after a kill."""
    queue.add(job(1), nothing)
    taken = take(queue)
    opened.dead.add("one")
    assert queue.lost() == [taken]


def test_what_is_put_back_uncounted_was_never_taken(queue: Queue) -> None:
    """A server that stops costs no job an attempt."""
    queue.add(job(1), nothing)
    for _ in range(10):
        assert queue.put_back(take(queue), counted=False)
    assert take(queue).attempts == 1


def test_a_job_that_gets_on_has_all_its_attempts_again(queue: Queue, opened: Opened) -> None:
    """And keeps how far it has come."""
    queue.add(job(1), nothing)
    queue.put_back(take(queue), counted=True)
    taken = take(queue)
    assert queue.get_on(taken, {"records": 3})
    assert (now_of(opened, taken).attempts, now_of(opened, taken).progress) == (1, {"records": 3})


def test_a_job_that_waits_is_cancelled_at_once(queue: Queue) -> None:
    """With what is booked for it, once."""
    booked: list[Connection] = []
    queue.add(job(1), nothing)
    assert queue.cancel(job(1).id, booked.append).state == "cancelled"
    assert queue.cancel(job(1).id, booked.append).state == "cancelled"
    assert queue.take("one", [KIND]) is None
    assert len(booked) == 1


def test_a_job_that_is_worked_on_is_told(queue: Queue) -> None:
    """It ends when its worker has heard; nothing is booked before."""
    booked: list[Connection] = []
    queue.add(job(1), nothing)
    taken = take(queue)
    cancelled = queue.cancel(taken.id, booked.append)
    assert (cancelled.state, cancelled.cancelling, booked) == ("running", True, [])
    assert [one.id for one in queue.held("one") if one.cancelling] == [taken.id]
    assert queue.end(taken, Ending(state="cancelled"), booked.append)
    assert len(booked) == 1


def test_what_ended_without_a_result_begins_anew(queue: Queue) -> None:
    """In another round, as if it had never been taken; what is done or still waits does not."""
    queue.add(job(1), nothing)
    queue.end(take(queue), Ending(state="dead", reason="Five times."), nothing)
    anew = queue.retry(job(1).id)
    assert (anew.state, anew.round, anew.attempts, anew.reason, anew.ended_at) == ("queued", 1, 0, None, None)
    with pytest.raises(AlreadyThere, match="is queued; only one that ended"):
        queue.retry(anew.id)
    queue.end(take(queue), DONE, nothing)
    with pytest.raises(AlreadyThere, match="is done"):
        queue.retry(anew.id)


def test_a_job_that_is_not_there_is_named(queue: Queue) -> None:
    """For whoever cancels or begins it anew."""
    with pytest.raises(NoSuchResource, match="no job nobody"):
        queue.cancel("nobody", nothing)
    with pytest.raises(NoSuchResource, match="no job nobody"):
        queue.retry("nobody")


def test_a_job_knows_its_place(queue: Queue) -> None:
    """Behind its own account's older ones, between others' turns; the wait is judged by what is done."""
    for number, account in enumerate((A, A, A, A, B)):
        queue.add(job(number, account), nothing)
    assert queue.place(job(0), 1) == Standing(position=1, wait_s=None)
    assert queue.end(take(queue), DONE, nothing)
    places = [queue.place(replace(job(number, account), number=number + 1), 2) for number, account in ((3, A), (4, B))]
    assert places == [Standing(position=4, wait_s=6), Standing(position=1, wait_s=0)]


def test_whoever_waits_is_woken(queue: Queue) -> None:
    """By a job that comes: it starts long before the next look."""
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(queue.wait, 30)
        queue.add(job(1), nothing)
        waiting.result(10)


def test_whoever_waits_in_another_process_is_woken(postgresql: Cluster) -> None:
    """By whatever may be taken: a job that comes, one that begins anew, one that is given back."""
    with postgresql.database("migrated") as name:
        place = Place(home=postgresql.folder, url=postgresql.url(name))
        with place.open() as here, place.open() as there:
            add_accounts(here)
            waiter, other = (Opened(database=each, time=Time()).database_queue() for each in (here, there))
            rung: Calls[None] = Calls()
            with hearing(here, CALL, lambda: rung.put(None)):
                rung.get(timeout=60)
                for change in (
                    lambda: other.add(job(1), nothing),
                    lambda: other.put_back(take(other), counted=False),
                    lambda: other.cancel(job(1).id, nothing),
                    lambda: other.retry(job(1).id),
                    lambda: other.add_all([job(2)], nothing),
                ):
                    change()
                    rung.get(timeout=60)
            assert take(waiter).id == job(1).id
