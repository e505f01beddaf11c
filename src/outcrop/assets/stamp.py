"""A mark in a corner of a picture, such as a logo. Knows pixels; knows no asset and no brand."""

from dataclasses import dataclass
from typing import Literal

from PIL import Image

Corner = Literal["top-left", "top-right", "bottom-left", "bottom-right"]


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


def stamped(image: Image.Image, mark: Image.Image, stamp: Stamp) -> Image.Image:
    """The picture with a mark on it, in the mode that it has.

    Units: as `Stamp` has them.
    """
    part = min(stamp.size * image.width / mark.width, stamp.size * image.height / mark.height)
    size = max(1, round(mark.width * part)), max(1, round(mark.height * part))
    small = mark.convert("RGBA").resize(size, Image.Resampling.LANCZOS)
    small.putalpha(small.getchannel("A").point([round(alpha * stamp.opacity) for alpha in range(256)]))
    margin = round(stamp.margin * min(image.size))
    left = margin if stamp.corner.endswith("left") else image.width - margin - size[0]
    top = margin if stamp.corner.startswith("top") else image.height - margin - size[1]
    whole = image.convert("RGBA")
    whole.alpha_composite(small, (max(0, left), max(0, top)))
    return whole.convert(image.mode)
