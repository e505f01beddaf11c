"""The rules of what prompts may not say, as data, made ready for quick reading. Knows files and phrases; judges none.

Each word of a term is written `stem|ending|ending`: the stem with each ending, with none where a bar follows a bar.
`{age}` stands for every number of years below eighteen.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import product
from typing import Any, Final, Generic, Literal, TypeVar, get_args

from outcrop.safety.reading import LEAST_INSIDE, WORD, Vocabulary, fold

Category = Literal[
    "sexual", "violence", "hate", "self_harm", "minors", "weapons", "drugs", "artists", "trademarks", "people"
]
CATEGORIES: Final[tuple[Category, ...]] = get_args(Category)
Confidence = Literal["low", "medium", "high"]

T = TypeVar("T")

VOWELS: Final = "aeiou"
PREFIX: Final = 2
"""Letters by which the alternatives of a pattern are grouped."""
UNSPACED: Final = re.compile(r"[\u0e00-\u0eff\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
"""Letters of scripts that leave no space between words, or hang others on to them as Korean does."""
AGES: Final = (
    *(str(years) for years in range(1, 18)),
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen"),
    *("fourteen", "fifteen", "sixteen", "seventeen"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What terms of one kind stand for, and when."""

    category: Category
    confidence: Confidence
    near: frozenset[str]
    """Words of which one must stand near; none are needed where there are none."""
    after: frozenset[str]
    """Words that make it innocent just before."""
    before: frozenset[str]
    """Words that make it innocent just after."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What is said of a category to whoever wrote a prompt."""

    title: str
    reason: str
    suggestion: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases(Generic[T]):
    """Phrases that are found in a row of words, in time linear in it."""

    whole: Mapping[str, T]
    """Words of a phrase, with single spaces, to what it stands for."""
    begins: frozenset[str]
    """What longer phrases begin with."""
    first: frozenset[str]
    """The first word of each."""

    def find(self, words: Sequence[str]) -> Iterator[tuple[int, int, T]]:
        """Every phrase in a row of words: its first word's number, that of the word after it, and its meaning."""
        if self.first.isdisjoint(words):
            return
        for at, word in enumerate(words):
            if word not in self.first:
                continue
            text, end = word, at + 1
            if text in self.whole:
                yield at, end, self.whole[text]
            while text in self.begins and end < len(words):
                text, end = f"{text} {words[end]}", end + 1
                if text in self.whole:
                    yield at, end, self.whole[text]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """Every rule there is."""

    about: Mapping[Category, About]
    terms: Phrases[tuple[Rule, ...]]
    anywhere: tuple[str, ...]
    """Terms that no innocent word has inside."""
    unspaced: Mapping[str, tuple[Rule, ...]]
    """Terms in scripts without spaces."""
    unspaced_pattern: re.Pattern[str]
    innocent: Phrases[None]
    """What says something else than the terms in it."""
    children: Phrases[None]
    """What names those who are no adults."""
    maybe_children: Phrases[None]
    """What may name them, where nothing says otherwise."""
    unspaced_children: re.Pattern[str]
    people: frozenset[str]
    """Words for persons: what follows them says nothing of what stands before."""
    undressing: frozenset[str]
    """What nobody leaves away but to show what is below."""
    vocabulary: Vocabulary


def phrases(meanings: Iterable[tuple[str, T]]) -> Phrases[T]:
    """Phrases that are given as they are written, with their endings; the last meaning of one counts."""
    whole = {" ".join(WORD.findall(fold(text))): meaning for term, meaning in meanings for text in spelled(term)}
    rows = [text.split(" ") for text in whole]
    return Phrases(
        whole=whole,
        begins=frozenset(" ".join(row[:count]) for row in rows for count in range(1, len(row))),
        first=frozenset(row[0] for row in rows),
    )


def spelled(term: str) -> Iterator[str]:
    """Every form of a term."""
    if "{age}" in term:
        for age in AGES:
            yield from spelled(term.replace("{age}", age))
        return
    yield from map(" ".join, product(*map(_forms, term.split(" "))))


def _forms(word: str) -> list[str]:
    stem, *endings = word.split("|")
    return [stem + ending for ending in endings or [""]]


