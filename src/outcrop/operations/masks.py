"""Masks made wider, softer, or of another size. Knows levels of pixels; knows no picture, request or plan."""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from outcrop.request import Mask
from outcrop.units import Size

BAND: Final = 256
"""Rows that are worked on at once."""

Levels = NDArray[np.uint8]
"""A mask's levels, (height, width)."""


def grow(mask: Mask, pixels: int) -> Mask:
    """Widen a mask in all directions: each pixel takes the highest level of all within reach.

    Units: pixels from 0; reach is a regular octagon of about that radius.
    """

    def grown(levels: Levels) -> Levels:
        for step in range(pixels):
            levels = _spread(levels, corners=step % 2 == 1)
        return levels

    return _in_bands(mask, pixels, grown)


def feather(mask: Mask, pixels: int) -> Mask:
    """Fade a mask towards its edges, inward only: what is 0 stays 0, and nothing becomes more than it was.

    The edges of the picture are none of the mask's.

    Units: pixels from 0, the width of the fade.
    """

    def faded(levels: Levels) -> Levels:
        total = levels.astype(np.uint32)
        for step in range(pixels):
            levels = 255 - _spread(255 - levels, corners=step % 2 == 1)
            total += levels
        return (total // (pixels + 1)).astype(np.uint8)

    return _in_bands(mask, pixels, faded)


def touched(mask: Mask) -> Mask:
    """White wherever a mask is not black."""
    return _mask((_levels(mask) > 0) * np.uint8(255))


def cover(mask: Mask, size: Size) -> Mask:
    """A mask at another size, each pixel with the highest level of all that it touches: no place is lost."""
    return _mask(_highest(_highest(_levels(mask), size.height, axis=0), size.width, axis=1))


def _in_bands(mask: Mask, reach: int, changed: Callable[[Levels], Levels]) -> Mask:
    """The mask as it is changed, a band of rows at a time: what is worked on takes several times its room.

    Units: reach in pixels, from where on nothing around a pixel has a say in what becomes of it.
    """
    levels = _levels(mask)
    whole = np.empty_like(levels)
    for top in range(0, len(levels), BAND):
        begin = max(0, top - reach)
        band = changed(levels[begin : top + BAND + reach])
        whole[top : top + BAND] = band[top - begin :][:BAND]
    return _mask(whole)


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
