"""The message for bodies that break their schema, where a family has no words of its own. Knows no field and no model.

Source: answers of Amazon Bedrock for Titan, Nova Canvas and other models, as users have published them.
"""

from typing import Any

from outcrop.dialects.json_body import read_json
from outcrop.dialects.schema import BodySchema
from outcrop.errors import InvalidRequest
from outcrop.units import Size

MALFORMED = "Malformed input request, please reformat your input and try again."


def malformed(violations: tuple[str, ...]) -> InvalidRequest:
    """The error that names violations."""
    found = ", ".join(violations)
    return InvalidRequest(f"Malformed input request: {found}, please reformat your input and try again.")


def read_fields(body: bytes, schema: BodySchema) -> dict[str, Any]:
    """The fields of a body, those at its top with the schema's defaults.

    Raises: InvalidRequest when the body is no JSON or breaks the schema; fields that are unknown are named first.
    """
    try:
        content: dict[str, Any] = read_json(body)  # or anything else, which the schema refuses
        violations = schema.violations(content)
    except (ValueError, RecursionError):
        raise InvalidRequest(MALFORMED) from None
    if violations.unknown_fields or violations.texts:
        raise malformed((*violations.unknown_fields, *violations.texts))
    return schema.defaults | content


def allowed_size(width: int, height: int, schema: BodySchema) -> Size:
    """The size of a picture to draw.

    Raises: InvalidRequest when the schema lists sizes and it is none of them.
    """
    size = Size(width=width, height=height)
    if schema.sizes and str(size) not in schema.sizes:
        raise InvalidRequest(f"The size {size} is not among those allowed: {', '.join(schema.sizes)}.")
    return size
