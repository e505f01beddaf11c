"""Hears an engine's events in a test, and waits for the last one."""

from queue import Queue
from threading import Event as Flag
from typing import final

from outcrop.engine.engine import Drawn, Event, Failed, Step

PATIENCE_S = 120
"""Long enough for a loaded machine; a test that waits this long has failed."""


@final
class Ear:
    """A listener that remembers what it heard."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.first_step = Flag()
        self._end: Queue[Drawn | Failed] = Queue()

    def __call__(self, event: Event) -> None:
        """Hear an event."""
        self.events.append(event)
        if isinstance(event, Step):
            self.first_step.set()
        if isinstance(event, Drawn | Failed):
            self._end.put(event)

    @property
    def steps(self) -> list[Step]:
        """The steps heard so far."""
        return [event for event in self.events if isinstance(event, Step)]

    def end(self) -> Drawn | Failed:
        """Wait for the last event."""
        return self._end.get(timeout=PATIENCE_S)

    def drawn(self) -> Drawn:
        """Wait for the picture."""
        end = self.end()
        assert isinstance(end, Drawn), end
        return end

    def failed(self) -> Failed:
        """Wait for the failure."""
        end = self.end()
        assert isinstance(end, Failed), end
        return end
