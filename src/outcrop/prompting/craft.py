"""What is known of the craft of prompts, as data: words for light, framing and praise, and which are at odds.

Knows words; knows no model and no policy.
"""

import re
import tomllib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any, Final

WORD: Final = re.compile(r"[^\W_]+")
PARTING: Final = re.compile(r"[,.;:!?\n]")
MOST_AFTER: Final = 6
"""Words that one negation is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Some words of a prompt."""

    text: str
    """In small letters, with single spaces."""
    start: int
    """Where they begin in the prompt; characters from 0."""
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A prompt's words, in their order."""

    places: tuple[Place, ...]

    def find(self, terms: frozenset[str]) -> Iterator[Place]:
        """Every place where one of some terms stands, the longest first of those that begin alike; none overlap."""
        longest, at = max((term.count(" ") + 1 for term in terms), default=0), 0
        while at < len(self.places):
            found = next(
                (one for size in range(longest, 0, -1) if (one := self.at(at, size)) and one.text in terms), None
            )
            if found is not None:
                yield found
                at += found.text.count(" ")
            at += 1

    def any(self, terms: frozenset[str]) -> bool:
        """Whether one of some terms stands anywhere."""
        return next(self.find(terms), None) is not None

    def at(self, begin: int, size: int) -> Place | None:
        """So many words from one on; None where there are fewer."""
        some = self.places[begin : begin + size]
        if len(some) < size:
            return None
        return Place(text=" ".join(each.text for each in some), start=some[0].start, end=some[-1].end)

    def after(self, place: Place, text: str) -> Place | None:
        """What follows a place together with it, up to the next comma, full stop or `and`."""
        begin = bisect_left(self.places, place.end, key=lambda each: each.start)
        some: list[Place] = []
        for before, each in pairwise([place, *self.places[begin : begin + MOST_AFTER]]):
            if PARTING.search(text, before.end, each.start) or each.text in {"and", "but", "with"}:
                break
            some.append(each)
        if not some:
            return None
        return Place(text=text[some[0].start : some[-1].end], start=place.start, end=some[-1].end)


def words_of(text: str) -> Words:
    """The words of a text."""
    found = WORD.finditer(text)
    return Words(places=tuple(Place(text=each.group().lower(), start=each.start(), end=each.end()) for each in found))


@dataclass(frozen=True, slots=True, kw_only=True)
class Craft:
    """What the data file says."""

    soup: frozenset[str]
    light: frozenset[str]
    framing: frozenset[str]
    outdoors: frozenset[str]
    flat: frozenset[str]
    """Kinds of pictures that have neither light nor depth."""
    contradictions: tuple[tuple[frozenset[str], frozenset[str]], ...]
    negations: frozenset[str]
    no_negations: frozenset[str]
    adjectives: frozenset[str]
    """Words that stand before a noun."""
    light_indoors: str
    light_outdoors: str
    framing_added: str


@cache
def craft() -> Craft:
    """What is known."""
    content = tomllib.loads((files("outcrop.prompting") / "data" / "craft.toml").read_text(encoding="utf-8"))
    return Craft(
        soup=_terms(content["soup"]),
        light=_terms(content["light"]),
        framing=_terms(content["framing"]),
        outdoors=_terms(content["outdoors"]),
        flat=_terms(content["flat"]),
        contradictions=tuple(_pair(each) for each in content["contradictions"]),
        negations=_terms(content["negations"]),
        no_negations=_terms(content["no_negations"]),
        adjectives=_terms(content["colours"]),
        light_indoors=content["light_indoors"],
        light_outdoors=content["light_outdoors"],
        framing_added=content["framing_added"],
    )


def _pair(groups: Sequence[Any]) -> tuple[frozenset[str], frozenset[str]]:
    one, other = groups
    return _terms(one), _terms(other)


def _terms(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(" ".join(WORD.findall(text.lower())) for text in texts)
