"""Settings of water and ice: beach, ocean, underwater, lake, ice cave, arctic. Knows no captions."""

import math
from collections.abc import Callable
from types import MappingProxyType

import torch
from torch import Tensor

from outcrop.training.canvas import Canvas
from outcrop.training.scenery.brush import (
    across,
    below,
    bumps,
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


def _beach(canvas: Canvas) -> Tensor:
    sky = ramp(canvas.y / 0.42, (0.36, 0.70, 0.97), (0.84, 0.95, 1.0))
    sea = ramp((canvas.y - 0.42) / 0.2, (0.10, 0.48, 0.74), (0.30, 0.78, 0.82))
    shore = below(canvas, wave(canvas, 0.62, 0.02, 1.3))
    sand = ramp((canvas.y - 0.62) / 0.38, (0.96, 0.87, 0.66), (0.90, 0.77, 0.52))
    scene = over(sky, lit(sea, 0.03 * canvas.clouds(5, 60)), below(canvas, 0.42), 0.008)
    scene = over(scene, (0.97, 0.99, 1.0), shore + 0.022, 0.012)
    return over(scene, lit(sand, 0.015 * canvas.clouds(70, 70)), shore, 0.014)


def _ocean(canvas: Canvas) -> Tensor:
    sky = ramp(canvas.y / 0.45, (0.45, 0.72, 0.95), (0.90, 0.95, 0.99))
    sky = lit(sky, 0.08 * canvas.clouds(4, 10).clamp(0.0, 1.0))
    sea = ramp((canvas.y - 0.45) / 0.55, (0.16, 0.52, 0.78), (0.03, 0.24, 0.52))
    sea = lit(sea, 0.04 * canvas.clouds(9, 44) + 0.03 * canvas.clouds(5, 20))
    return over(sky, sea, below(canvas, 0.45), 0.01)


def _underwater(canvas: Canvas) -> Tensor:
    scene = ramp(canvas.y / 0.85, tinted(canvas, (0.36, 0.82, 0.90)), (0.04, 0.30, 0.56))
    fan = across(canvas, canvas.between(0.35, 0.65)) / (canvas.y + 0.45)
    phase = 6.0 * canvas.between(0.0, 1.0)
    rays = torch.sin(fan * 13.0 + phase) + 0.6 * torch.sin(fan * 29.0 + 2.0 * phase)
    scene = lit(scene, 0.13 * rays.clamp(min=0.0) * (1.0 - canvas.y / 0.8).clamp(min=0.0))
    rocks = ramp((canvas.y - 0.6) / 0.3, (0.12, 0.42, 0.60), (0.10, 0.36, 0.52))
    scene = over(scene, rocks, below(canvas, bumps(canvas, 0.82, 0.10, 3.0)), 0.02)
    scene = _weeds(canvas, scene)
    sand = ramp((canvas.y - 0.8) / 0.2, (0.80, 0.80, 0.62), (0.60, 0.64, 0.54))
    sand = lit(sand, 0.03 * torch.sin(canvas.y * 110.0 + 3.0 * canvas.clouds(5, 8)))
    scene = over(scene, sand, below(canvas, wave(canvas, 0.83, 0.015, 1.2)))
    found = marks(canvas, 7.0, freedom=0.7)
    size = 0.010 + 0.016 * (found.kind * 5.0).frac()
    edge = torch.where(found.kind > 0.62, found.disc(size), torch.full_like(found.kind, -1.0))
    rim = torch.exp(-((edge / 0.005) ** 2))
    return mix(scene, (0.86, 0.97, 1.0), 0.75 * rim + 0.25 * (edge > 0.0))


def _weeds(canvas: Canvas, scene: Tensor) -> Tensor:
    """Seaweed swaying at both sides."""
    sway = 0.022 * torch.sin(canvas.y * 19.0 + 6.0 * canvas.between(0.0, 1.0))
    tall = canvas.between(-0.05, 0.05)
    edges = []
    for x, top in ((0.04, 0.44), (0.11, 0.58), (0.17, 0.70), (0.86, 0.66), (0.91, 0.50), (0.97, 0.60)):
        width = 0.026 * ((canvas.y - top - tall) / 0.2).clamp(max=1.0)
        edges.append(width - (across(canvas, x) + sway).abs())
    leaf = torch.stack(edges).amax(dim=0)
    return over(scene, ramp((canvas.y - 0.4) / 0.5, (0.22, 0.68, 0.46), (0.06, 0.40, 0.36)), leaf, 0.010)


def _lake(canvas: Canvas) -> Tensor:
    level = 0.52
    high = torch.where(canvas.y < level, canvas.y, 2.0 * level - canvas.y)
    scene = ramp(high / level, tinted(canvas, (0.42, 0.68, 0.95)), (0.97, 0.92, 0.88))
    away = (high - level) / math.sqrt(canvas.aspect) + 0.0 * canvas.x
    for height, count, first, last in _SHORES:
        ridge = peaks(canvas, level, height, count, 0.8)
        line = (ridge.line - level) / math.sqrt(canvas.aspect)
        scene = over(scene, ramp((high - 0.25) / 0.3, first, last), away - line)
    trees = (bumps(canvas, level, 0.030, 26.0) - level) / math.sqrt(canvas.aspect)
    scene = over(scene, (0.22, 0.42, 0.34), away - trees)
    water = (canvas.y > level) * (0.75 + 0.25 * (canvas.y - level))
    ripple = canvas.clouds(4, 60) * ((canvas.y - level) / 0.2).clamp(0.0, 1.0)
    scene = mix(scene, (0.24, 0.52, 0.76), water * 0.42)
    scene = lit(scene, 0.06 * ripple)
    bank = ramp((canvas.y - 0.80) / 0.2, (0.48, 0.70, 0.34), (0.26, 0.52, 0.22))
    return over(scene, lit(bank, 0.04 * canvas.clouds(50, 30)), below(canvas, wave(canvas, 0.83, 0.02, 1.1)))


_SHORES = (
    (0.34, 2.4, (0.62, 0.68, 0.84), (0.74, 0.80, 0.90)),
    (0.18, 3.4, (0.36, 0.52, 0.60), (0.42, 0.60, 0.58)),
)


def _ice_cave(canvas: Canvas) -> Tensor:
    scene = ramp(canvas.y / 0.8, (0.90, 0.98, 1.0), (0.66, 0.90, 0.98))
    x = 0.5 + canvas.between(-0.05, 0.05)
    wide = max(1.0, math.sqrt(canvas.aspect))
    reach = ((across(canvas, x) / wide) ** 2 + (down(canvas, 0.78) * 0.75) ** 2).sqrt()
    facets = (canvas.clouds(5, 7) * 4.0).round() / 4.0
    for radius, colour in ((0.20, (0.52, 0.82, 0.96)), (0.30, (0.32, 0.64, 0.90)), (0.41, (0.18, 0.44, 0.76))):
        rough = 0.025 * canvas.clouds(6, 6) + 0.012 * canvas.clouds(14, 14)
        wall = lit(ramp(canvas.y, colour, tinted(canvas, colour, 0.02)), 0.07 * facets)
        scene = over(scene, wall, reach - radius + rough, 0.012)
    icicles = -below(canvas, 0.30 - peaks(canvas, 0.22, 0.22, 9.0, 5.0).line)
    scene = over(scene, ramp(canvas.y / 0.25, (0.50, 0.78, 0.95), (0.90, 0.98, 1.0)), icicles)
    floor = ramp((canvas.y - 0.76) / 0.24, (0.80, 0.94, 0.99), (0.42, 0.70, 0.90))
    floor = glow(floor, (0.2, 0.12, 0.06), torch.exp(-((across(canvas, x) / 0.22) ** 2)) + 0.0 * canvas.y)
    return over(scene, lit(floor, 0.03 * canvas.clouds(5, 30)), below(canvas, wave(canvas, 0.77, 0.012, 1.3)))


def _arctic(canvas: Canvas) -> Tensor:
    scene = ramp(canvas.y / 0.5, tinted(canvas, (0.50, 0.76, 0.94)), (0.90, 0.96, 1.0))
    scene = mix(scene, (1.0, 1.0, 1.0), 0.6 * puffs(canvas))
    sea = ramp((canvas.y - 0.5) / 0.35, (0.22, 0.56, 0.76), (0.08, 0.36, 0.60))
    scene = over(scene, lit(sea, 0.04 * canvas.clouds(6, 50)), below(canvas, 0.5), 0.008)
    for height, count, level in ((0.20, 2.6, 0.53), (0.34, 1.6, 0.60)):
        berg = peaks(canvas, level, height, count, 0.9)
        shade = berg.side / 0.02 + 2.0 * canvas.clouds(4, 10)
        ice = ramp(shade, (0.97, 0.99, 1.0), (0.62, 0.82, 0.94))
        body = torch.minimum(below(canvas, berg.line), -below(canvas, level + 0.012 * zigzag(canvas, 6.0)))
        scene = over(scene, ice, body)
    floe = ramp((canvas.y - 0.76) / 0.24, (0.98, 0.99, 1.0), (0.80, 0.89, 0.96))
    edge = below(canvas, 0.76 + 0.02 * zigzag(canvas, 2.3) + 0.01 * zigzag(canvas, 5.1))
    scene = over(scene, (0.48, 0.74, 0.88), edge + 0.03, 0.012)
    return over(scene, floe, edge)


PAINTERS: MappingProxyType[str, Callable[[Canvas], Tensor]] = MappingProxyType(
    {
        "beach": _beach,
        "ocean": _ocean,
        "underwater": _underwater,
        "lake": _lake,
        "ice cave": _ice_cave,
        "arctic": _arctic,
    }
)
