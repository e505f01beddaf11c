"""Light on a surface given by its heights: matte shading and gloss. Knows no style."""

from torch import Tensor

from outcrop.training.strokes import slopes

_LIGHT = (-0.45, -0.60, 0.66)
_HALFWAY = (-0.247, -0.329, 0.911)
"""Halfway from the light to the eye, which looks straight down."""


def shaded(height: Tensor, steepness: float) -> Tensor:
    """Matte light from the upper left. Shapes: (b, 1, h, w). Units: 1 on level ground, 0 in full shade."""
    right, down = slopes(height * steepness)
    size = (1.0 + right**2 + down**2).sqrt()
    return ((-right * _LIGHT[0] - down * _LIGHT[1] + _LIGHT[2]) / size / _LIGHT[2]).clamp(min=0.0)


def gloss(height: Tensor, steepness: float, hardness: float) -> Tensor:
    """The shine of a polished surface. Shapes: (b, 1, h, w). Units: 0 to 1."""
    right, down = slopes(height * steepness)
    size = (1.0 + right**2 + down**2).sqrt()
    return ((-right * _HALFWAY[0] - down * _HALFWAY[1] + _HALFWAY[2]) / size).clamp(min=0.0) ** hardness
