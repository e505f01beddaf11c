"""Settings under a roof: studio, table, room, kitchen, stage, library, podium, classroom. Knows no captions."""

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
    box,
    chances,
    coloured,
    disc,
    down,
    glow,
    lit,
    mix,
    one_of,
    oval,
    over,
    planks,
    ramp,
    tinted,
)


def _studio(canvas: Canvas) -> Tensor:
    wall = ramp(canvas.y + 0.25 * (canvas.x - 0.5) ** 2, (0.93, 0.93, 0.95), (0.74, 0.75, 0.79))
    floor = ramp((canvas.y - 0.7) / 0.3, (0.86, 0.86, 0.88), (0.96, 0.96, 0.97))
    return lit(over(wall, floor, canvas.y - 0.72, 0.16), canvas.between(-0.02, 0.02))


def _table(canvas: Canvas) -> Tensor:
    wall = lit(ramp(canvas.y / 0.6, (0.93, 0.86, 0.74), (0.80, 0.68, 0.54)), 0.02 * canvas.clouds(3, 3))
    edge = 0.56 + canvas.between(-0.02, 0.02)
    depth = (canvas.y - edge) / (1.0 - edge)
    grain = 0.05 * canvas.clouds(4, 90) + 0.04 * canvas.clouds(3, 30)
    seam = torch.exp(-((torch.sin(4.0 * math.pi * depth.clamp(0.0, 1.0).sqrt()) / 0.10) ** 2)) * (depth > 0.05)
    wood = ramp(depth, (0.52, 0.31, 0.16), (0.68, 0.43, 0.23))
    return over(wall, lit(wood, grain - 0.12 * seam), canvas.y - edge, 0.012)


def _boards(canvas: Canvas, top: float, first: Colour, last: Colour) -> Tensor:
    wood = ramp((canvas.y - top) / (1.0 - top), tinted(canvas, first, 0.02), last)
    return lit(wood, 0.03 * canvas.clouds(9, 30) - 0.14 * planks(canvas, top, 5.0))


def _room(canvas: Canvas) -> Tensor:
    paint = one_of(canvas, ((0.96, 0.88, 0.76), (0.80, 0.88, 0.80), (0.76, 0.86, 0.93), (0.96, 0.80, 0.74)))
    scene = lit(ramp(canvas.y, paint, paint), 0.05 - 0.12 * (canvas.y - 0.2) ** 2)
    left = canvas.chosen(2)[:, None, None].float()
    x = 0.27 + 0.46 * left + canvas.between(-0.03, 0.03)
    size = min(1.0, 1.2 * math.sqrt(canvas.aspect))
    pane = ramp((canvas.y - 0.1) / 0.35, (0.50, 0.78, 0.98), (0.92, 0.97, 1.0))
    pane = over(pane, (0.56, 0.78, 0.44), disc(canvas, x - 0.05, 0.60, 0.17))
    scene = over(scene, (1.0, 1.0, 0.99), box(canvas, x, 0.185 * size, 0.09, 0.50), 0.006)
    bars = torch.maximum(0.010 - across(canvas, x).abs(), 0.010 - down(canvas, 0.29).abs())
    scene = over(scene, over(pane, (1.0, 1.0, 0.99), bars, 0.006), box(canvas, x, 0.155 * size, 0.12, 0.465), 0.006)
    scene = over(scene, (0.88, 0.86, 0.82), box(canvas, x, 0.205 * size, 0.49, 0.515), 0.006)
    other = 1.0 - x
    scene = over(scene, (0.55, 0.36, 0.22), box(canvas, other, 0.105 * size, 0.17, 0.40), 0.006)
    art = ramp(canvas.y * 3.0 - 0.5, tinted(canvas, (0.98, 0.74, 0.42), 0.06), (0.34, 0.56, 0.72))
    scene = over(scene, art, box(canvas, other, 0.085 * size, 0.19, 0.38), 0.006)
    scene = over(scene, (0.98, 0.97, 0.95), below(canvas, 0.66), 0.006)
    scene = over(scene, _boards(canvas, 0.70, (0.62, 0.42, 0.26), (0.80, 0.58, 0.38)), below(canvas, 0.70), 0.008)
    rug = oval(canvas, 0.5, 0.87, 0.44, 0.10)
    cloth = one_of(canvas, ((0.84, 0.40, 0.36), (0.36, 0.54, 0.76), (0.92, 0.86, 0.76), (0.44, 0.62, 0.52)))
    return over(over(scene, cloth * 0.8, rug), cloth, rug - 0.018)


