"""The audit trail: one line of JSON a call, added to a file a day and never changed. Knows files; knows no call.

A line is one write to a file opened for appending, so lines of several threads or servers never mix.
"""

import json
import logging
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any, Final, Self, final

from outcrop.clock import UnixTime
from outcrop.errors import Unavailable

SUFFIX: Final = ".jsonl"
_MOMENT: Final = "%Y-%m-%dT%H:%M:%SZ"

Event = Mapping[str, Any]

logger = logging.getLogger("outcrop.records")


@final
class Trail:
    """The trail in a folder, which is made when the first line is written; close it."""

    def __init__(self, folder: Path, now: UnixTime, *, syncs: bool = False, strict: bool = False) -> None:
        """`syncs` waits for the disk at each line; `strict` raises when a line cannot be written."""
        self.syncs = syncs
        self._strict = strict
        self.folder = folder
        self._now = now
        self._day = ""
        self._file: int | None = None
        self._torn = False
        self._lock = Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of today's file."""
        with self._lock:
            self._close()

    def write(self, event: Event) -> None:
        """Add an event to today's file.

        Raises: Unavailable when it cannot be written and the trail is strict; otherwise the log says so, loudly.
        """
        line = json.dumps(event, separators=(",", ":")).encode() + b"\n"
        with self._lock:
            try:
                self._append(line, datetime.fromtimestamp(self._now(), UTC).date().isoformat())
            except OSError as error:
                self._close()
                reason = f"The audit trail in {self.folder} cannot be written: {error.strerror}"
                logger.critical("%s; the call %s is not in it.", reason, event.get("requestID", "-"))
                if self._strict:
                    raise Unavailable("The audit trail cannot be written, so no call is answered.") from None

    def _append(self, line: bytes, day: str) -> None:
        if self._file is None or day != self._day:
            self._open(day)
        assert self._file is not None
        whole = b"\n" + line if self._torn else line
        written = os.write(self._file, whole)
        if written < len(whole):
            raise OSError(0, "only a part of the line found room on the disk")
        self._torn = False
        if self.syncs:
            os.fsync(self._file)

    def _open(self, day: str) -> None:
        self._close()
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self.folder / (day + SUFFIX)
        self._file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._day = day
        size = os.fstat(self._file).st_size
        # A server that was killed, or a disk that was full, may have left half a line.
        self._torn = size > 0 and os.pread(self._file, 1, size - 1) != b"\n"

    def _close(self) -> None:
        if self._file is not None:
            os.close(self._file)
        self._file = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which events to read; None is all."""

    since: datetime | None = None
    """In UTC; `until` too, which is the first moment behind."""
    until: datetime | None = None
    account: str | None = None
    """An account's number."""
    user: str | None = None
    """A user's name, or a key's id."""
    name: str | None = None
    """A user's name, and no key's id."""
    operation: str | None = None
    """A part of the operation's name."""
    model: str | None = None
    """A part of the model's id."""
    errors: bool = False
    """Those alone that were refused or failed."""

    def fits(self, event: Event) -> bool:
        """Whether it is one of them."""
        who, asked = part_of(event, "userIdentity"), part_of(event, "requestParameters")
        return (
            self._in_time(str(event.get("eventTime", "")))
            and self.account in (None, who.get("accountId"))
            and (self.user is None or self.user in (who.get("userName"), who.get("accessKeyId")))
            and self.name in (None, who.get("userName"))
            and (self.operation is None or self.operation in str(event.get("eventName", "")))
            and (self.model is None or self.model in str(asked.get("modelId", "")))
            and (not self.errors or "errorCode" in event)
        )

    def _in_time(self, moment: str) -> bool:
        return (self.since is None or moment >= f"{self.since:{_MOMENT}}") and (
            self.until is None or moment < f"{self.until:{_MOMENT}}"
        )


def read_trail(folder: Path, wanted: Wanted) -> Iterator[Event | None]:
    """The events of a folder that are wanted, oldest file first; None stands for a line that cannot be read.

    Raises: OSError when a file cannot be read.
    """
    for path in sorted(folder.glob("*" + SUFFIX)):
        if wanted.since is None or path.stem >= wanted.since.date().isoformat():
            with path.open("rb") as lines:
                yield from (event for event in map(event_of, lines) if event is None or wanted.fits(event))


def part_of(event: Event, name: str) -> Event:
    """A member that is an object; an empty one where it is none."""
    found = event.get(name)
    return found if isinstance(found, dict) else {}


def event_of(line: bytes) -> Event | None:
    """What a line says; None when it cannot be read."""
    try:
        content = json.loads(line)
    except ValueError:
        return None
    return content if isinstance(content, dict) else None
