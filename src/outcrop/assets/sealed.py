"""Objects that are encrypted where they lie: any place of named bytes, behind a cipher. Knows no key.

Every object is sealed under its name; one that was kept before there was a cipher is read as it is.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import final

from outcrop.assets.cipher import Cipher
from outcrop.assets.objects import Objects


@final
class SealedObjects:
    """Objects in another place, through a cipher. Each is whole in memory while it is sealed or opened."""

    def __init__(self, objects: Objects, cipher: Cipher) -> None:
        self._objects = objects
        self._cipher = cipher

    def put(self, name: str, content: bytes) -> None:
        """Keep bytes under a name."""
        self._objects.put(name, self._cipher.seal(content, name))

    def put_file(self, name: str, file: Path) -> None:
        """Keep a file's bytes under a name."""
        self.put(name, file.read_bytes())

    def get(self, name: str) -> bytes:
        """The bytes of a name.

        Raises: NoSuchResource when there are none; StorageFailed when they cannot be read or opened.
        """
        return self._cipher.open(self._objects.get(name), name)

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of a name, in one piece: what is sealed shows only as a whole that it is what it was.

        Raises: NoSuchResource when there are none; StorageFailed when they cannot be read or opened.
        """
        yield self.get(name)

    def has(self, name: str) -> bool:
        """Whether there are bytes of that name."""
        return self._objects.has(name)

    def names(self, prefix: str) -> Iterator[str]:
        """The names that begin so, in order."""
        return self._objects.names(prefix)

    def delete(self, name: str) -> None:
        """Remove a name and its bytes."""
        self._objects.delete(name)
