"""Settings among trees: forest, autumn forest, jungle, blossoming trees. Knows no captions."""

import math
from collections.abc import Callable
from types import MappingProxyType

import torch
from torch import Tensor

from outcrop.training.canvas import Canvas
from outcrop.training.scenery.brush import (
    Colour,
    across,
    below,
    bumps,
    coloured,
    down,
    glow,
    lit,
    marks,
    mix,
    over,
    peaks,
    ramp,
    tinted,
    wave,
)


def _light(canvas: Canvas, x: float, y: float, size: float) -> Tensor:
    """A soft glow about a place. Shapes: (b, h, w)."""
    return torch.exp(-((across(canvas, x) / size) ** 2) - (down(canvas, y) / size) ** 2)


def _trunks(canvas: Canvas, scene: Tensor, colour: Colour, count: float, width: float) -> Tensor:
    """Upright trunks that many in a length, lit from the left."""
    number = max(2, round(count * math.sqrt(canvas.aspect)))
    drawn = canvas.scattered(number)
    seats = (torch.arange(number, device=canvas.device) + 0.2 + 0.6 * drawn[..., 0]) / number
    away = across(canvas, seats[..., None])
    edge, which = (width * (0.7 + 0.6 * drawn[..., 1:]) - away.abs()).max(dim=1, keepdim=True)
    side = away.gather(1, which)
    dark = (colour[0] * 0.6, colour[1] * 0.6, colour[2] * 0.65)
    flare = (canvas.y - 0.7).clamp(min=0.0) * 0.10
    return over(scene, ramp(side / (2.0 * width) + 0.5, colour, dark), edge + flare * (edge > -0.02))


def _canopy(canvas: Canvas, scene: Tensor, colours: tuple[Colour, Colour, Colour, Colour]) -> Tensor:
    """Foliage that hangs in from above, the lowest layer first."""
    for level, colour in zip((0.34, 0.25, 0.16, 0.07), colours, strict=True):
        middle = 0.035 * torch.cos(2.0 * math.pi * canvas.x)
        line = 2.0 * level + middle - bumps(canvas, level, 0.085, 6.0)
        light = (colour[0] * 0.4 + 0.6 * 1.0, colour[1] * 0.75 + 0.22, colour[2] * 0.85 + 0.10)
        shade = below(canvas, line)
        scene = over(scene, ramp(-shade / 0.14, colour, light), -shade, 0.010)
    return scene


def _forest(canvas: Canvas) -> Tensor:
    scene = ramp(canvas.y / 0.7, tinted(canvas, (0.72, 0.88, 0.78)), (0.90, 0.97, 0.80))
    for level, height, count, colour in _PINES:
        line = peaks(canvas, level, height, count, 2.6).line
        light = (colour[0] + 0.10, colour[1] + 0.12, colour[2] + 0.08)
        scene = over(scene, ramp((canvas.y - 0.2) / 0.5, colour, light), below(canvas, line))
    scene = _trunks(canvas, scene, (0.46, 0.32, 0.22), 3.2, 0.030)
    crown = bumps(canvas, 0.13, 0.11, 5.0)
    leaves = lit(ramp(canvas.y / 0.3, (0.16, 0.40, 0.20), (0.28, 0.56, 0.26)), 0.06 * canvas.clouds(20, 20))
    scene = over(scene, leaves, -below(canvas, 0.26 - crown))
    floor = ramp((canvas.y - 0.72) / 0.28, tinted(canvas, (0.46, 0.66, 0.30)), (0.22, 0.42, 0.18))
    floor = lit(floor, 0.05 * canvas.clouds(30, 26))
    scene = over(scene, floor, below(canvas, wave(canvas, 0.74, 0.02, 1.2)))
    return glow(scene, (0.9, 0.9, 0.5), 0.16 * _light(canvas, 0.5, 0.45, 0.3))


_PINES: tuple[tuple[float, float, float, Colour], ...] = (
    (0.74, 0.52, 9.0, (0.54, 0.74, 0.60)),
    (0.76, 0.44, 8.0, (0.34, 0.58, 0.42)),
    (0.78, 0.34, 7.0, (0.20, 0.44, 0.30)),
)


def _autumn(canvas: Canvas) -> Tensor:
    scene = ramp(canvas.y / 0.7, tinted(canvas, (0.98, 0.90, 0.72)), (1.0, 0.96, 0.84))
    back = bumps(canvas, 0.36, 0.13, 4.5)
    crown = ramp((canvas.y - 0.2) / 0.5, (0.96, 0.74, 0.36), (0.90, 0.58, 0.26))
    scene = over(scene, crown, below(canvas, back))
    scene = _trunks(canvas, scene, (0.50, 0.34, 0.24), 4.2, 0.022)
    scene = _canopy(canvas, scene, ((0.72, 0.24, 0.12), (0.86, 0.36, 0.14), (0.95, 0.54, 0.16), (0.99, 0.74, 0.26)))
    floor = ramp((canvas.y - 0.72) / 0.28, (0.92, 0.62, 0.26), (0.70, 0.36, 0.14))
    fallen = marks(canvas, 16.0, squash=1.8)
    spot = 0.02 - ((fallen.right / 1.6) ** 2 + fallen.low**2).sqrt()
    floor = over(floor, coloured(canvas, fallen.kind, _FALL), spot)
    return over(scene, floor, below(canvas, wave(canvas, 0.74, 0.02, 1.1)))


