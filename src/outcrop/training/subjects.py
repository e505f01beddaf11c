"""The chosen subjects, as data: what each is called, which drawing shows it, its colours. Draws nothing."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from outcrop.training.corpus import DrawingKey

HUES: MappingProxyType[str, float] = MappingProxyType(
    {"red": 357.0, "orange": 26.0, "yellow": 48.0, "green": 130.0, "blue": 216.0, "purple": 276.0, "pink": 332.0}
)
"""Colour names a subject may take, as hues in degrees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One thing the model learns to draw; without `colours` it keeps the drawing's, else it has `own` unless asked."""

    name: str
    drawing: str
    also: tuple[str, ...]
    plural: bool
    colours: tuple[str, ...]
    own: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectList:
    """The subjects; for each style the corpus source that draws them in it, and how often it is practised."""

    subjects: tuple[Subject, ...]
    sources: MappingProxyType[str, str]
    style_weight: MappingProxyType[str, float]

    @property
    def styles(self) -> tuple[str, ...]:
        """The names of the styles, the usual one first."""
        return tuple(self.sources)

    def key(self, subject: Subject, style: str) -> DrawingKey:
        """The drawing of a subject in a style."""
        return DrawingKey(source=self.sources[style], name=subject.drawing)

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
            plural=row.get("plural", False),
            colours=tuple(row.get("colours", HUES)) if row.get("recolour", False) else (),
            own=row.get("own", ""),
            weight=row.get("weight", 1.0),
        )
        for row in table["subject"]
    )
    return SubjectList(
        subjects=subjects,
        sources=MappingProxyType(table["sources"]),
        style_weight=MappingProxyType(table["style_weight"]),
    )
