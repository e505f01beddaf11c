"""What it costs to choose the pictures of the next pass: `python -m benchmarks.scheduling` prints it alone.

Bookkeeping between two passes is time in which the device does nothing.
"""

import json
import statistics
import time
from dataclasses import asdict, dataclass

from outcrop.engine.batching import Slot, Turns, next_pass
from outcrop.engine.engine import PRIORITIES

IMAGES = 64
PASSES = 2000
PIXELS = 256 * 256
BUDGET = 16 * PIXELS


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduling:
    """Choosing one pass; medians. Units: milliseconds."""

    images: int
    passes: int
    one_line_ms: float
    """All pictures are of one account, priority and size: everyone could share the pass."""
    mixed_ms: float
    """Eight accounts, three priorities, two sizes."""
    strangers_ms: float
    """Each picture is of another account."""


def measure_scheduling() -> Scheduling:
    """Choose passes among as many pictures as a busy server has, in three mixtures."""
    return Scheduling(
        images=IMAGES,
        passes=PASSES,
        one_line_ms=_median_ms([_slot(image, 0, 0, 0) for image in range(IMAGES)]),
        mixed_ms=_median_ms([_slot(image, image % 8, image % 3, image % 2) for image in range(IMAGES)]),
        strangers_ms=_median_ms([_slot(image, image, 0, 0) for image in range(IMAGES)]),
    )


def _slot(image: int, account: int, rank: int, size: int) -> Slot:
    return Slot(
        image=image, account=f"account {account}", priority=PRIORITIES[rank], group=("weights", size), cost=2 * PIXELS
    )


def _median_ms(slots: list[Slot]) -> float:
    turns = Turns()
    seconds: list[float] = []
    for _ in range(PASSES):
        began = time.perf_counter()
        turns = turns.after(next_pass(slots, turns, lambda _: BUDGET)[0], slots)
        seconds.append(time.perf_counter() - began)
    return round(statistics.median(seconds) * 1000, 3)


if __name__ == "__main__":
    print(json.dumps(asdict(measure_scheduling()), indent=2))
