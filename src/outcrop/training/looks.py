"""Reads the words for styles, lighting and moods, and what a caption must know of each. Knows no pixels."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal

Keeps = Literal["all", "subject", "ground", "none"]
Place = Literal["any", "outdoor", "indoor"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A style, a lighting or a mood as a caption calls it.

    `phrases`: the plain usual one first. `keeps`: whose colours stay true; the others are not named. `place`: the
    settings that a light suits. `preset`: one of Stability's style presets, by the same name.
    """

    name: str
    phrases: tuple[str, ...]
    keeps: Keeps
    place: Place
    preset: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LookList:
    """All looks by their names, in the order of the file."""

    styles: MappingProxyType[str, Look]
    lighting: MappingProxyType[str, Look]
    moods: MappingProxyType[str, Look]


@cache
def load_looks() -> LookList:
    """Read data/styles.toml.

    Raises: KeyError where a look has no phrases.
    """
    table = tomllib.loads((files("outcrop.training") / "data" / "styles.toml").read_text(encoding="utf-8"))
    return LookList(styles=_looks(table["style"]), lighting=_looks(table["lighting"]), moods=_looks(table["mood"]))


def _looks(table: dict[str, dict[str, Any]]) -> MappingProxyType[str, Look]:
    return MappingProxyType(
        {
            name: Look(
                name=name,
                phrases=tuple(entry["phrases"]),
                keeps=entry.get("keeps", "all"),
                place=entry.get("place", "any"),
                preset=entry.get("preset", False),
            )
            for name, entry in table.items()
        }
    )
