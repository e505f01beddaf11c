"""What is asked for on the command line of drafts and finals. Knows no option and nobody who draws."""

from collections.abc import Callable
from dataclasses import dataclass

Advance = Callable[[int, int], None]
"""Hears how many pictures are there, of how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftOrder:
    """Drafts as they were asked for on the command line."""

    prompt: str
    negative_prompt: str = ""
    count: int = 8
    seed: int | None = None
    model: str = "core"
    aspect_ratio: str = "1:1"
    campaign: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishOrder:
    """Finals as they were asked for on the command line."""

    set_id: str
    numbers: tuple[int, ...] = ()
    model: str = ""
    strength: float | None = None
    refine: bool = False
    note: str = ""
