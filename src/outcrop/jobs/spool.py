"""The output of a batch while it grows: whole lines in a file that one worker holds. Knows no record.

The file is also how far the batch has come: as many lines as it has, so many records are done, whenever whoever wrote
it died. Half a line is none.
"""

import fcntl
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import final

from outcrop.assets.objects import FULL
from outcrop.errors import StorageFailed, Unavailable


@final
class Spool:
    """An open file of whole lines."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor = descriptor
        self.count = 0
        """How many lines there are."""

    def read(self, see: Callable[[int, bytes], None]) -> None:
        """Show every line with its number from 0, and cut off half a one at the end."""
        whole = 0
        with self.path.open("rb") as file:
            for line in file:
                if not line.endswith(b"\n"):
                    break
                see(self.count, line)
                self.count += 1
                whole += len(line)
        os.ftruncate(self._descriptor, whole)

    def append(self, lines: Sequence[bytes]) -> None:
        """Add lines; once this returns, no crash takes them away.

        Raises: StorageFailed when there is no room, and then none of them is there.
        """
        end = os.lseek(self._descriptor, 0, os.SEEK_END)
        try:
            for line in lines:
                self._write(line)
            os.fsync(self._descriptor)
        except OSError as error:
            os.ftruncate(self._descriptor, end)
            full = error.errno in FULL
            raise StorageFailed(f"{self.path} cannot be written: {error.strerror}.", full=full) from error
        self.count += len(lines)

    def _write(self, line: bytes) -> None:
        rest = memoryview(line)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]


@contextmanager
def open_spool(path: Path) -> Iterator[Spool]:
    """The file of that name, made when missing, for as long as the block lasts.

    Raises: Unavailable when another worker has it; StorageFailed when it cannot be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StorageFailed(f"{path} cannot be written: {error.strerror}.", full=error.errno in FULL) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield Spool(path, descriptor)
    except BlockingIOError:
        raise Unavailable("Another worker still writes the output of this batch; trying again.") from None
    finally:
        os.close(descriptor)
