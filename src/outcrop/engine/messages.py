"""What the engine's own process and the process that started it say to each other. Knows plans and events only."""

from collections.abc import Mapping
from dataclasses import dataclass

from outcrop.catalog.card import CheckpointCard
from outcrop.engine.engine import Errand, Event
from outcrop.engine.memory import MemoryLimits
from outcrop.log_lines import Form
from outcrop.plan import Plan
from outcrop.units import PrecisionChoice


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """The first message: what can be drawn with, on how many CPU threads, how precisely, and what to log."""

    checkpoints: Mapping[str, CheckpointCard]
    threads: int
    memory: MemoryLimits
    precision: PrecisionChoice
    log_level: int
    """The parent's level: a server tells what its engine loads, a command line does not."""
    log_form: Form = "text"
    """And how it writes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submit:
    """Draw this picture; its number comes back with every event."""

    number: int
    plan: Plan
    errand: Errand


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel:
    """Stop the picture of that number at its next step."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Up:
    """The process has loaded its libraries and draws, on a device of this type."""

    device: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """An event of the picture of that number."""

    number: int
    event: Event
