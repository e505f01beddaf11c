"""The strokes that settings are painted with: ramps, layers, edges and scattered marks. Knows no setting by name.

Edges are signed lengths: above 0 inside, below 0 outside. The unit of length is the geometric mean of width and height.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from outcrop.training.canvas import Canvas

Colour = tuple[float, float, float]
Paint = Colour | Tensor
SOFT = 0.010


def tinted(canvas: Canvas, colour: Colour, spread: float = 0.03) -> Tensor:
    """A colour that differs a little from picture to picture. Shapes: (b, 3, 1, 1)."""
    light = canvas.between(-spread, spread)
    parts = [light + canvas.between(-spread, spread) * 0.6 + part for part in colour]
    return torch.stack(parts, dim=1)


def one_of(canvas: Canvas, colours: tuple[Colour, ...]) -> Tensor:
    """One of several colours a picture. Shapes: (b, 3, 1, 1)."""
    return palette(canvas, colours)[canvas.chosen(len(colours))][:, :, None, None]


def palette(canvas: Canvas, colours: tuple[Colour, ...]) -> Tensor:
    """Colours as a table on the canvas's device. Shapes: (n, 3)."""
    return torch.tensor(colours, dtype=torch.float32, device=canvas.device)


def ramp(part: Tensor, first: Paint, last: Paint) -> Tensor:
    """Mix two paints, the first where part is 0, the last where it is 1. Shapes: (b, h, w) to (b, 3, h, w)."""
    return torch.lerp(_wet(first, part), _wet(last, part), part.clamp(0.0, 1.0).unsqueeze(1))


def mix(below: Tensor, above: Paint, weight: Tensor) -> Tensor:
    """Lay a paint over a picture by weights of 0 to 1. Shapes: weight (b, h, w); returns (b, 3, h, w)."""
    return torch.lerp(below, _wet(above, weight), weight.clamp(0.0, 1.0).unsqueeze(1))


def over(below: Tensor, above: Paint, edge: Tensor, softness: float = SOFT) -> Tensor:
    """Lay a paint over a picture where edge is above 0, fading over that length. Shapes: edge (b, h, w)."""
    return mix(below, above, edge / softness + 0.5)


def glow(below: Tensor, light: Paint, strength: Tensor) -> Tensor:
    """Add light to a picture. Shapes: strength (b, h, w)."""
    return below + _wet(light, strength) * strength.unsqueeze(1)


def lit(below: Tensor, amount: Tensor) -> Tensor:
    """Add an amount to all three colours. Shapes: amount (b, h, w)."""
    return below + amount.unsqueeze(1)


def across(canvas: Canvas, centre: Tensor | float = 0.5) -> Tensor:
    """Lengths to the right of a place given as a part of the width. Shapes: (b, 1, w)."""
    return (canvas.x - centre) * math.sqrt(canvas.aspect)


def down(canvas: Canvas, centre: Tensor | float = 0.5) -> Tensor:
    """Lengths below a place given as a part of the height. Shapes: (b, h, 1)."""
    return (canvas.y - centre) / math.sqrt(canvas.aspect)


def below(canvas: Canvas, line: Tensor | float) -> Tensor:
    """The edge of all that lies below a line given in parts of the height. Shapes: line (b, 1, w)."""
    return down(canvas, line)


def disc(canvas: Canvas, x: Tensor | float, y: Tensor | float, radius: Tensor | float) -> Tensor:
    """The edge of a disc. Shapes: (b, h, w)."""
    return radius - (across(canvas, x) ** 2 + down(canvas, y) ** 2).sqrt()


def oval(canvas: Canvas, x: Tensor | float, y: Tensor | float, width: float, height: float) -> Tensor:
    """The edge, about, of an ellipse of these half axes. Shapes: (b, h, w)."""
    return (1.0 - ((across(canvas, x) / width) ** 2 + (down(canvas, y) / height) ** 2).sqrt()) * height


def box(canvas: Canvas, x: Tensor | float, width: Tensor | float, top: float, bottom: float) -> Tensor:
    """The edge of a box of this half width (a length), its top and bottom in parts of the height. Shapes: (b, h, w)."""
    sides = width - across(canvas, x).abs()
    return torch.minimum(sides, torch.minimum(down(canvas, top), -down(canvas, bottom)))


def wave(canvas: Canvas, level: float, height: float, count: float) -> Tensor:
    """A line of that many waves across the picture, begun by chance. Shapes: (b, 1, w). Units: parts of the height."""
    return level + height * torch.sin(2.0 * math.pi * (canvas.x * count + canvas.between(0.0, 1.0)))


def zigzag(canvas: Canvas, count: float) -> Tensor:
    """A saw of even teeth, that many in a length. Shapes: (b, 1, w). Units: 0 to 1."""
    phase = canvas.x * (math.sqrt(canvas.aspect) * count) + canvas.between(0.0, 1.0)
    return 2.0 * (phase.frac() - 0.5).abs()


@dataclass(frozen=True, slots=True, kw_only=True)
class Peaks:
    """A line of summits.

    Shapes: each (b, 1, w). Units: line and top in parts of the height, side in lengths right of the summit.
    """

    line: Tensor
    top: Tensor
    side: Tensor


