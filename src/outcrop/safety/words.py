"""Words of a text, and phrases found among them by whole words. Knows no rule and no list.

Spelling that says the same counts the same: capitals, accents, full-width letters, and what stands between words.

Guardrails read so, prompts as `reading` does, and that is two ways on purpose. What a guardrail's author lists is found
as it stands and masked where it stands: letters keep their scripts, so that a Cyrillic word is not taken for the Latin
one that looks alike, an apostrophe is part of its word, and nothing is made of letters that stand apart. A prompt is
read by who expects to be deceived: there look-alikes, digits for letters and gaps count as what they are taken for.
Folded so, lists in other scripts would find words that are not on them; read plainly, rules would miss what hides.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

DATA = resources.files("outcrop.safety") / "data"

_WORD: Final = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_ENDINGS: Final = ("ing", "ed", "es", "s", "e")
_STEM: Final = 4
"""Letters that stay when an ending goes, at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word of a text, and where it stands there."""

    spelled: str
    """Without capitals and accents."""
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something was found in a text."""

    start: int
    end: int


Phrases = Mapping[str, tuple[tuple[str, ...], ...]]
"""First word of each phrase to the phrases that begin so."""


def words_of(text: str) -> list[Word]:
    """The words of a text, in order."""
    return [
        Word(spelled=spelled(found.group()), start=found.start(), end=found.end()) for found in _WORD.finditer(text)
    ]


def spelled(word: str) -> str:
    """A word without capitals, accents and forms of letters that say the same."""
    if word.isascii():
        return word.lower()
    letters = unicodedata.normalize("NFKD", word).casefold()
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).replace("\u2019", "'")


def phrases(texts: Iterable[str]) -> Phrases:
    """Phrases as they are looked for; a text without any word is none."""
    table: dict[str, list[tuple[str, ...]]] = {}
    for text in texts:
        phrase = tuple(word.spelled for word in words_of(text))
        if phrase:
            table.setdefault(phrase[0], []).append(phrase)
    return {first: tuple(sorted(set(group), key=len, reverse=True)) for first, group in table.items()}


def places(wanted: Phrases, words: list[Word]) -> Iterator[Place]:
    """Where phrases stand, the longest that begins at a word."""
    for at, word in enumerate(words):
        for phrase in wanted.get(word.spelled, ()):
            there = words[at : at + len(phrase)]
            if tuple(each.spelled for each in there) == phrase:
                yield Place(start=word.start, end=there[-1].end)
                break


def stems(words: Iterable[Word]) -> frozenset[str]:
    """What words are about: without those that every text has, and without endings."""
    return frozenset(_stem(word.spelled) for word in words if word.spelled not in _everyday())


def _stem(word: str) -> str:
    word = word.removesuffix("'s")
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _STEM:
            return word.removesuffix(ending).removesuffix("e")
    return word


@cache
def _everyday() -> frozenset[str]:
    return frozenset(read_list("everyday"))


@cache
def read_list(name: str) -> tuple[str, ...]:
    """A list of the package's own, without its comments."""
    lines = (DATA / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))
