"""What an effect is given: composed pictures, where their subjects are, and the canvas. Knows no effect."""

import math
from dataclasses import dataclass

from torch import Tensor

from outcrop.training.canvas import Canvas
from outcrop.training.softness import blurred


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """A batch of composed pictures and what is known of them.

    Shapes: pictures (b, 3, h, w), subjects (b, 1, h, w). Units: 0 to 1; subjects is 1 where a subject stands.
    """

    pictures: Tensor
    subjects: Tensor
    canvas: Canvas

    @property
    def x(self) -> Tensor:
        """From 0 at the left to 1 at the right. Shapes: (1, 1, 1, w)."""
        return self.canvas.x[None]

    @property
    def y(self) -> Tensor:
        """From 0 at the top to 1 at the bottom. Shapes: (1, 1, h, 1)."""
        return self.canvas.y[None]

    def between(self, low: float, high: float) -> Tensor:
        """A number a picture, drawn evenly. Shapes: (b, 1, 1, 1)."""
        return self.canvas.between(low, high)[:, None]

    def side(self) -> Tensor:
        """-1 for left or 1 for right, a picture. Shapes: (b, 1, 1, 1)."""
        return (self.canvas.chosen(2) * 2.0 - 1.0)[:, None, None, None]

    def clouds(self, cell_px: float) -> Tensor:
        """Smooth noise in cells of about that size. Shapes: (b, 1, h, w). Units: about -1 to 1."""
        size = self.canvas.size
        return self.canvas.clouds(_cells(size.width, cell_px), _cells(size.height, cell_px))[:, None]

    def lumps(self, size_px: float) -> Tensor:
        """Irregular noise without any grid, lumps of about that size. Shapes: (b, 1, h, w). Units: deviation 1."""
        return blurred(blurred(self.canvas.grain()[:, None], size_px / 2), 2.0) * (size_px * math.sqrt(math.pi))

    def distance(self, x: Tensor | float, y: Tensor | float) -> Tensor:
        """How far each pixel is from a place. Shapes: (b or 1, 1, h, w). Units: the shorter side of the picture."""
        size = self.canvas.size
        shorter = min(size.width, size.height)
        across, down = (self.x - x) * (size.width / shorter), (self.y - y) * (size.height / shorter)
        return (across**2 + down**2).sqrt()


def _cells(pixels: int, cell_px: float) -> int:
    return max(2, round(pixels / cell_px))
