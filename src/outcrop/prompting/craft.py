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
class Terms:
    """Words and phrases that are looked for."""

    whole: frozenset[str]
    """In small letters, with single spaces."""
    first: frozenset[str]
    """The first word of each."""
    longest: int
    """Words of the longest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A prompt's words, in their order."""

    places: tuple[Place, ...]
    different: frozenset[str]

    def find(self, terms: Terms) -> Iterator[Place]:
        """Every place where one of some terms stands, the longest first of those that begin alike; none overlap."""
        if terms.first.isdisjoint(self.different):
            return
        free = 0
        for at, place in enumerate(self.places):
            if at >= free and place.text in terms.first:
                found = self._longest(at, terms)
                if found is not None:
                    free = at + found.text.count(" ") + 1
                    yield found

    def any(self, terms: Terms) -> bool:
        """Whether one of some terms stands anywhere."""
        return next(self.find(terms), None) is not None

    def _longest(self, begin: int, terms: Terms) -> Place | None:
        for size in range(terms.longest, 0, -1):
            one = self.at(begin, size)
            if one is not None and one.text in terms.whole:
                return one
        return None

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
    places = tuple(Place(text=each.group().lower(), start=each.start(), end=each.end()) for each in found)
    return Words(places=places, different=frozenset(place.text for place in places))


@dataclass(frozen=True, slots=True, kw_only=True)
class Craft:
    """What the data file says."""

    soup: Terms
    light: Terms
    framing: Terms
    outdoors: Terms
    flat: Terms
    """Kinds of pictures that have neither light nor depth."""
    contradictions: tuple[tuple[Terms, Terms], ...]
    negations: Terms
    no_negations: Terms
    adjectives: Terms
    """Words that stand before a noun."""
    light_indoors: str
    light_outdoors: str
    framing_added: str


@cache
def craft() -> Craft:
    """What is known."""
    content = tomllib.loads((files("outcrop.prompting") / "data" / "craft.toml").read_text(encoding="utf-8"))
    return Craft(
        soup=terms_of(content["soup"]),
        light=terms_of(content["light"]),
        framing=terms_of(content["framing"]),
        outdoors=terms_of(content["outdoors"]),
        flat=terms_of(content["flat"]),
        contradictions=tuple(_pair(each) for each in content["contradictions"]),
        negations=terms_of(content["negations"]),
        no_negations=terms_of(content["no_negations"]),
        adjectives=terms_of(content["colours"]),
        light_indoors=content["light_indoors"],
        light_outdoors=content["light_outdoors"],
        framing_added=content["framing_added"],
    )


def _pair(groups: Sequence[Any]) -> tuple[Terms, Terms]:
    one, other = groups
    return terms_of(one), terms_of(other)


def terms_of(texts: Iterable[str]) -> Terms:
    """Some words and phrases, to be looked for."""
    rows = [WORD.findall(text.lower()) for text in texts]
    return Terms(
        whole=frozenset(map(" ".join, rows)), first=frozenset(row[0] for row in rows), longest=max(map(len, rows))
    )
