"""Reports: how far a job has come in one process is seen in another, under the lease that is the last."""

from multiprocessing import get_context
from pathlib import Path

from outcrop.engine.engine import Step
from outcrop.jobs.board import Board
from outcrop.jobs.lookout import Lookout
from outcrop.jobs.queue import nothing
from outcrop.jobs.reporting import Reporter, steps_of
from outcrop.store.database import Database, open_database
from outcrop.store.jobs import Job, find_job
from tests.jobs.queues import KIND, Opened, Time, add_accounts, job

JOB = "job000000001"
STEPS = 6


def row(database: Database) -> Job:
    """The job as it is kept."""
    with database.reading() as connection:
        found = find_job(connection, JOB)
    assert found is not None
    return found


def draw_on(home: Path, *done: int) -> None:
    """Take the job, unless that has been done, and draw pictures as far as is said, in a process of its own."""
    with open_database(home) as database:
        queue, board = Opened(database=database, time=Time()).database_queue(), Board()
        taken = queue.take("another", [KIND]) or row(database)
        for number, steps in enumerate(done, 1):
            board.listener(JOB, number, lease=taken.lease)(Step(done=steps, total=STEPS))
        Reporter(database, board).report()


def test_steps_in_one_process_are_seen_in_another(tmp_path: Path) -> None:
    """The newest of each picture, once, as long as it is drawn; whoever asks without watching is told, too."""
    spawn = get_context("spawn")
    with open_database(tmp_path) as database:
        add_accounts(database)
        queue, board = Opened(database=database, time=Time()).database_queue(), Board()
        queue.add(job(1), nothing)
        lookout = Lookout(database, board, "own")
        with board.watching([JOB], lambda _: None) as watch:
            board.look(watch)
            told = []
            for done in ((1, 2), (1, 5)):
                drawing = spawn.Process(target=draw_on, args=(tmp_path, *done))
                drawing.start()
                drawing.join()
                assert drawing.exitcode == 0
                lookout.look()
                told.append([(seen.number, seen.step, seen.steps) for seen in board.look(watch)[1]])
            lookout.look()
            assert (told, board.look(watch)[1]) == ([[(1, 1, STEPS), (2, 2, STEPS)], [(2, 5, STEPS)]], [])
            assert [(seen.number, seen.step) for seen in steps_of(row(database))] == [(1, 1), (2, 5)]
            assert queue.put_back(row(database), counted=True)
            lookout.look()
            assert (board.seen(JOB), steps_of(row(database))) == ([], [])


def test_an_older_lease_is_not_heard(tmp_path: Path) -> None:
    """Neither what it writes down, nor what it wrote down before."""
    with open_database(tmp_path) as database:
        add_accounts(database)
        queue, board = Opened(database=database, time=Time()).database_queue(), Board()
        queue.add(job(1), nothing)
        reporter = Reporter(database, board)
        first = queue.take("own", [KIND])
        assert first is not None
        listen = board.listener(JOB, 1, lease=first.lease)
        listen(Step(done=1, total=STEPS))
        reporter.report()
        assert [seen.step for seen in steps_of(row(database))] == [1]
        queue.put_back(first, counted=True)
        queue.take("another", [KIND])
        assert steps_of(row(database)) == []
        listen(Step(done=2, total=STEPS))
        reporter.report()
        assert steps_of(row(database)) == []


def test_what_is_drawn_here_is_told_here(tmp_path: Path) -> None:
    """Not from the row, which is older; and nothing is written while nothing comes further."""
    with open_database(tmp_path) as database:
        add_accounts(database)
        queue, board = Opened(database=database, time=Time()).database_queue(), Board()
        queue.add(job(1), nothing)
        taken = queue.take("own", [KIND])
        assert taken is not None
        listen = board.listener(JOB, 1, lease=taken.lease)
        with board.watching([JOB], lambda _: None) as watch:
            listen(Step(done=1, total=STEPS))
            Reporter(database, board).report()
            listen(Step(done=2, total=STEPS))
            board.look(watch)
            Lookout(database, board, "own").look()
            assert board.look(watch)[1] == []
            assert [seen.step for seen in board.seen(JOB)] == [2]
