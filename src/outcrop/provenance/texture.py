"""How lively a picture is from place to place, and the picture with that evened out. Knows brightness alone."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

RADIUS: Final = 4
"""Of the square about each pixel that counts as its surroundings."""
FLOOR: Final = 2.0
"""Levels of liveliness below which a place is not lifted further: there is only noise."""
CLIP: Final = 0.7
"""Units of liveliness beyond which nothing counts more: edges in flat parts, of which compression left nothing else."""
WIDER: Final = 12
"""Radius of the wider surroundings."""
CALM: Final = 0.3
"""Levels that keep a flat place from being all that counts about it."""

Plane = NDArray[np.float32]


def liveliness(grey: Plane) -> Plane:
    """How lively each pixel's wider surroundings are all over: the harmonic mean of standard deviations about it.

    A single edge between flat parts hides nothing, and such a mean does not count it.

    Shapes: grey (h, w), levels; the result likewise.
    """
    lively = _split(grey)[1]
    calm: Plane = np.reciprocal(lively + np.float32(CALM))
    return np.reciprocal(_mean(calm, WIDER)) - np.float32(CALM)


def evened(grey: Plane) -> Plane:
    """What is left of each pixel without its surroundings, in units of how lively they are; edges do not stand out.

    Shapes: grey (h, w), levels; the result likewise, of mean 0.
    """
    detail, lively = _split(grey)
    flat = np.clip(detail / (lively + FLOOR), -CLIP, CLIP)
    even: Plane = flat - flat.mean()
    return even


def _split(grey: Plane) -> tuple[Plane, Plane]:
    detail = grey - _mean(grey)
    return detail, np.sqrt(np.maximum(_mean(detail * detail), 0))


def _mean(plane: Plane, radius: int = RADIUS) -> Plane:
    """The mean of each pixel's surroundings; the picture's edge goes on beyond it."""
    side = 2 * radius + 1
    for axis in (0, 1):
        margins = [(0, 0), (0, 0)]
        margins[axis] = (radius + 1, radius)
        sums = np.cumsum(np.pad(plane, margins, mode="edge"), axis=axis, dtype=np.float64)
        ahead, behind = (sums[side:], sums[:-side]) if axis == 0 else (sums[:, side:], sums[:, :-side])
        plane = ((ahead - behind) / side).astype(np.float32)
    return plane
