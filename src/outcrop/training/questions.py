"""The fixed questions: a prompt each, and the scene that would answer it. Draws nothing and judges nothing.

An asked scene leaves open where exactly its things stand, as the prompt does; `truth` decides that too.
"""

import tomllib
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any, Literal, get_args

import numpy as np

from outcrop.training.captions import noun_phrase
from outcrop.training.scenes import Layout, Scene, Thing, placed
from outcrop.training.sprites import Sprites
from outcrop.training.subjects import SubjectList
from outcrop.units import Size

Kind = Literal["colour", "count", "side", "setting", "subject"]
KINDS: tuple[Kind, ...] = get_args(Kind)
TRUE_SEEDS = 1_000_000_000
"""From here on seeds are of true scenes, which no pool is composed from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One picture asked for, and what it should show."""

    kind: Kind
    prompt: str
    seed: int
    asked: Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A picture to be drawn, and the words to draw over it with."""

    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Showcase:
    """The prompts that are looked at, not measured. Units: strengths from 0 to 1."""

    sheet: tuple[str, ...]
    tiers: tuple[str, ...]
    edits: tuple[Edit, ...]
    strengths: tuple[float, ...]


def load_questions(subjects: SubjectList) -> tuple[Question, ...]:
    """The two hundred questions of data/evaluation.toml, and then one for every subject."""
    table = _table()
    grounds = table["subject_grounds"]
    table["subject"] = [
        {"prompt": table["subject_prompt"], "subject": subject.name, "ground": grounds[number % len(grounds)]}
        for number, subject in enumerate(subjects.subjects)
    ]
    return tuple(
        _question(kind, number, row, subjects) for kind in KINDS for number, row in enumerate(table[kind], start=1)
    )


def load_showcase() -> Showcase:
    """The prompts of data/evaluation.toml that are looked at."""
    table = _table()
    return Showcase(
        sheet=tuple(table["sheet"]),
        tiers=tuple(table["tiers"]),
        edits=tuple(Edit(before=row["before"], after=row["after"]) for row in table["edit"]),
        strengths=tuple(table["edit_strengths"]),
    )


def truth(asked: Scene, sprites: Sprites, size: Size, number: int = 0) -> Scene:
    """A true scene of what is asked, placed as the pool's are; each number below a thousand gives another one."""
    seed = TRUE_SEEDS + 1000 * asked.seed + number
    return placed(np.random.default_rng(seed), replace(asked, seed=seed), sprites, size)


def asked_scene(layout: Layout, things: tuple[Thing, ...], ground: str, setting: str, seed: int) -> Scene:
    """A scene in the usual drawing style without any look, its things not placed; `ground` is a plain colour."""
    return Scene(
        layout=layout,
        things=things,
        drawn="3D render",
        plain=ground,
        setting=setting,
        style="",
        lighting="",
        mood="",
        seed=seed,
    )


def asked_thing(subject: str, finish: str = "") -> Thing:
    """A thing that stands nowhere yet."""
    return Thing(subject=subject, finish=finish, size=0.0, x=0.0, foot=0.0)


def _table() -> dict[str, Any]:
    return tomllib.loads((files("outcrop.training") / "data" / "evaluation.toml").read_text(encoding="utf-8"))


def _question(kind: Kind, number: int, row: dict[str, Any], subjects: SubjectList) -> Question:
    layout, things = _things(row)
    prompt = row["prompt"]
    if kind == "subject":
        prompt = prompt.format(subject=noun_phrase(things[0], subjects), ground=row["ground"])
    seed = 1000 * KINDS.index(kind) + number
    asked = asked_scene(layout, things, row.get("ground", ""), row.get("setting", ""), seed)
    return Question(kind=kind, prompt=prompt, seed=number, asked=asked)


def _things(row: dict[str, Any]) -> tuple[Layout, tuple[Thing, ...]]:
    match row:
        case {"left": left, "right": right}:
            return "pair", (asked_thing(left), asked_thing(right))
        case {"left": left}:
            return "left", (asked_thing(left),)
        case {"right": right}:
            return "right", (asked_thing(right),)
        case {"subject": subject, "number": number}:
            return "count", (asked_thing(subject),) * number
        case _:
            return "one", (asked_thing(row["subject"], row.get("finish", "")),)
