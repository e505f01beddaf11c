"""Who lives, by locks that the system lets go of: on either kind of database, from another process."""

import multiprocessing
import os
import signal
from multiprocessing.connection import Connection

from outcrop.store.database import LOCKS
from tests.databases import Place


def live(place: Place, said: Connection) -> None:
    """Live under an id, say so, and wait to be killed."""
    with place.open() as database, database.owners.living("some process"):
        said.send("lives")
        signal.pause()


def test_a_process_lives_until_it_is_killed(place: Place) -> None:
    """And nothing that it could do itself is needed to notice its end."""
    context = multiprocessing.get_context("spawn")
    hears, says = context.Pipe()
    with place.open() as database:
        process = context.Process(target=live, args=(place, says))
        process.start()
        assert hears.recv() == "lives"
        assert database.owners.lives("some process")
        assert not database.owners.lives("another process")
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        if place.url is not None:  # the server notices a moment later that nobody is there: wait for the lock itself
            with database.owners.living("some process"):
                pass
        assert not database.owners.lives("some process")
        database.owners.forget("some process")
    assert list((place.home / LOCKS).glob("*")) == []


def test_an_id_is_free_again_after_its_block(place: Place) -> None:
    """Whether or not the block raises."""
    with place.open() as database:
        with database.owners.living("a"):
            assert database.owners.lives("a")
        assert not database.owners.lives("a")
