"""Read a body that is a JSON object, and hold its members against the service model. Knows no operation.

Source: the wording of AWS's JSON services.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from starlette.requests import Request

from outcrop.api.body import read_body
from outcrop.api.constraints import at_most, like
from outcrop.dialects.json_body import read_json
from outcrop.errors import InvalidRequest

FAILED = "failed to satisfy constraint: Member must"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What a text may be, as the service model says."""

    most: int
    least: int = 1
    pattern: str | None = None
    required: bool = True


async def read_object(request: Request) -> dict[str, object]:
    """The members of the body.

    Raises: InvalidRequest when it is no JSON object.
    """
    try:
        content = read_json(await read_body(request))
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise InvalidRequest("The body must be a JSON object.")
    return content


def text(name: str, value: object, rule: Text) -> Iterator[str]:
    """A member must be a text, of such a length and pattern."""
    match value:
        case None:
            if rule.required:
                yield f"Value at '{name}' {FAILED} not be null"
        case str() if len(value) < rule.least:
            yield f"Value at '{name}' {FAILED} have length greater than or equal to {rule.least}"
        case str() if len(value) > rule.most:
            yield from at_most(name, len(value), rule.most)
        case str():
            if rule.pattern is not None:
                yield from like(name, value, rule.pattern)
        case _:
            yield f"Value at '{name}' {FAILED} be a string"


def record(name: str, value: object) -> Iterator[str]:
    """A member must be an object."""
    if not isinstance(value, dict):
        yield f"Value at '{name}' {FAILED} {'not be null' if value is None else 'be an object'}"
