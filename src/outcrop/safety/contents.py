"""How sure the rules are that a text is of each kind that content filters of guardrails know. Knows no guardrail.

Four kinds are categories of the rules for prompts, read by the same book; INSULTS and PROMPT_ATTACK are lists.
Source: Amazon Bedrock user guide, "Block harmful words and conversations with content filters", for the kinds.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Final, Literal

from outcrop.safety.policy import Policy
from outcrop.safety.prompts import Finding, check
from outcrop.safety.rulebook import CATEGORIES
from outcrop.safety.words import Phrases, phrases, places, read_list, words_of

Kind = Literal["SEXUAL", "VIOLENCE", "HATE", "INSULTS", "MISCONDUCT", "PROMPT_ATTACK"]
Level = Literal["NONE", "LOW", "MEDIUM", "HIGH"]
"""How sure a filter is; and how strict, which is the surer the laxer."""

LEVELS: Final[tuple[Level, ...]] = ("NONE", "LOW", "MEDIUM", "HIGH")

_KINDS: Final[Mapping[str, Kind]] = {
    "sexual": "SEXUAL",
    "minors": "SEXUAL",
    "violence": "VIOLENCE",
    "self_harm": "VIOLENCE",
    "hate": "HATE",
    "weapons": "MISCONDUCT",
    "drugs": "MISCONDUCT",
}
"""Category of the rules for prompts to kind."""
_SURE: Final[Mapping[str, Level]] = {"low": "LOW", "medium": "MEDIUM", "high": "HIGH"}
_LISTS: Final[tuple[tuple[Kind, str, Level], ...]] = (
    ("INSULTS", "insults", "MEDIUM"),
    ("PROMPT_ATTACK", "prompt_attacks", "HIGH"),
)
"""Kind, its list, and how sure one find of it is; two are certain."""
_EVERYTHING: Final = Policy(
    deeds=MappingProxyType({category: "warn" if category in _KINDS else "allow" for category in CATEGORIES})
)


def text_levels(text: str) -> Mapping[Kind, Level]:
    """Kind to how sure the rules are of it; kinds that are left out were not found."""
    rules = map(_of_rule, check(text, _EVERYTHING).findings)
    return surest({kind: level} for kind, level in (*rules, *_of_lists(text)))


def surest(several: Iterable[Mapping[Kind, Level]]) -> Mapping[Kind, Level]:
    """For each kind, the highest of several levels."""
    levels: dict[Kind, Level] = {}
    for kind, level in (found for each in several for found in each.items()):
        levels[kind] = max(levels.get(kind, "NONE"), level, key=LEVELS.index)
    return levels


def _of_rule(finding: Finding) -> tuple[Kind, Level]:
    return _KINDS[finding.category], _SURE[finding.confidence]


def _of_lists(text: str) -> Iterator[tuple[Kind, Level]]:
    words = words_of(text)
    for kind, name, level in _LISTS:
        found = sum(1 for _ in places(_list(name), words))
        if found:
            yield kind, "HIGH" if found > 1 else level


@cache
def _list(name: str) -> Phrases:
    return phrases(read_list(name))
