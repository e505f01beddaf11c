"""Renditions that were made, in a folder that does not outgrow its limit. Knows files; knows no picture.

Files of one picture share a folder, so that they go with it. What was used last goes last.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Final, final

from outcrop.assets.cipher import PLAIN, Cipher
from outcrop.assets.store import Digest
from outcrop.clock import new_id

KEPT_PART: Final = 0.8
"""Of the limit, once something had to go."""


@final
class RenditionCache:
    """A cache of files by the digest of what they were made from, and a key. It may forget anything at any time."""

    def __init__(self, folder: Path, most_bytes: int, cipher: Cipher = PLAIN) -> None:
        self._folder = folder
        self._most = most_bytes
        self._cipher = cipher
        self._size: int | None = None
        self._lock = Lock()  # guards _size

    def get(self, digest: Digest, key: str) -> bytes | None:
        """A file that was put; None where it is not there, or can no longer be read."""
        path = self._of(digest) / key
        try:
            content = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        return self._cipher.open(content, _name(digest, key))

    def put(self, digest: Digest, key: str, content: bytes) -> None:
        """Keep a file; a disk that cannot take it changes nothing."""
        folder, sealed = self._of(digest), self._cipher.seal(content, _name(digest, key))
        part = folder / f".{new_id()}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            part.write_bytes(sealed)
            part.replace(folder / key)
        except OSError:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            return
        self._count(len(sealed))

    def remove(self, digest: Digest) -> None:
        """Forget every file of a digest."""
        shutil.rmtree(self._of(digest), ignore_errors=True)

    def digests(self) -> Iterator[Digest]:
        """What there are renditions of."""
        yield from (Digest(folder.name) for folder in self._folder.glob("??/*"))

    def _of(self, digest: Digest) -> Path:
        return self._folder / digest[:2] / digest

    def _count(self, added: int) -> None:
        with self._lock:
            self._size = self._sum() if self._size is None else self._size + added
            if self._size > self._most:
                self._size = self._thin_out()

    def _sum(self) -> int:
        return sum(size for _, size, _ in self._files())

    def _thin_out(self) -> int:
        """Remove what was not used for longest; tells how much is left, other processes' files included."""
        files = sorted(self._files(), key=lambda file: file[0], reverse=True)
        kept = 0
        for _, size, path in files:
            if kept + size <= self._most * KEPT_PART:
                kept += size
            else:
                path.unlink(missing_ok=True)
        return kept

    def _files(self) -> Iterator[tuple[int, int, Path]]:
        """When each was last used, its size, and where it is."""
        for folder, _, names in os.walk(self._folder):
            for name in names:
                path = Path(folder) / name
                try:
                    found = path.stat()
                except FileNotFoundError:
                    continue
                yield found.st_mtime_ns, found.st_size, path


def _name(digest: Digest, key: str) -> str:
    return f"renditions/{digest}/{key}"
