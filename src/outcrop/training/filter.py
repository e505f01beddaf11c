"""What the embedded model must not be shown, by name, keywords and category. The rules are data; reads no picture."""

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One reason to leave drawings out, and how they are told: patterns over names, whole keywords, phrases to keep."""

    name: str
    reason: str
    words: re.Pattern[str]
    keywords: frozenset[str]
    keep: re.Pattern[str]

    def meets(self, name: str, keywords: Iterable[str]) -> bool:
        """Whether a drawing with a plain name and plain keywords is to be left out."""
        bare = self.keep.sub(" | ", name)
        if self.words.search(bare) is not None:
            return True
        return bare == name and not self.keywords.isdisjoint(keywords)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """All rules, in the order in which they are asked."""

    rules: tuple[Rule, ...]

    def against(self, name: str, keywords: Sequence[str] = (), category: str = "") -> Rule | None:
        """The first rule that leaves out a drawing of that name, keywords and category (parts joined by slashes)."""
        plain_name = plain(name)
        plain_keywords = {plain(keyword) for keyword in (*keywords, *category.split("/"))}
        return next((rule for rule in self.rules if rule.meets(plain_name, plain_keywords)), None)


def plain(text: str) -> str:
    """Lower case, and one space for whatever is neither letter nor digit."""
    return " ".join(re.findall(r"[^\W_]+", text.lower()))


@cache
def load_filter() -> Filter:
    """Read data/filter.toml."""
    table = tomllib.loads((files("outcrop.training") / "data" / "filter.toml").read_text(encoding="utf-8"))
    return Filter(rules=tuple(_rule(row) for row in table["rule"]))


def _rule(row: dict[str, list[str]]) -> Rule:
    return Rule(
        name=str(row["name"]),
        reason=str(row["reason"]),
        words=_phrases(row["words"]),
        keywords=frozenset(plain(keyword) for keyword in row["keywords"]),
        keep=_phrases(row["keep"]),
    )


def _phrases(phrases: Sequence[str]) -> re.Pattern[str]:
    """Any of the phrases as whole words, the last one singular or plural; no phrases meet nothing."""
    longest_first = sorted((re.escape(plain(phrase)) for phrase in phrases), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(longest_first)})(?:s|es)?\b") if phrases else re.compile(r"(?!)")
