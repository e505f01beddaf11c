"""Hears an engine's events in a test, and waits for the last one."""

from collections.abc import Sequence
from queue import Queue
from threading import Event as Flag
from typing import final

import numpy as np

from outcrop.engine.engine import Drawn, Engine, Event, Failed, Step
from outcrop.plan import Plan

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


def check_alone_and_together(engine: Engine, plans: Sequence[Plan]) -> None:
    """Every plan's pixels are the same whether the others are drawn beside it or not."""
    alone = []
    for plan in plans:
        ear = Ear()
        engine.submit(plan, ear)
        alone.append(ear.drawn().pixels)
    ears = [Ear() for _ in plans]
    for plan, ear in zip(plans, ears, strict=True):
        engine.submit(plan, ear)
    for one, ear in zip(alone, ears, strict=True):
        assert np.array_equal(one, ear.drawn().pixels)