_FALL: tuple[Colour, ...] = (
    (0.90, 0.34, 0.14),
    (0.96, 0.56, 0.16),
    (0.98, 0.76, 0.24),
    (0.80, 0.24, 0.16),
    (0.94, 0.66, 0.20),
)


def _leaf(canvas: Canvas, x: float, y: float, turn: Tensor, size: float) -> tuple[Tensor, Tensor]:
    """The edge of a leaf that grows from a place, and its distance from the midrib."""
    right, low = across(canvas, x), down(canvas, y)
    along = (right * torch.cos(turn) + low * torch.sin(turn)) / size
    aside = (low * torch.cos(turn) - right * torch.sin(turn)) / size
    return (0.26 * (1.0 - (2.0 * along - 1.0) ** 2) - aside.abs()) * size, aside.abs()


def _leaves(canvas: Canvas, places: tuple[tuple[float, float, float, float], ...]) -> tuple[Tensor, Tensor]:
    """The union of leaves as an edge, and the midrib distance of the foremost."""
    edge, rib = _leaf(canvas, places[0][0], places[0][1], places[0][2] + canvas.between(-0.25, 0.25), places[0][3])
    for x, y, turn, size in places[1:]:
        other, other_rib = _leaf(canvas, x, y, turn + canvas.between(-0.25, 0.25), size)
        rib = torch.where(other > edge, other_rib, rib)
        edge = torch.maximum(edge, other)
    return edge, rib


def _jungle(canvas: Canvas) -> Tensor:
    scene = ramp(canvas.y / 0.8, tinted(canvas, (0.40, 0.66, 0.40)), (0.74, 0.86, 0.52))
    for level, radius, colour in ((0.46, 0.16, (0.36, 0.64, 0.38)), (0.62, 0.13, (0.22, 0.50, 0.30))):
        line = bumps(canvas, level, radius, 4.0)
        light = (colour[0] + 0.14, colour[1] + 0.14, colour[2] + 0.06)
        scene = over(scene, ramp((canvas.y - level + 0.2) / 0.3, light, colour), below(canvas, line))
    vine = across(canvas, canvas.between(0.25, 0.35)) + 0.02 * torch.sin(canvas.y * 7.0)
    other = across(canvas, canvas.between(0.66, 0.76)) - 0.02 * torch.sin(canvas.y * 6.0)
    hang = torch.maximum(0.008 - vine.abs(), torch.minimum(0.008 - other.abs(), -down(canvas, 0.45)))
    scene = over(scene, (0.16, 0.38, 0.18), torch.minimum(hang, -down(canvas, 0.56)))
    floor = ramp((canvas.y - 0.72) / 0.28, (0.34, 0.52, 0.24), (0.18, 0.34, 0.16))
    scene = over(scene, lit(floor, 0.05 * canvas.clouds(24, 24)), below(canvas, wave(canvas, 0.74, 0.02, 1.2)))
    for places, colour in ((_BACK, (0.12, 0.42, 0.22)), (_FRONT, (0.22, 0.60, 0.26))):
        edge, rib = _leaves(canvas, places)
        light = (colour[0] + 0.20, colour[1] + 0.18, colour[2] + 0.08)
        scene = over(scene, ramp(rib / 0.10, light, colour), edge)
    return scene


_BACK = (
    (-0.02, 0.02, 0.9, 0.46),
    (0.16, -0.05, 1.3, 0.34),
    (0.84, -0.05, 1.9, 0.36),
    (1.02, 0.04, 2.3, 0.46),
    (-0.03, 0.80, -0.8, 0.34),
    (1.03, 0.82, -2.3, 0.36),
)
_FRONT = (
    (-0.04, 0.16, 0.35, 0.34),
    (1.04, 0.14, 2.75, 0.34),
    (-0.04, 0.98, -0.55, 0.34),
    (1.04, 0.98, -2.6, 0.36),
    (0.36, -0.07, 1.7, 0.24),
    (0.62, -0.07, 1.4, 0.24),
)


def _blossom(canvas: Canvas) -> Tensor:
    scene = ramp(canvas.y / 0.7, tinted(canvas, (0.62, 0.82, 0.97)), (0.94, 0.96, 1.0))
    back = ramp((canvas.y - 0.25) / 0.4, (1.0, 0.84, 0.90), (0.94, 0.70, 0.80))
    scene = over(scene, back, below(canvas, bumps(canvas, 0.44, 0.12, 4.5)))
    scene = _trunks(canvas, scene, (0.48, 0.34, 0.32), 2.6, 0.020)
    scene = _canopy(canvas, scene, ((0.86, 0.52, 0.66), (0.93, 0.62, 0.76), (0.97, 0.73, 0.84), (1.0, 0.86, 0.92)))
    grass = ramp((canvas.y - 0.72) / 0.28, (0.60, 0.80, 0.42), (0.36, 0.62, 0.28))
    scene = over(scene, grass, below(canvas, wave(canvas, 0.74, 0.02, 1.0)))
    petals = marks(canvas, 12.0, squash=1.5)
    fall = torch.where(petals.kind > 0.45, petals.disc(0.011), torch.full_like(petals.kind, -1.0))
    return mix(scene, (1.0, 0.86, 0.92), (fall / 0.008 + 0.5).clamp(0.0, 0.95))


PAINTERS: MappingProxyType[str, Callable[[Canvas], Tensor]] = MappingProxyType(
    {
        "forest": _forest,
        "autumn forest": _autumn,
        "jungle": _jungle,
        "cherry blossoms": _blossom,
    }
)