def peaks(canvas: Canvas, level: float, height: float, count: float, steepness: float = 1.0) -> Peaks:
    """Pointed summits of differing heights over a level, that many in a length."""
    centre, chance = _row(canvas, count)
    side = across(canvas, centre)
    top = level - height * (0.65 + 0.35 * chance) * math.sqrt(canvas.aspect)
    lines = top + side.abs() * steepness * math.sqrt(canvas.aspect)
    line, which = lines.min(dim=1, keepdim=True)
    return Peaks(line=line.clamp(max=level), top=top.expand_as(lines).gather(1, which), side=side.gather(1, which))


def bumps(canvas: Canvas, level: float | Tensor, radius: float, count: float) -> Tensor:
    """A scalloped line of round humps over a level, that many in a length. Shapes: (b, 1, w)."""
    centre, chance = _row(canvas, count)
    size = radius * (0.7 + 0.5 * chance)
    humps = (size**2 - across(canvas, centre) ** 2).clamp(min=0.0).sqrt().amax(dim=1, keepdim=True)
    return level - humps * math.sqrt(canvas.aspect)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """One mark in every cell of an even grid: how far each pixel lies from its cell's mark, and the mark's chance.

    Shapes: each (b, h, w). Units: right and low in lengths; kind 0 to 1.
    """

    right: Tensor
    low: Tensor
    kind: Tensor

    def disc(self, radius: Tensor | float) -> Tensor:
        """The edges of discs about the marks."""
        return radius - (self.right**2 + self.low**2).sqrt()


def marks(canvas: Canvas, count: float, squash: float = 1.0, freedom: float = 0.5) -> Marks:
    """Scatter marks, that many in a length; `squash` widens the cells, `freedom` is a mark's share of its cell."""
    right = canvas.x * (math.sqrt(canvas.aspect) * count / squash)
    low = canvas.y * (count / math.sqrt(canvas.aspect))
    columns = math.ceil(math.sqrt(canvas.aspect) * count / squash)
    rows = math.ceil(count / math.sqrt(canvas.aspect))
    places = canvas.scattered(rows * columns).view(-1, rows, columns, 2) * freedom + (0.5 - freedom / 2.0)
    chance = chances(canvas, rows, columns)
    row, column = low[0].long(), right[0].long()
    return Marks(
        right=(right - right.floor() - places[..., 0][:, row, column]) * (squash / count),
        low=(low - low.floor() - places[..., 1][:, row, column]) / count,
        kind=chance[:, row, column],
    )


def chances(canvas: Canvas, rows: int, columns: int) -> Tensor:
    """A table of numbers drawn evenly. Shapes: (b, rows, columns). Units: 0 to 1."""
    return canvas.scattered(rows * columns)[..., 0].view(-1, rows, columns)


def coloured(canvas: Canvas, kind: Tensor, colours: tuple[Colour, ...]) -> Tensor:
    """A colour for every chance of 0 to 1. Shapes: (b, h, w) to (b, 3, h, w)."""
    which = (kind * len(colours)).long().clamp(0, len(colours) - 1)
    return palette(canvas, colours).T[:, which].transpose(0, 1)


def stars(canvas: Canvas, count: float) -> Tensor:
    """Small lights of differing size. Shapes: (b, h, w). Units: 0 to 1."""
    found = marks(canvas, count, freedom=0.8)
    size = 0.002 + 0.0045 * found.kind
    return torch.exp(-((found.right**2 + found.low**2) / size**2)) * (found.kind > 0.35)


def puffs(canvas: Canvas) -> Tensor:
    """Soft clouds for a sky. Shapes: (b, h, w). Units: 0 to 1."""
    wide = max(2, round(4 * canvas.aspect))
    noise = 0.6 * canvas.clouds(wide, 9) + 0.4 * canvas.clouds(2 * wide, 16)
    return (noise * 2.2 - 0.25).clamp(0.0, 1.0)


def planks(canvas: Canvas, top: float, count: float) -> Tensor:
    """Boards that run away from the eye on a floor below a line. Shapes: (b, h, w). Units: 1 at a seam, else 0."""
    depth = ((canvas.y - top) / (1.0 - top)).clamp(min=0.0)
    seat = across(canvas) / (0.35 + depth) * count
    away = (seat - seat.round()).abs() * (0.35 + depth) / count
    return torch.exp(-((away / 0.004) ** 2))


def _row(canvas: Canvas, count: float) -> tuple[Tensor, Tensor]:
    """Places along the width, that many in a length, and a chance for each. Shapes: each (b, n, 1)."""
    number = max(1, round(count * math.sqrt(canvas.aspect)))
    drawn = canvas.scattered(number)
    seats = torch.arange(number, device=canvas.device) + 0.15
    return ((seats + 0.7 * drawn[..., 0]) / number)[..., None], drawn[..., 1:]


def _wet(paint: Paint, like: Tensor) -> Tensor:
    if isinstance(paint, Tensor):
        return paint
    return torch.tensor(paint, dtype=torch.float32, device=like.device)[None, :, None, None]
