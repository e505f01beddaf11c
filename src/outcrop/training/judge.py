"""Judges pictures by plain image analysis: the ground's colour, and whose drawings are nearest. No networks."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

Floats = npt.NDArray[np.float64]
Pixels = npt.NDArray[np.uint8]

_SMALL = 16
_HOG_SIDE = 64
_CELLS = 8
_DIRECTIONS = 9
_BORDER = 0.06


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a picture shows, as far as this file can tell."""

    colour: str
    subject: str


def to_lab(rgb: Floats) -> Floats:
    """CIELAB of sRGB, D65 white.

    Shapes: (..., 3) to (..., 3). Units: rgb 0 to 1; lightness 0 to 100.
    Source: IEC 61966-2-1 for the curve, CIE 15 for the space.
    """
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    matrix = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = linear @ matrix.T / np.array([0.95047, 1.0, 1.08883])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16.0 / 116.0)
    x, y, z = f[..., 0], f[..., 1], f[..., 2]
    return np.stack([116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)], axis=-1)


def border_colour(picture: Pixels) -> Floats:
    """The median colour of a picture's edge, in CIELAB: the dominant colour of a plain ground.

    Shapes: (h, w, 3) to (3,).
    """
    height, width, _ = picture.shape
    deep = max(1, round(_BORDER * min(height, width)))
    inner = np.zeros((height, width), dtype=bool)
    inner[deep : height - deep, deep : width - deep] = True
    median: Floats = np.median(to_lab(picture[~inner] / 255.0), axis=0)
    return median


def nearest_colour(picture: Pixels, colours: Mapping[str, tuple[float, float, float]]) -> str:
    """The name of the colour nearest to the picture's border in CIELAB. Shapes: (h, w, 3)."""
    border = border_colour(picture)
    return min(colours, key=lambda name: float(np.linalg.norm(to_lab(np.array(colours[name])) - border)))


def descriptor(picture: Pixels) -> Floats:
    """A picture's form and colours without its ground's: directed slopes, and a small picture less the border colour.

    Shapes: (h, w, 3) to (n,); each of the two halves has length 1.
    Source: Dalal and Triggs 2005 for histograms of slopes.
    """
    image = Image.fromarray(picture)
    small = np.asarray(image.resize((_SMALL, _SMALL), Image.Resampling.BOX), dtype=np.float64) / 255.0
    tint = (to_lab(small) - border_colour(picture)).ravel()
    grey = to_lab(np.asarray(image.resize((_HOG_SIDE, _HOG_SIDE), Image.Resampling.BOX), dtype=np.float64) / 255.0)
    slopes = sum(_slopes(grey[..., channel]) for channel in range(3))
    return np.concatenate([_unit(tint), _unit(np.sqrt(np.asarray(slopes)).ravel())])


def nearest_subject(picture: Pixels, references: Mapping[str, Floats]) -> str:
    """The subject that has the reference nearest to the picture.

    Shapes: picture (h, w, 3); each subject's references (r, n).
    """
    own = descriptor(picture)
    return min(references, key=lambda name: float(np.linalg.norm(references[name] - own, axis=1).min()))


def _slopes(grey: Floats) -> Floats:
    """Histograms of slope directions in cells. Shapes: (s, s) to (cells, cells, directions)."""
    down, right = np.gradient(grey)
    strength = np.hypot(down, right)
    direction = ((np.arctan2(down, right) % np.pi) / np.pi * _DIRECTIONS).astype(int) % _DIRECTIONS
    side = grey.shape[0] // _CELLS
    out = np.zeros((_CELLS, _CELLS, _DIRECTIONS))
    for number in range(_DIRECTIONS):
        part = np.where(direction == number, strength, 0.0)
        out[..., number] = part.reshape(_CELLS, side, _CELLS, side).sum(axis=(1, 3))
    return out


def _unit(vector: Floats) -> Floats:
    return vector / max(float(np.linalg.norm(vector)), 1e-9)
