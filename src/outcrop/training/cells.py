"""Pictures cut into cells: squares, Voronoi cells, triangles; each with one colour. Knows no style."""

import torch
from torch import Tensor
from torch.nn import functional

from outcrop.training.canvas import Canvas


def pixelated(pictures: Tensor, side_px: int) -> Tensor:
    """Squares of one colour, counted from the upper left corner."""
    height, width = pictures.shape[-2:]
    small = functional.avg_pool2d(pictures, side_px, ceil_mode=True)
    large = small.repeat_interleave(side_px, -2).repeat_interleave(side_px, -1)
    return large[..., :height, :width]


def cell_means(pictures: Tensor, cells: Tensor, count: int) -> Tensor:
    """Every cell in its mean colour. Shapes: cells (b, h, w), numbers below count; returns like pictures."""
    batch, channels, height, width = pictures.shape
    index = cells.reshape(batch, 1, -1).expand(-1, channels, -1)
    flat = pictures.reshape(batch, channels, -1)
    sums = pictures.new_zeros(batch, channels, count).scatter_add_(2, index, flat)
    held = pictures.new_zeros(batch, channels, count).scatter_add_(2, index, torch.ones_like(flat))
    return (sums / held.clamp(min=1.0)).gather(2, index).reshape(batch, channels, height, width)


def cell_values(values: Tensor, cells: Tensor) -> Tensor:
    """A value a cell, laid over its pixels. Shapes: values (b, count), cells (b, h, w) to (b, 1, h, w)."""
    batch, height, width = cells.shape
    return values.gather(1, cells.reshape(batch, -1)).reshape(batch, 1, height, width)


class Mesh:
    """Points near a square grid, each moved to the strongest edge among a few places tried. One mesh a picture.

    Shapes: points is (b, rows + 4, columns + 4, 2), x before y, two rings beyond the picture. Units: pixels.
    """

    def __init__(self, canvas: Canvas, strength: Tensor, cell_px: float, tries: int = 6) -> None:
        width, height = canvas.size.width, canvas.size.height
        self.columns, self.rows = max(2, round(width / cell_px)), max(2, round(height / cell_px))
        self.cell_x, self.cell_y = width / self.columns, height / self.rows
        shape = (len(canvas), self.rows + 4, self.columns + 4, tries, 2)
        moves = (canvas.scattered((self.rows + 4) * (self.columns + 4) * tries).reshape(shape) - 0.5) * 0.7
        rows = (torch.arange(self.rows + 4, device=canvas.device) - 1.5)[:, None, None]
        columns = (torch.arange(self.columns + 4, device=canvas.device) - 1.5)[None, :, None]
        x, y = (moves[..., 0] + columns) * self.cell_x, (moves[..., 1] + rows) * self.cell_y
        at = y.long().clamp(0, height - 1) * width + x.long().clamp(0, width - 1)
        found = strength.reshape(len(canvas), -1).gather(1, at.reshape(len(canvas), -1)).reshape(at.shape)
        best = found.argmax(-1, keepdim=True)
        self.points = torch.stack([x.gather(-1, best)[..., 0], y.gather(-1, best)[..., 0]], -1)
        self._x = (canvas.x * width).expand(1, height, width)
        self._y = (canvas.y * height).expand(1, height, width)

    def voronoi(self) -> tuple[Tensor, int, Tensor]:
        """Which point is nearest: cells (b, h, w) and their count, and how far each pixel is from the next cell."""
        row, column = (self._y / self.cell_y).long() + 1, (self._x / self.cell_x).long() + 1
        nearest = torch.full_like(self._x.expand(len(self.points), -1, -1), 1e9)
        second, cells = nearest, torch.zeros_like(nearest, dtype=torch.long)
        for down in (0, 1, 2):
            for right in (0, 1, 2):
                index = (row + down) * (self.columns + 4) + column + right + 0 * cells
                away = self._away(index)
                closer = away < nearest
                second = torch.where(closer, nearest, torch.minimum(second, away))
                nearest, cells = torch.where(closer, away, nearest), torch.where(closer, index, cells)
        return cells, (self.rows + 4) * (self.columns + 4), (second.sqrt() - nearest.sqrt())[:, None] / 2

    def _away(self, index: Tensor) -> Tensor:
        x, y = self._at(index)
        return (self._x - x) ** 2 + (self._y - y) ** 2

    def triangles(self) -> tuple[Tensor, int, Tensor]:
        """Which triangle each pixel is in: cells (b, h, w) and their count, and how far it is from the next one."""
        row, near_row = _between_lines(self.points, self._x[0, 0], self._y[0, :, 0], self.cell_x, self.cell_y)
        turned = self.points.transpose(1, 2).flip(-1)
        column, near_column = _between_lines(turned, self._y[0, :, 0], self._x[0, 0], self.cell_y, self.cell_x)
        square = row * (self.columns + 4) + column.transpose(1, 2)
        (from_x, from_y), (to_x, to_y) = self._at(square), self._at(square + self.columns + 5)
        across, down = to_x - from_x, to_y - from_y
        under = (across * (self._y - from_y) - down * (self._x - from_x)) / (across**2 + down**2).sqrt().clamp(min=1.0)
        border = torch.minimum(torch.minimum(near_row, near_column.transpose(1, 2)), under.abs())
        return 2 * square + (under > 0), 2 * (self.rows + 4) * (self.columns + 4), border[:, None]

    def _at(self, index: Tensor) -> tuple[Tensor, Tensor]:
        batch = len(self.points)
        flat, at = self.points.reshape(batch, -1, 2), index.reshape(batch, -1)
        return flat[..., 0].gather(1, at).reshape(index.shape), flat[..., 1].gather(1, at).reshape(index.shape)


def _between_lines(
    points: Tensor, along: Tensor, down: Tensor, cell_along: float, cell_down: float
) -> tuple[Tensor, Tensor]:
    """Which two of the lines through the rows of points a pixel lies between: the upper one's number, and how near.

    Shapes: points (b, rows, columns, 2), along (n,), down (m,); returns (b, m, n) twice. Units: pixels.
    """
    x, y = points[..., 0], points[..., 1]
    first = (along / cell_along + 1.5).long()
    part = first - 1 + (along >= x[:, :, first]).long() + (along >= x[:, :, first + 1]).long()
    from_x, to_x, from_y, to_y = x.gather(2, part), x.gather(2, part + 1), y.gather(2, part), y.gather(2, part + 1)
    lines = from_y + (to_y - from_y) * (along - from_x) / (to_x - from_x)
    nominal = (down / cell_down + 1.5).long()
    over, under = down[:, None] - lines[:, nominal], down[:, None] - lines[:, nominal + 1]
    between = nominal[:, None] - 1 + (over >= 0).long() + (under >= 0).long()
    return between, torch.minimum(over.abs(), under.abs())
