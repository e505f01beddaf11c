"""The content-addressed store: bytes are kept once, under their SHA-256. Knows no place and no meaning of them."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Final, NewType, final

from outcrop.assets.objects import Objects
from outcrop.errors import StorageFailed

Digest = NewType("Digest", str)
"""The SHA-256 of some bytes, in 64 hexadecimal digits."""

FOLDER: Final = "assets"


def digest_of(content: bytes) -> Digest:
    """What some bytes are kept under."""
    return Digest(sha256(content).hexdigest())


@final
class Store:
    """Contents in a place of named bytes."""

    def __init__(self, objects: Objects, folder: str = FOLDER) -> None:
        self._objects = objects
        self._folder = folder

    def put(self, content: bytes) -> Digest:
        """Keep bytes; those that are there already are kept once."""
        digest = digest_of(content)
        if not self.has(digest):
            self._objects.put(self._name(digest), content)
        return digest

    def has(self, digest: Digest) -> bool:
        """Whether the bytes of a digest are there."""
        return self._objects.has(self._name(digest))

    def get(self, digest: Digest) -> bytes:
        """The bytes of a digest.

        Raises: NoSuchResource when there are none; StorageFailed when they have changed since.
        """
        content = self._objects.get(self._name(digest))
        if digest_of(content) != digest:
            raise StorageFailed(f"What is kept as {digest} is damaged: its bytes have another SHA-256.")
        return content

    def digests(self) -> Iterator[Digest]:
        """Everything that is there."""
        for name in self._objects.names(f"{self._folder}/"):
            yield Digest(name.rpartition("/")[2])

    def delete(self, digest: Digest) -> None:
        """Remove the bytes of a digest; those that are not there are removed already."""
        self._objects.delete(self._name(digest))

    def _name(self, digest: Digest) -> str:
        # Two hundred and fifty-six folders: none of them grows too long to list.
        return f"{self._folder}/{digest[:2]}/{digest}"
