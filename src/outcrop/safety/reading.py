"""How words are read however they are written: accents, look-alikes, digits for letters, letters apart. Knows letters;
knows no word's meaning.

Every step is linear in the text: characters fold one by one, and no pattern repeats a repetition. Guardrails, whose
words are found as their author wrote them, are read by `words`, which says why.
"""

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from string import ascii_lowercase
from typing import Final, NamedTuple

WORD: Final = re.compile(r"[^\W_]+")
"""A word of a folded text."""
CHUNK: Final = re.compile(r"[^\s,;:/()\[\]{}\"<>]+")
"""What a reader takes for one word, whatever stands between its letters."""
APART: Final = re.compile(r"(?<![^\W_])[^\W_](?:[\W_]{1,3}[^\W_](?![^\W_])){2,}")
"""Three letters or more, each on its own."""
SIGNS: Final = frozenset("-._~'`^*\\@$!|+0123456789")
MIXED: Final = re.compile(r"[^\W\d_][@$!|+*\d]|[@$!|+*\d][^\W\d_]|[^\W_][-._~'`^*\\]+[^\W_]")
"""Digits and signs among letters."""
TRIPLE: Final = re.compile(r"([^\W\d_])\1{2,}")
TRIPLES: Final = tuple(letter * 3 for letter in ascii_lowercase)
EDGE: Final = "-._~'`^!?*+|\\"
LEAST_INSIDE: Final = 4
"""Letters of a word that is looked for among letters that stand apart."""


class Word(NamedTuple):
    """A word of a text, as it is read; no record like the others, because every prompt makes hundreds."""

    text: str
    start: int
    """Where it stands in the folded text."""
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Alphabet:
    """Which characters are read as which letters."""

    letters: Mapping[str, str]
    """A look-alike to what it is read as."""
    digits: tuple[Mapping[int, str], ...]
    """Digits and signs to letters, for `str.translate`, in each way that they are read."""
    short_words: frozenset[str]
    """Words of one or two letters that are no half of another."""


@cache
def alphabet() -> Alphabet:
    """The alphabet of the data file."""
    content = tomllib.loads((files("outcrop.safety") / "data" / "alphabet.toml").read_text(encoding="utf-8"))
    letters = {alike: letter for letter, alikes in content["letters"].items() for alike in alikes}
    letters |= dict.fromkeys(content["nothing"], "") | dict.fromkeys(content["space"], " ")
    for first in content["rows"]:
        letters |= {chr(ord(first) + number): chr(ord("a") + number) for number in range(26)}
    once, twice = content["digits"], content["digits"] | content["digits_again"]
    return Alphabet(
        letters=letters,
        digits=(str.maketrans(once), str.maketrans(twice)),
        short_words=frozenset(content["short_words"].split()),
    )


def fold(text: str) -> str:
    """A text in small letters without accents, marks and what cannot be seen, look-alikes as what they look like."""
    return text.lower() if text.isascii() else "".join(map(_fold, text))


def places(text: str) -> Callable[[int, int], tuple[int, int]]:
    """Where a stretch of `fold(text)` stands in `text`."""
    if text.isascii():
        return lambda start, end: (start, end)
    origin = [number for number, character in enumerate(text) for _ in _fold(character)]
    return lambda start, end: (origin[start], origin[end - 1] + 1)


@lru_cache(maxsize=4096)
def _fold(character: str) -> str:
    letters = alphabet().letters
    if character in letters:
        return letters[character]
    parts = unicodedata.normalize("NFKD", character)
    seen = "".join(part for part in parts if unicodedata.category(part) not in {"Mn", "Me", "Cf"})
    return "".join(letters.get(part, part) for part in seen.casefold())


def words_of(folded: str) -> list[Word]:
    """The words of a folded text, as they stand."""
    return [_word(found) for found in WORD.finditer(folded)]


