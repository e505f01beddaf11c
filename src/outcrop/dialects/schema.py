"""Hold a body against its family's JSON Schema. The schema files are the only source of limits and defaults.

Violations are worded as the validator behind Amazon Bedrock words them (the Everit library for Java). Knows no model
and no operation.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from jsonschema import Draft4Validator, Draft7Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

SHOWN_CHARS: Final = 100
"""A message quotes at most this much of a value."""

# Draft 7 for its conditions; the older draft's types because there 1.0 is no integer, as for Amazon Bedrock.
_Validator = extend(  # type: ignore[no-untyped-call]  # jsonschema has no types for it
    Draft7Validator, type_checker=Draft4Validator.TYPE_CHECKER
)

_TYPE_NAMES = {
    "string": "String",
    "integer": "Integer",
    "number": "Number",
    "object": "JSONObject",
    "array": "JSONArray",
    "boolean": "Boolean",
}
_FOUND_NAMES = {
    type(None): "Null",
    bool: "Boolean",
    float: "BigDecimal",
    list: "JSONArray",
    dict: "JSONObject",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Violations:
    """In what way a body breaks its schema."""

    unknown_fields: tuple[str, ...]
    """Fields that the schema does not name, each worded as a violation."""
    texts: tuple[str, ...]
    """Every other violation, in the schema's order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BodySchema:
    """One family's schema, ready for use."""

    fields: tuple[str, ...]
    """The fields a body may have, in the file's order."""
    defaults: dict[str, Any]
    """Of the fields at the top of a body."""
    sizes: tuple[str, ...]
    """The sizes of pictures that there are, such as "1024x768"; empty where any will do that keeps the rules."""
    most_images: int
    """How many pictures a body may ask for."""
    validator: Any

    def violations(self, content: Any) -> Violations:  # noqa: ANN401  any JSON value may come
        """Check a body.

        Raises: RecursionError when the body is nested too deeply to be quoted.
        """
        unknown: dict[str, None] = {}
        others: dict[str, None] = {}
        for error in self.validator.iter_errors(content):
            kind = unknown if error.validator == "additionalProperties" else others
            kind.update(dict.fromkeys(_texts(error)))
        return Violations(unknown_fields=tuple(unknown), texts=tuple(others))


@cache
def body_schema(name: str) -> BodySchema:
    """Read a schema from `dialects/schemas`, once."""
    file = resources.files("outcrop.dialects") / "schemas" / f"{name}.json"
    schema = json.loads(file.read_text(encoding="utf-8"))
    fields = schema["properties"]
    return BodySchema(
        fields=tuple(fields),
        defaults={field: rule["default"] for field, rule in fields.items() if "default" in rule},
        sizes=tuple(schema.get("sizes", ())),
        most_images=_most_images(fields),
        validator=_Validator(schema),
    )


def _most_images(fields: dict[str, Any]) -> int:
    config = fields.get("imageGenerationConfig", {"properties": {}})
    return int(config["properties"].get("numberOfImages", {"maximum": 1})["maximum"])


def _texts(error: ValidationError) -> Iterator[str]:
    place = "/".join(("#", *(str(part) for part in error.absolute_path)))
    if error.validator == "additionalProperties":
        instance: Any = error.instance
        schema: Any = error.schema
        unknown = (key for key in instance if key not in schema["properties"])
        yield from (f"{place}: extraneous key [{_shown(key)}] is not permitted" for key in unknown)
        return
    for text in WORDING[str(error.validator)](error.validator_value, error.instance):
        yield f"{place}: {text}"


def _missing(keys: list[str], content: dict[str, Any]) -> list[str]:
    return [f"required key [{key}] not found" for key in keys if key not in content]


def _missing_companions(rules: dict[str, list[str]], content: dict[str, Any]) -> list[str]:
    return [text for field, keys in rules.items() if field in content for text in _missing(keys, content)]


WORDING: Final[dict[str, Callable[[Any, Any], list[str]]]] = {
    "type": lambda name, value: [f"expected type: {_TYPE_NAMES[name]}, found: {_type_of(value)}"],
    "enum": lambda _, value: [f"{_shown(value)} is not a valid enum value"],
    "minLength": lambda limit, value: [f"expected minLength: {limit}, actual: {len(value)}"],
    "maxLength": lambda limit, value: [f"expected maxLength: {limit}, actual: {len(value)}"],
    "minimum": lambda limit, value: [f"{_shown(value)} is not greater or equal to {limit}"],
    "maximum": lambda limit, value: [f"{_shown(value)} is not less or equal to {limit}"],
    "multipleOf": lambda factor, value: [f"{_shown(value)} is not a multiple of {factor}"],
    "minItems": lambda limit, value: [f"expected minimum item count: {limit}, found: {len(value)}"],
    "maxItems": lambda limit, value: [f"expected maximum item count: {limit}, found: {len(value)}"],
    "pattern": lambda pattern, value: [f"string [{_shown(value)}] does not match pattern {pattern}"],
    "oneOf": lambda kinds, value: [f"{_fitting(kinds, value)} subschemas matched instead of one"],
    "required": _missing,
    "dependencies": _missing_companions,
}
"""Keyword of the schema, to the texts for its value there and the value that came."""


def _fitting(kinds: list[Any], value: object) -> int:
    return sum(_Validator(kind).is_valid(value) for kind in kinds)


def _type_of(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return "Integer" if -(2**31) <= value < 2**31 else "Long" if -(2**63) <= value < 2**63 else "BigInteger"
    return "String" if isinstance(value, str) else _FOUND_NAMES[type(value)]


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return text if len(text) <= SHOWN_CHARS else f"{text[:SHOWN_CHARS]}…"
