"""What may be asked of Outcrop's own REST and what is answered, as OpenAPI; one file a resource in `data`.

Routes, the reading of requests and the document that is served all follow from it, so that none can say otherwise than
the others. Knows no operation's work. Source: OpenAPI Specification 3.1.1, whose schemas are those of JSON Schema
2020-12.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final, Literal

from jsonschema import Draft202012Validator

from outcrop import __version__

DATA: Final = resources.files("outcrop.api.rest") / "data"
SHORT_BYTES: Final = 65_536
"""The longest body, where the contract does not say otherwise."""
EVERYWHERE: Final = (401, 403, 429, 500, 503)
"""Problems that any operation may answer with."""

Object = dict[str, Any]
"""An object of JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """What stands in a path, in a query or in a header."""

    name: str
    place: Literal["path", "query", "header"]
    required: bool
    kind: str
    """Its type: string, integer, boolean, or array, which is written by giving the parameter again."""
    validator: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method on one path."""

    id: str
    method: str
    path: str
    parameters: tuple[Parameter, ...]
    body: Any
    """The validator of its body; None takes no JSON."""
    files: tuple[str, ...]
    """The media types of a body that is a file; none of them takes none."""
    most_bytes: int
    open_to_all: bool
    """Whether it asks nobody who they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """The document and what follows from it."""

    document: Mapping[str, Any]
    operations: tuple[Operation, ...]


@cache
def contract() -> Contract:
    """The contract, put together once from its files."""
    document = _document()
    operations = (
        _operation(path, method, asked, document["components"])
        for path, methods in document["paths"].items()
        for method, asked in methods.items()
    )
    return Contract(document=document, operations=tuple(operations))


def _document() -> Object:
    document = _read("document")
    document["info"]["version"] = __version__
    for name in document.pop("x-resources"):
        resource = _read(name)
        for asked in _asked(resource["paths"]):
            _add_problems(asked)
        document["paths"] |= resource["paths"]
        document["components"]["schemas"] |= resource.get("schemas", {})
    return document


def _read(name: str) -> Object:
    content = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


def _asked(paths: Object) -> Iterator[Object]:
    return (asked for methods in paths.values() for asked in methods.values())


def _add_problems(asked: Object) -> None:
    """Write the problems out that an operation may answer with, which its file lists by their status."""
    own = asked.pop("x-problems", [])
    for status in sorted({*own, 400, *EVERYWHERE}):
        asked["responses"][str(status)] = {"$ref": "#/components/responses/Problem"}


def _operation(path: str, method: str, asked: Object, components: Object) -> Operation:
    named = components["parameters"]
    given = [named[one["$ref"].rpartition("/")[2]] if "$ref" in one else one for one in asked.get("parameters", ())]
    taken: Object = asked.get("requestBody", {"content": {}})["content"]
    schema = taken.get("application/json", {}).get("schema")
    return Operation(
        id=asked["operationId"],
        method=method.upper(),
        path=path,
        parameters=tuple(_parameter(one, components) for one in given),
        body=None if schema is None else _validator(schema, components),
        files=tuple(taken) if schema is None else (),
        most_bytes=asked.get("x-most-bytes", SHORT_BYTES),
        open_to_all=asked.get("security") == [],
    )


def _parameter(given: Object, components: Object) -> Parameter:
    return Parameter(
        name=given["name"],
        place=given["in"],
        required=given.get("required", False),
        kind=given["schema"]["type"],
        validator=_validator(given["schema"], components),
    )


def _validator(schema: Object, components: Object) -> Draft202012Validator:
    whole = schema | {"components": components}  # where its references lead
    return Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER)
