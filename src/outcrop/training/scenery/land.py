"""Settings of open land: meadow, snow, desert, mountains, volcano, fields and gardens. Knows no captions."""

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
    puffs,
    ramp,
    tinted,
    wave,
    zigzag,
)


def _meadow(canvas: Canvas) -> Tensor:
    sky = ramp(canvas.y / 0.5, (0.40, 0.68, 0.96), (0.82, 0.93, 1.0))
    sky = lit(sky, 0.10 * canvas.clouds(4, 8).clamp(0.0, 1.0))
    far = ramp(canvas.y * 1.6 - 0.8, (0.55, 0.78, 0.38), (0.46, 0.72, 0.30))
    near = ramp((canvas.y - 0.6) / 0.4, (0.42, 0.70, 0.26), (0.24, 0.54, 0.16))
    scene = over(sky, far, below(canvas, wave(canvas, 0.50, 0.035, 1.1)), 0.012)
    near = lit(near, 0.05 * canvas.clouds(60, 26))
    return over(scene, near, below(canvas, 0.62 - 0.02 * torch.sin(2.0 * math.pi * canvas.x)), 0.05)


def _snow(canvas: Canvas) -> Tensor:
    sky = ramp(canvas.y / 0.55, (0.60, 0.76, 0.92), (0.88, 0.94, 0.99))
    far = ramp((canvas.y - 0.5) / 0.2, (0.86, 0.92, 0.98), (0.78, 0.86, 0.95))
    near = ramp((canvas.y - 0.62) / 0.38, (0.97, 0.98, 1.0), (0.84, 0.90, 0.97))
    scene = over(sky, far, below(canvas, wave(canvas, 0.50, 0.04, 0.9)), 0.015)
    return over(scene, lit(near, 0.015 * canvas.clouds(6, 8)), below(canvas, wave(canvas, 0.64, 0.03, 0.8)), 0.02)


def _desert(canvas: Canvas) -> Tensor:
    sky = ramp(canvas.y / 0.5, (0.42, 0.70, 0.93), (0.99, 0.90, 0.72))
    far = ramp((canvas.y - 0.45) / 0.2, (0.93, 0.70, 0.40), (0.86, 0.60, 0.32))
    near = ramp((canvas.y - 0.6) / 0.4, (0.95, 0.75, 0.45), (0.82, 0.56, 0.28))
    scene = over(sky, far, below(canvas, wave(canvas, 0.50, 0.05, 0.8)), 0.012)
    return over(scene, lit(near, 0.012 * canvas.clouds(8, 40)), below(canvas, wave(canvas, 0.64, 0.04, 0.7)), 0.012)


def _blue_sky(canvas: Canvas, level: float) -> Tensor:
    scene = ramp(canvas.y / level, tinted(canvas, (0.38, 0.67, 0.96)), (0.86, 0.94, 1.0))
    return mix(scene, (1.0, 1.0, 1.0), 0.8 * puffs(canvas))


def _mountains(canvas: Canvas) -> Tensor:
    scene = _blue_sky(canvas, 0.6)
    far = peaks(canvas, 0.66, 0.30, 5.0, 0.9)
    scene = over(scene, ramp((canvas.y - 0.35) / 0.3, (0.62, 0.72, 0.88), (0.76, 0.84, 0.95)), below(canvas, far.line))
    near = peaks(canvas, 0.72, 0.50, 2.2, 1.15)
    shade = near.side / 0.012 + 0.5 + 3.0 * canvas.clouds(3, 14)
    rock = ramp(shade, tinted(canvas, (0.56, 0.58, 0.68)), (0.40, 0.43, 0.56))
    snow = ramp(shade, (0.99, 0.99, 1.0), (0.78, 0.85, 0.95))
    cap = near.top + 0.13 + 0.06 * zigzag(canvas, 9.0)
    scene = over(scene, over(rock, snow, -below(canvas, cap)), below(canvas, near.line))
    hill = ramp((canvas.y - 0.66) / 0.2, (0.30, 0.52, 0.40), (0.36, 0.62, 0.34))
    scene = over(scene, hill, below(canvas, peaks(canvas, 0.72, 0.07, 22.0, 2.2).line))
    return over(scene, _grass(canvas, 0.74), below(canvas, wave(canvas, 0.75, 0.012, 1.0)))


def _grass(canvas: Canvas, top: float) -> Tensor:
    green = ramp((canvas.y - top) / (1.0 - top), tinted(canvas, (0.50, 0.76, 0.32), 0.02), (0.28, 0.58, 0.20))
    return lit(green, 0.03 * canvas.clouds(40, 26))


