"""Photographed surroundings as grounds: looks into panoramas in a direction drawn by chance. Knows no files."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as nn
from PIL import Image, ImageFilter
from torch import Tensor

from outcrop.training.canvas import Canvas

_HEIGHT_PX = 256
_FIELD_OF_VIEW = math.radians(62.0)
_SUN_HOLE = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Panoramas:
    """Equirectangular photographs by name.

    Shapes: each picture is (3, 256, 512). Units: 0 to 1.
    """

    pictures: Mapping[str, Tensor]


NO_PANORAMAS = Panoramas(pictures={})


def prepare(pictures: Mapping[str, Image.Image]) -> Panoramas:
    """Panoramas ready to look into, from photographs of twice their height in width."""
    return Panoramas(pictures={name: _prepared(picture) for name, picture in pictures.items()})


def paint_photograph(canvas: Canvas, panoramas: Panoramas, names: Sequence[str]) -> Tensor:
    """A view into one of the named panoramas a picture, level with the horizon, a little out of focus.

    Shapes: (b, 3, h, w). Units: 0 to 1.
    Raises: KeyError for a name that is not among the panoramas.
    """
    table = torch.stack([panoramas.pictures[name] for name in names]).to(canvas.device)
    chosen = table[canvas.chosen(len(names))]
    return _seen(canvas, chosen, canvas.between(-math.pi, math.pi), canvas.between(0.04, 0.12)).clamp(0.0, 1.0)


def _seen(canvas: Canvas, panoramas: Tensor, turn: Tensor, nod: Tensor) -> Tensor:
    """Each panorama as a camera sees it, turned right by `turn` and down by `nod`. Shapes: angles (b, 1, 1)."""
    reach = 2.0 * math.tan(_FIELD_OF_VIEW / 2.0)
    right = (canvas.x - 0.5) * math.sqrt(canvas.aspect) * reach + 0.0 * canvas.y
    low = (canvas.y - 0.5) / math.sqrt(canvas.aspect) * reach + 0.0 * canvas.x
    ahead = torch.cos(nod) - low * torch.sin(nod)
    down = torch.sin(nod) + low * torch.cos(nod)
    east = torch.remainder((torch.atan2(right.expand_as(ahead), ahead) + turn) / math.pi + 1.0, 2.0) - 1.0
    south = torch.atan2(down, (right**2 + ahead**2).sqrt()) / (math.pi / 2.0)
    # one column of the other end on each side, so that the seam is as smooth as the rest
    around = torch.cat([panoramas[..., -1:], panoramas, panoramas[..., :1]], dim=-1)
    wide = panoramas.shape[-1]
    places = torch.stack([east * wide / (wide + 2), south], dim=-1)
    return nn.grid_sample(around, places, mode="bilinear", padding_mode="border", align_corners=False)


def _prepared(picture: Image.Image) -> Tensor:
    """Reduced, blurred, and with the sun where an overflow has left a dark hole."""
    small = picture.convert("RGB").resize((2 * _HEIGHT_PX, _HEIGHT_PX), Image.Resampling.BOX)
    closed = small.filter(ImageFilter.MaxFilter(11)).filter(ImageFilter.MinFilter(11))
    pixels = np.asarray(small, dtype=np.float32) / 255.0
    filled = np.asarray(closed, dtype=np.float32) / 255.0
    hole = (filled - pixels).mean(axis=-1, keepdims=True) > _SUN_HOLE
    blue = pixels[..., 2:] - pixels[..., :1] > _SUN_HOLE
    spot = Image.fromarray(((hole & blue)[..., 0] * 255).astype(np.uint8)).filter(ImageFilter.MaxFilter(7))
    healed = np.where(np.asarray(spot)[..., None] > 0, filled, pixels)
    soft = Image.fromarray((healed * 255.0 + 0.5).astype(np.uint8)).filter(ImageFilter.GaussianBlur(1.3))
    return torch.from_numpy(np.asarray(soft, dtype=np.float32) / 255.0).permute(2, 0, 1).contiguous()
