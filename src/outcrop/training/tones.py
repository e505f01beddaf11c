"""Arithmetic of tones and colours on batches of pictures. Knows no places: every pixel is treated by itself."""

import torch
from torch import Tensor

Colour = tuple[float, float, float]


def colour(like: Tensor, rgb: Colour) -> Tensor:
    """A colour that broadcasts over pictures. Shapes: (1, 3, 1, 1)."""
    return torch.tensor(rgb, dtype=like.dtype, device=like.device)[None, :, None, None]


def luminance(pictures: Tensor) -> Tensor:
    """Lightness by the weights of Rec. 601. Shapes: (b, 3, h, w) to (b, 1, h, w)."""
    return 0.299 * pictures[:, 0:1] + 0.587 * pictures[:, 1:2] + 0.114 * pictures[:, 2:3]


def saturated(pictures: Tensor, strength: float) -> Tensor:
    """Colours further from their grey (above 1) or nearer to it (below 1)."""
    grey = luminance(pictures)
    return (grey + strength * (pictures - grey)).clamp(0.0, 1.0)


def contrasted(pictures: Tensor, strength: float, middle: float = 0.5) -> Tensor:
    """Tones further from the middle (above 1) or nearer to it (below 1)."""
    return (middle + strength * (pictures - middle)).clamp(0.0, 1.0)


def mixed(first: Tensor, second: Tensor, part: Tensor | float) -> Tensor:
    """The first where part is 0, the second where it is 1."""
    return first + (second - first) * part


def screened(pictures: Tensor, light: Tensor) -> Tensor:
    """Light added as by a second projector: never past white."""
    return 1.0 - (1.0 - pictures) * (1.0 - light.clamp(0.0, 1.0))


def rising(value: Tensor, low: float, high: float) -> Tensor:
    """0 up to low, 1 from high on, smooth between."""
    part = ((value - low) / (high - low)).clamp(0.0, 1.0)
    return part * part * (3.0 - 2.0 * part)


def stepped(value: Tensor, steps: int, softness: float) -> Tensor:
    """Tones in that many flat steps. Units: softness is the part of a step that the way to the next takes."""
    scaled = value * (steps - 1)
    whole = scaled.floor()
    return (whole + rising(scaled - whole, 0.5 - softness / 2, 0.5 + softness / 2)) / (steps - 1)


def relit(pictures: Tensor, light: Tensor) -> Tensor:
    """Give pictures new lightness and keep their colours. Shapes: light (b, 1, h, w)."""
    return (pictures * (light / (luminance(pictures) + 0.02))).clamp(0.0, 1.0)


def ramp(part: Tensor, colours: tuple[Colour, ...]) -> Tensor:
    """Colours laid evenly along 0 to 1. Shapes: (b or 1, 1, h, w) to (b or 1, 3, h, w)."""
    at = part.clamp(0.0, 1.0) * (len(colours) - 1)
    laid = colour(part, colours[0])
    for index, rgb in enumerate(colours[1:]):
        laid = mixed(laid, colour(part, rgb), (at - index).clamp(0.0, 1.0))
    return laid