def _kitchen(canvas: Canvas) -> Tensor:
    tint = one_of(canvas, ((0.95, 0.97, 0.97), (0.84, 0.94, 0.92), (0.86, 0.92, 0.97), (0.98, 0.94, 0.86)))
    seat_x, seat_y = across(canvas) * 8.0 + 40.5, down(canvas, 0.0) * 8.0
    gap = torch.minimum(0.5 - (seat_x.frac() - 0.5).abs(), 0.5 - (seat_y.frac() - 0.5).abs()) / 8.0
    scene = lit(over(ramp(canvas.y, tint * 0.80, tint * 0.80), tint, gap - 0.006, 0.006), 0.04 - 0.10 * canvas.y)
    doors = tinted(canvas, (0.50, 0.68, 0.70), 0.08)
    leaf = (across(canvas) / 0.30 + 10.0).frac()
    aside = (0.5 - (leaf - 0.5).abs()) * 0.30
    board = ramp(canvas.y / 0.22, doors * 0.92, doors)
    board = over(board, doors * 1.14, torch.minimum(aside - 0.012, -down(canvas, 0.205)), 0.006)
    board = over(board, doors * 1.02, torch.minimum(aside - 0.040, -down(canvas, 0.165)), 0.006)
    knob = 0.014 - ((aside - 0.026) ** 2 + down(canvas, 0.185) ** 2).sqrt()
    board = over(
        board, (0.96, 0.88, 0.66), torch.where((across(canvas) / 0.60 + 10.0).frac() > 0.5, -aside, knob), 0.006
    )
    scene = lit(scene, -0.16 * torch.exp(-((down(canvas, 0.23) / 0.04).clamp(min=0.0) ** 2)))
    scene = over(scene, board, -down(canvas, 0.23), 0.006)
    top = ramp((canvas.y - 0.64) / 0.25, (0.74, 0.56, 0.38), (0.86, 0.68, 0.48))
    scene = _jars(canvas, over(scene, lit(top, 0.03 * canvas.clouds(4, 60)), below(canvas, 0.64), 0.008))
    scene = over(scene, (0.60, 0.42, 0.27), below(canvas, 0.91), 0.008)
    return over(scene, ramp((canvas.y - 0.94) / 0.06, doors, doors * 0.9), below(canvas, 0.945), 0.008)


def _jars(canvas: Canvas, scene: Tensor) -> Tensor:
    """Jars that stand at the back of the counter, near both sides."""
    for x, half, top, colour in ((0.07, 0.050, 0.50, (0.86, 0.42, 0.34)), (0.19, 0.042, 0.55, (0.96, 0.80, 0.44)),
                                 (0.92, 0.056, 0.53, (0.44, 0.62, 0.80))):  # fmt: skip
        place = across(canvas, x + canvas.between(-0.02, 0.02))
        glaze = ramp(
            0.5 + place / (2.0 * half), tinted(canvas, colour, 0.05) * 1.12, tinted(canvas, colour, 0.02) * 0.7
        )
        body = torch.minimum(half - place.abs(), torch.minimum(down(canvas, top), -down(canvas, 0.68)))
        lid = torch.minimum(half * 0.8 - place.abs(), torch.minimum(down(canvas, top - 0.035), -down(canvas, top)))
        scene = over(over(scene, glaze, body, 0.008), (0.62, 0.44, 0.30), lid, 0.008)
    return scene


