"""Finds in a picture's file what its pixels are made of, and how its camera was held. Decodes nothing.

All else in a file (words, profiles, previews, other pictures) is passed over, so that nobody reads it, however much of
it there is or it makes of itself. Knows how JPEG, PNG and WebP lay out their parts.
"""

import re
import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from io import SEEK_CUR, SEEK_END, BufferedReader, RawIOBase
from itertools import accumulate
from typing import Final, TypeVar, final

from outcrop.errors import InvalidRequest

MOST_PARTS: Final = 20_000
"""Of a file: each is looked at, and a PNG of the largest size has a few thousand."""
MOST_SCANS: Final = 200
"""Of a JPEG: a progressive one has ten or twenty, and each is work of its own for all of its pixels."""
MOST_SCANNED: Final = 32 * 9_437_184
"""Pixels that all scans of a JPEG go over together: a scan of a few bytes takes the time of its pixels."""
ORIENTATION: Final = 0x0112
"""The tag of EXIF that says how a picture is turned."""
MOST_TAGS: Final = 1000
"""Tags that are looked at for that one."""
WHOLE_NUMBERS: Final = {3: "H", 4: "I"}
"""EXIF's types of such, as `struct` reads them."""

JPEG: Final = b"\xff\xd8"
PNG: Final = b"\x89PNG\r\n\x1a\n"
RIFF: Final = b"RIFF"
MARKER: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""What ends the data of a scan: 0 means that it was no marker, the eight are within it, and 255 only fills."""
SCAN, END, AGAIN, LONE, EXIF = 0xDA, 0xD9, 0xD8, 0x01, 0xE1
FRAMES: Final = frozenset({0xC0, 0xC1, 0xC2, 0xC3})
ARITHMETIC: Final = frozenset({0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})
TABLES: Final = frozenset({0xC4, 0xDB, 0xDC, 0xDD})
COLOURS: Final = frozenset({0xE0, 0xEE})
"""Segments that say which colours the numbers are; a file has one of each."""
DRAWN: Final = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
"""Chunks of a PNG that decide its pixels."""

Part = TypeVar("Part")
Span = tuple[int, int]
"""Where a part begins, and where it has ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureFile:
    """A file, and what of it matters."""

    content: bytes
    spans: tuple[Span, ...]
    """The parts that its pixels are made of, in order; none touches the next."""
    orientation: int = 1
    """As EXIF numbers them; 1 is upright, as it is taken to be where nothing is said."""

    def stream(self) -> BufferedReader:
        """Those parts, as one file to read; no byte is copied before it is asked for."""
        return BufferedReader(_Spans(self.content, self.spans))


def picture_file(content: bytes, what: str) -> PictureFile:
    """Look through a file. One that is broken is told up to there, and from there on as it is: its decoder will say so.

    Raises: InvalidRequest, of `what` it is to its sender, when its parts are more than any picture needs.
    """
    if content.startswith(JPEG):
        return _jpeg(content, what)
    if content.startswith(PNG):
        return _png(content, what)
    return _other(content, what)


