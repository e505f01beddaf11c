"""The audit trail from its end: a page of events, the newest first, however long the trail is. Knows files; no call.

Files are read in blocks from their ends, and a look reads so many bytes at most: whoever looks for what is rare gets a
page that is not full, and the place at which to go on.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, Final, Self

from outcrop.records.trail import SUFFIX, Event, Wanted, event_of

BLOCK_BYTES: Final = 65_536
MOST_BYTES: Final = 16 * 1024 * 1024
"""What one look reads at most, but for the line at which it ends."""
LONGEST_LINE: Final = 1024 * 1024
"""A longer one was not written by the trail, and is passed over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a line begins; the trail grows behind it, so it stays where it is."""

    day: str
    """As 2026-11-23: the name of its file."""
    offset: int
    """Units: bytes from the file's beginning."""

    def __str__(self) -> str:
        return f"{self.day}.{self.offset}"

    @classmethod
    def read(cls, text: str) -> Self:
        """The place that `str` has written so."""
        day, _, offset = text.partition(".")
        return cls(day=day, offset=int(offset))


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Events, the newest first."""

    events: tuple[Event, ...]
    following: Place | None
    """Where the next page goes on; None at the beginning of the trail."""


def page_back(folder: Path, wanted: Wanted, before: Place | None, most: int, most_bytes: int = MOST_BYTES) -> Page:
    """The newest `most` events that are wanted and stand before a place; without one, the newest of all.

    Lines that cannot be read are passed over. Raises: OSError when a file cannot be read.
    """
    found: list[Event] = []
    left = most_bytes
    for path in _files(folder, wanted, before):
        with path.open("rb") as file:
            end = file.seek(0, os.SEEK_END)
            if before is not None and path.stem == before.day:
                end = min(end, before.offset)
            offset = end
            for offset, line in _lines_back(file, end):
                event = event_of(line)
                if event is not None and wanted.fits(event):
                    found.append(event)
                if len(found) == most or end - offset >= left:
                    return Page(events=tuple(found), following=Place(day=path.stem, offset=offset))
            left -= end - offset
    return Page(events=tuple(found), following=None)


def _files(folder: Path, wanted: Wanted, before: Place | None) -> list[Path]:
    """The files that may hold what is wanted, the newest first."""
    first = "" if wanted.since is None else wanted.since.date().isoformat()
    # What stands in a file was asked for on its day, or ended after midnight: the day after may hold it, too.
    last = "~" if wanted.until is None else (wanted.until + timedelta(days=1)).date().isoformat()
    last = last if before is None else min(last, before.day)
    return sorted((path for path in folder.glob("*" + SUFFIX) if first <= path.stem <= last), reverse=True)


def _lines_back(file: BinaryIO, end: int) -> Iterator[tuple[int, bytes]]:
    """The whole lines before a place, the last first, with where each begins."""
    rest = b""  # the end of a line whose beginning has not been read
    whole = False  # whether a line's end has been seen: what stands behind the last one is being written
    while end > 0:
        start = max(0, end - BLOCK_BYTES)
        file.seek(start)
        first, *lines = (file.read(end - start) + rest).split(b"\n")
        offset = end + len(rest) + 1
        for line in reversed(lines):
            offset -= len(line) + 1
            if whole:
                yield offset, line
            whole = True
        rest, end = first, start
        if len(first) > LONGEST_LINE:
            rest = b""
            yield start, rest
    if whole:
        yield 0, rest
