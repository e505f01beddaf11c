"""Where the corpus comes from, as data: packages and their checksums, sources and their authors. Reads no picture."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any


class Registry(StrEnum):
    """Where a package is published."""

    NPM = "npm"
    DEBIAN = "debian"


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """One published file. path is below the registry's address, integrity a checksum in the form of W3C's SRI.

    notice is the copyright of a package whose words are used, not only its pictures.
    """

    name: str
    registry: Registry
    version: str
    path: str
    integrity: str
    notice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """Works of one author under one licence."""

    author: str
    licence: str
    link: str = ""
    works: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One source of pictures: what it is, whose it is, how it is packed.

    build names the builder, style what its pictures look like; drawings are those in the pack, used those that the
    filter lets through; leave_out are beginnings of names or categories that are not packed.
    """

    name: str
    title: str
    authors: str
    licence: str
    origin: str
    packages: tuple[str, ...]
    changes: str
    build: str
    style: str
    drawings: int
    used: int
    leave_out: tuple[str, ...] = ()
    note: str = ""
    credits: tuple[Credit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """All that data/sources.toml and data/credits.toml say.

    licences are the addresses of their texts by SPDX name; emoji_left_out beginnings of emoji's names.
    """

    packages: tuple[Package, ...]
    sources: tuple[Source, ...]
    licences: Mapping[str, str]
    emoji_left_out: tuple[str, ...]

    def named(self, name: str) -> Source:
        """The source of that name.

        Raises: KeyError where there is none.
        """
        for source in self.sources:
            if source.name == name:
                return source
        raise KeyError(f"no source is named {name!r}; data/sources.toml has {[source.name for source in self.sources]}")


@cache
def load_sources() -> Sources:
    """Read data/sources.toml and data/credits.toml."""
    data = files("outcrop.training") / "data"
    table = tomllib.loads((data / "sources.toml").read_text(encoding="utf-8"))
    credits_of = tomllib.loads((data / "credits.toml").read_text(encoding="utf-8"))
    sources = []
    for row in table["source"]:
        listed = tuple(Credit(**_tuples(credit)) for credit in credits_of.get(row["name"], ()))
        sources.append(Source(**_tuples(row), credits=listed))
    packages = tuple(Package(**{**row, "registry": Registry(row["registry"])}) for row in table["package"])
    return Sources(
        packages=packages,
        sources=tuple(sources),
        licences=MappingProxyType(table["licence"]),
        emoji_left_out=tuple(table["emoji_left_out"]),
    )


def _tuples(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
