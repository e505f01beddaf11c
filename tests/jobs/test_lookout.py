"""The lookout: what another process does to a job is seen by who watches it here."""

from pathlib import Path

from outcrop.jobs.board import Board, Part
from outcrop.jobs.lookout import Lookout
from outcrop.jobs.queue import nothing
from outcrop.store.database import open_database
from tests.jobs.queues import KIND, A, Opened, Time, add_accounts, job


def test_what_another_process_does_is_seen(tmp_path: Path) -> None:
    """That a job is taken, put back and ended; while nobody watches, nothing is."""
    with open_database(tmp_path) as database:
        add_accounts(database)
        queue, board = Opened(database=database, time=Time()).database_queue(), Board()
        lookout = Lookout(database, board)
        for number in (1, 2):
            queue.add(job(number, set_id="s"), nothing)
        lookout.look()
        with board.watching(["job000000002"], lambda _: None) as watch:
            board.look(watch)
            lookout.look()
            assert board.look(watch) == (set(), [])
            taken = queue.take("somebody", [KIND])
            assert taken is not None
            lookout.look()  # the other one: the place of this one changes
            assert board.look(watch)[0] == {"job000000002"}
            lookout.look()
            assert board.look(watch)[0] == set()
            queue.cancel("job000000002", nothing)
            lookout.look()
            assert board.look(watch)[0] == {"job000000002"}


def test_a_set_that_grows_is_seen(tmp_path: Path) -> None:
    """Whoever adds to it."""
    with open_database(tmp_path) as database:
        add_accounts(database)
        queue, board = Opened(database=database, time=Time()).database_queue(), Board()
        with board.watching([], lambda _: None, Part(account_id=A, set_id="s")) as watch:
            queue.add(job(1, set_id="s"), nothing)
            queue.add(job(2, set_id="other"), nothing)
            Lookout(database, board).look()
            assert board.look(watch)[0] == {"job000000001"}
