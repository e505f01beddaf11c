"""Masks made wider, softer, or of another size. Knows levels of pixels; knows no picture, request or plan."""

import numpy as np
from numpy.typing import NDArray

from outcrop.request import Mask
from outcrop.units import Size

Levels = NDArray[np.uint8]
"""A mask's levels, (height, width)."""


def grow(mask: Mask, pixels: int) -> Mask:
    """Widen a mask in all directions: each pixel takes the highest level of all within reach.

    Units: pixels from 0; reach is a regular octagon of about that radius.
    """
    levels = _levels(mask)
    for step in range(pixels):
        levels = _spread(levels, corners=step % 2 == 1)
    return _mask(levels)


def feather(mask: Mask, pixels: int) -> Mask:
    """Fade a mask towards its edges, inward only: what is 0 stays 0, and nothing becomes more than it was.

    The edges of the picture are none of the mask's.

    Units: pixels from 0, the width of the fade.
    """
    levels = _levels(mask)
    total = levels.astype(np.uint32)
    for step in range(pixels):
        levels = 255 - _spread(255 - levels, corners=step % 2 == 1)
        total += levels
    return _mask((total // (pixels + 1)).astype(np.uint8))


def touched(mask: Mask) -> Mask:
    """White wherever a mask is not black."""
    return _mask(np.where(_levels(mask) > 0, 255, 0).astype(np.uint8))


def cover(mask: Mask, size: Size) -> Mask:
    """A mask at another size, each pixel with the highest level of all that it touches: no place is lost."""
    return _mask(_highest(_highest(_levels(mask), size.height, axis=0), size.width, axis=1))


def _levels(mask: Mask) -> Levels:
    return np.frombuffer(mask.levels, np.uint8).reshape(mask.size.height, mask.size.width)


def _mask(levels: Levels) -> Mask:
    height, width = levels.shape
    return Mask(size=Size(width=width, height=height), levels=levels.tobytes())


def _spread(levels: Levels, *, corners: bool) -> Levels:
    """Each pixel the highest of itself and its four neighbours, or with the corners its eight."""
    wide = levels.copy()
    np.maximum(wide[:, 1:], levels[:, :-1], out=wide[:, 1:])
    np.maximum(wide[:, :-1], levels[:, 1:], out=wide[:, :-1])
    beside = wide if corners else levels
    high = wide.copy()
    np.maximum(high[1:], beside[:-1], out=high[1:])
    np.maximum(high[:-1], beside[1:], out=high[:-1])
    return high


def _highest(levels: Levels, count: int, axis: int) -> Levels:
    """Along an axis, the highest level of all that each of `count` equal parts touches."""
    length = levels.shape[axis]
    parts = np.arange(count)
    begins, ends = parts * length // count, -(-(parts + 1) * length // count)
    bounds = np.stack([begins, ends], axis=1).ravel()
    beyond = levels.take([-1], axis)  # reduceat wants even an end to be a place
    padded = np.concatenate([levels, beyond], axis)
    highest: Levels = np.maximum.reduceat(padded, bounds, axis).take(2 * parts, axis)
    return highest
