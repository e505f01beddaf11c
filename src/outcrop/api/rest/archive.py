"""Many pictures as one ZIP file, written while it is sent: no more than one picture is held. Knows no caller.

Source: PKWARE APPNOTE 6.3; pictures are compressed already, so they are stored.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from io import RawIOBase
from textwrap import indent
from typing import Final, final

from outcrop.api.delivery import SUFFIXES
from outcrop.assets.darkroom import Darkroom
from outcrop.assets.licence import licence_text
from outcrop.assets.renditions import Wanted
from outcrop.store.assets import Asset

NAME_CHARS: Final = 80
LICENCES: Final = "LICENCES.txt"
LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)
"""The first moment that the format knows, so that equal pictures make an equal file."""


def archive(darkroom: Darkroom, assets: Sequence[Asset], renditions: Mapping[str, Wanted]) -> Iterator[bytes]:
    """The bytes of a ZIP file of every rendition of every asset, a folder a rendition where they have names.

    Last is a text that says of each file on which terms it may be used.
    """
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as written:
        told = []
        for asset in assets:
            for name, wanted in renditions.items():
                made = darkroom.deliver(asset, wanted)
                path = _path(asset, name, made.format)
                written.writestr(zipfile.ZipInfo(path, LONG_AGO), made.file)
                told.append(f"{path}\n{indent(licence_text(asset), '  ')}\n")
                yield pipe.drain()
        written.writestr(zipfile.ZipInfo(LICENCES, LONG_AGO), "\n".join(told))
    yield pipe.drain()


@final
class _Pipe(RawIOBase):
    """Takes what is written and hands it on."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        """It is, and nothing else: ZIP then tells sizes after each file."""
        return True

    def write(self, content: object) -> int:
        """Take some bytes."""
        taken = bytes(content)  # type: ignore[call-overload]  # whatever has bytes
        self._pieces.append(taken)
        return len(taken)

    def drain(self) -> bytes:
        """All that was taken since the last time."""
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


def _path(asset: Asset, rendition: str, made: str) -> str:
    called = re.sub(r"[^\w.-]+", "-", asset.name or "").strip("-.")[:NAME_CHARS]
    file = "-".join(part for part in (called, asset.id) if part)
    return f"{rendition}/{file}.{SUFFIXES[made]}" if rendition else f"{file}.{SUFFIXES[made]}"
