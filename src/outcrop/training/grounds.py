"""Paints what is behind a subject: plain colours, and settings by name. Knows no subjects and writes no captions."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import torch
from torch import Tensor

from outcrop.training.canvas import Canvas
from outcrop.training.scenery import indoors, land, patterns, sky, town, water, woods

Colour = tuple[float, float, float]

_PAINTERS: MappingProxyType[str, Callable[[Canvas], Tensor]] = MappingProxyType(
    {
        **indoors.PAINTERS,
        **land.PAINTERS,
        **water.PAINTERS,
        **sky.PAINTERS,
        **woods.PAINTERS,
        **town.PAINTERS,
        **patterns.PAINTERS,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What is known of a setting besides its look: the phrases that call for it, the usual one first, and how to stand.

    `panoramas` names the photographs that show it; it is empty where the setting is painted.

    Units: floor is the range of heights at which feet stand, 0 at the picture's top, 1 at its bottom.
    """

    name: str
    kind: str
    phrases: tuple[str, ...]
    floor: tuple[float, float]
    floats: bool
    indoors: bool
    panoramas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundList:
    """The grounds as data: colour values, the phrases of plain grounds, the painted settings, the photographed ones."""

    colours: MappingProxyType[str, Colour]
    plain_phrases: tuple[str, ...]
    settings: MappingProxyType[str, Setting]
    photographs: MappingProxyType[str, Setting]

    def setting(self, name: str) -> Setting:
        """A setting, painted or photographed.

        Raises: KeyError for a name that data/grounds.toml does not hold.
        """
        return self.photographs[name] if name in self.photographs else self.settings[name]


@cache
def load_grounds() -> GroundList:
    """Read data/grounds.toml."""
    table = tomllib.loads((files("outcrop.training") / "data" / "grounds.toml").read_text(encoding="utf-8"))
    colours = {name: (r / 255.0, g / 255.0, b / 255.0) for name, (r, g, b) in table["colour"].items()}
    settings = {name: _setting(name, entry) for name, entry in table["setting"].items()}
    photographs = {name: _setting(name, entry) for name, entry in table["photograph"].items()}
    return GroundList(
        colours=MappingProxyType(colours),
        plain_phrases=tuple(table["plain"]["phrases"]),
        settings=MappingProxyType(settings),
        photographs=MappingProxyType(photographs),
    )


def _setting(name: str, entry: dict[str, object]) -> Setting:
    match {"panoramas": [], **entry}:
        case {
            "kind": str(kind),
            "phrases": list(phrases),
            "floor": [float(first), float(last)],
            "panoramas": list(panoramas),
        }:
            return Setting(
                name=name,
                kind=kind,
                phrases=tuple(phrases),
                floor=(first, last),
                floats=bool(entry.get("floats")),
                indoors=bool(entry.get("indoors")),
                panoramas=tuple(panoramas),
            )
        case _:
            raise ValueError(f"the setting {name!r} in grounds.toml needs kind, phrases and a floor of two heights")


def paint_plain(canvas: Canvas, colours: Tensor) -> Tensor:
    """One colour a picture, a little lighter above and a little darker in the corners.

    Shapes: colours (b, 3) to (b, 3, h, w). Units: 0 to 1.
    """
    spread = (canvas.x - 0.5) ** 2 + (canvas.y - 0.45) ** 2
    light = 1.03 - 0.16 * spread * canvas.between(0.5, 1.0) - 0.03 * canvas.y
    return (colours.to(canvas.device)[:, :, None, None] * light[:, None]).clamp(0.0, 1.0)


def paint_setting(canvas: Canvas, name: str) -> Tensor:
    """A setting by its name in data/grounds.toml, the same for a picture alone and in company.

    Shapes: (b, 3, h, w). Units: 0 to 1.
    Raises: KeyError for a name without a painter.
    """
    shape = (len(canvas), 3, canvas.size.height, canvas.size.width)
    return torch.broadcast_to(_PAINTERS[name](canvas), shape).clamp(0.0, 1.0)
