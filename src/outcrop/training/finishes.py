"""Repaints drawings: their dominant hue in a colour, or all of them in a material, keeping light and shade.

Source: shading by luminance onto a ramp, as toon shading does (Lake et al. 2000, section 3).
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import torch
from torch import Tensor

from outcrop.training.canvas import Canvas
from outcrop.training.hues import LEAST_SATURATION, REACH_DEGREES

Ramp = tuple[tuple[float, ...], ...]
_LUMINANCE = (0.299, 0.587, 0.114)


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What a whole thing may be made of. Units: ramp stops, shadow to light, sRGB 0 to 1."""

    ramp: Ramp
    grain: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishList:
    """The colours and materials, by the name a scene gives them."""

    colours: MappingProxyType[str, Ramp]
    materials: MappingProxyType[str, Material]


@cache
def load_finishes() -> FinishList:
    """Read data/finishes.toml."""
    table = tomllib.loads((files("outcrop.training") / "data" / "finishes.toml").read_text(encoding="utf-8"))
    return FinishList(
        colours=MappingProxyType({name: _ramp(stops) for name, stops in table["colour"].items()}),
        materials=MappingProxyType(
            {
                name: Material(ramp=_ramp(row["ramp"]), grain=row["grain"], words=tuple(row["words"]))
                for name, row in table["material"].items()
            }
        ),
    )


def repaint(drawings: Tensor, hues: Tensor, finish: str, canvas: Canvas) -> Tensor:
    """Repaint drawings, each of the dominant hue given, in one colour or material.

    Shapes: drawings (b, 4, s, s) of straight RGB and alpha; hues (b,). Units: 0 to 1; hues in degrees.
    Raises: KeyError for a name that data/finishes.toml does not hold.
    """
    rgb, alpha = drawings[:, :3], drawings[:, 3:]
    finishes = load_finishes()
    if finish in finishes.colours:
        mask = _of_hue(rgb, hues)
        ramp, grain = finishes.colours[finish], "none"
    else:
        mask = torch.ones_like(alpha)
        ramp, grain = finishes.materials[finish].ramp, finishes.materials[finish].grain
    light = _spread(_luminance(rgb), mask * alpha, reach=2.6 if finish in finishes.colours else 1.9)
    painted = _on_ramp(light + _GRAINS[grain](canvas), ramp)
    return torch.cat([rgb + (painted - rgb) * mask, alpha], dim=1)


def _ramp(stops: list[list[int]]) -> Ramp:
    return tuple(tuple(value / 255.0 for value in stop) for stop in stops)


def _luminance(rgb: Tensor) -> Tensor:
    weights = torch.tensor(_LUMINANCE, device=rgb.device)[None, :, None, None]
    return (rgb * weights).sum(dim=1, keepdim=True)


def _of_hue(rgb: Tensor, hues: Tensor) -> Tensor:
    """How much of each pixel has the dominant hue, fading at the edge of its reach. Shapes: (b, 1, s, s)."""
    most, least = rgb.amax(dim=1), rgb.amin(dim=1)
    chroma = (most - least).clamp_min(1e-4)
    red, green, blue = rgb.unbind(dim=1)
    turn = torch.where(
        most == red,
        ((green - blue) / chroma) % 6.0,
        torch.where(most == green, (blue - red) / chroma + 2.0, (red - green) / chroma + 4.0),
    )
    apart = ((turn * 60.0 - hues[:, None, None] + 180.0) % 360.0 - 180.0).abs()
    near = ((REACH_DEGREES + 6.0 - apart) / 12.0).clamp(0.0, 1.0)
    coloured = ((chroma / most.clamp_min(1e-4) - LEAST_SATURATION + 0.12) / 0.12).clamp(0.0, 1.0)
    return (near * coloured)[:, None]


def _spread(light: Tensor, mask: Tensor, reach: float) -> Tensor:
    """Luminance about its own middle, so that each drawing uses the ramp. Shapes: (b, 1, s, s). Units: 0 to 1."""
    area = mask.sum(dim=(2, 3), keepdim=True).clamp_min(1.0)
    middle = (light * mask).sum(dim=(2, 3), keepdim=True) / area
    deviation = (((light - middle).square() * mask).sum(dim=(2, 3), keepdim=True) / area).sqrt().clamp_min(0.09)
    return (0.5 + (light - middle) / (2.0 * reach * deviation)).clamp(0.0, 1.0)


def _on_ramp(light: Tensor, ramp: Ramp) -> Tensor:
    """Shapes: (b, 1, s, s) to (b, 3, s, s)."""
    shadow, middle, high = (torch.tensor(stop, device=light.device)[None, :, None, None] for stop in ramp)
    dark = shadow + (middle - shadow) * (light * 2.0).clamp(0.0, 1.0)
    return dark + (high - dark) * (light * 2.0 - 1.0).clamp(0.0, 1.0)


def _no_grain(canvas: Canvas) -> Tensor:
    return torch.zeros(len(canvas), 1, 1, 1, device=canvas.device)


def _wood(canvas: Canvas) -> Tensor:
    bend = canvas.clouds(3, 3) * 0.05
    rings = torch.sin((canvas.y + bend + 0.06 * canvas.x) * 75.0)
    return (0.10 * rings + 0.05 * canvas.clouds(3, 40))[:, None]


def _stone(canvas: Canvas) -> Tensor:
    veins = (1.0 - canvas.clouds(5, 5).abs() * 9.0).clamp_min(0.0)
    return (0.07 * canvas.clouds(24, 24) - 0.16 * veins)[:, None]


def _frost(canvas: Canvas) -> Tensor:
    cracks = (1.0 - (canvas.clouds(6, 6) + 0.4 * canvas.clouds(13, 13)).abs() * 7.0).clamp_min(0.0)
    return (0.18 * cracks)[:, None]


_GRAINS = MappingProxyType({"none": _no_grain, "wood": _wood, "stone": _stone, "frost": _frost})
