"""Hold the parts of a request that are not its body against the service model, and word what is wrong as AWS does.

Knows names, values and limits; knows no operation. Source: the wording of AWS's JSON services.
"""

import re
from collections.abc import Collection, Iterator

from outcrop.errors import InvalidRequest


def refuse(violations: Collection[str]) -> None:
    """Let a request pass that violates nothing.

    Raises: InvalidRequest naming every violation otherwise.
    """
    if violations:
        errors = "error" if len(violations) == 1 else "errors"
        raise InvalidRequest(f"{len(violations)} validation {errors} detected: {'; '.join(violations)}")


def one_of(name: str, value: str | None, allowed: Collection[str]) -> Iterator[str]:
    """A value that was given must be one of those allowed."""
    if value is not None and value not in allowed:
        yield (
            f"Value '{value[:100]}' at '{name}' failed to satisfy constraint: "
            f"Member must satisfy enum value set: [{', '.join(allowed)}]"
        )


def at_most(name: str, length: int, limit: int) -> Iterator[str]:
    """A value must not be longer than the limit."""
    if length > limit:
        yield f"Value at '{name}' failed to satisfy constraint: Member must have length less than or equal to {limit}"


def like(name: str, value: str | None, pattern: str) -> Iterator[str]:
    """A value that was given must match the whole pattern."""
    if value is not None and not re.fullmatch(pattern, value):
        yield (
            f"Value '{value[:100]}' at '{name}' failed to satisfy constraint: "
            f"Member must satisfy regular expression pattern: {pattern}"
        )
