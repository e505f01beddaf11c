"""Paints what is behind a subject: plain colours and nine simple settings. Knows no subjects and no captions."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]
Colour = tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundList:
    """The grounds as data: colour values, and the phrases that call for each ground."""

    colours: MappingProxyType[str, Colour]
    plain_phrases: tuple[str, ...]
    settings: MappingProxyType[str, tuple[str, ...]]


@cache
def load_grounds() -> GroundList:
    """Read data/grounds.toml."""
    table = tomllib.loads((files("outcrop.training") / "data" / "grounds.toml").read_text(encoding="utf-8"))
    colours = {name: (r / 255.0, g / 255.0, b / 255.0) for name, (r, g, b) in table["colour"].items()}
    settings = {name: tuple(phrases) for name, phrases in table["setting"].items()}
    return GroundList(
        colours=MappingProxyType(colours),
        plain_phrases=tuple(table["plain"]["phrases"]),
        settings=MappingProxyType(settings),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Canvas:
    """The pixel grid a ground is painted on, and the chance it may use.

    Shapes: x is (1, w), y is (h, 1), both running from 0 to 1.
    """

    x: Floats
    y: Floats
    rng: np.random.Generator

    def between(self, low: float, high: float) -> float:
        """A number drawn evenly from low to high."""
        return float(self.rng.uniform(low, high))

    def clouds(self, across: int, down: int) -> Floats:
        """Smooth noise with that many cells each way.

        Shapes: (h, w). Units: about -1 to 1.
        """
        cells = self.rng.uniform(-1.0, 1.0, (down + 1, across + 1)).astype(np.float32)
        rows = _interpolated(cells, self.y[:, 0] * down)
        return _interpolated(rows.T, self.x[0] * across).T


def canvas(width_px: int, height_px: int, rng: np.random.Generator) -> Canvas:
    """A grid of that many pixels."""
    x = (np.arange(width_px, dtype=np.float32) + 0.5) / width_px
    y = (np.arange(height_px, dtype=np.float32) + 0.5) / height_px
    return Canvas(x=x[None, :], y=y[:, None], rng=rng)


def paint_plain(place: Canvas, colour: Colour) -> Floats:
    """One colour, a little lighter above and a little darker in the corners.

    Shapes: (h, w, 3). Units: 0 to 1.
    """
    spread = (place.x - 0.5) ** 2 + (place.y - 0.45) ** 2
    light = 1.03 - 0.16 * spread * place.between(0.5, 1.0) - 0.03 * place.y
    return np.clip(_flat(colour) * light[..., None], 0.0, 1.0).astype(np.float32)


def paint_setting(place: Canvas, name: str) -> Floats:
    """A setting by its name in data/grounds.toml.

    Shapes: (h, w, 3). Units: 0 to 1.
    Raises: KeyError for a name without a painter.
    """
    return np.clip(_PAINTERS[name](place), 0.0, 1.0).astype(np.float32)


def _interpolated(cells: Floats, at: Floats) -> Floats:
    low = np.clip(np.floor(at).astype(np.int64), 0, len(cells) - 2)
    part = np.clip(at - low, 0.0, 1.0)[:, None]
    smooth = part * part * (3.0 - 2.0 * part)
    mixed: Floats = cells[low] * (1.0 - smooth) + cells[low + 1] * smooth
    return mixed


def _flat(colour: Colour) -> Floats:
    return np.asarray(colour, dtype=np.float32)


def _ramp(part: Floats, first: Colour, last: Colour) -> Floats:
    """Mix two colours. Shapes: (h, w) or (h, 1) to (..., 3)."""
    weight = np.clip(part, 0.0, 1.0)[..., None]
    return (_flat(first) * (1.0 - weight) + _flat(last) * weight).astype(np.float32)


def _over(below: Floats, above: Floats, edge: Floats, softness: float) -> Floats:
    """Lay one picture over another where edge is above 0, fading over that many units."""
    weight = np.clip(edge / softness + 0.5, 0.0, 1.0)[..., None]
    laid: Floats = below * (1.0 - weight) + above * weight
    return laid


def _studio(place: Canvas) -> Floats:
    wall = _ramp(place.y + 0.25 * (place.x - 0.5) ** 2, (0.93, 0.93, 0.95), (0.74, 0.75, 0.79))
    floor = _ramp((place.y - 0.7) / 0.3, (0.86, 0.86, 0.88), (0.96, 0.96, 0.97))
    return _over(wall, floor + 0.0 * place.x[..., None], place.y - 0.72 + 0.0 * place.x, 0.16)


def _table(place: Canvas) -> Floats:
    wall = _ramp(place.y / 0.6, (0.93, 0.86, 0.74), (0.80, 0.68, 0.54)) + 0.02 * place.clouds(3, 3)[..., None]
    edge = 0.56 + place.between(-0.02, 0.02)
    depth = (place.y - edge) / (1.0 - edge)
    grain = 0.05 * place.clouds(4, 90) + 0.04 * place.clouds(3, 30)
    seam = np.exp(-((np.sin(np.pi * 4.0 * np.sqrt(np.clip(depth, 0.0, 1.0))) / 0.10) ** 2)) * (depth > 0.05)
    wood = (
        _ramp(depth + 0.0 * place.x, (0.52, 0.31, 0.16), (0.68, 0.43, 0.23)) + grain[..., None] - 0.12 * seam[..., None]
    )
    return _over(wall, wood, place.y - edge + 0.0 * place.x, 0.012)


def _meadow(place: Canvas) -> Floats:
    sky = (
        _ramp(place.y / 0.5, (0.40, 0.68, 0.96), (0.82, 0.93, 1.0))
        + 0.10 * np.clip(place.clouds(4, 8), 0.0, 1.0)[..., None]
    )
    hill = 0.50 + 0.035 * np.sin(2 * np.pi * (place.x * 1.1 + place.between(0.0, 1.0)))
    far = _ramp(place.y * 1.6 - 0.8 + 0.0 * place.x, (0.55, 0.78, 0.38), (0.46, 0.72, 0.30))
    near = _ramp((place.y - 0.6) / 0.4, (0.42, 0.70, 0.26), (0.24, 0.54, 0.16)) + 0.05 * place.clouds(60, 26)[..., None]
    scene = _over(sky, far, place.y - hill, 0.012)
    return _over(scene, near, place.y - 0.62 + 0.02 * np.sin(2 * np.pi * place.x), 0.05)


def _beach(place: Canvas) -> Floats:
    sky = _ramp(place.y / 0.42, (0.36, 0.70, 0.97), (0.84, 0.95, 1.0))
    sea = _ramp((place.y - 0.42) / 0.2, (0.10, 0.48, 0.74), (0.30, 0.78, 0.82)) + 0.03 * place.clouds(5, 60)[..., None]
    shore = 0.62 + 0.02 * np.sin(2 * np.pi * (place.x * 1.3 + place.between(0.0, 1.0)))
    sand = (
        _ramp((place.y - 0.62) / 0.38, (0.96, 0.87, 0.66), (0.90, 0.77, 0.52)) + 0.015 * place.clouds(70, 70)[..., None]
    )
    foam = _flat((0.97, 0.99, 1.0)) + 0.0 * sand
    scene = _over(sky + 0.0 * sand, sea, place.y - 0.42 + 0.0 * place.x, 0.008)
    scene = _over(scene, foam, place.y - shore + 0.022, 0.012)
    return _over(scene, sand, place.y - shore, 0.014)


def _snow(place: Canvas) -> Floats:
    sky = _ramp(place.y / 0.55, (0.60, 0.76, 0.92), (0.88, 0.94, 0.99))
    phase = place.between(0.0, 1.0)
    hill = 0.50 + 0.04 * np.sin(2 * np.pi * (place.x * 0.9 + phase))
    far = _ramp((place.y - 0.5) / 0.2, (0.86, 0.92, 0.98), (0.78, 0.86, 0.95))
    near = _ramp((place.y - 0.62) / 0.38, (0.97, 0.98, 1.0), (0.84, 0.90, 0.97)) + 0.015 * place.clouds(6, 8)[..., None]
    scene = _over(sky + 0.0 * near, far + 0.0 * near, place.y - hill, 0.015)
    return _over(scene, near, place.y - 0.64 - 0.03 * np.sin(2 * np.pi * (place.x * 0.8 + phase + 0.4)), 0.02)


def _space(place: Canvas) -> Floats:
    deep = _ramp(place.y + 0.0 * place.x, (0.03, 0.03, 0.12), (0.08, 0.04, 0.18))
    glow = np.clip(place.clouds(3, 3) * 0.7 + place.clouds(7, 7) * 0.3, 0.0, 1.0)
    mist = deep + glow[..., None] * _flat((0.34, 0.14, 0.48))
    ratio = place.x.shape[1] / place.y.shape[0]
    count = 46
    at = place.rng.uniform(0.0, 1.0, (count, 2)).astype(np.float32)
    size = place.rng.uniform(0.0025, 0.006, count).astype(np.float32)
    stars = np.zeros_like(glow)
    for (x, y), radius in zip(at, size, strict=True):
        stars = np.maximum(stars, np.exp(-(((place.x - x) * ratio) ** 2 + (place.y - y) ** 2) / radius**2))
    return mist + stars[..., None] * _flat((0.95, 0.95, 1.0))


def _desert(place: Canvas) -> Floats:
    sky = _ramp(place.y / 0.5, (0.42, 0.70, 0.93), (0.99, 0.90, 0.72))
    phase = place.between(0.0, 1.0)
    far_edge = 0.50 + 0.05 * np.sin(2 * np.pi * (place.x * 0.8 + phase))
    near_edge = 0.64 + 0.04 * np.sin(2 * np.pi * (place.x * 0.7 + phase + 0.45))
    far = _ramp((place.y - 0.45) / 0.2, (0.93, 0.70, 0.40), (0.86, 0.60, 0.32))
    near = _ramp((place.y - 0.6) / 0.4, (0.95, 0.75, 0.45), (0.82, 0.56, 0.28)) + 0.012 * place.clouds(8, 40)[..., None]
    scene = _over(sky + 0.0 * near, far + 0.0 * near, place.y - far_edge, 0.012)
    return _over(scene, near, place.y - near_edge, 0.012)


def _ocean(place: Canvas) -> Floats:
    sky = (
        _ramp(place.y / 0.45, (0.45, 0.72, 0.95), (0.90, 0.95, 0.99))
        + 0.08 * np.clip(place.clouds(4, 10), 0.0, 1.0)[..., None]
    )
    waves = 0.04 * place.clouds(9, 44) + 0.03 * place.clouds(5, 20)
    sea = _ramp((place.y - 0.45) / 0.55, (0.16, 0.52, 0.78), (0.03, 0.24, 0.52)) + waves[..., None]
    return _over(sky, sea, place.y - 0.45 + 0.0 * place.x, 0.01)


def _sunset(place: Canvas) -> Floats:
    high = _ramp(place.y / 0.45, (0.32, 0.22, 0.50), (0.94, 0.46, 0.38))
    low = _ramp((place.y - 0.4) / 0.3, (0.95, 0.48, 0.36), (1.0, 0.80, 0.42))
    sky = _over(high, low, place.y - 0.42, 0.1)
    ratio = place.x.shape[1] / place.y.shape[0]
    away = np.sqrt(((place.x - 0.5 - place.between(-0.03, 0.03)) * ratio) ** 2 + (place.y - 0.52) ** 2)
    lit = sky + 0.22 * np.exp(-((away / 0.3) ** 2))[..., None]
    lit = _over(lit, _flat((1.0, 0.93, 0.66)) + 0.0 * lit, 0.17 - away, 0.015)
    hill = 0.74 + 0.03 * np.sin(2 * np.pi * (place.x * 0.9 + place.between(0.0, 1.0)))
    land = _ramp((place.y - 0.72) / 0.28, (0.36, 0.20, 0.30), (0.20, 0.11, 0.22))
    return _over(lit, land + 0.0 * lit, place.y - hill, 0.012)


_PAINTERS: MappingProxyType[str, Callable[[Canvas], Floats]] = MappingProxyType(
    {
        "studio": _studio,
        "table": _table,
        "meadow": _meadow,
        "beach": _beach,
        "snow": _snow,
        "space": _space,
        "desert": _desert,
        "ocean": _ocean,
        "sunset": _sunset,
    }
)
