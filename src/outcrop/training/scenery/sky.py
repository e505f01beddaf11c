"""Settings that are mostly sky: sunset, night, clouds, rainbow, space and the moon's ground. Knows no captions."""

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
    coloured,
    disc,
    down,
    glow,
    lit,
    marks,
    mix,
    over,
    palette,
    puffs,
    ramp,
    stars,
    tinted,
    wave,
)

_BOW = (
    (0.62, 0.34, 0.86),
    (0.30, 0.52, 0.96),
    (0.36, 0.80, 0.46),
    (1.00, 0.92, 0.36),
    (1.00, 0.64, 0.26),
    (0.94, 0.28, 0.32),
)


def _sunset(canvas: Canvas) -> Tensor:
    high = ramp(canvas.y / 0.45, (0.32, 0.22, 0.50), (0.94, 0.46, 0.38))
    low = ramp((canvas.y - 0.4) / 0.3, (0.95, 0.48, 0.36), (1.0, 0.80, 0.42))
    sky = over(high, low, canvas.y - 0.42, 0.1)
    away = -disc(canvas, 0.5 + canvas.between(-0.03, 0.03), 0.52, 0.0)
    scene = lit(sky, 0.22 * torch.exp(-((away / 0.3) ** 2)))
    scene = over(scene, (1.0, 0.93, 0.66), 0.17 - away, 0.015)
    land = ramp((canvas.y - 0.72) / 0.28, (0.36, 0.20, 0.30), (0.20, 0.11, 0.22))
    return over(scene, land, below(canvas, wave(canvas, 0.74, 0.03, 0.9)), 0.012)


def _night(canvas: Canvas) -> Tensor:
    scene = ramp(canvas.y / 0.8, tinted(canvas, (0.04, 0.06, 0.20), 0.02), (0.20, 0.28, 0.52))
    scene = lit(scene, stars(canvas, 9.0) * 0.9)
    moon = disc(canvas, canvas.between(0.16, 0.84), canvas.between(0.15, 0.2), 0.10)
    scene = glow(scene, (0.75, 0.82, 1.0), 0.35 * torch.exp(moon.clamp(max=0.0) * 8.0))
    scene = over(scene, ramp(0.5 + canvas.clouds(9, 9), (1.0, 0.98, 0.88), (0.90, 0.89, 0.82)), moon)
    far = ramp((canvas.y - 0.6) / 0.3, (0.13, 0.20, 0.40), (0.09, 0.15, 0.32))
    scene = over(scene, far, below(canvas, wave(canvas, 0.66, 0.05, 1.1)))
    near = ramp((canvas.y - 0.74) / 0.26, (0.10, 0.22, 0.26), (0.05, 0.12, 0.17))
    return over(scene, near, below(canvas, wave(canvas, 0.77, 0.02, 0.8)))


def _clouds(canvas: Canvas) -> Tensor:
    scene = ramp(canvas.y / 0.9, tinted(canvas, (0.26, 0.58, 0.95)), (0.76, 0.90, 1.0))
    for level, radius, count, shade in ((0.52, 0.10, 5.0, 0.10), (0.76, 0.14, 4.0, 0.05), (0.97, 0.17, 3.4, 0.0)):
        line = bumps(canvas, level + canvas.between(-0.03, 0.03), radius, count)
        hump = down(canvas, line)
        white = (1.0 - 0.9 * shade, 1.0 - 0.4 * shade, 1.0)
        puff = ramp(hump / 0.24, white, (0.74 - shade, 0.86 - shade, 0.98))
        scene = over(scene, puff, hump, 0.014)
    return scene


