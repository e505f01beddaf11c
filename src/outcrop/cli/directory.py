"""Opens what is kept of who may call, from the settings. Knows where it lies; knows no command."""

from collections.abc import Iterator
from contextlib import contextmanager

from outcrop.access.directory import Directory
from outcrop.access.sealing import open_seal
from outcrop.clock import random_bytes, unix_time
from outcrop.settings import Settings
from outcrop.store.database import open_database


@contextmanager
def open_directory(settings: Settings) -> Iterator[Directory]:
    """What is kept of who may call; made when there is nothing yet.

    Raises: BadSettings when the database or the master key cannot be used.
    """
    with open_database(settings.home, settings.database) as database:
        seal = open_seal(settings.home, settings.master_key, random_bytes)
        yield Directory(database=database, seal=seal, now=unix_time, random=random_bytes)
