"""The seam to whatever draws pictures: submit a plan and for whom, hear events, cancel. Knows no tensors."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol, get_args

import numpy as np
from numpy.typing import NDArray

from outcrop.errors import OutcropError
from outcrop.plan import Means, Plan

Pixels = NDArray[np.uint8]
"""A picture, (height, width, 3), RGB."""

Priority = Literal["interactive", "standard", "batch"]
"""How urgent a picture is: somebody watches, somebody waits, or nobody does."""

PRIORITIES: tuple[Priority, ...] = get_args(Priority)
"""From the most urgent to the least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """Who waits for a picture and how; the plan says what the picture is."""

    account: str = "local"
    """Who asks: accounts share the engine fairly, pictures of one account stand in line."""
    priority: Priority = "interactive"
    deadline: float | None = None
    """When it is too late, on the clock `clock.now`, which the processes of a machine share; None waits for ever."""
    waits_for_weights: bool = True
    """Whether it waits while its checkpoint is loaded; otherwise it fails with Loading, and the loading goes on."""


OWN = Errand()
"""The errand of a person who draws on the own machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """The picture waits for its first pass; heard again whenever its place changes."""

    position: int
    """1 is the first among those that wait; a more urgent one that comes later still goes before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """The picture left the queue and takes part in the passes from now on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One more sampler step is done."""

    done: int
    total: int
    preview: Pixels | None = None
    """A rough small picture of what is there so far, where the engine makes one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """The picture is there, at its native size."""

    pixels: Pixels
    engine_s: float
    """Seconds from leaving the queue to the decoded picture."""
    busy_s: float
    """Its share of the seconds in which the engine worked: those of a pass are divided among who took part."""
    means: Means


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """There will be no picture; the error says why."""

    error: OutcropError


Event = Queued | Started | Step | Drawn | Failed
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

    def submit(self, plan: Plan, listen: Listener, errand: Errand = OWN) -> Ticket:
        """Take a picture; returns at once. Everything else is told to `listen`."""
        ...

    def close(self) -> None:
        """Stop; pictures under way end with Failed(Unavailable)."""
        ...