def _rainbow(canvas: Canvas) -> Tensor:
    scene = ramp(canvas.y / 0.7, tinted(canvas, (0.40, 0.70, 0.97)), (0.86, 0.95, 1.0))
    scene = mix(scene, (1.0, 1.0, 1.0), 0.7 * puffs(canvas))
    scale = max(0.72, min(1.2, math.sqrt(canvas.aspect)))
    reach = -disc(canvas, 0.5 + canvas.between(-0.05, 0.05), 0.74, 0.0) / scale
    step = ((reach - 0.38) / 0.17 * 6.0).clamp(0.0, 5.999)
    bow = palette(canvas, _BOW).T[:, step.long()].transpose(0, 1)
    inside = torch.minimum(reach - 0.38, 0.55 - reach)
    scene = mix(scene, bow, 0.85 * (inside / 0.02 + 0.3).clamp(0.0, 1.0))
    far = ramp((canvas.y - 0.6) / 0.2, (0.52, 0.80, 0.44), (0.42, 0.72, 0.34))
    scene = over(scene, far, below(canvas, wave(canvas, 0.66, 0.03, 1.2)))
    near = ramp((canvas.y - 0.74) / 0.26, (0.44, 0.76, 0.32), (0.26, 0.60, 0.22))
    return over(scene, near, below(canvas, wave(canvas, 0.77, 0.02, 0.8)))


def _space(canvas: Canvas) -> Tensor:
    deep = ramp(canvas.y, (0.03, 0.03, 0.12), (0.08, 0.04, 0.18))
    mist = (canvas.clouds(3, 3) * 0.7 + canvas.clouds(7, 7) * 0.3).clamp(min=0.0)
    return lit(glow(deep, (0.34, 0.14, 0.48), mist), stars(canvas, 9.0))


def _moon(canvas: Canvas) -> Tensor:
    scene = lit(ramp(canvas.y, (0.02, 0.02, 0.06), (0.05, 0.05, 0.12)), stars(canvas, 9.0))
    x, y = canvas.between(0.2, 0.8), canvas.between(0.17, 0.24)
    earth = disc(canvas, x, y, 0.12)
    globe = ramp(0.5 - 3.0 * across(canvas, x) + 0.0 * canvas.y, (0.20, 0.52, 0.92), (0.05, 0.16, 0.42))
    globe = mix(globe, (0.95, 0.98, 1.0), (canvas.clouds(9, 14) * 3.0 - 0.4).clamp(0.0, 0.9))
    scene = glow(scene, (0.3, 0.55, 1.0), 0.35 * torch.exp(earth.clamp(max=0.0) * 14.0))
    scene = over(scene, globe, earth)
    ground = ramp((canvas.y - 0.58) / 0.42, (0.74, 0.74, 0.77), (0.50, 0.50, 0.55))
    holes = marks(canvas, 7.0, squash=2.4, freedom=0.4)
    pit = 0.3 - ((holes.right / 2.6) ** 2 + holes.low**2).sqrt() * 7.0
    rim = torch.exp(-((pit / 0.05) ** 2)) * 0.09
    ground = lit(ground, (rim - 1.1 * pit.clamp(0.0, 0.13)) * (holes.kind > 0.4))
    return over(scene, ground, below(canvas, wave(canvas, 0.60, 0.025, 1.2)))


def _bokeh(canvas: Canvas) -> Tensor:
    scene = ramp(canvas.y, tinted(canvas, (0.10, 0.07, 0.16), 0.03), (0.20, 0.11, 0.20))
    colours = ((1.0, 0.66, 0.25), (1.0, 0.42, 0.36), (0.98, 0.82, 0.46), (0.45, 0.62, 1.0), (0.92, 0.42, 0.78))
    for count, radius, strength in ((7.0, 0.035, 0.5), (4.5, 0.065, 0.45), (3.0, 0.10, 0.35)):
        lights = marks(canvas, count, freedom=0.5)
        edge = lights.disc(radius)
        shape = (edge / 0.014 + 0.5).clamp(0.0, 1.0) * (0.75 + 0.25 * torch.exp(-((edge / 0.012) ** 2)))
        fade = (1.1 - 1.15 * canvas.y).clamp(min=0.0)
        hue = (lights.kind * 7.0).frac()
        scene = glow(scene, coloured(canvas, hue, colours), shape * strength * fade * (lights.kind > 0.3))
    return scene


PAINTERS: MappingProxyType[str, Callable[[Canvas], Tensor]] = MappingProxyType(
    {
        "sunset": _sunset,
        "night": _night,
        "clouds": _clouds,
        "rainbow": _rainbow,
        "space": _space,
        "moon": _moon,
        "bokeh": _bokeh,
    }
)
