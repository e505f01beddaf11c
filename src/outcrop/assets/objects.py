"""The seam to whatever keeps named bytes: a folder of this machine, or a bucket of any S3. Knows no content.

What is put is there whole or not at all, whenever the process ends, and a name that is put again has the newer bytes.
"""

import errno
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Protocol

from outcrop.errors import InvalidRequest

FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""What the system says when there is no room for bytes: on the disk, for whoever asks, or in one file."""
MOST_CHARS = 1024
"""Of a name, as of a key of S3."""


class Objects(Protocol):
    """A place of named bytes; names are texts with `/` between their parts.

    Each operation raises StorageFailed when the place cannot be reached or has no room.
    """

    def put(self, name: str, content: bytes) -> None:
        """Keep bytes under a name, in place of any that were there."""
        ...

    def put_file(self, name: str, file: Path) -> None:
        """Keep a file's bytes under a name; never all of them in memory."""
        ...

    def get(self, name: str) -> bytes:
        """The bytes of a name.

        Raises: NoSuchResource when there are none.
        """
        ...

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of a name, a piece at a time.

        Raises: NoSuchResource when there are none.
        """
        ...

    def has(self, name: str) -> bool:
        """Whether there are bytes of that name."""
        ...

    def names(self, prefix: str) -> Iterator[str]:
        """The names that begin so, in order."""
        ...

    def delete(self, name: str) -> None:
        """Remove a name and its bytes; one that is not there is removed already."""
        ...


def check_name(name: str) -> None:
    """Hold a name against what every place can keep.

    Raises: InvalidRequest when a folder could not, or it would leave the place.
    """
    parts = name.split("/")
    if len(name) > MOST_CHARS or not all(_fits(part) for part in parts):
        raise InvalidRequest(
            f"{name[:200]!r} cannot be kept: a key has at most {MOST_CHARS} characters, and between its slashes "
            "something else than '.', '..' or nothing, of at most 255 bytes."
        )


def _fits(part: str) -> bool:
    try:
        size = len(part.encode())
    except UnicodeEncodeError:
        return False
    return part not in {".", ".."} and 0 < size <= 255 and part.isprintable()
