"""Judges pictures by plain image analysis: colours, number, sides, setting. No networks, and no words of prompts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps
from scipy import ndimage

from outcrop.training.finishes import load_finishes
from outcrop.training.grounds import load_grounds

Floats = npt.NDArray[np.float64]
Pixels = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

_LONGEST_PX = 128
_BORDER = 0.06
_APART = 15.0
"""Colours farther apart than this in CIELAB are not the same ground, whatever its light."""
_LIGHTS = np.linspace(0.5, 1.12, 14)
"""How bright a plain ground may be: in a shadow, in a corner, above."""
_LEAST_PART = 0.25
_LEAST_AREA = 0.004
_MIDDLE = 0.06
_SMALL = 16
_HOG_SIDE = 64
_CELLS = 8
_DIRECTIONS = 9
_CLIP = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Backdrop:
    """What a ground looks like without anything before it. Shapes: both (h, w, 3). Units: CIELAB."""

    mean: Floats
    spread: Floats


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


def reduced(picture: Pixels) -> Pixels:
    """A picture small enough to be judged at once: averaged, its longer side at most so long. Shapes: (h, w, 3)."""
    return np.asarray(ImageOps.contain(Image.fromarray(picture), (_LONGEST_PX, _LONGEST_PX), Image.Resampling.BOX))


def border_colour(picture: Pixels) -> Floats:
    """The median colour of a picture's edge: the dominant colour of a plain ground.

    Shapes: (h, w, 3) to (3,). Units: sRGB, 0 to 1.
    """
    height, width, _ = picture.shape
    deep = max(1, round(_BORDER * min(height, width)))
    outer = np.ones((height, width), dtype=bool)
    outer[deep : height - deep, deep : width - deep] = False
    median: Floats = np.median(picture[outer] / 255.0, axis=0)
    return median


def ground_colour(picture: Pixels) -> str:
    """The name of the ground colour that is nearest, in CIELAB, to the picture's border. Shapes: (h, w, 3)."""
    border = to_lab(border_colour(picture))
    colours = load_grounds().colours
    return min(colours, key=lambda name: float(np.linalg.norm(to_lab(np.array(colours[name])) - border)))


def before_plain(picture: Pixels) -> Mask:
    """What stands before a plain ground: whatever is not the border's colour, lit or in shadow.

    Shapes: (h, w, 3) to (h, w).
    """
    lab = to_lab(picture / 255.0)
    lights = to_lab(np.clip(border_colour(picture) * _LIGHTS[:, None], 0.0, 1.0))
    apart = np.min([np.linalg.norm(lab - light, axis=-1) for light in lights], axis=0)
    return _cleaned(apart > _APART)


def before(picture: Pixels, backdrop: Backdrop) -> Mask:
    """What stands before a known ground: whatever is off its mean by more than it varies.

    Shapes: (h, w, 3) to (h, w).
    """
    off = np.abs(to_lab(picture / 255.0) - backdrop.mean) / (backdrop.spread + 6.0)
    return _cleaned(np.linalg.norm(off, axis=-1) > _CLIP)


def thing_colour(picture: Pixels, mask: Mask) -> str:
    """The finish colour that most of the masked pixels are nearest to; empty where nothing is masked.

    Shapes: picture (h, w, 3), mask (h, w).
    """
    inner = ndimage.binary_erosion(mask, iterations=1)
    pixels = to_lab(picture[inner if inner.any() else mask] / 255.0)
    if not len(pixels):
        return ""
    colours = load_finishes().colours
    apart = np.stack([_from_ramp(pixels, np.array(ramp)) for ramp in colours.values()])
    votes = np.bincount(apart.argmin(axis=0), minlength=len(colours))
    return list(colours)[int(votes.argmax())]


def number_of_things(mask: Mask) -> int:
    """Connected parts that are not much smaller than the largest. Shapes: (h, w)."""
    labels, _ = ndimage.label(mask, structure=np.ones((3, 3)))
    areas = np.bincount(labels.ravel())[1:]
    if not areas.size or areas.max() < _LEAST_AREA * mask.size:
        return 0
    return int((areas >= _LEAST_PART * areas.max()).sum())


def side(mask: Mask) -> str:
    """On which side the masked pixels lie on average: "left", "right" or, near the middle or nowhere, "".

    Shapes: (h, w).
    """
    if mask.mean() < _LEAST_AREA:
        return ""
    middle = float(np.nonzero(mask)[1].mean() + 0.5) / mask.shape[1] - 0.5
    return "" if abs(middle) < _MIDDLE else "left" if middle < 0 else "right"


def on_both_sides(mask: Mask) -> bool:
    """Whether each half of the picture holds a good part of what is there. Shapes: (h, w)."""
    half = mask.shape[1] // 2
    areas = mask[:, :half].mean(), mask[:, half:].mean()
    return bool(min(areas) > _LEAST_AREA and min(areas) > 0.15 * max(areas))


