"""Writes the part of docs/reference/rest.md that follows from the contract. Knows OpenAPI and Markdown.

`python -m tests.api.rest.reference` writes it anew; a test holds the page against it.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from outcrop.api.rest.contract import EVERYWHERE, contract

PAGE: Final = Path(__file__).parents[3] / "docs" / "reference" / "rest.md"
HEADING: Final = "## Operations\n"
Object = Mapping[str, Any]


def reference() -> str:
    """The page from its heading `Operations` on."""
    return "\n".join([HEADING, *_table(), "", *_sections(), *_schemas()]).rstrip() + "\n"


def whole_page() -> str:
    """The page with that part written anew."""
    head, _, _ = PAGE.read_text(encoding="utf-8").partition(HEADING)
    return head + reference()


def _table() -> Iterator[str]:
    yield "| request | operation | |"
    yield "| --- | --- | --- |"
    for path, method, asked in _operations():
        yield f"| `{method.upper()} {path}` | {asked['operationId']} | {asked['summary']} |"


def _sections() -> Iterator[str]:
    for path, method, asked in _operations():
        yield f"### {asked['operationId']}\n\n`{method.upper()} {path}`\n"
        yield f"{asked['summary']}. {asked.get('description', '')}".rstrip() + "\n"
        parameters = [_resolved(each) for each in asked.get("parameters", ())]
        if parameters:
            yield "| parameter | in | type | |\n| --- | --- | --- | --- |"
            yield from (_parameter(each) for each in parameters)
            yield ""
        if "requestBody" in asked:
            taken = asked["requestBody"]["content"]
            yield f"Body: {' or '.join(_content(name, each) for name, each in taken.items())}.\n"
        yield from _answers(asked)


def _answers(asked: Object) -> Iterator[str]:
    own = {status for status in asked["responses"] if int(status) >= 400} - {str(status) for status in EVERYWHERE}
    for status, answer in asked["responses"].items():
        if int(status) < 400:
            types = " or ".join(_content(name, each) for name, each in answer.get("content", {}).items())
            yield f"Answers {status}{f', {types}' if types else ''}. Problems of its own: {', '.join(sorted(own))}.\n"


def _content(name: str, content: Object) -> str:
    return _type(content["schema"]) if name == "application/json" else f"`{name}`"


def _schemas() -> Iterator[str]:
    yield "## Types\n"
    for name, schema in sorted(contract().document["components"]["schemas"].items()):
        yield f"### {name}\n"
        if "description" in schema:
            yield f"{schema['description']}\n"
        if "properties" in schema:
            yield "| member | type | |\n| --- | --- | --- |"
            yield from _members(schema)
            yield ""
        else:
            yield f"{_type(schema)}.\n".capitalize()


def _members(schema: Object, above: str = "") -> Iterator[str]:
    required = schema.get("required", ())
    for name, member in schema["properties"].items():
        place = above + name
        optional = "" if name in required else ", optional"
        yield f"| `{place}` | {_type(member)}{optional} | {_told(member)} |"
        inner = member.get("items", member)
        if "properties" in inner:
            yield from _members(inner, f"{place}[]." if "items" in member else f"{place}.")


def _parameter(given: Object) -> str:
    kind = _type(given["schema"]) + ("" if given.get("required") else ", optional")
    return f"| `{given['name']}` | {given['in']} | {kind} | {_told(given)} |"


def _told(thing: Object) -> str:
    return str(thing.get("description", "")).replace("|", "\\|")


def _type(schema: Object) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "oneOf" in schema:
        return " or ".join(map(_type, schema["oneOf"]))
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}"
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return " or ".join(kinds) + _limits(schema)


def _limits(schema: Object) -> str:
    if "minimum" in schema and "maximum" in schema:
        return f", {schema['minimum']} to {schema['maximum']}"
    return ", from " + str(schema["minimum"]) if "minimum" in schema else ""


def _resolved(thing: Object) -> Object:
    if "$ref" not in thing:
        return thing
    found: Object = contract().document["components"]["parameters"][thing["$ref"].rpartition("/")[2]]
    return found


def _operations() -> Iterator[tuple[str, str, Object]]:
    for path, methods in contract().document["paths"].items():
        for method, asked in methods.items():
            yield path, method, asked


if __name__ == "__main__":
    PAGE.write_text(whole_page(), encoding="utf-8")