def _stage(canvas: Canvas) -> Tensor:
    scene = ramp(canvas.y / 0.8, (0.16, 0.06, 0.10), (0.34, 0.12, 0.16))
    floor = _boards(canvas, 0.74, (0.44, 0.26, 0.16), (0.58, 0.36, 0.22))
    scene = over(scene, floor - 0.08, below(canvas, 0.74), 0.008)
    x = 0.5 + canvas.between(-0.04, 0.04)
    cone = 0.05 + 0.26 * canvas.y - across(canvas, x).abs()
    beam = (cone / 0.05).clamp(0.0, 1.0) * (0.30 - 0.16 * canvas.y) * (canvas.y < 0.9)
    pool = (oval(canvas, x, 0.88, 0.31, 0.085) / 0.02 + 0.5).clamp(0.0, 1.0)
    scene = glow(scene, (1.0, 0.93, 0.70), torch.where(canvas.y > 0.80, 0.42 * pool, beam))
    velvet = one_of(canvas, ((0.78, 0.10, 0.14), (0.70, 0.08, 0.20), (0.82, 0.14, 0.10)))
    open_at = 0.30 + 0.05 * torch.cos(canvas.y * 4.2)
    fold = torch.sin((canvas.x - 0.5).abs() * math.sqrt(canvas.aspect) * 75.0 + 1.5 * canvas.y)
    cloth = lit(ramp(canvas.y, velvet, velvet * 0.75), 0.13 * fold)
    scene = over(scene, cloth, torch.minimum((canvas.x - 0.5).abs() - open_at, -down(canvas, 0.86)), 0.014)
    swag = (canvas.x * 5.0).frac() - 0.5
    hem = 0.20 - 0.22 * swag**2
    valance = lit(ramp(canvas.y / 0.2, velvet * 1.05, velvet * 0.85), 0.10 * torch.sin(swag * 40.0))
    scene = over(scene, (0.96, 0.78, 0.30), -below(canvas, hem + 0.022))
    return over(scene, valance, -below(canvas, hem))


_SPINES: tuple[Colour, ...] = (
    (0.66, 0.20, 0.18),
    (0.20, 0.36, 0.56),
    (0.24, 0.48, 0.34),
    (0.84, 0.62, 0.26),
    (0.48, 0.26, 0.42),
    (0.88, 0.80, 0.64),
    (0.32, 0.24, 0.20),
)


def _library(canvas: Canvas) -> Tensor:
    rows = 4
    row_at = canvas.y / 0.78 * rows
    seat = canvas.x * (math.sqrt(canvas.aspect) * 13.0)
    row, column = row_at.long().clamp(max=rows - 1)[0], seat.long()[0]
    count = math.ceil(math.sqrt(canvas.aspect) * 13.0)
    kind, tall = chances(canvas, rows, count)[:, row, column], chances(canvas, rows, count)[:, row, column]
    local, high = seat.frac(), row_at.frac()
    round_spine = 0.10 - 0.9 * (local - 0.45) ** 2
    book = lit(coloured(canvas, kind, _SPINES), round_spine - 0.05)
    band = ((high - 0.42).abs() < 0.03) * (tall > 0.4)
    book = mix(book, (0.94, 0.80, 0.46), 0.8 * band)
    edge = torch.minimum(high - 0.12 - 0.30 * tall, (0.47 - (local - 0.5).abs()) * 0.4)
    scene = over(ramp(high, (0.16, 0.09, 0.06), (0.28, 0.17, 0.11)), book, edge, 0.05)
    wood = (0.52, 0.33, 0.19)
    scene = over(scene, ramp((high - 0.88) / 0.12, (0.62, 0.41, 0.25), wood), high - 0.88 + 0.0 * canvas.x, 0.03)
    posts = 0.02 - (across(canvas) * 2.0 - (across(canvas) * 2.0 - 0.5).round() - 0.5).abs() / 2.0
    scene = over(scene, ramp(canvas.y, (0.58, 0.38, 0.23), wood), posts)
    scene = over(scene, _boards(canvas, 0.78, (0.46, 0.29, 0.18), (0.66, 0.44, 0.28)), below(canvas, 0.78), 0.008)
    return lit(scene, -0.10 * ((canvas.x - 0.5) ** 2 * 4.0))


