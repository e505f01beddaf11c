"""What can be proved about a picture: its mark, its credentials, its fingerprint, and which of them still holds.

Knows pictures; knows no asset and no account.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Final, final

from PIL import Image

from outcrop.provenance.credentials import Credentials, Reader
from outcrop.provenance.fingerprint import distance, fingerprint
from outcrop.provenance.payload import PICTURE_BITS
from outcrop.provenance.watermark import Reading, Watermark

FITS: Final = 5
"""Bits of the fingerprint's first 24 that may differ where a mark is that of its picture; of any other about 12 do."""
WHOLE: Final = 0.03
"""How far the tile's size may be from a whole picture's, as a part of it, for the fingerprint to mean anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What was found."""

    watermark: Reading | None
    fits: bool | None
    """Whether the mark was made for this picture; None where there is none, or only a part of it."""
    credentials: Credentials
    fingerprint: int
    """64 bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A mark, held against what the picture shows."""

    reading: Reading
    fits: bool | None
    """Whether it was made for this picture; None where that is only a part of it."""


@final
class Verifier:
    """Verifies pictures by the keys and roots of this installation."""

    def __init__(self, keys: Callable[[], Sequence[bytes]], roots: Callable[[], Sequence[bytes]]) -> None:
        """Both are asked once, at the first picture: keys of marks, and certificates in PEM that are trusted."""
        self._keys, self._roots = keys, roots
        self._watermarks: tuple[Watermark, ...] = ()
        self._reader: Reader | None = None
        self._lock = Lock()

    def verify(self, content: bytes, image: Image.Image) -> Verified:
        """All that can be proved about a file, whose picture is at hand, upright and in RGB.

        Raises: BadSettings when the keys or roots of this installation cannot be read.
        """
        bits = fingerprint(image)
        mark = self.mark(image, bits)
        return Verified(
            watermark=None if mark is None else mark.reading,
            fits=None if mark is None else mark.fits,
            credentials=self._opened()[1].read(content),
            fingerprint=bits,
        )

    def mark(self, image: Image.Image, bits: int | None = None) -> Mark | None:
        """The mark of a picture in RGB, if it has one of this installation; `bits` is its fingerprint, if it is known.

        Raises: BadSettings when the keys of this installation cannot be read.
        """
        watermarks = self._opened()[0]
        reading = next((found for each in watermarks if (found := each.read(image)) is not None), None)
        if reading is None:
            return None
        return Mark(reading=reading, fits=_fits(reading, fingerprint(image) if bits is None else bits))

    def _opened(self) -> tuple[tuple[Watermark, ...], Reader]:
        with self._lock:
            if self._reader is None:
                self._watermarks = tuple(Watermark(key) for key in self._keys())
                self._reader = Reader(self._roots())
            return self._watermarks, self._reader


def _fits(reading: Reading, bits: int) -> bool | None:
    if distance(reading.payload.picture, bits >> (64 - PICTURE_BITS)) <= FITS:
        return True
    return None if reading.turned or abs(reading.scale - 1) > WHOLE else False
