"""Patterns with wildcards and variables, and whether a text fits one. Knows no action, ARN or policy.

Source: IAM User Guide, "Resource" (wildcards) and "Variables and tags" (`${key}`, `${key, 'default'}`, `${*}`).
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

_VARIABLE = re.compile(r"\$\{(?P<name>\$|[^{}$]*)\}")
_NAME = re.compile(r"\s*(?P<key>[^\s,'][^,']*?)\s*(?:,\s*'(?P<default>[^']*)'\s*)?")
_ESCAPED: Final = frozenset("*?$")


class Wildcard(Enum):
    """A place in a pattern that more than one text fits."""

    MANY = "any characters, or none"
    MANY_WITHIN = "any characters but colons, or none"
    ONE = "any character"
    ONE_WITHIN = "any character but a colon"


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A place in a pattern that each request fills with a value of its own."""

    key: str
    """The condition key, in small letters."""
    default: str | None = None


Token = str | Wildcard
Pattern = tuple[str | Wildcard | Variable, ...]
"""A text with wildcards and variables, read once."""


def read_pattern(text: str, *, wildcards: bool, variables: bool) -> Pattern:
    """Split a text into what stands for itself and what does not.

    Without `wildcards`, `*` and `?` stand for themselves; without `variables`, so does `${…}`.

    Raises: ValueError when a variable is not closed, or its name is none.
    """
    if not variables:
        return tuple(_plain(text, wildcards=wildcards))
    pieces: list[str | Wildcard | Variable] = []
    end = 0
    for found in _VARIABLE.finditer(text):
        pieces += _plain(_without_opening(text[end : found.start()]), wildcards=wildcards)
        pieces.append(_variable(found["name"]))
        end = found.end()
    return (*pieces, *_plain(_without_opening(text[end:]), wildcards=wildcards))


def fill(pattern: Pattern, value_of: Callable[[str], str | None]) -> Sequence[Token] | None:
    """Put a request's values in the places of the variables; None when it lacks one that has no default.

    A value stands for itself: a user named `*` fits no more than their name.
    """
    tokens: list[Token] = []
    for piece in pattern:
        if isinstance(piece, Variable):
            value = value_of(piece.key)
            value = piece.default if value is None else value
            if value is None:
                return None
            tokens.append(value)
        else:
            tokens.append(piece)
    return tokens


def fits(tokens: Sequence[Token], text: str) -> bool:
    """Whether all of a text is what the tokens describe.

    Bit n of `reached` says that the tokens so far fit the first n characters. Each token moves all bits at once, so
    the time is the product of the lengths over the width of a word, whatever the pattern: nothing is tried twice.
    """
    everywhere = (1 << len(text) + 1) - 1
    characters: dict[str, int] = {}
    for index, character in enumerate(text):
        characters[character] = characters.get(character, 0) | 1 << index
    within = everywhere >> 1 & ~characters.get(":", 0)
    reached = 1
    for token in tokens:
        match token:
            case str():
                for character in token:
                    reached = (reached & characters.get(character, 0)) << 1
            case Wildcard.MANY:
                reached = everywhere & -(reached & -reached)
            case Wildcard.MANY_WITHIN:  # a carry runs through the ones of `within` and marks how far it came
                reached |= ((reached & within) + within) ^ within
            case Wildcard.ONE:
                reached = reached << 1 & everywhere
            case Wildcard.ONE_WITHIN:
                reached = (reached & within) << 1
        if not reached:
            return False
    return bool(reached >> len(text))


def _plain(text: str, *, wildcards: bool) -> list[str | Wildcard | Variable]:
    if not wildcards:
        return [text] if text else []
    kinds = {"*": Wildcard.MANY, "?": Wildcard.ONE}
    return [kinds.get(part, part) for part in re.split(r"([*?])", text) if part]


def _variable(name: str) -> str | Variable:
    if name in _ESCAPED:
        return name
    found = _NAME.fullmatch(name)
    if found is None or ":" not in found["key"]:
        raise ValueError(
            f"${{{name[:60]}}} names no variable; write ${{aws:username}}, ${{aws:PrincipalTag/team, 'none'}} "
            "or one of ${*}, ${?} and ${$}"
        )
    return Variable(key=found["key"].lower(), default=found["default"])


def _without_opening(text: str) -> str:
    if "${" in text:
        raise ValueError("a variable is opened with ${ and not closed with }")
    return text
