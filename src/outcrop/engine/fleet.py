"""Engines side by side, each in a process of its own. Knows engines and how large a network is; draws nothing.

A small network cannot use more than one processor (see `threads`), but two of them can use two. So one engine draws
with everything, and where small networks' pictures come while it is busy, others are started beside it.
"""

from collections.abc import Callable, Mapping
from functools import partial
from threading import Lock
from typing import Protocol, final

from outcrop.catalog.card import CheckpointCard
from outcrop.engine.engine import OWN, Drawn, Engine, Errand, Event, Failed, Listener, Ticket
from outcrop.engine.threads import is_small
from outcrop.plan import Plan


class Member(Engine, Protocol):
    """An engine that takes a while to be up."""

    @property
    def device(self) -> str | None:
        """Where it draws, "cpu" or "cuda"; None while it is not up."""
        ...

    def wake(self) -> None:
        """Start it again if it has ended; returns at once."""
        ...


@final
class _Place:
    """A member and what it has to do."""

    def __init__(self, member: Member) -> None:
        self.member = member
        self.work = 0
        """Of the pictures under way: pixels times steps."""


@final
class Fleet:
    """Draws with one engine or, small networks on a CPU, with several at once."""

    def __init__(self, start: Callable[[], Member], most: int, checkpoints: Mapping[str, CheckpointCard]) -> None:
        """Start the first; later ones are started when there is work for them, `most` in all.

        A picture never waits for an engine to start while another is up.
        """
        self._start = start
        self._most = most
        self._small = {name for name, card in checkpoints.items() if is_small(card.folder)}
        self._places = [_Place(start())]
        self._closed = False
        self._lock = Lock()  # guards all places and _closed

    def submit(self, plan: Plan, listen: Listener, errand: Errand = OWN) -> Ticket:
        """Hand a picture to the engine that has least to do; returns its ticket at once."""
        work = plan.native.pixels * plan.steps
        with self._lock:
            place = self._places[0]
            if plan.checkpoint in self._small:
                place = min((each for each in self._places if each.member.device), key=_work_of, default=place)
                if place.work:
                    self._grow()
            place.work += work
        return place.member.submit(plan, partial(self._hear, place, work, listen), errand)

    def close(self) -> None:
        """Stop all; pictures under way end with Failed(Unavailable)."""
        with self._lock:
            self._closed = True
        for place in self._places:
            place.member.close()

    def _grow(self) -> None:
        """See to it that there will be one more, if there may; not before the first is up, and none beside a GPU."""
        if self._closed or self._places[0].member.device != "cpu":
            return
        for place in self._places:
            if place.member.device is None:
                place.member.wake()
                return
        if len(self._places) < self._most:
            self._places.append(_Place(self._start()))

    def _hear(self, place: _Place, work: int, listen: Listener, event: Event) -> None:
        if isinstance(event, Drawn | Failed):
            with self._lock:
                place.work -= work
        listen(event)


def _work_of(place: _Place) -> int:
    return place.work
