"""The seam to whatever draws pictures: submit a plan, hear events, cancel. Knows plans and pixels; knows no tensors."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from outcrop.errors import OutcropError
from outcrop.plan import Plan

Pixels = NDArray[np.uint8]
"""A picture, (height, width, 3), RGB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """The picture left the queue and takes part in the passes from now on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One more sampler step is done."""

    done: int
    total: int
    preview: Pixels | None = None
    """A rough small picture of what is there so far, where the checkpoint has a preview."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """The picture is there, at its native size."""

    pixels: Pixels
    engine_s: float
    """Seconds from leaving the queue to the decoded picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """There will be no picture; the error says why."""

    error: OutcropError


Event = Started | Step | Drawn | Failed
"""What a listener hears. Exactly one Drawn or Failed ends the events of a picture."""

Listener = Callable[[Event], None]
"""Called from the engine's own thread: it must be quick and must not raise."""


class Ticket(Protocol):
    """A picture that was handed to an engine."""

    def cancel(self) -> None:
        """Stop at the next step; ends with Failed(Cancelled) unless the picture is already there."""
        ...


class Engine(Protocol):
    """Draws planned pictures, many at a time."""

    def submit(self, plan: Plan, listen: Listener) -> Ticket:
        """Take a picture; returns at once. Everything else is told to `listen`."""
        ...

    def close(self) -> None:
        """Stop; pictures under way end with Failed(Unavailable)."""
        ...
