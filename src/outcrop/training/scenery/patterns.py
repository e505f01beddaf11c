"""Settings that are patterns: synthwave grid, dots, stripes, rays, checks and colour gradients. Knows no captions."""

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
    disc,
    down,
    glow,
    lit,
    over,
    palette,
    peaks,
    ramp,
    stars,
)

_PAIRS: tuple[tuple[Colour, Colour], ...] = (
    ((0.99, 0.78, 0.82), (0.95, 0.50, 0.62)),
    ((0.74, 0.90, 0.98), (0.34, 0.66, 0.92)),
    ((1.0, 0.92, 0.68), (0.97, 0.70, 0.28)),
    ((0.80, 0.94, 0.78), (0.40, 0.74, 0.48)),
    ((0.88, 0.82, 0.98), (0.62, 0.46, 0.86)),
)


def _pair(canvas: Canvas) -> tuple[Tensor, Tensor]:
    """A light and a strong colour that go together. Shapes: each (b, 3, 1, 1)."""
    which = canvas.chosen(len(_PAIRS))
    light = palette(canvas, tuple(first for first, _ in _PAIRS))[which]
    strong = palette(canvas, tuple(second for _, second in _PAIRS))[which]
    return light[:, :, None, None], strong[:, :, None, None]


def _synthwave(canvas: Canvas) -> Tensor:
    level = 0.58
    scene = ramp(canvas.y / level, (0.10, 0.03, 0.26), (0.78, 0.16, 0.56))
    scene = lit(scene, 0.8 * stars(canvas, 8.0) * (0.4 - canvas.y).clamp(0.0, 0.25) * 4.0)
    x = 0.5 + canvas.between(-0.06, 0.06)
    sun = disc(canvas, x, 0.42, 0.23)
    scene = glow(scene, (1.0, 0.3, 0.5), 0.4 * torch.exp(sun.clamp(max=0.0) * 7.0))
    slit = ((canvas.y - 0.36) * 22.0).frac() < ((canvas.y - 0.36) * 3.2).clamp(0.0, 0.6)
    sun = torch.where(slit & (canvas.y > 0.36), torch.full_like(sun, -1.0), sun)
    scene = over(scene, ramp((canvas.y - 0.2) / 0.4, (1.0, 0.90, 0.36), (1.0, 0.28, 0.56)), sun, 0.006)
    scene = over(scene, (0.16, 0.05, 0.32), below(canvas, peaks(canvas, level, 0.14, 4.0, 0.8).line), 0.006)
    depth = ((canvas.y - level) / (1.0 - level)).clamp(min=1e-3)
    floor = ramp(depth, (0.24, 0.05, 0.36), (0.07, 0.02, 0.16))
    lanes = across(canvas) / (depth + 0.12) * 4.2
    rows = 1.5 / (depth + 0.12) + canvas.between(0.0, 1.0)
    nearest_lane = (lanes - lanes.round()).abs() * (depth + 0.12) / 4.2
    nearest_row = (rows - rows.round()).abs() * (depth + 0.12) ** 2 / 1.5 * (1.0 - level)
    wire = torch.exp(-((torch.minimum(nearest_lane, nearest_row) / 0.006) ** 2))
    floor = glow(floor, (0.15, 0.85, 0.95), wire * (0.35 + 0.65 * depth))
    scene = over(scene, floor, below(canvas, level), 0.006)
    return glow(scene, (0.9, 0.3, 0.8), 0.6 * torch.exp(-((down(canvas, level) / 0.012) ** 2)) + 0.0 * canvas.x)


def _dots(canvas: Canvas) -> Tensor:
    light, strong = _pair(canvas)
    count = 5.0
    row_at = down(canvas, 0.5) * count * 1.15 + 0.5
    seat = across(canvas) * count + 0.5 * row_at.floor() + canvas.between(0.0, 1.0)
    away = (((seat - seat.floor() - 0.5) / count) ** 2 + ((row_at - row_at.floor() - 0.5) / (count * 1.15)) ** 2).sqrt()
    return lit(over(ramp(canvas.y, light, light), strong, 0.052 - away, 0.008), 0.03 - 0.06 * canvas.y)


def _stripes(canvas: Canvas) -> Tensor:
    light, strong = _pair(canvas)
    lean = canvas.chosen(2)[:, None, None].float() * 2.0 - 1.0
    seat = (across(canvas) + lean * down(canvas)) * 4.6 + canvas.between(0.0, 1.0)
    edge = ((seat - seat.floor() - 0.5).abs() - 0.25) / 6.5
    return lit(over(ramp(canvas.y, light, light), strong, edge, 0.006), 0.03 - 0.06 * canvas.y)


def _rays(canvas: Canvas) -> Tensor:
    light, strong = _pair(canvas)
    right, low = across(canvas), down(canvas, 0.55)
    turn = torch.atan2(low, right + 1e-6) + canvas.between(0.0, 1.0)
    reach = (right**2 + low**2).sqrt()
    edge = torch.sin(turn * 9.0) * (reach + 0.01) / 9.0
    scene = over(ramp(canvas.y, light, light), strong, edge, 0.008)
    return glow(scene, (1.0, 1.0, 0.9), 0.30 * torch.exp(-((reach / 0.30) ** 2)))


def _checks(canvas: Canvas) -> Tensor:
    light, strong = _pair(canvas)
    first, second = across(canvas) * 3.6 + 20.0 + canvas.between(0.0, 1.0), down(canvas) * 3.6 + 20.0
    edge = torch.sin(math.pi * first) * torch.sin(math.pi * second) / 8.0
    return lit(over(ramp(canvas.y, light, light), strong, edge, 0.006), 0.03 - 0.06 * canvas.y)


def _gradient(canvas: Canvas) -> Tensor:
    table = palette(canvas, _HUES)
    first = canvas.chosen(len(_HUES))
    second = (first + 1 + canvas.chosen(2)) % len(_HUES)
    turn = canvas.between(0.3, 1.2)
    part = 0.5 + across(canvas) * torch.cos(turn) * 0.9 + down(canvas) * torch.sin(turn) * 0.9
    return ramp(part, table[first][:, :, None, None], table[second][:, :, None, None])


_HUES: tuple[Colour, ...] = (
    (0.98, 0.46, 0.52),
    (1.0, 0.72, 0.36),
    (0.99, 0.90, 0.50),
    (0.44, 0.84, 0.66),
    (0.36, 0.70, 0.98),
    (0.56, 0.44, 0.94),
    (0.94, 0.50, 0.84),
)


PAINTERS: MappingProxyType[str, Callable[[Canvas], Tensor]] = MappingProxyType(
    {
        "synthwave": _synthwave,
        "polka dots": _dots,
        "stripes": _stripes,
        "sunburst": _rays,
        "checkered": _checks,
        "gradient": _gradient,
    }
)
