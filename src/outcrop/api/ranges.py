"""Parts of a file, as a client asks for them. Knows the header; knows no file.

Source: RFC 9110, section 14 (range requests).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

MOST_RANGES: Final = 16
"""More than so many parts at once are nobody's honest wish: the whole is sent."""
_HEADER: Final = re.compile(r"\s*bytes\s*=\s*(?P<ranges>[\d\s,-]{1,1000})", re.IGNORECASE | re.ASCII)
_RANGE: Final = re.compile(r"(?P<first>\d{0,18})-(?P<last>\d{0,18})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a file, both ends included."""

    first: int
    last: int

    def of(self, content: bytes) -> bytes:
        """Its bytes."""
        return content[self.first : self.last + 1]

    def said(self, size: int) -> str:
        """As `Content-Range` says it."""
        return f"bytes {self.first}-{self.last}/{size}"


def read_ranges(header: str | None, size: int) -> Sequence[Part] | None:
    """The parts of a file of a size that a client asks for, in its order; none of them where the file has none of it.

    None is the whole file: nothing was asked for, or nothing that can be read, or too much at once.
    """
    asked = _asked(header or "")
    if not 0 < len(asked) <= MOST_RANGES:
        return None
    parts = [part for first, last in asked if (part := _part(first, last, size)) is not None]
    return None if sum(part.last - part.first + 1 for part in parts) > size else parts


def _asked(header: str) -> list[tuple[str, str]]:
    """First and last of each part as they are written; none at all where one cannot be read."""
    found = _HEADER.fullmatch(header)
    ranges = [] if found is None else [_RANGE.fullmatch(one) for one in re.split(r"[\s,]+", found["ranges"]) if one]
    read = [(one["first"], one["last"]) for one in ranges if one is not None and one[0] != "-"]
    return read if len(read) == len(ranges) else []


def _part(first: str, last: str, size: int) -> Part | None:
    if not first:  # so many bytes at its end
        count = min(int(last), size)
        return Part(first=size - count, last=size - 1) if count else None
    begin, end = int(first), min(int(last), size - 1) if last else size - 1
    return Part(first=begin, last=end) if begin <= end else None
