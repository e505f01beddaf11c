"""How long anybody may take: twenty seconds, and a second more for every 16 KiB. Knows a clock; knows no HTTP."""

from asyncio import AbstractEventLoop, TimerHandle
from collections.abc import Callable
from typing import Final, final

GRACE_S: Final = 20.0
"""Seconds that any request may take to arrive, and any answer to be taken."""
LEAST_RATE: Final = 16_384
"""Bytes that buy one more second."""


def seconds_for(size: int) -> float:
    """How long so many bytes may take on their way."""
    return GRACE_S + size / LEAST_RATE


@final
class Deadline:
    """A moment that bytes put off; nobody is told of it unless it comes."""

    def __init__(self, loop: AbstractEventLoop, lapsed: Callable[[], None]) -> None:
        """`lapsed` is called when the moment has come."""
        self._loop = loop
        self._lapsed = lapsed
        self._timer: TimerHandle | None = None
        self._began = 0.0
        self._size = 0

    @property
    def is_running(self) -> bool:
        """Whether the moment is still to come."""
        return self._timer is not None

    @property
    def size(self) -> int:
        """How many bytes there were since the beginning."""
        return self._size

    def begin(self, size: int = 0) -> None:
        """Wait for what takes as long as so many bytes do."""
        self.end()
        self._began, self._size = self._loop.time(), size
        self._timer = self._loop.call_at(self._began + seconds_for(size), self._look)

    def put_off(self, size: int) -> None:
        """Wait longer: so many more bytes have come."""
        self._size += size

    def end(self) -> None:
        """Wait no more."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None

    def _look(self) -> None:
        ends = self._began + seconds_for(self._size)
        if self._loop.time() < ends:
            self._timer = self._loop.call_at(ends, self._look)
            return
        self._timer = None
        self._lapsed()