def _volcano(canvas: Canvas) -> Tensor:
    scene = ramp(canvas.y / 0.7, tinted(canvas, (0.20, 0.08, 0.14), 0.02), (0.92, 0.38, 0.18))
    x = 0.5 + canvas.between(-0.08, 0.08)
    side = across(canvas, x)
    smoke = 0.10 + 0.45 * (0.36 - canvas.y).clamp(min=0.0) - (side + 0.12 * canvas.clouds(2, 5)).abs()
    smoke = smoke + 0.05 * canvas.clouds(10, 10)
    scene = glow(scene, (1.0, 0.45, 0.10), 0.7 * torch.exp(-((side / 0.2) ** 2) - (down(canvas, 0.3) / 0.16) ** 2))
    scene = mix(scene, (0.34, 0.26, 0.28), (smoke / 0.10).clamp(0.0, 0.85) * ((0.34 - canvas.y) / 0.05).clamp(0.0, 1.0))
    slope = (side.abs() - 0.085).clamp(min=0.0)
    cone = 0.33 + 0.46 * (1.0 - torch.exp(-slope * 2.6)) + 0.006 * torch.sin(side * 60.0)
    rock = ramp(side / 0.5 + 0.5 + 0.3 * canvas.clouds(7, 12), (0.40, 0.25, 0.25), (0.22, 0.14, 0.18))
    spread = (canvas.y - 0.33).clamp(min=0.0)
    bend = side + 0.02 * torch.sin(canvas.y * 22.0 + 6.0 * canvas.between(0.0, 1.0))
    flows = [0.010 + 0.045 * spread - (bend - lean * spread - start).abs() for lean, start in _FLOWS]
    lava = torch.stack(flows).amax(dim=0)
    molten = ramp((canvas.y - 0.3) / 0.4, (1.0, 0.88, 0.35), (0.98, 0.36, 0.08))
    rock = over(glow(rock, (0.6, 0.16, 0.0), torch.exp(lava.clamp(max=0.0) * 26.0)), molten, lava)
    rock = over(rock, (1.0, 0.90, 0.45), 0.085 - side.abs() - (canvas.y - 0.35).clamp(min=0.0) * 4.0, 0.02)
    scene = over(scene, rock, below(canvas, cone))
    ground = ramp((canvas.y - 0.74) / 0.26, (0.27, 0.17, 0.18), (0.13, 0.09, 0.12))
    ground = lit(ground, 0.03 * canvas.clouds(24, 20))
    return over(scene, ground, below(canvas, wave(canvas, 0.77, 0.02, 1.1)))


_FLOWS = ((0.0, 0.0), (0.42, 0.05), (-0.42, -0.05))


def _wheat(canvas: Canvas) -> Tensor:
    scene = _blue_sky(canvas, 0.5)
    trees = ramp((canvas.y - 0.4) / 0.1, (0.44, 0.62, 0.36), (0.36, 0.54, 0.30))
    scene = over(scene, trees, below(canvas, bumps(canvas, 0.49, 0.05, 9.0)))
    wide = round(70 * canvas.aspect)
    field = ramp((canvas.y - 0.46) / 0.54, tinted(canvas, (0.97, 0.84, 0.46)), (0.80, 0.55, 0.17))
    scene = over(scene, lit(field, 0.06 * canvas.clouds(wide, 6)), below(canvas, wave(canvas, 0.47, 0.012, 1.2)))
    for count, level, last in ((26.0, 0.50, 0.62), (16.0, 0.60, 0.80), (10.0, 0.76, 1.1)):
        ears = marks(canvas, count, squash=0.5, freedom=0.5)
        root = canvas.y - ears.low * math.sqrt(canvas.aspect)
        lean = ears.right + (ears.kind - 0.5) * ears.low
        ear = 0.36 / count - ((lean * 2.6) ** 2 + ears.low**2).sqrt()
        grain = ramp(0.5 + lean * count * 3.0, (1.0, 0.91, 0.56), (0.88, 0.64, 0.22))
        ear = torch.where((root > level) & (root < last), ear, torch.full_like(ear, -1.0))
        scene = over(scene, grain, ear, 0.008)
    return scene


_PETALS: tuple[Colour, ...] = (
    (0.94, 0.26, 0.32),
    (0.99, 0.80, 0.24),
    (0.98, 0.98, 0.98),
    (0.94, 0.48, 0.74),
    (0.62, 0.42, 0.88),
)


