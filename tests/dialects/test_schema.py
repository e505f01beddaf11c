"""The schema files, and how what breaks them is worded."""

import json
from collections.abc import Iterator
from importlib import resources

import pytest
from jsonschema import Draft7Validator

from outcrop.catalog.card import ModelCard
from outcrop.dialects.schema import SHOWN_CHARS, WORDING, body_schema

SCHEMAS = sorted(
    file.name.removesuffix(".json")
    for file in (resources.files("outcrop.dialects") / "schemas").iterdir()
    if file.name.endswith(".json")
)

SILENT = {"$schema", "title", "default", "properties", "items", "allOf", "if", "then", "else", "const", "sizes"}
"""Keywords that word nothing themselves."""


def content(name: str) -> dict[str, object]:
    """A schema as it stands in its file."""
    loaded = json.loads((resources.files("outcrop.dialects") / "schemas" / f"{name}.json").read_text("utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def keywords(schema: object) -> Iterator[str]:
    """Every keyword that a schema uses, at any depth."""
    if isinstance(schema, dict):
        for keyword, value in schema.items():
            yield keyword
            if keyword == "properties":
                for rule in value.values():
                    yield from keywords(rule)
            elif keyword in {"then", "else", "items"}:
                yield from keywords(value)
            elif keyword in {"allOf", "oneOf"}:
                for part in value:
                    yield from keywords(part)


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_is_one(name: str) -> None:
    """By the rules of its own draft."""
    Draft7Validator.check_schema(content(name))


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_keyword_is_worded(name: str) -> None:
    """A schema cannot ask for what no message could say."""
    assert set(keywords(content(name))) - SILENT - {"additionalProperties"} <= set(WORDING)


@pytest.mark.parametrize("name", SCHEMAS)
def test_defaults_keep_their_own_rules(name: str) -> None:
    """Beside them only what is required is missing."""
    schema = body_schema(name)
    violations = schema.violations(schema.defaults)
    assert violations.unknown_fields == ()
    assert [text for text in violations.texts if "required key" not in text] == []


def test_every_aspect_ratio_has_a_size(stable_image: ModelCard) -> None:
    """The schema and the catalogue know the same ones."""
    card = stable_image
    properties = content(card.schema)["properties"]
    assert isinstance(properties, dict)
    assert set(properties["aspect_ratio"]["enum"]) == set(card.sizes)


def test_every_size_of_a_card_is_one_of_the_schema(card: ModelCard) -> None:
    """Where the schema lists sizes, the catalogue promises no other."""
    allowed = body_schema(card.schema).sizes
    assert {str(size) for size in card.sizes.values()} <= set(allowed) or not allowed


def test_a_schema_is_read_once() -> None:
    """The second request does not pay for it again."""
    assert body_schema(SCHEMAS[0]) is body_schema(SCHEMAS[0])


NUMBERS = {
    7: "Integer",
    -(2**31): "Integer",
    2**31: "Long",
    -(2**63): "Long",
    2**63: "BigInteger",
    0.5: "BigDecimal",
    1.0: "BigDecimal",
}


@pytest.mark.parametrize(("value", "name"), NUMBERS.items())
def test_numbers_have_their_java_names(value: float, name: str) -> None:
    """The validator behind the service is written in Java."""
    (text,) = body_schema("sd3_5_large").violations({"prompt": value}).texts
    assert text == f"#/prompt: expected type: String, found: {name}"


@pytest.mark.parametrize(
    ("value", "shown"), [(None, "null"), (False, "false"), ([1, "ä"], '[1,"ä"]'), ({"a": None}, '{"a":null}')]
)
def test_values_are_shown_as_json(value: object, shown: str) -> None:
    """Not as Python writes them."""
    texts = body_schema("sd3_5_large").violations({"prompt": "", "aspect_ratio": value}).texts
    assert texts[-1] == f"#/aspect_ratio: {shown} is not a valid enum value"


def test_a_long_value_is_cut() -> None:
    """A message is never as long as an attack."""
    (text,) = body_schema("sd3_5_large").violations({"prompt": "", "aspect_ratio": "x" * 10_000}).texts
    assert text == f"#/aspect_ratio: {'x' * SHOWN_CHARS}… is not a valid enum value"


def test_length_is_counted_in_characters() -> None:
    """One outside the basic plane is one."""
    assert body_schema("sd3_5_large").violations({"prompt": "\N{GRINNING FACE}" * 10_000}).texts == ()
