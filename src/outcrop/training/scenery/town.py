"""Settings in town: city skyline, city at night, brick wall. Knows no captions."""

import math
from collections.abc import Callable
from types import MappingProxyType

import torch
from torch import Tensor

from outcrop.training.canvas import Canvas
from outcrop.training.scenery.brush import (
    Paint,
    across,
    below,
    chances,
    coloured,
    down,
    glow,
    lit,
    mix,
    over,
    puffs,
    ramp,
    stars,
    tinted,
)


def _block(canvas: Canvas, count: float, low: float, high: float) -> tuple[Tensor, Tensor, Tensor]:
    """A row of houses, that many in a length: the edge, the place across each house and its chance."""
    wide = math.sqrt(canvas.aspect) * count
    shift = canvas.between(0.0, 1.0)
    seat = canvas.x * wide + shift
    column = seat.long()[:, 0]
    table = chances(canvas, 2, math.ceil(wide) + 2)
    tops = table[:, 0].gather(1, column)[:, None, :]
    kind = table[:, 1].gather(1, column)[:, None, :]
    place = seat.frac()
    edge = torch.minimum(below(canvas, high + (low - high) * tops), (0.5 - (place - 0.5).abs() - 0.03) / count)
    return edge, place, kind


def _windows(canvas: Canvas, place: Tensor, count: float, each: int) -> tuple[Tensor, Tensor]:
    """Where windows are, and a chance for each pane. Shapes: (b, h, w)."""
    wide = math.sqrt(canvas.aspect) * count
    floors = down(canvas, 0.0) * count * each * 0.8
    panes = place * (each + 0.6) - 0.3
    inside = ((panes.frac() - 0.5).abs() < 0.30) & (panes > 0.0) & (panes < each)
    window = inside * ((floors.frac() - 0.5).abs() < 0.30)
    rows = math.ceil(count * each * 0.8 / math.sqrt(canvas.aspect)) + 1
    table = chances(canvas, rows, (math.ceil(wide) + 2) * each)
    seat = canvas.x * wide * each
    return window.float(), table[:, floors.long()[0], seat.long()[0]]


def _city(canvas: Canvas) -> Tensor:
    scene = ramp(canvas.y / 0.7, tinted(canvas, (0.42, 0.70, 0.96)), (0.90, 0.95, 0.99))
    scene = mix(scene, (1.0, 1.0, 1.0), 0.7 * puffs(canvas))
    edge, _, _ = _block(canvas, 8.0, 0.52, 0.22)
    scene = over(scene, ramp((canvas.y - 0.2) / 0.5, (0.62, 0.73, 0.86), (0.76, 0.84, 0.92)), edge, 0.006)
    edge, place, kind = _block(canvas, 5.0, 0.62, 0.26)
    walls = coloured(canvas, kind + 0.0 * canvas.y, _WALLS)
    window, chance = _windows(canvas, place, 5.0, 3)
    glass = ramp(chance, (0.44, 0.60, 0.76), (0.74, 0.88, 0.97))
    scene = over(scene, mix(lit(walls, -0.10 * (place - 0.3)), glass, window), edge, 0.006)
    return _street(canvas, scene, (0.62, 0.63, 0.67), (0.46, 0.47, 0.52))


_WALLS = ((0.56, 0.58, 0.66), (0.72, 0.62, 0.56), (0.48, 0.56, 0.66), (0.80, 0.76, 0.70), (0.62, 0.50, 0.50))


def _street(canvas: Canvas, scene: Tensor, first: Paint, last: Paint) -> Tensor:
    """Pavement and asphalt in front."""
    scene = over(scene, ramp((canvas.y - 0.76) / 0.24, first, last), below(canvas, 0.76), 0.006)
    kerb = torch.minimum(down(canvas, 0.76), -down(canvas, 0.785))
    return over(scene, ramp(canvas.y, first, first) * 1.22, kerb, 0.006)


def _night_city(canvas: Canvas) -> Tensor:
    scene = ramp(canvas.y / 0.75, tinted(canvas, (0.04, 0.04, 0.16), 0.02), (0.42, 0.22, 0.48))
    scene = lit(scene, 0.8 * stars(canvas, 8.0) * (0.5 - canvas.y).clamp(min=0.0) * 2.0)
    edge, place, _ = _block(canvas, 8.0, 0.50, 0.20)
    scene = over(scene, (0.16, 0.13, 0.32), edge, 0.006)
    edge, place, kind = _block(canvas, 5.0, 0.60, 0.24)
    window, chance = _windows(canvas, place, 5.0, 3)
    lamp = ramp((chance * 5.0).frac(), (1.0, 0.86, 0.42), (1.0, 0.66, 0.34))
    walls = lit(ramp(canvas.y, (0.08, 0.08, 0.20), (0.11, 0.09, 0.22)), 0.04 * (kind - 0.5))
    walls = mix(walls, (0.16, 0.16, 0.30), window)
    scene = over(scene, mix(walls, lamp, window * (chance > 0.42)), edge, 0.006)
    scene = _street(canvas, scene, (0.17, 0.15, 0.27), (0.10, 0.09, 0.18))
    wide = max(4, round(9 * canvas.aspect))
    wet = canvas.clouds(wide, 1).clamp(min=0.0) * (canvas.y > 0.79) * (1.0 - 0.5 * canvas.y)
    warm = ramp(canvas.clouds(wide, 1) + 0.5, (1.0, 0.70, 0.30), (0.80, 0.35, 0.75))
    return glow(scene, warm, 0.55 * wet * (0.8 + 0.4 * canvas.clouds(6, 40)))


def _bricks(canvas: Canvas) -> Tensor:
    count = 11.0
    row_at = down(canvas, 0.0) * count
    row = row_at.long()
    seat = canvas.x * math.sqrt(canvas.aspect) * count * 0.5 + 0.5 * (row % 2)
    rows = math.ceil(count / math.sqrt(canvas.aspect)) + 1
    columns = math.ceil(math.sqrt(canvas.aspect) * count * 0.5) + 2
    kind = chances(canvas, rows, columns)[:, row[0], seat.long()[0]]
    gap = torch.minimum((0.5 - (seat.frac() - 0.5).abs()) * 2.0, 0.5 - (row_at.frac() - 0.5).abs()) / count
    clay = one_of_clay(canvas)
    brick = lit(ramp(canvas.y, clay, clay * 0.94), 0.13 * (kind - 0.5) + 0.03 * canvas.clouds(40, 40))
    scene = over(ramp(canvas.y, (0.80, 0.75, 0.70), (0.70, 0.65, 0.60)), brick, gap - 0.006, 0.006)
    light = (across(canvas, 0.5) / 0.8) ** 2 + (down(canvas, 0.35) / 0.8) ** 2
    scene = lit(scene, 0.05 - 0.12 * light)
    return _street(canvas, scene, (0.60, 0.59, 0.58), (0.46, 0.45, 0.46))


def one_of_clay(canvas: Canvas) -> Tensor:
    """The colour of a wall's bricks. Shapes: (b, 3, 1, 1)."""
    return tinted(canvas, (0.70, 0.33, 0.25), 0.05)


PAINTERS: MappingProxyType[str, Callable[[Canvas], Tensor]] = MappingProxyType(
    {
        "city": _city,
        "night city": _night_city,
        "brick wall": _bricks,
    }
)