def _jpeg(content: bytes, what: str) -> PictureFile:
    kept: list[Span] = [(0, len(JPEG))]
    seen: set[int] = set()
    orientation, scans, pixels = 1, 0, 0
    for code, begin, end in _counted(segments(content), what):
        if code in ARITHMETIC:
            raise InvalidRequest(f"{what} is a JPEG with arithmetic coding; save it anew without.")
        if code in FRAMES:
            pixels = max(pixels, _frame_pixels(content, begin))
        scans += code == SCAN
        if scans > min(MOST_SCANS, MOST_SCANNED // max(pixels, 1)):
            raise InvalidRequest(f"{what} is a JPEG of more than {scans - 1} scans; save it anew.")
        if code == EXIF and code not in seen:
            orientation = orientation_of(content[begin + 4 : end])
        if code in FRAMES | TABLES | {SCAN, END, AGAIN} or code in COLOURS - seen:
            kept.append((begin, end))
        seen.add(code)
    return PictureFile(content=content, spans=_joined(kept), orientation=orientation)


def segments(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Each marker's code, where it begins, and where what belongs to it has ended; of a scan, its data as well."""
    at = len(JPEG)
    while found := MARKER.search(content, at):
        begin, at = found.span()
        code = content[at - 1]
        if code == LONE:
            continue
        if code in {END, AGAIN}:  # after which nothing of this picture comes
            yield code, begin, at if code == END else len(content)
            return
        at = min(at + int.from_bytes(content[at : at + 2], "big"), len(content))
        if code == SCAN:
            after = MARKER.search(content, at)
            at = len(content) if after is None else after.start()
        yield code, begin, at


def _frame_pixels(content: bytes, begin: int) -> int:
    """Of the frame whose marker begins there; 0 where the file ends before it says."""
    height, width = content[begin + 5 : begin + 7], content[begin + 7 : begin + 9]
    return int.from_bytes(height, "big") * int.from_bytes(width, "big")


def _png(content: bytes, what: str) -> PictureFile:
    kept: list[Span] = [(0, len(PNG))]
    orientation = 1
    for name, begin, end in _counted(chunks(content, PNG), what):
        if name in DRAWN:
            kept.append((begin, end))
        elif name == b"eXIf":
            orientation = orientation_of(content[begin + 8 : end - 4])
    return PictureFile(content=content, spans=_joined(kept), orientation=orientation)


def _other(content: bytes, what: str) -> PictureFile:
    """A WebP is decoded from all of its bytes: its decoder passes over what is no pixels, and reads none of it."""
    orientation = 1
    if content.startswith(RIFF):
        for name, begin, end in _counted(chunks(content, RIFF), what):
            if name == b"EXIF":
                orientation = orientation_of(content[begin + 8 : end])
    return PictureFile(content=content, spans=((0, len(content)),), orientation=orientation)


def chunks(content: bytes, kind: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Each chunk's name, where it begins, and where it has ended, of a file that begins as that kind does."""
    at, head = (len(PNG), ">I4s") if kind == PNG else (len(RIFF) + 8, "<4sI")
    while at + 8 <= len(content):
        first, second = struct.unpack_from(head, content, at)
        name, size = (second, first + 4) if kind == PNG else (first, second + second % 2)  # with its check; even
        end = min(at + 8 + size, len(content))
        yield name, at, end
        if name == b"IEND":
            return
        at = end


def _counted(parts: Iterator[Part], what: str) -> Iterator[Part]:
    for number, part in enumerate(parts):
        if number == MOST_PARTS:
            raise InvalidRequest(f"{what} is a file of more than {MOST_PARTS:,} parts; save it anew.")
        yield part


def orientation_of(exif: bytes) -> int:
    """What EXIF says of it; 1 where it says nothing that can be read."""
    tiff = exif.removeprefix(b"Exif\0\0")
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return 1
    try:
        at = struct.unpack_from(order + "I", tiff, 4)[0]
        count = min(struct.unpack_from(order + "H", tiff, at)[0], MOST_TAGS)
        for place in range(at + 2, at + 2 + 12 * count, 12):
            tag, kind = struct.unpack_from(order + "HH", tiff, place)
            if tag == ORIENTATION and kind in WHOLE_NUMBERS:
                return int(struct.unpack_from(order + WHOLE_NUMBERS[kind], tiff, place + 8)[0])
    except struct.error:
        pass  # it ends before it has said it
    return 1


def _joined(spans: list[Span]) -> tuple[Span, ...]:
    """The same with those as one that touch each other."""
    joined: list[Span] = []
    for begin, end in spans:
        if joined and joined[-1][1] == begin:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((begin, end))
    return tuple(joined)


@final
class _Spans(RawIOBase):
    """Parts of bytes, read one after the other."""

    def __init__(self, content: bytes, spans: tuple[Span, ...]) -> None:
        super().__init__()
        self._view = memoryview(content)
        self._spans = spans
        self._ends = list(accumulate(end - begin for begin, end in spans))
        self._at = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place, which may be beyond the end; tells which it is."""
        base = {SEEK_CUR: self._at, SEEK_END: self._ends[-1]}.get(whence, 0)
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # the only kind that its buffer gives
        """Fill a buffer, as far as the present part goes; tells how far."""
        number = bisect_right(self._ends, self._at)
        if number == len(self._spans):
            return 0
        left = self._ends[number] - self._at
        end = self._spans[number][1]
        part = self._view[end - left : end][: len(buffer)]
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)
