"""Measures an exported folder on fixed prompts: is the ground the asked colour, is the subject the asked one.

Knows how to ask and to count; pictures come from a callable, judgement from judge.py.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from outcrop.training.captions import subject_phrase
from outcrop.training.generate import Wish
from outcrop.training.grounds import load_grounds
from outcrop.training.judge import Verdict, descriptor, nearest_colour, nearest_subject
from outcrop.training.pool import SQUARE
from outcrop.training.scenes import Palette, Scene, compose
from outcrop.training.subjects import load_subjects

Pixels = npt.NDArray[np.uint8]
Draw = Callable[[list[Wish]], Pixels]
"""Wishes to pictures, (n, h, w, 3)."""

_REFERENCE_SEEDS = (9_000_001, 9_000_002, 9_000_003)
_WIDE_COLOURS = ("blue", "white")
_HELD_OUT_SEEDS = (9_500_001, 9_500_002)


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """The fixed prompts, as data: every subject on every colour, with every seed; and the contact sheet's prompts."""

    prompt: str
    colours: tuple[str, ...]
    subjects: tuple[str, ...]
    seeds: tuple[int, ...]
    sheet: tuple[str, ...]
    sheet_seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One picture asked for, and what it should show."""

    wish: Wish
    asked: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Shares of pictures, 0 to 1, that show what was asked."""

    pictures: int
    colour_right: float
    subject_right: float
    colour_by_name: Mapping[str, float]
    subject_by_name: Mapping[str, float]


def load_questions() -> Questions:
    """Read data/evaluation.toml."""
    table = tomllib.loads((files("outcrop.training") / "data" / "evaluation.toml").read_text(encoding="utf-8"))
    return Questions(
        prompt=table["prompt"],
        colours=tuple(table["colours"]),
        subjects=tuple(table["subjects"]),
        seeds=tuple(table["seeds"]),
        sheet=tuple(table["sheet"]),
        sheet_seed=table["sheet_seed"],
    )


def over_every_subject(questions: Questions) -> Questions:
    """A harder set: all that the model was taught, each over two of the colours with one seed, told from all others."""
    every = tuple(subject.name for subject in load_subjects().subjects)
    return replace(questions, subjects=every, colours=_WIDE_COLOURS, seeds=questions.seeds[:1])


def ask(questions: Questions) -> list[Question]:
    """Every question, in a fixed order: subject, colour, seed."""
    return [
        Question(
            wish=Wish(prompt=questions.prompt.format(subject=_phrase(subject), colour=colour), seed=seed),
            asked=Verdict(colour=colour, subject=subject),
        )
        for subject in questions.subjects
        for colour in questions.colours
        for seed in questions.seeds
    ]


def evaluate(questions: Questions, palette: Palette, pictures: Pixels) -> Score:
    """Judge one picture for each question, in the order of `ask`. Shapes: pictures is (n, h, w, 3)."""
    asked = [question.asked for question in ask(questions)]
    return _score(asked, _judge_all(questions, palette, asked, pictures))


def ceiling(questions: Questions, palette: Palette) -> Score:
    """The same figures for freshly composed true scenes: the best that the measure can say."""
    asked = [question.asked for question in ask(questions)]
    truth = [
        _composed(palette, verdict, _HELD_OUT_SEEDS[number % len(_HELD_OUT_SEEDS)] + number)
        for number, verdict in enumerate(asked)
    ]
    return _score(asked, _judge_all(questions, palette, asked, np.stack(truth)))


def as_json(score: Score) -> dict[str, object]:
    """A score as plain values."""
    return asdict(score)


def _phrase(name: str) -> str:
    return subject_phrase(load_subjects().named(name), name, "")


def _judge_all(questions: Questions, palette: Palette, asked: list[Verdict], pictures: Pixels) -> list[Verdict]:
    values = {name: load_grounds().colours[name] for name in questions.colours}
    references = {colour: _references(questions, palette, colour) for colour in questions.colours}
    return [
        Verdict(colour=nearest_colour(picture, values), subject=nearest_subject(picture, references[verdict.colour]))
        for picture, verdict in zip(pictures, asked, strict=True)
    ]


def _references(questions: Questions, palette: Palette, colour: str) -> dict[str, npt.NDArray[np.float64]]:
    """Descriptors of every subject's drawings over one ground. Shapes: (drawings, n) for each subject."""
    return {
        subject: np.stack(
            [
                descriptor(_styled(palette, subject, colour, style, seed))
                for style in palette.subjects.styles
                for seed in _REFERENCE_SEEDS
            ]
        )
        for subject in questions.subjects
    }


def _composed(palette: Palette, verdict: Verdict, seed: int) -> Pixels:
    return _styled(palette, verdict.subject, verdict.colour, palette.subjects.styles[0], seed)


def _styled(palette: Palette, subject: str, colour: str, style: str, seed: int) -> Pixels:
    rng = np.random.default_rng(seed)
    colours = palette.colours(subject, style)
    scene = Scene(
        subject=subject,
        own_colour=colours[0] if colours else "",
        style=style,
        plain=colour,
        setting="",
        size=float(rng.uniform(0.70, 0.78)),
        dx=float(rng.uniform(-0.025, 0.025)),
        dy=float(rng.uniform(-0.02, 0.02)),
        seed=seed,
    )
    return compose(scene, palette, SQUARE.width, SQUARE.height)


def _score(asked: list[Verdict], found: list[Verdict]) -> Score:
    colour = np.array([a.colour == f.colour for a, f in zip(asked, found, strict=True)])
    subject = np.array([a.subject == f.subject for a, f in zip(asked, found, strict=True)])
    names = [verdict.colour for verdict in asked], [verdict.subject for verdict in asked]
    return Score(
        pictures=len(asked),
        colour_right=float(colour.mean()),
        subject_right=float(subject.mean()),
        colour_by_name=_by_name(names[0], colour),
        subject_by_name=_by_name(names[1], subject),
    )


def _by_name(names: list[str], right: npt.NDArray[np.bool_]) -> dict[str, float]:
    kinds = list(dict.fromkeys(names))
    return {kind: float(np.mean([ok for name, ok in zip(names, right, strict=True) if name == kind])) for kind in kinds}
