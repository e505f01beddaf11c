"""Ids of assets: short, and in the order of when they were made. Knows no asset."""

from collections.abc import Callable
from typing import Final

ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's, in lower case: no letter is taken for a figure, and each sorts as it counts."""
BITS: Final = 5
MOMENT_CHARS, CHANCE_CHARS = 9, 7
"""Milliseconds until the year 3084, and 35 bits."""

PATTERN: Final = f"[{ALPHABET}]{{{MOMENT_CHARS + CHANCE_CHARS}}}"

Random = Callable[[int], bytes]
"""Returns so many bytes that nobody can guess."""


def new_asset_id(now: float, random: Random) -> str:
    """An id of its own. Units: now in seconds since 1970."""
    return _written(int(now * 1000), MOMENT_CHARS) + _written(int.from_bytes(random(5)), CHANCE_CHARS)


def first_id(moment: int) -> str:
    """What no id from a moment on sorts before. Units: seconds since 1970."""
    return _written(moment * 1000, MOMENT_CHARS) + ALPHABET[0] * CHANCE_CHARS


def _written(number: int, chars: int) -> str:
    return "".join(ALPHABET[number >> BITS * place & 31] for place in reversed(range(chars)))