def _podium(canvas: Canvas) -> Tensor:
    paint = one_of(
        canvas, ((0.97, 0.80, 0.78), (0.80, 0.88, 0.96), (0.88, 0.82, 0.95), (0.84, 0.92, 0.84), (0.97, 0.88, 0.74))
    )
    scene = lit(ramp(canvas.y, paint, paint), 0.03 - 0.08 * canvas.y)
    arch = torch.maximum(disc(canvas, 0.5, 0.42, 0.34), torch.minimum(0.34 - across(canvas).abs(), down(canvas, 0.42)))
    scene = over(scene, ramp(canvas.y, paint * 0.80, paint * 0.92), arch)
    scene = over(scene, ramp((canvas.y - 0.76) / 0.24, paint * 0.90, paint * 1.03), below(canvas, 0.76), 0.03)
    side = across(canvas).abs()
    veins = torch.exp(-((canvas.clouds(5, 7) / 0.07) ** 2))
    for half, top, bottom in ((0.40, 0.885, 0.97), (0.32, 0.80, 0.875)):
        front = torch.maximum(oval(canvas, 0.5, bottom, half, 0.055), torch.minimum(half - side, down(canvas, top)))
        front = torch.minimum(front, torch.maximum(-down(canvas, bottom), oval(canvas, 0.5, bottom, half, 0.055)))
        stone = lit(ramp(0.5 + across(canvas) / (2.2 * half), (0.98, 0.97, 0.96), (0.72, 0.71, 0.73)), -0.10 * veins)
        scene = mix(
            scene, (0.2, 0.16, 0.2), 0.30 * torch.exp((oval(canvas, 0.5, bottom, half, 0.06) * 18.0).clamp(max=0.0))
        )
        scene = over(scene, stone, front, 0.008)
        scene = over(
            scene,
            lit(ramp(canvas.y, (1.0, 1.0, 1.0), (0.97, 0.96, 0.96)), -0.08 * veins),
            oval(canvas, 0.5, top, half, 0.055),
            0.008,
        )
    return scene


def _classroom(canvas: Canvas) -> Tensor:
    scene = ramp(canvas.y, tinted(canvas, (0.95, 0.89, 0.76)), (0.86, 0.78, 0.64))
    half = 0.44 * math.sqrt(canvas.aspect)
    scene = over(scene, (0.58, 0.38, 0.22), box(canvas, 0.5, half, 0.05, 0.66), 0.008)
    slate = one_of(canvas, ((0.16, 0.36, 0.28), (0.15, 0.33, 0.30), (0.20, 0.40, 0.28)))
    board = lit(ramp(canvas.y, slate, slate), 0.03 * canvas.clouds(4, 4))
    board = mix(board, (0.95, 0.97, 0.94), 0.85 * _chalk(canvas))
    scene = over(scene, board, box(canvas, 0.5, half - 0.028, 0.085, 0.625), 0.008)
    scene = over(scene, (0.97, 0.97, 0.95), box(canvas, 0.5 + canvas.between(-0.2, 0.2), 0.035, 0.638, 0.652), 0.006)
    desk = ramp((canvas.y - 0.74) / 0.26, (0.70, 0.48, 0.28), (0.86, 0.62, 0.38))
    return over(scene, lit(desk, 0.03 * canvas.clouds(4, 60)), below(canvas, 0.74), 0.010)


def _chalk(canvas: Canvas) -> Tensor:
    """Lines of writing and a few figures in chalk. Shapes: (b, h, w). Units: 0 to 1."""
    line = down(canvas, 0.0) / 0.075
    scribble = (line.frac() - 0.5) * 0.075 + 0.012 * canvas.clouds(round(46 * math.sqrt(canvas.aspect)), 14)
    words = canvas.clouds(round(12 * math.sqrt(canvas.aspect)), 14) > -0.25
    left, right = canvas.x < 0.36, canvas.x > 0.64
    upper = (canvas.y > 0.13) & (canvas.y < 0.42)
    text = torch.exp(-((scribble / 0.006) ** 2)) * words * left * upper
    x = 0.80 + canvas.between(-0.02, 0.02)
    ring = disc(canvas, x, 0.24, 0.07).abs()
    peak = (down(canvas, 0.40) + 0.0 * canvas.x - across(canvas, x).abs() * 0.0).abs() + (
        across(canvas, x).abs() > 0.09
    )
    figures = torch.exp(-((torch.minimum(ring, peak) / 0.005) ** 2)) * right
    return torch.maximum(text, figures)


PAINTERS: MappingProxyType[str, Callable[[Canvas], Tensor]] = MappingProxyType(
    {
        "studio": _studio,
        "table": _table,
        "room": _room,
        "kitchen": _kitchen,
        "stage": _stage,
        "library": _library,
        "podium": _podium,
        "classroom": _classroom,
    }
)