def form(picture: Pixels) -> Floats:
    """A picture's form and colours without its border's: directed slopes, and a small picture less the border colour.

    Shapes: (h, w, 3) to (n,); each of the two halves has length 1.
    Source: Dalal and Triggs 2005 for histograms of slopes.
    """
    tint = (_shrunk(picture, _SMALL) - to_lab(border_colour(picture))).ravel()
    grey = _shrunk(picture, _HOG_SIDE)
    slopes = np.sum([_slopes(grey[..., channel]) for channel in range(3)], axis=0)
    return np.concatenate([_unit(tint), _unit(np.sqrt(slopes).ravel())])


def nearest(own: Floats, references: Mapping[str, Sequence[Floats]]) -> str:
    """The name that has the reference nearest to a description."""
    return min(references, key=lambda name: min(float(np.linalg.norm(each - own)) for each in references[name]))


def air(picture: Pixels) -> Floats:
    """A small picture and how busy each part of it is, for telling settings apart. Shapes: (h, w, 3) to (n,)."""
    height, width, _ = picture.shape
    lab = to_lab(picture / 255.0)
    busy = np.hypot(*np.gradient(lab[..., 0]))
    rows, columns = height // _SMALL, width // _SMALL
    cells = np.concatenate([lab, 4.0 * busy[..., None]], axis=-1)[: rows * _SMALL, : columns * _SMALL]
    means: Floats = cells.reshape(_SMALL, rows, _SMALL, columns, 4).mean(axis=(1, 3)).ravel()
    return means


@dataclass(frozen=True, slots=True, kw_only=True)
class Centroids:
    """The mean description of each setting, and how much descriptions of one setting vary.

    Shapes: means (settings, n), spread (n,).
    """

    names: tuple[str, ...]
    means: Floats
    spread: Floats

    def nearest(self, description: Floats) -> str:
        """The setting with the nearest mean; a part of the picture that something hides counts only so much."""
        off = np.minimum(np.abs(self.means - description) / self.spread, _CLIP)
        return self.names[int(off.sum(axis=1).argmin())]


def centroids(descriptions: Mapping[str, Sequence[Floats]]) -> Centroids:
    """Centroids of several descriptions of each setting."""
    stacks = {name: np.stack(list(each)) for name, each in descriptions.items()}
    within = np.mean([stack.std(axis=0) for stack in stacks.values()], axis=0)
    means = np.stack([np.median(stack, axis=0) for stack in stacks.values()])
    return Centroids(names=tuple(stacks), means=means, spread=within + 1.0)


def backdrop(pictures: Sequence[Pixels]) -> Backdrop:
    """What several pictures of an empty ground have in common. Shapes: each (h, w, 3)."""
    lab = np.stack([to_lab(picture / 255.0) for picture in pictures])
    return Backdrop(mean=lab.mean(axis=0), spread=lab.std(axis=0))


def _cleaned(mask: Mask) -> Mask:
    """Without specks and hairlines."""
    cleaned: Mask = ndimage.binary_opening(mask, structure=np.ones((3, 3)))
    return cleaned


def _from_ramp(pixels: Floats, ramp: Floats) -> Floats:
    """How far pixels are from a finish's colour, in shade or light. Shapes: (n, 3) and (3, 3) to (n,)."""
    steps = np.linspace(0.25, 1.75, 7)
    shades = to_lab(np.stack([np.interp(steps, (0.0, 1.0, 2.0), ramp[:, channel]) for channel in range(3)], axis=-1))
    nearest_shade: Floats = np.min([np.linalg.norm(pixels - shade, axis=-1) for shade in shades], axis=0)
    return nearest_shade


def _shrunk(picture: Pixels, side_px: int) -> Floats:
    small = Image.fromarray(picture).resize((side_px, side_px), Image.Resampling.BOX)
    return to_lab(np.asarray(small, dtype=np.float64) / 255.0)


def _slopes(grey: Floats) -> Floats:
    """Histograms of slope directions in cells. Shapes: (s, s) to (cells, cells, directions)."""
    down, right = np.gradient(grey)
    strength = np.hypot(down, right)
    direction = ((np.arctan2(down, right) % np.pi) / np.pi * _DIRECTIONS).astype(int) % _DIRECTIONS
    size = grey.shape[0] // _CELLS
    out = np.zeros((_CELLS, _CELLS, _DIRECTIONS))
    for number in range(_DIRECTIONS):
        part = np.where(direction == number, strength, 0.0)
        out[..., number] = part.reshape(_CELLS, size, _CELLS, size).sum(axis=(1, 3))
    return out


def _unit(vector: Floats) -> Floats:
    return vector / max(float(np.linalg.norm(vector)), 1e-9)
