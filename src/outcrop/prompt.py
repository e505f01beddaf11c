"""A prompt as fragments of text with weights, and how it is written with brackets. Knows no tokenizer and no wire.

In writing, `(a fox:1.3)` weighs its words 1.3 times; brackets inside brackets multiply. Whatever is no such bracket is
text: one without a weight, one that never closes, a weight outside 0..2, so that `(16:9)` stays what it says. A
backslash before a bracket makes that bracket text, whatever follows.

Source of the form and of the range: Stability AI's developer documentation, "prompt"; escaping is that of the tools
which brought the form about.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

MAX_WEIGHT = 2.0
"""The largest weight there is; the smallest is 0."""

DECIMALS = 3
"""Digits of a weight after its point: what differs further down is the same prompt."""

WEIGHT_CHARS = 16
"""Characters in which a weight stands, colon and spaces included."""

_BRACKET = re.compile(r"\\[()]|[()]")
_WEIGHT = re.compile(r":\s*(\d+(?:\.\d*)?|\.\d+)\s*\Z", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragment:
    """A part of a prompt that weighs the same throughout."""

    text: str
    weight: float
    """0..2; at 1 the text is read as it is, at 0 as though it said nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What a picture shall show, or shall not. Make one with `plain`, `parse` or `weighted`.

    Equal prompts are read alike: neighbours never have the same weight, and no fragment is empty.
    """

    fragments: tuple[Fragment, ...]

    @property
    def text(self) -> str:
        """Its words without weights: what it says, and what a filter of words must read."""
        return "".join(fragment.text for fragment in self.fragments)

    @property
    def written(self) -> str:
        """With weights in brackets and brackets escaped, so that `parse` finds the same prompt."""
        return "".join(_write(fragment) for fragment in self.fragments)


def plain(text: str) -> Prompt:
    """A prompt that says `text` to the letter, brackets and all."""
    return _prompt([(text, 1.0)])


def parse(written: str) -> Prompt:
    """Read a prompt that may weigh its words in brackets; takes any text, in time linear in its length."""
    brackets = [found for found in _BRACKET.finditer(written) if len(found.group()) == 1]
    opened, closed = _weighted_brackets(written, [(found.start(), found.group()) for found in brackets])
    pieces: list[tuple[str, float]] = []
    weights = [1.0]
    begin = 0
    for at in sorted([*opened, *closed]):
        pieces.append((_unescaped(written[begin:at]), weights[-1]))
        if at in opened:
            weights.append(weights[-1] * opened[at])
            begin = at + 1
        else:
            weights.pop()
            begin = closed[at]
    pieces.append((_unescaped(written[begin:]), weights[-1]))
    return _prompt(pieces)


def weighted(texts: Iterable[tuple[str, float]]) -> tuple[Prompt, Prompt]:
    """The prompt of all texts that weigh more than 0, and the negative prompt of those that weigh less.

    Texts are joined by commas and taken to the letter; one that weighs 0 is left out. Where a weight is beyond 2, those
    of its prompt shrink together.
    """
    given = list(texts)
    return _joined([each for each in given if each[1] > 0]), _joined([(text, -w) for text, w in given if w < 0])


def _joined(texts: list[tuple[str, float]]) -> Prompt:
    scale = min(1.0, MAX_WEIGHT / max((weight for _, weight in texts), default=1.0))
    commas = [", " for _ in texts[1:]] + [""]
    return _prompt([(text + comma, weight * scale) for (text, weight), comma in zip(texts, commas, strict=False)])


def _weighted_brackets(written: str, brackets: list[tuple[int, str]]) -> tuple[dict[int, float], dict[int, int]]:
    """Opening brackets that weigh, with their weight; and where each closes, from the colon to where text goes on."""
    opened: dict[int, float] = {}
    closed: dict[int, int] = {}
    waiting: list[int] = []
    for at, bracket in brackets:
        if bracket == "(":
            waiting.append(at)
        elif waiting:
            begin = waiting.pop()
            number = _WEIGHT.search(written, max(begin + 1, at - WEIGHT_CHARS), at)
            if number and number.start() > begin + 1 and float(number[1]) <= MAX_WEIGHT:
                opened[begin] = float(number[1])
                closed[number.start()] = at + 1
    return opened, closed


def _unescaped(text: str) -> str:
    return _BRACKET.sub(lambda found: found.group()[-1], text)


def _write(fragment: Fragment) -> str:
    text = re.sub(r"[()]", r"\\\g<0>", fragment.text)
    return text if fragment.weight == 1 else f"({text}:{fragment.weight:g})"


def _prompt(pieces: list[tuple[str, float]]) -> Prompt:
    """Bound and round the weights, and join neighbours that weigh the same."""
    bounded = [(text, round(min(max(weight, 0.0), MAX_WEIGHT), DECIMALS)) for text, weight in pieces if text]
    alike = groupby(bounded, key=lambda piece: piece[1])
    return Prompt(
        fragments=tuple(Fragment(text="".join(text for text, _ in group), weight=weight) for weight, group in alike)
    )


NOTHING = plain("")
"""The prompt that says nothing."""