def looks_odd(folded: str, words: Sequence[str]) -> bool:
    """Whether words may hide in a folded text whose words these are; much that hides nothing does look so."""
    known, short = alphabet().short_words, [word for word in words if len(word) < 3]
    return (
        any(word not in known for word in short)
        or (not SIGNS.isdisjoint(folded) and MIXED.search(folded) is not None)
        or any(triple in folded for triple in TRIPLES)
        or (len(short) >= 3 and APART.search(folded) is not None)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The words that somebody looks for."""

    words: frozenset[str]
    """All of them."""
    hidden: re.Pattern[str]
    """Finds those that matter by themselves inside of others; of four letters and more."""
    starred: Mapping[str, str]
    """Words with a vowel starred out, to the words."""


def uncovered(folded: str, vocabulary: Vocabulary) -> list[Word]:
    """The words of a folded text, those of the vocabulary as what they hide as."""
    found: list[Word] = []
    begin = 0
    for run in APART.finditer(folded):
        found.extend(_read_all(folded, begin, run.start(), vocabulary))
        found.extend(_together(run, vocabulary))
        begin = run.end()
    found.extend(_read_all(folded, begin, len(folded), vocabulary))
    return _joined(found, vocabulary)


def _together(run: re.Match[str], vocabulary: Vocabulary) -> Iterator[Word]:
    """Letters that stand apart, as one word or as those that hide in it."""
    for table in alphabet().digits:
        text = "".join(letter for letter in run.group() if letter.isalnum()).translate(table)
        for word in (text, text[1:]):  # the first letter may be an article
            if word in vocabulary.words:
                yield Word(text=word, start=run.start(), end=run.end())
                return
        hidden = [word.group() for word in vocabulary.hidden.finditer(text)]
        if hidden:
            yield from (Word(text=word, start=run.start(), end=run.end()) for word in hidden)
            return


def _read_all(folded: str, begin: int, end: int, vocabulary: Vocabulary) -> Iterator[Word]:
    for chunk in CHUNK.finditer(folded, begin, end):
        yield from _read(chunk, vocabulary)


def _read(chunk: re.Match[str], vocabulary: Vocabulary) -> Iterator[Word]:
    text = chunk.group()
    if text in vocabulary.words or (text.isalpha() and TRIPLE.search(text) is None):
        yield Word(text=text, start=chunk.start(), end=chunk.end())
        return
    known = _known(text, vocabulary)
    if known is not None:
        yield Word(text=known, start=chunk.start(), end=chunk.end())
        return
    for part in WORD.finditer(chunk.string, chunk.start(), chunk.end()):
        yield Word(text=_known(part.group(), vocabulary) or part.group(), start=part.start(), end=part.end())


def _known(written: str, vocabulary: Vocabulary) -> str | None:
    """The word of the vocabulary that is written so, if one is."""
    stripped = written.strip(EDGE)
    for text in (written,) if stripped == written else (stripped, written):
        if "*" in text and text in vocabulary.starred:
            return vocabulary.starred[text]
        if not text.isdigit():
            for way in _ways(text):
                if way in vocabulary.words:
                    return way
    return None


def _ways(text: str) -> Iterator[str]:
    """How a text can be read as letters alone."""
    for table in alphabet().digits:
        letters = "".join(filter(str.isalnum, text.translate(table)))
        yield letters
        if TRIPLE.search(letters) is not None:
            yield TRIPLE.sub(r"\1\1", letters)
            yield TRIPLE.sub(r"\1", letters)


def _joined(found: Sequence[Word], vocabulary: Vocabulary) -> list[Word]:
    """Two neighbours as one word where one of them is no word and they make one that matters."""
    joined: list[Word] = []
    for word in found:
        before = joined[-1] if joined else None
        if before is not None and _are_halves(before.text, word.text, vocabulary):
            joined[-1] = Word(text=before.text + word.text, start=before.start, end=word.end)
        else:
            joined.append(word)
    return joined


def _are_halves(one: str, other: str, vocabulary: Vocabulary) -> bool:
    odd = any(len(half) < 3 and half not in alphabet().short_words for half in (one, other))
    return odd and vocabulary.hidden.fullmatch(one + other) is not None


def _word(found: re.Match[str]) -> Word:
    return Word(text=found.group(), start=found.start(), end=found.end())
