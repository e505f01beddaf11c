"""The sweeps beside the server: from its start on, every so often, whatever one of them comes upon."""

import logging
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from outcrop.assets.disk import DiskObjects
from outcrop.assets.library import FOLDER, Library
from outcrop.assets.rendition_cache import RenditionCache
from outcrop.assets.store import Store
from outcrop.cli.sweeping import open_sweeps
from outcrop.clock import random_bytes
from outcrop.store.accounts import Account, add_account
from outcrop.store.database import open_database
from outcrop.store.documents import put_document

A = "111111111111"


class Heard(logging.Handler):
    """Notes what is logged, and when there is enough of it."""

    def __init__(self, enough: int) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.enough = Event()
        self._enough = enough

    def emit(self, record: logging.LogRecord) -> None:
        """Note a line."""
        self.lines.append(record.getMessage())
        if len(self.lines) >= self._enough:
            self.enough.set()


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """One with an account."""
    with open_database(tmp_path) as database:
        with database.writing() as connection:
            add_account(connection, Account(id=A, name="a", created_at=0))
        store, cache = Store(DiskObjects(tmp_path), FOLDER), RenditionCache(tmp_path / "renditions", 1)
        yield Library(database, store, cache, lambda: 1_000_000_000, random_bytes)


def test_a_round_that_fails_is_a_line_in_the_log(library: Library) -> None:
    """The next one comes all the same."""
    with library.database.writing() as connection:
        put_document(connection, A, "asset_retention", "nonsense")
    heard, logger = Heard(3), logging.getLogger("outcrop.assets")
    logger.addHandler(heard)
    try:
        with open_sweeps(library, every_s=0.001):
            assert heard.enough.wait(20)
    finally:
        logger.removeHandler(heard)
    assert set(heard.lines) == {'assets cannot be swept: Retention rules are JSON, such as {"rules": [{"days": 30}]}.'}


def test_house_is_kept_from_the_start_on(library: Library) -> None:
    """What it comes to is a line in the log, and nothing is said of nothing."""
    library.put(b"lost")
    heard, logger = Heard(1), logging.getLogger("outcrop.assets")
    logger.addHandler(heard)
    logger.setLevel(logging.INFO)
    try:
        with open_sweeps(library):
            assert heard.enough.wait(20)
    finally:
        logger.removeHandler(heard)
        logger.setLevel(logging.NOTSET)
    assert heard.lines == ["assets swept: 0 expired, 0 files removed, 1 orphans found"]
