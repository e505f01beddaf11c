"""Patterns of sensitive information, found in time linear in the text whatever the pattern. Knows no rule.

Patterns are RE2's: without look-around and back references, as at Amazon Bedrock, so that nobody's pattern can hold up
the others.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import re2

from outcrop.errors import InvalidRequest
from outcrop.safety.words import DATA, Place

_MEMORY: Final = 1 << 21
"""Bytes that a pattern may take when it is compiled."""
_CHECKED_LETTERS: Final = 10
"""What A is worth in a bank account's number; B is one more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A pattern that is ready to be looked for."""

    compiled: Any
    check: str | None = None
    """Name of the sum that the digits of a match must pass."""

    def places(self, text: str) -> Iterator[Place]:
        """Where it stands in a text."""
        whole = text.encode("utf-8", "replace").decode()  # of as many characters; RE2 takes no half of a pair
        for found in self.compiled.finditer(whole):
            if found.end() > found.start() and (self.check is None or _passes(self.check, found.group())):
                yield Place(start=found.start(), end=found.end())


def pattern_of(written: str) -> Pattern:
    """Compile a pattern that somebody wrote.

    Raises: InvalidRequest when it is none of RE2's, or too large.
    """
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    try:
        return Pattern(compiled=re2.compile(written, options))
    except re2.error as error:
        raise InvalidRequest(
            f"The pattern '{written[:100]}' cannot be used: {_reason(error)}. Write it in the syntax of RE2, without "
            "look-around and back references."
        ) from None


def entity(kind: str) -> Pattern | None:
    """The pattern of a kind of sensitive information; None where no pattern finds it reliably."""
    return _entities().get(kind)


def entity_kinds() -> tuple[str, ...]:
    """The kinds that patterns find."""
    return tuple(_entities())


@cache
def _entities() -> Mapping[str, Pattern]:
    tables = tomllib.loads((DATA / "entities.toml").read_text(encoding="utf-8"))
    return {
        kind: Pattern(compiled=re2.compile(table["pattern"]), check=table.get("check"))
        for kind, table in tables.items()
    }


def _reason(error: Exception) -> str:
    reason = error.args[0] if error.args else "it is not well-formed"
    return reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)


def _passes(check: str, match: str) -> bool:
    signs = [sign for sign in match if sign.isalnum()]
    return _luhn(signs) if check == "luhn" else _mod97(signs)


def _luhn(digits: list[str]) -> bool:
    """ISO/IEC 7812: every second digit from the right is doubled, and the digits of all that add up to tens."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _mod97(signs: list[str]) -> bool:
    """ISO 13616: letters as numbers, the first four signs last, and the remainder by 97 is 1."""
    turned = signs[4:] + signs[:4]
    number = "".join(sign if sign.isdigit() else str(ord(sign) - ord("A") + _CHECKED_LETTERS) for sign in turned)
    return int(number) % 97 == 1
