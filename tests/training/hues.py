"""Plainly coloured scenes, and the hue that a picture measures. Knows no effect."""

import colorsys
import math
from collections.abc import Sequence

import torch
from torch import Tensor

from outcrop.training.canvas import Canvas
from outcrop.training.tones import colour
from outcrop.units import Size

SIZES = (Size(width=256, height=256), Size(width=160, height=384), Size(width=384, height=160))


def canvas(seeds: Sequence[int], size: Size) -> Canvas:
    """A canvas on the CPU."""
    return Canvas(seeds, size, torch.device("cpu"))


def scene(degrees: Sequence[float], size: Size) -> tuple[Tensor, Tensor]:
    """A round subject, deep, on a lighter ground, both of one hue a picture. Shapes: (b, 3, h, w), (b, 1, h, w)."""
    place = canvas(list(range(len(degrees))), size)
    shorter = min(size.width, size.height)
    away = (((place.x - 0.5) * size.width) ** 2 + ((place.y - 0.5) * size.height) ** 2).sqrt() / shorter
    subjects = ((0.34 - away) * 128.0).clamp(0.0, 1.0)[None].expand(len(degrees), -1, -1, -1).contiguous()
    light = 0.80 + 0.2 * place.y[None]
    ground = torch.cat([colour(light, colorsys.hsv_to_rgb(degree / 360.0, 0.55, 0.95)) for degree in degrees])
    inner = torch.cat([colour(light, colorsys.hsv_to_rgb(degree / 360.0, 0.85, 0.80)) for degree in degrees])
    return ground * light * (1.0 - subjects) + inner * light * subjects, subjects


def hue(pictures: Tensor, weight: Tensor) -> list[float]:
    """The mean hue of each picture where the weight is, by chroma. Units: degrees."""
    red, green, blue = (pictures * weight).mean((2, 3)).unbind(1)
    angle = torch.atan2(math.sqrt(3.0) * (green - blue), 2.0 * red - green - blue)
    return [float(value) % 360.0 for value in torch.rad2deg(angle)]


def turned(first: float, second: float) -> float:
    """How far two hues are apart. Units: degrees, 0 to 180."""
    return abs((first - second + 180.0) % 360.0 - 180.0)
