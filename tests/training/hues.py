"""Plainly coloured scenes, and the hue that a picture measures. Knows no effect."""

import colorsys
import math
from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from outcrop.training.canvas import Canvas
from outcrop.training.grounds import load_grounds
from outcrop.training.judge import Floats, to_lab
from outcrop.training.tones import colour
from outcrop.units import Size

Apply = Callable[[str, Tensor, Tensor, Canvas], Tensor]

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


def ground_names(apply: Apply, name: str) -> dict[str, str]:
    """What each named plain ground is called after an effect: by the median of its pixels, in CIELAB."""
    colours = load_grounds().colours
    _, subjects = scene([0.0] * len(colours), SIZES[0])
    grounds = torch.cat([colour(subjects, rgb) for rgb in colours.values()])
    pictures = grounds * (1.0 - subjects) + 0.5 * subjects
    after = apply(name, pictures, subjects, canvas(range(len(colours)), SIZES[0]))
    outside = subjects[0, 0] < 0.02
    return {
        before: _nearest(picture[:, outside].numpy().T.astype(np.float64))
        for before, picture in zip(colours, after, strict=True)
    }


def _nearest(pixels: Floats) -> str:
    median = np.median(to_lab(pixels), axis=0)
    colours = load_grounds().colours
    return min(colours, key=lambda name: float(np.linalg.norm(to_lab(np.array(colours[name])) - median)))


def turned(first: float, second: float) -> float:
    """How far two hues are apart. Units: degrees, 0 to 180."""
    return abs((first - second + 180.0) % 360.0 - 180.0)
