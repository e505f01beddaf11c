"""The one hue that a drawing is mostly made of, if there is one. Knows pictures, not subjects."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

Floats = npt.NDArray[np.floating[Any]]
REACH_DEGREES = 38.0
"""Hues nearer than this to the dominant one are taken for the same."""
LEAST_SATURATION = 0.25
_LEAST_SHARE = 0.72
_LEAST_COVER = 0.55
_NAMES: tuple[tuple[str, float], ...] = (
    ("red", 2.0), ("orange", 28.0), ("yellow", 48.0), ("green", 120.0), ("blue", 212.0), ("purple", 272.0),
    ("pink", 330.0), ("red", 360.0),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class DominantHue:
    """Units: degrees from 0 up to 360; `share` of the saturated area and `cover` of the opaque area from 0 to 1."""

    degrees: float
    share: float
    cover: float
    saturation: float
    value: float

    @property
    def rules(self) -> bool:
        """Whether the drawing is of this hue, so that turning it recolours the thing itself."""
        return self.share >= _LEAST_SHARE and self.cover >= _LEAST_COVER

    @property
    def name(self) -> str:
        """The colour that a person would name; empty where people would not agree."""
        if not self.rules or self.saturation < 0.42:
            return ""
        nearest, apart = min(((name, abs(self.degrees - hue)) for name, hue in _NAMES), key=lambda each: each[1])
        if nearest == "orange" and self.value < 0.72:
            return "brown"
        return nearest if apart < 14.0 or (nearest in ("green", "blue") and apart < 30.0) else ""


def dominant_hue(picture: Image.Image) -> DominantHue:
    """The commonest saturated hue of a drawing. Shapes: RGBA of any size."""
    hsv = np.asarray(picture.convert("RGB").convert("HSV"), dtype=np.float32)
    alpha = np.asarray(picture.getchannel("A"), dtype=np.float32) / 255.0
    hue, saturation, value = hsv[..., 0] * (360.0 / 255.0), hsv[..., 1] / 255.0, hsv[..., 2] / 255.0
    weight = alpha * saturation * value * (saturation > LEAST_SATURATION)
    histogram, edges = np.histogram(hue, bins=72, range=(0.0, 360.0), weights=weight)
    smooth = histogram + np.roll(histogram, 1) + np.roll(histogram, -1)
    degrees = float(edges[int(smooth.argmax())] + 2.5)
    near = (hue_distance(hue, degrees) < REACH_DEGREES) & (saturation > LEAST_SATURATION)
    area = np.where(near, alpha, 0.0)
    return DominantHue(
        degrees=degrees,
        share=float(weight[near].sum() / max(float(weight.sum()), 1.0)),
        cover=float(area.sum() / max(float(alpha.sum()), 1.0)),
        saturation=float((saturation * area).sum() / max(float(area.sum()), 1.0)),
        value=float((value * area).sum() / max(float(area.sum()), 1.0)),
    )


def hue_distance(a: Floats, b: float) -> Floats:
    """Degrees between hues, the short way round."""
    apart: Floats = np.abs((a - b + 180.0) % 360.0 - 180.0)
    return apart
