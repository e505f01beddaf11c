"""Asks whether pictures show what was asked for, and counts. Knows questions and measures; draws no pictures itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
import torch
from diffusers import AutoencoderTiny

from outcrop.training.judge import (
    Pixels,
    air,
    before,
    before_plain,
    form,
    ground_colour,
    nearest,
    number_of_things,
    on_both_sides,
    reduced,
    side,
    thing_colour,
)
from outcrop.training.questions import Kind, Question
from outcrop.training.recognise import Recogniser, ranking
from outcrop.training.references import References, halved

_CONFIDENT = 1.96
"""Standard deviations of a normal distribution that hold 95 % of it."""
_FEW = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many pictures show what was asked for."""

    right: int
    of: int

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return self.right / self.of

    @property
    def interval(self) -> tuple[float, float]:
        """Where the share of all such pictures lies, with 95 % confidence.

        Source: Wilson 1927.
        """
        z, n, p = _CONFIDENT, self.of, self.share
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        reach = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return max(0.0, middle - reach), min(1.0, middle + reach)

    def as_json(self) -> dict[str, float]:
        """Plain values, rounded."""
        low, high = self.interval
        return {
            "right": self.right,
            "of": self.of,
            "share": round(self.share, 4),
            "low": round(low, 4),
            "high": round(high, 4),
        }


Marks = Mapping[str, bool]
"""What one picture shows as asked, and what it does not, by the measure's name."""


def examine(
    questions: Sequence[Question], pictures: Sequence[Pixels], references: References, recogniser: Recogniser | None
) -> list[Marks]:
    """Mark one picture for each question, in order; subjects are told only where there is a recogniser.

    Shapes: each picture (h, w, 3).
    """
    marks: list[Marks] = [
        _EXAMINERS[question.kind](question, reduced(picture), references) if question.kind in _EXAMINERS else {}
        for question, picture in zip(questions, pictures, strict=True)
    ]
    rows = [row for row, question in enumerate(questions) if question.kind == "subject"]
    if recogniser is not None and rows:
        names = [subject.name for subject in references.sprites.subjects.subjects]
        asked = [names.index(questions[row].asked.things[0].subject) for row in rows]
        order = ranking(recogniser, torch.from_numpy(np.stack([pictures[row] for row in rows])))
        for row, wanted, guesses in zip(rows, asked, order.tolist(), strict=True):
            marks[row] = {
                "subject, first guess": guesses[0] == wanted,
                "subject, five guesses": wanted in guesses[:_FEW],
            }
    return marks


def shares(marks: Sequence[Marks]) -> dict[str, Share]:
    """The share of right pictures by measure, in the order in which measures first appear."""
    names = list(dict.fromkeys(name for mark in marks for name in mark))
    given = {name: [mark[name] for mark in marks if name in mark] for name in names}
    return {name: Share(right=sum(each), of=len(each)) for name, each in given.items()}


def as_report(questions: Sequence[Question], marks: Sequence[Marks]) -> dict[str, Any]:
    """Shares by measure, and under each the prompts that were not shown, as plain values."""
    missed: dict[str, list[str]] = {}
    for question, mark in zip(questions, marks, strict=True):
        for name in (name for name, right in mark.items() if not right):
            missed.setdefault(name, []).append(question.prompt)
    return {"shares": {name: share.as_json() for name, share in shares(marks).items()}, "missed": missed}


def reconstruction(vae: AutoencoderTiny, pictures: Sequence[Pixels]) -> float:
    """How well an autoencoder gives pictures back: mean peak signal-to-noise ratio. Units: dB."""
    return float(np.mean([_decibels(picture, _through(vae, picture)) for picture in pictures]))


def _through(vae: AutoencoderTiny, picture: Pixels) -> Pixels:
    x = torch.from_numpy(picture.copy()).permute(2, 0, 1)[None].float() / 127.5 - 1.0
    with torch.no_grad():
        back = vae.decode(vae.encode(x).latents).sample.clamp(-1.0, 1.0)
    out: Pixels = ((back[0] + 1.0) * 127.5 + 0.5).to(torch.uint8).permute(1, 2, 0).numpy()
    return out


def _decibels(picture: Pixels, other: Pixels) -> float:
    error = np.mean((picture.astype(np.float64) - other.astype(np.float64)) ** 2)
    return float(10.0 * np.log10(255.0**2 / max(float(error), 1e-9)))


def _colour(question: Question, picture: Pixels, _: References) -> Marks:
    ground = ground_colour(picture) == question.asked.plain
    thing = thing_colour(picture, before_plain(picture)) == question.asked.things[0].finish
    return {"ground's colour": ground, "thing's colour": thing, "both colours": ground and thing}


def _count(question: Question, picture: Pixels, _: References) -> Marks:
    return {"number": number_of_things(before_plain(picture)) == len(question.asked.things)}


def _side(question: Question, picture: Pixels, references: References) -> Marks:
    asked = question.asked
    mask = before(picture, references.backdrop(asked.setting)) if asked.setting else before_plain(picture)
    if asked.layout != "pair":
        return {"side of one thing": side(mask) == asked.layout}
    references_ = references.halves(asked)
    found = [nearest(form(half), known) for half, known in zip(halved(picture), references_, strict=True)]
    return {"sides of two things": on_both_sides(mask) and found == [thing.subject for thing in asked.things]}


def _setting(question: Question, picture: Pixels, references: References) -> Marks:
    return {"setting": references.settings().nearest(air(picture)) == question.asked.setting}


_EXAMINERS: Mapping[Kind, Callable[[Question, Pixels, References], Marks]] = {
    "colour": _colour,
    "count": _count,
    "side": _side,
    "setting": _setting,
}
