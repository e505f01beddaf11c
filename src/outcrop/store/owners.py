"""Which process something belongs to, and whether that one still lives. Knows locks; knows no booking.

A process holds a lock as long as it lives. The system lets go of it however the process ends, and no number of a
process that could be given again is involved.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Protocol, final

import sqlalchemy
from sqlalchemy import func, select


class Owners(Protocol):
    """Ids, under each of which at most one process lives."""

    def living(self, owner_id: str) -> AbstractContextManager[None]:
        """Live under an id for as long as the block lasts."""

    def lives(self, owner_id: str) -> bool:
        """Whether some process lives under an id."""

    def forget(self, owner_id: str) -> None:
        """Remove what is left of a process that lives no more."""


@final
class FileLocks:
    """Locks on files of one machine, a file a process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def living(self, owner_id: str) -> Iterator[None]:
        """Live under an id for as long as the block lasts."""
        file = self._file(owner_id)
        file.parent.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(file, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
            file.unlink(missing_ok=True)
        finally:
            os.close(descriptor)

    def lives(self, owner_id: str) -> bool:
        """Whether some process of this machine lives under an id."""
        try:
            descriptor = os.open(self._file(owner_id), os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        else:
            return False
        finally:
            os.close(descriptor)

    def forget(self, owner_id: str) -> None:
        """Remove the file of a process that lives no more."""
        with suppress(FileNotFoundError):
            self._file(owner_id).unlink()

    def _file(self, owner_id: str) -> Path:
        return self._folder / f"{owner_id}.lock"


@final
class SessionLocks:
    """Advisory locks of PostgreSQL, each held by a connection of its own: processes on any machine see them."""

    def __init__(self, engine: sqlalchemy.Engine) -> None:
        self._engine = engine

    @contextmanager
    def living(self, owner_id: str) -> Iterator[None]:
        """Live under an id for as long as the block lasts and the connection holds."""
        with self._engine.connect() as connection:
            connection.execute(select(func.pg_advisory_lock(_key(owner_id))))
            connection.commit()
            try:
                yield
            finally:
                connection.invalidate()  # a session that ends lets go of its locks

    def lives(self, owner_id: str) -> bool:
        """Whether some process lives under an id, on whatever machine."""
        with self._engine.connect() as connection:
            return not connection.execute(select(func.pg_try_advisory_xact_lock(_key(owner_id)))).scalar_one()

    def forget(self, owner_id: str) -> None:
        """Nothing is left of one."""


def _key(owner_id: str) -> int:
    """The number under which PostgreSQL knows an id's lock. 64 bits: two ids of which one lives never share it."""
    return int.from_bytes(sha256(owner_id.encode()).digest()[:8], signed=True)
