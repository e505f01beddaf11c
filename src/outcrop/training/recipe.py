"""How large a model is and how it is trained, one file a size in data/recipes. Trains nothing."""

import tomllib
from dataclasses import dataclass, fields
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from outcrop.training.autoencoder import AutoencoderRun, AutoencoderShape
from outcrop.training.denoiser import DenoiserRun
from outcrop.training.networks import DenoiserShape
from outcrop.training.scenes import Mix
from outcrop.training.student import StudentRun

_FOLDER = files("outcrop.training") / "data" / "recipes"


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolRun:
    """How many scenes are composed: for the autoencoder; squares, of each other shape, and of double size.

    Units: `batch` scenes are composed and encoded at once.
    """

    autoencoder: int
    square: int
    other: int
    double: int
    batch: int = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Everything that is chosen about a model before it is trained."""

    name: str
    pool: PoolRun
    mix: Mix
    autoencoder_shape: AutoencoderShape
    autoencoder: AutoencoderRun
    denoiser_shape: DenoiserShape
    denoiser: DenoiserRun
    student: StudentRun


def recipe_names() -> tuple[str, ...]:
    """The recipes there are."""
    return tuple(sorted(path.name.removesuffix(".toml") for path in _FOLDER.iterdir()))


def load_recipe(name: str) -> Recipe:
    """Read data/recipes/NAME.toml; what it leaves out has the defaults of the parts.

    Raises: KeyError naming the recipes there are; TypeError naming an entry that no part knows.
    """
    if name not in recipe_names():
        raise KeyError(f"there is no recipe {name!r}; there are {', '.join(recipe_names())}")
    table = MappingProxyType(tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8")))
    parts = {"pool": PoolRun, "mix": Mix, "autoencoder_shape": AutoencoderShape, "autoencoder": AutoencoderRun}
    parts |= {"denoiser_shape": DenoiserShape, "denoiser": DenoiserRun, "student": StudentRun}
    return Recipe(name=name, **{part: _made(kind, table.get(part, {})) for part, kind in parts.items()})


def _made(kind: Any, entries: dict[str, Any]) -> Any:  # noqa: ANN401 - one function for six dataclasses
    known = {field.name for field in fields(kind)}
    for name in entries:
        if name not in known:
            raise TypeError(f"{kind.__name__} has no {name!r}; it has {', '.join(sorted(known))}")
    return kind(**{name: _value(value) for name, value in entries.items()})


def _value(value: Any) -> Any:  # noqa: ANN401 - whatever TOML holds
    return tuple(_value(each) for each in value) if isinstance(value, list) else value
