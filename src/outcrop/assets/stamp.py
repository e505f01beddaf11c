"""A mark in a corner of a picture, such as a logo. Knows pixels; knows no asset and no brand."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Corner = Literal["top-left", "top-right", "bottom-left", "bottom-right"]
Plate = Literal["auto", "none"]
"""Whether a mark that could not be seen stands on a plate."""

CONTRAST: Final = 2.0
"""Of two luminances, from which on one is told from the other at a glance. Source: WCAG 2.2's ratio; it asks 3 of what
must be read."""
SEEN: Final = 0.5
"""So much of a mark has to be told from what is below it."""
PAD: Final = 0.12
"""How far a plate goes beyond its mark, as a part of the mark's shorter side."""
PLATE_ALPHA: Final = 224


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """Which mark, and where. Units: parts of the picture, 0 to 1."""

    digest: str
    """Of the mark's file in the library."""
    corner: Corner = "bottom-right"
    size: float = 0.2
    """No wider than this part of its width, and no higher than this part of its height."""
    margin: float = 0.04
    """How far from the edges, as a part of the shorter side."""
    opacity: float = 1.0
    plate: Plate = "auto"


def stamped(image: Image.Image, mark: Image.Image, stamp: Stamp) -> Image.Image:
    """The picture with a mark on it, in the mode that it has.

    Units: as `Stamp` has them.
    """
    part = min(stamp.size * image.width / mark.width, stamp.size * image.height / mark.height)
    size = max(1, round(mark.width * part)), max(1, round(mark.height * part))
    small = mark.convert("RGBA").resize(size, Image.Resampling.LANCZOS)
    margin = round(stamp.margin * min(image.size))
    left = max(0, margin if stamp.corner.endswith("left") else image.width - margin - size[0])
    top = max(0, margin if stamp.corner.startswith("top") else image.height - margin - size[1])
    whole = image.convert("RGBA")
    under = whole.crop((left, top, left + size[0], top + size[1]))
    plate = plate_under(small, under) if stamp.plate == "auto" else None
    if plate is not None:
        _lay(whole, (left, top, left + size[0], top + size[1]), plate, stamp.opacity)
    whole.alpha_composite(_faded(small, stamp.opacity), (left, top))
    return whole.convert(image.mode)


def plate_under(mark: Image.Image, below: Image.Image) -> int | None:
    """The grey of the plate, 0 or 255, without which a mark could not be seen; None where it can, or brings its own.

    Shapes: both are of one size.
    """
    ink, light = _alpha(mark), _luminance(mark)
    if ink.min() > SEEN or not ink.any():
        return None
    seen = {plate: _seen(light, ink, _of_grey(plate)) for plate in (255, 0)}
    best = max(seen, key=lambda plate: seen[plate])
    now = _seen(light, ink, _luminance(below))
    return best if now < SEEN and seen[best] > now else None


def _seen(light: NDArray[np.float64], ink: NDArray[np.float64], below: NDArray[np.float64] | float) -> float:
    """The part of a mark's ink that is told from what is below."""
    ratio = (np.maximum(light, below) + 0.05) / (np.minimum(light, below) + 0.05)
    return float((ink * (ratio >= CONTRAST)).sum() / ink.sum())


def _luminance(image: Image.Image) -> NDArray[np.float64]:
    """Relative luminance, 0 to 1. Shapes: returns (height, width). Source: WCAG 2.2, relative luminance."""
    srgb = np.asarray(image.convert("RGB"), np.float64) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])  # type: ignore[no-any-return]  # of float64s


def _of_grey(grey: int) -> float:
    return float(grey > 0)  # black and white alone


def _alpha(mark: Image.Image) -> NDArray[np.float64]:
    return np.asarray(mark.getchannel("A"), np.float64) / 255


def _faded(mark: Image.Image, opacity: float) -> Image.Image:
    faded = mark.copy()
    faded.putalpha(mark.getchannel("A").point([round(alpha * opacity) for alpha in range(256)]))
    return faded


def _lay(whole: Image.Image, box: tuple[int, int, int, int], grey: int, opacity: float) -> None:
    """A plate with round corners around a box, as far as the picture goes."""
    left, top, right, bottom = box
    pad = round(PAD * min(right - left, bottom - top))
    size = right - left + 2 * pad, bottom - top + 2 * pad
    plate = Image.new("RGBA", size, (grey, grey, grey, 0))
    filled = (grey, grey, grey, round(PLATE_ALPHA * opacity))
    ImageDraw.Draw(plate).rounded_rectangle((0, 0, size[0] - 1, size[1] - 1), pad, filled)
    cut = max(0, pad - left), max(0, pad - top)
    whole.alpha_composite(plate, (left - pad + cut[0], top - pad + cut[1]), cut)
