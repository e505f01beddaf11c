"""Bodies by the thousand with what is to be answered: each the smallest of its task, with one thing changed.

The rules are read from the schemas; the words in which a breach is told are written here once more, from the
specification, so that reader and test cannot be wrong in the same way by sharing code.
"""

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.api.examples import EXAMPLES, Body
from tests.dialects.bodies import schema_file

WRONG: tuple[object, ...] = ("a text", 7, 2.5, True, None, [], {})
"""A value of every type of JSON."""
NAMES = {"string": "String", "integer": "Integer", "number": "Number", "boolean": "Boolean"}
NAMES |= {"array": "JSONArray", "object": "JSONObject"}
FITS: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
}
FOUND = {str: "String", int: "Integer", float: "BigDecimal", bool: "Boolean", list: "JSONArray", dict: "JSONObject"}
DETAILED = ("stable_image", "image_services")
"""Dialects that tell of an unknown field in words of their own."""

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A body, and what it must be answered."""

    model: str
    body: bytes
    breach: str | None
    """How the breach of the schema is told; None where there is none."""

    @property
    def message(self) -> str:
        """The whole of it."""
        assert self.breach is not None
        if self.breach.startswith("{"):
            return self.breach
        return f"Malformed input request: {self.breach}, please reformat your input and try again."


def cases(model: str, dialect: str, schema_name: str) -> Iterator[Case]:
    """Every one for a model."""
    schema = schema_file(schema_name)
    for base in EXAMPLES[model].values():
        yield Case(model=model, body=_written(base), breach=None)
        for path, rule in _fields(schema, base):
            for value, breach in _changes(rule):
                told = None if breach is None else f"{_pointer(path)}: {breach}"
                yield Case(model=model, body=_written(_put(base, path, value)), breach=told)
        for path, rule in _objects(schema, base):
            yield Case(
                model=model,
                body=_written(_put(base, (*path, "nobody_knows"), 1)),
                breach=_unknown(path, schema, detailed=dialect in DETAILED),
            )
            for key in rule.get("required", ()):
                yield Case(
                    model=model,
                    body=_written(_put(base, (*path, key), _GONE)),
                    breach=f"{_pointer(path)}: required key [{key}] not found",
                )


_GONE = object()


def _written(body: Body) -> bytes:
    return json.dumps(body).encode()


def _put(body: Body, path: Path, value: object) -> Body:
    changed = copy.deepcopy(body)
    inner: Any = changed
    for step in path[:-1]:
        inner = inner.setdefault(step, {}) if isinstance(inner, dict) else inner[step]
    if value is _GONE:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return changed


def _objects(rule: dict[str, Any], body: Any, path: Path = ()) -> Iterator[tuple[Path, dict[str, Any]]]:  # noqa: ANN401
    """The objects of a body that have rules, with where they stand."""
    if "properties" in rule and isinstance(body, dict):
        yield path, rule
        for key, value in body.items():
            yield from _objects(rule["properties"].get(key, {}), value, (*path, key))
    if "items" in rule and isinstance(body, list):
        for place, value in enumerate(body):
            yield from _objects(rule["items"], value, (*path, place))


def _fields(schema: dict[str, Any], body: Body) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every field that an object of the body may have, there or not; of the objects that are not, one level."""
    for path, rule in _objects(schema, body):
        for key, field in rule["properties"].items():
            yield (*path, key), field
    config = schema["properties"].get("imageGenerationConfig", {})
    for key, field in config.get("properties", {}).items():
        yield ("imageGenerationConfig", key), field


def _changes(rule: dict[str, Any]) -> Iterator[tuple[object, str | None]]:
    """Values for a field, each with how it is told; those that keep the rule with None."""
    kind = rule["type"]
    for value in WRONG:
        if not isinstance(value, FITS[kind]) or (isinstance(value, bool) and kind != "boolean"):
            found = "Null" if value is None else FOUND[type(value)]
            yield value, f"expected type: {NAMES[kind]}, found: {found}"
    if "enum" in rule:
        yield "no such", "no such is not a valid enum value"
        yield rule["enum"][0].swapcase() + "x", f"{rule['enum'][0].swapcase()}x is not a valid enum value"
        yield from ((value, None) for value in rule["enum"])
    else:
        yield from _limits(rule)


def _limits(rule: dict[str, Any]) -> Iterator[tuple[object, str | None]]:
    """Values at the limits of a rule and just beyond."""
    step = rule.get("multipleOf", 1 if rule["type"] == "integer" else 0.001)
    if "minimum" in rule:
        low = rule["minimum"]
        yield low - step, f"{low - step} is not greater or equal to {low}"
        yield low, None
    if "maximum" in rule:
        high = rule["maximum"]
        yield high + step, f"{high + step} is not less or equal to {high}"
        yield high, None
    if "multipleOf" in rule:
        yield rule["minimum"] + 1, f"{rule['minimum'] + 1} is not a multiple of {rule['multipleOf']}"
    if rule.get("minLength"):
        yield "", f"expected minLength: {rule['minLength']}, actual: 0"
    if "maxLength" in rule:
        most = rule["maxLength"]
        for text in ("a", "\N{LATIN SMALL LETTER E WITH ACUTE}"):
            yield text * (most + 1), f"expected maxLength: {most}, actual: {most + 1}"
            yield text * most, None
    if "minItems" in rule:
        yield [], f"expected minimum item count: {rule['minItems']}, found: 0"


def _unknown(path: Path, schema: dict[str, Any], *, detailed: bool) -> str:
    if detailed:
        fields = list(schema["properties"])
        return json.dumps({"detail": f"Invalid field in request. Available fields: {fields}"}, separators=(",", ":"))
    return f"{_pointer(path)}: extraneous key [nobody_knows] is not permitted"


def _pointer(path: Path) -> str:
    return "/".join(("#", *map(str, path)))
