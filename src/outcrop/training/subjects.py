"""The chosen subjects, as data: what each is called and which drawing shows it. Draws nothing."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from outcrop.training.corpus import DrawingKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One thing the model learns to draw."""

    name: str
    drawing: str
    also: tuple[str, ...]
    """Other names for it."""
    many: str
    """The plural; empty where it is not counted."""
    bare: bool
    """Whether the name goes without an article: "cherries", "popcorn"."""
    common: bool
    """Whether people ask for it first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectList:
    """The subjects; and for each drawing style the corpus source that draws them in it, the usual one first."""

    subjects: tuple[Subject, ...]
    sources: MappingProxyType[str, str]

    @property
    def drawn_styles(self) -> tuple[str, ...]:
        """The names of the drawing styles, the usual one first."""
        return tuple(self.sources)

    def key(self, subject: Subject, drawn: str) -> DrawingKey:
        """The drawing of a subject in a drawing style."""
        return DrawingKey(source=self.sources[drawn], name=subject.drawing)

    def named(self, name: str) -> Subject:
        """The subject of that name.

        Raises: KeyError where the list has none.
        """
        for subject in self.subjects:
            if subject.name == name:
                return subject
        raise KeyError(f"no subject is named {name!r}; see data/subjects.toml")


@cache
def load_subjects() -> SubjectList:
    """Read data/subjects.toml."""
    table = tomllib.loads((files("outcrop.training") / "data" / "subjects.toml").read_text(encoding="utf-8"))
    subjects = tuple(
        Subject(
            name=row["name"],
            drawing=row["drawing"],
            also=tuple(row.get("also", ())),
            many=row.get("many", ""),
            bare=row.get("plural", False) or row.get("mass", False),
            common=row["name"] in table["common"],
        )
        for row in table["subject"]
    )
    return SubjectList(subjects=subjects, sources=MappingProxyType(table["sources"]))