@cache
def rulebook() -> Rulebook:
    """The rules of the data files."""
    people, said = _read("people.toml"), _read("categories.toml")
    spaced, unspaced = _apart(_by_text(map(_rule, _all("rules"))))
    children, unspaced_children = _apart(dict.fromkeys([*people["children"], *_all("children")]))
    terms, called = phrases(spaced.items()), phrases(children.items())
    maybe_called = phrases(dict.fromkeys(people["maybe_children"]).items())
    return Rulebook(
        about={category: About(**said[category]) for category in CATEGORIES},
        terms=terms,
        anywhere=tuple(_all("anywhere")),
        unspaced=unspaced,
        unspaced_pattern=any_of(unspaced),
        innocent=phrases(dict.fromkeys(_all("innocent")).items()),
        children=called,
        maybe_children=maybe_called,
        unspaced_children=any_of(unspaced_children),
        people=_every(people["people"]),
        undressing=_every(people["undressing"]),
        vocabulary=_vocabulary(terms.whole, [*terms.whole, *called.whole, *maybe_called.whole]),
    )


def _vocabulary(terms: Mapping[str, tuple[Rule, ...]], written: Iterable[str]) -> Vocabulary:
    single = {text: rules for text, rules in terms.items() if " " not in text}
    sure = [text for text, rules in single.items() if {rule.confidence for rule in rules} != {"low"}]
    return Vocabulary(
        words=frozenset(word for text in written for word in text.split(" ")),
        hidden=any_of(text for text in sure if len(text) >= LEAST_INSIDE),
        starred={way: text for text in sure if _is_alone(single[text]) for way in _starred(text)},
    )


def _is_alone(rules: Iterable[Rule]) -> bool:
    """Whether a term needs no other near it."""
    return any(not rule.near for rule in rules)


def _starred(text: str) -> Iterator[str]:
    for at, letter in enumerate(text):
        if letter in VOWELS:
            yield f"{text[:at]}*{text[at + 1 :]}"


def _apart(meanings: Mapping[str, T]) -> tuple[dict[str, T], dict[str, T]]:
    """Terms of scripts that leave spaces, and folded those of scripts that do not."""
    spaced = {term: meaning for term, meaning in meanings.items() if not UNSPACED.search(term)}
    return spaced, {fold(term): meaning for term, meaning in meanings.items() if term not in spaced}


def _by_text(rules: Iterable[tuple[Rule, Sequence[str]]]) -> dict[str, tuple[Rule, ...]]:
    found: dict[str, tuple[Rule, ...]] = {}
    for rule, terms in rules:
        for text in (form for term in terms for form in spelled(term)):
            words = " ".join(WORD.findall(fold(text)))
            found[words] = (*found.get(words, ()), rule)
    return found


def _rule(given: Mapping[str, Any]) -> tuple[Rule, Sequence[str]]:
    """A rule of a file, and its terms."""
    rule = Rule(
        category=given["category"],
        confidence=given["confidence"],
        near=_every(given.get("near", [])),
        after=_every(given.get("after", [])),
        before=_every(given.get("before", [])),
    )
    return rule, given["terms"]


def _every(terms: Iterable[str]) -> frozenset[str]:
    return frozenset(fold(text) for term in terms for text in spelled(term))


def any_of(texts: Iterable[str]) -> re.Pattern[str]:
    """Finds any of some texts, the longest first; nothing where there are none.

    Alternatives are tried one by one: those of one beginning stand together, so that few are.
    """
    return re.compile(_alternatives(sorted(set(texts), key=lambda text: (-len(text), text)), PREFIX) or "(?!)")


def _alternatives(texts: Sequence[str], letters: int) -> str:
    if not letters:
        return "|".join(map(re.escape, texts))
    rests: dict[str, list[str]] = {}
    for text in texts:
        rests.setdefault(text[:1], []).append(text[1:])
    return "|".join(f"{re.escape(first)}(?:{_alternatives(rest, letters - 1)})" for first, rest in rests.items())


def _all(member: str) -> list[Any]:
    """What the files of rules have of a member, together."""
    return [each for content in _contents() for each in content.get(member, [])]


@cache
def _contents() -> tuple[dict[str, Any], ...]:
    folder = files("outcrop.safety") / "data" / "rules"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return tuple(_read(f"rules/{name}") for name in names)


def _read(name: str) -> dict[str, Any]:
    text = (files("outcrop.safety") / "data" / name).read_text(encoding="utf-8")
    return tomllib.loads(text)
