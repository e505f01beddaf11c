"""Named bytes in a folder: a file a name, written beside it first and moved into its place. Knows no content."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, final

from outcrop.assets.objects import FULL, check_name
from outcrop.clock import new_id
from outcrop.errors import InvalidRequest, NoSuchResource, StorageFailed

PARTS: Final = ".parts"
"""Where files are written before they have their names; no name begins so."""
CHUNK: Final = 1 << 20


@final
class DiskObjects:
    """Objects in a folder, which is made when something is first kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, name: str, content: bytes) -> None:
        """Keep bytes under a name."""
        self._place(name, lambda file: file.write(content))

    def put_file(self, name: str, file: Path) -> None:
        """Keep a file's bytes under a name."""
        with file.open("rb") as source:
            self._place(name, lambda target: shutil.copyfileobj(source, target, CHUNK))

    def get(self, name: str) -> bytes:
        """The bytes of a name.

        Raises: NoSuchResource when there are none; StorageFailed when they cannot be read.
        """
        return b"".join(self.chunks(name))

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of a name, a piece at a time.

        Raises: NoSuchResource when there are none; StorageFailed when they cannot be read.
        """
        path = self._path(name)
        try:
            with path.open("rb") as file:
                while chunk := file.read(CHUNK):
                    yield chunk
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            raise NoSuchResource(f"There is no object {name}.") from None
        except OSError as error:
            raise StorageFailed(f"{path} cannot be read: {error.strerror}.") from error

    def has(self, name: str) -> bool:
        """Whether there are bytes of that name."""
        return self._path(name).is_file()

    def names(self, prefix: str) -> Iterator[str]:
        """The names that begin so, in order."""
        above = prefix.rpartition("/")[0]
        root = self._path(above) if above else self._folder
        found = (
            (Path(folder) / file).relative_to(self._folder).as_posix()
            for folder, _, files in os.walk(root)
            for file in files
        )
        yield from sorted(name for name in found if name.startswith(prefix) and not name.startswith(f"{PARTS}/"))

    def delete(self, name: str) -> None:
        """Remove a name and its bytes."""
        path = self._path(name)
        with _told(path):
            path.unlink(missing_ok=True)

    def sweep(self, before: float) -> None:
        """Remove what a process that died had begun to write before a moment. Units: seconds since 1970."""
        parts = self._folder / PARTS
        for part in parts.iterdir() if parts.is_dir() else ():
            if part.stat().st_mtime < before:
                part.unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        check_name(name)
        if name.partition("/")[0] == PARTS:
            raise InvalidRequest(f"A key cannot begin with {PARTS}/.")
        return self._folder / name

    def _place(self, name: str, write: Callable[[BinaryIO], object]) -> None:
        path, part = self._path(name), self._folder / PARTS / new_id()
        with _told(path):
            try:
                part.parent.mkdir(parents=True, exist_ok=True)
                with part.open("xb") as file:
                    write(file)
                    file.flush()
                    os.fsync(file.fileno())
                path.parent.mkdir(parents=True, exist_ok=True)
                part.replace(path)
                _sync(path.parent)
            finally:
                part.unlink(missing_ok=True)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """What the system says of a write, in the words of the domain.

    Raises: InvalidRequest when the name is another's folder, or below another's file; StorageFailed otherwise.
    """
    try:
        yield
    except (FileExistsError, NotADirectoryError, IsADirectoryError):
        raise InvalidRequest(
            f"{path.name[:200]!r} cannot be kept: here a key is a file or a folder, not both."
        ) from None
    except OSError as error:
        raise StorageFailed(f"{path} cannot be written: {error.strerror}.", full=error.errno in FULL) from error


def _sync(folder: Path) -> None:
    """Have a folder's newest names reach the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