def _flowers(
    canvas: Canvas, count: float, size: float, level: float, last: float = 1.0
) -> tuple[Tensor, Tensor, Tensor]:
    """Colours, edges and hearts of flowers that stand between two heights."""
    found = marks(canvas, count, freedom=0.6)
    turn = torch.atan2(found.low, found.right + 1e-4)
    reach = (found.right**2 + found.low**2).sqrt()
    edge = size * (0.78 + 0.22 * torch.cos(5.0 * turn)) - reach
    root = canvas.y - found.low * math.sqrt(canvas.aspect)
    here = (root > level) & (root < last) & (found.kind > 0.3)
    edge = torch.where(here, edge, -torch.ones_like(edge))
    heart = torch.where(here, size * 0.32 - reach, -torch.ones_like(edge))
    return coloured(canvas, (found.kind * 13.0).frac(), _PETALS), edge, heart


def _flower_field(canvas: Canvas) -> Tensor:
    scene = _blue_sky(canvas, 0.48)
    scene = over(scene, (0.46, 0.70, 0.40), below(canvas, wave(canvas, 0.46, 0.03, 1.1)))
    scene = over(scene, _grass(canvas, 0.5), below(canvas, 0.52))
    for count, size, level in ((22.0, 0.013, 0.53), (13.0, 0.024, 0.63), (8.0, 0.040, 0.77)):
        colour, edge, heart = _flowers(canvas, count, size, level)
        scene = over(over(scene, colour, edge, 0.008), (0.98, 0.76, 0.20), heart, 0.008)
    return scene


def _garden(canvas: Canvas) -> Tensor:
    scene = _blue_sky(canvas, 0.5)
    hedge = ramp((canvas.y - 0.3) / 0.3, tinted(canvas, (0.36, 0.64, 0.30)), (0.20, 0.46, 0.22))
    line = bumps(canvas, 0.42, 0.09, 6.0)
    scene = over(scene, lit(hedge, 0.05 * canvas.clouds(24, 24)), below(canvas, line))
    scene = over(scene, _grass(canvas, 0.68), below(canvas, 0.70), 0.02)
    seat = across(canvas) * 9.0
    local = (seat - seat.round()).abs() / 9.0
    fence = torch.minimum(0.036 - local, down(canvas, 0.42) - local * 0.9)
    rails = torch.maximum(0.014 - down(canvas, 0.51).abs(), 0.014 - down(canvas, 0.65).abs())
    fence = torch.minimum(torch.maximum(fence, rails), -down(canvas, 0.73))
    white = ramp((canvas.y - 0.4) / 0.35 + 5.0 * local, (1.0, 1.0, 1.0), (0.82, 0.86, 0.92))
    scene = over(scene, white, fence, 0.008)
    colour, edge, heart = _flowers(canvas, 11.0, 0.028, 0.70, 0.80)
    return over(over(scene, colour, edge, 0.008), (0.98, 0.76, 0.20), heart, 0.008)


def _road(canvas: Canvas) -> Tensor:
    scene = _blue_sky(canvas, 0.5)
    scene = over(scene, (0.50, 0.68, 0.78), below(canvas, peaks(canvas, 0.52, 0.16, 3.0, 0.6).line))
    scene = over(scene, (0.36, 0.58, 0.34), below(canvas, bumps(canvas, 0.50, 0.04, 10.0)))
    scene = over(scene, _grass(canvas, 0.5), below(canvas, 0.5), 0.006)
    depth = ((canvas.y - 0.5) / 0.5).clamp(min=0.0)
    side = across(canvas).abs()
    half = 0.015 + 0.47 * depth * min(1.0, math.sqrt(canvas.aspect) * 1.2)
    grey = ramp(depth, (0.50, 0.51, 0.56), tinted(canvas, (0.32, 0.33, 0.38), 0.02))
    scene = over(scene, grey, torch.minimum(half - side, down(canvas, 0.5)), 0.008)
    line = torch.minimum(0.025 * depth - (side - half * 0.9).abs(), down(canvas, 0.5))
    dash = (0.9 / (depth + 0.16) + canvas.between(0.0, 1.0)).frac() < 0.5
    middle = torch.where(
        dash, torch.minimum(0.022 * depth - side, down(canvas, 0.5) - 0.01), torch.full_like(half, -1.0)
    )
    return over(over(scene, (0.97, 0.97, 0.95), line, 0.008), (0.99, 0.84, 0.32), middle, 0.008)


PAINTERS: MappingProxyType[str, Callable[[Canvas], Tensor]] = MappingProxyType(
    {
        "meadow": _meadow,
        "snow": _snow,
        "desert": _desert,
        "mountains": _mountains,
        "volcano": _volcano,
        "wheat field": _wheat,
        "flower field": _flower_field,
        "garden": _garden,
        "road": _road,
    }
)
