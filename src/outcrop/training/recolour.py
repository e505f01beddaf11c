"""Turns the dominant hue of a drawing into another, leaving its other colours alone. Knows pictures, not subjects."""

from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from outcrop.training.subjects import HUES

Floats = npt.NDArray[np.floating[Any]]
_BRIGHT = frozenset({"orange", "yellow", "pink"})
_REACH_DEGREES = 38.0
_LEAST_SATURATION = 0.25


def dominant_hue(picture: Image.Image) -> float:
    """The commonest saturated hue of a drawing.

    Shapes: picture is RGBA of any size.
    Units: degrees, 0 up to 360.
    """
    hue, weight = _hue_and_weight(picture)
    histogram, edges = np.histogram(hue, bins=72, range=(0.0, 360.0), weights=weight)
    smooth = histogram + np.roll(histogram, 1) + np.roll(histogram, -1)
    return float(edges[int(smooth.argmax())] + 2.5)


def hue_share(picture: Image.Image) -> float:
    """How much of the drawing's saturated area has its dominant hue, 0 to 1; below about 0.4 recolouring misleads."""
    hue, weight = _hue_and_weight(picture)
    near = _distance(hue, dominant_hue(picture)) < _REACH_DEGREES
    return float(weight[near].sum() / max(float(weight.sum()), 1.0))


def colour_name(hue: float) -> str:
    """The colour name nearest to a hue in degrees."""
    return min(HUES, key=lambda name: float(_distance(np.float32(hue), HUES[name])))


def recoloured(picture: Image.Image, colour: str) -> Image.Image:
    """The drawing with its dominant hue turned to a named colour; unchanged where it has that colour already.

    Shapes: RGBA to RGBA of the same size.
    """
    own = dominant_hue(picture)
    if colour_name(own) == colour:
        return picture
    alpha = picture.getchannel("A")
    hsv = np.asarray(picture.convert("RGB").convert("HSV"), dtype=np.float32).copy()
    hue = hsv[..., 0] * (360.0 / 255.0)
    mask = (_distance(hue, own) < _REACH_DEGREES) & (hsv[..., 1] > 40.0)
    drift = (hue - own + 180.0) % 360.0 - 180.0
    hsv[..., 0] = np.where(mask, ((HUES[colour] + 0.35 * drift) % 360.0) * (255.0 / 360.0), hsv[..., 0])
    if colour == "pink":
        hsv[..., 1] = np.where(mask, hsv[..., 1] * 0.55, hsv[..., 1])
    if colour in _BRIGHT:
        hsv[..., 2] = np.where(mask, 255.0 - (255.0 - hsv[..., 2]) * 0.4, hsv[..., 2])
    turned = Image.fromarray(hsv.astype(np.uint8), "HSV").convert("RGB").convert("RGBA")
    turned.putalpha(alpha)
    return turned


def _distance(a: Floats | np.float32, b: float) -> Floats:
    apart: Floats = np.abs((np.asarray(a, dtype=np.float32) - b + 180.0) % 360.0 - 180.0)
    return apart


def _hue_and_weight(picture: Image.Image) -> tuple[Floats, Floats]:
    hsv = np.asarray(picture.convert("RGB").convert("HSV"), dtype=np.float32)
    alpha = np.asarray(picture.getchannel("A"), dtype=np.float32) / 255.0
    saturation = hsv[..., 1] / 255.0
    weight = alpha * saturation * (hsv[..., 2] / 255.0) * (saturation > _LEAST_SATURATION)
    return (hsv[..., 0] * (360.0 / 255.0)).astype(np.float32), weight.astype(np.float32)
