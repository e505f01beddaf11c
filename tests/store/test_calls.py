"""What one process calls out, others hear: soon, only if it holds, and again after a connection was lost."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from queue import Queue

import pytest

from outcrop.store import calls
from outcrop.store.calls import call, hearing
from outcrop.store.database import Database, open_database
from tests.databases import Cluster, Place

NAME = "outcrop_test"
PATIENCE_S = 60


@pytest.fixture
def shared(postgresql: Cluster) -> Iterator[Place]:
    """A database that several processes may open."""
    with postgresql.database("migrated") as name:
        yield Place(home=postgresql.folder, url=postgresql.url(name))


def call_out(database: Database) -> None:
    """Call, and have it hold."""
    with database.writing() as connection:
        call(connection, NAME)


def test_a_call_is_heard_elsewhere_if_it_holds(shared: Place) -> None:
    """What is undone was never called, and other names are nobody's business."""
    heard: Queue[None] = Queue()
    with shared.open() as here, shared.open() as there, hearing(here, NAME, lambda: heard.put(None)):
        heard.get(timeout=PATIENCE_S)  # the beginning
        with suppress(ZeroDivisionError), there.writing() as connection:
            call(connection, NAME)
            raise ZeroDivisionError
        with there.writing() as connection:
            call(connection, f"{NAME}_other")
        call_out(there)
        heard.get(timeout=PATIENCE_S)
        call_out(there)
        heard.get(timeout=PATIENCE_S)
        assert heard.empty()


def test_a_lost_connection_is_made_anew(shared: Place, postgresql: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """And whoever hears is told at once, for calls may have been missed."""
    monkeypatch.setattr(calls, "AGAIN_S", 0.01)
    heard: Queue[None] = Queue()
    with shared.open() as here, shared.open() as there, hearing(here, NAME, lambda: heard.put(None)):
        heard.get(timeout=PATIENCE_S)
        postgresql.administer(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'LISTEN \"{NAME}\"'"
        )
        heard.get(timeout=PATIENCE_S)
        call_out(there)
        heard.get(timeout=PATIENCE_S)


def test_whoever_stops_hearing_leaves_nothing_behind(shared: Place) -> None:
    """No thread, and no connection that hears."""
    with shared.open() as here:
        with hearing(here, NAME, lambda: None):
            assert f"outcrop-hearing-{NAME}" in {thread.name for thread in threading.enumerate()}
        assert f"outcrop-hearing-{NAME}" not in {thread.name for thread in threading.enumerate()}


def test_sqlite_carries_no_calls(tmp_path: Path) -> None:
    """There a call is nothing, and nothing is heard."""
    heard: list[None] = []
    with open_database(tmp_path) as database, hearing(database, NAME, lambda: heard.append(None)):
        call_out(database)
    assert not heard
