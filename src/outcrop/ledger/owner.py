"""Which process a reservation belongs to, and whether that one still lives. Knows lock files; knows no booking.

A process holds a lock on a file of its own as long as it lives. The system lets go of it however the process ends,
and no number of a process that could be given again is involved.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

FOLDER: Final = "ledger"


@contextmanager
def owner(home: Path, owner_id: str) -> Iterator[str]:
    """Live under an id for as long as the block lasts."""
    file = _file(home, owner_id)
    file.parent.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(file, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield owner_id
        file.unlink(missing_ok=True)
    finally:
        os.close(descriptor)


def lives(home: Path, owner_id: str) -> bool:
    """Whether some process lives under an id."""
    try:
        descriptor = os.open(_file(home, owner_id), os.O_RDWR | os.O_CLOEXEC)
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


def forget(home: Path, owner_id: str) -> None:
    """Remove what is left of a process that lives no more."""
    with suppress(FileNotFoundError):
        _file(home, owner_id).unlink()


def _file(home: Path, owner_id: str) -> Path:
    return home / FOLDER / f"{owner_id}.lock"
