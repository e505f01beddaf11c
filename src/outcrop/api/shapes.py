"""Shapes of members of a body, as values, and what of a body does not fit them, worded as AWS words it.

Knows no operation. Source: botocore's service models for the kinds of rules; the wording of AWS's JSON services.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from outcrop.api.constraints import at_most, one_of
from outcrop.api.json_object import FAILED, Text, record, text


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of some words."""

    words: tuple[str, ...]
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """Yes or no; may be left out."""

    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """A list, whose members all are of one shape."""

    member: "Shape"
    least: int = 0
    most: int | None = None
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """An object."""

    fields: "Mapping[str, Shape]"
    required: bool = True


Shape = Text | Choice | Flag | Items | Members

YES_OR_NO: Final = Flag()


def misfits(name: str, value: object, shape: Shape) -> Iterator[str]:
    """What is wrong with a value, at its place; `name` is that place, empty for the body itself."""
    if value is None:
        if shape.required:
            yield f"Value at '{name}' {FAILED} not be null"
        return
    match shape:
        case Text():
            yield from text(name, value, shape)
        case Choice(words=words):
            yield from one_of(name, value if isinstance(value, str) else f"{type(value).__name__}", words)
        case Flag():
            if not isinstance(value, bool):
                yield f"Value at '{name}' {FAILED} be a boolean"
        case Items():
            yield from _list(name, value, shape)
        case Members():
            yield from _object(name, value, shape)


def known(value: Any, shape: Shape) -> Any:  # noqa: ANN401  any JSON value may come
    """What a shape knows of a value that fits it: members that it does not name are left out."""
    match shape:
        case Items(member=member):
            return [known(each, member) for each in value]
        case Members(fields=fields):
            return {name: known(value[name], field) for name, field in fields.items() if value.get(name) is not None}
        case _:
            return value


def _list(name: str, value: object, shape: Items) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"Value at '{name}' {FAILED} be a list"
        return
    if len(value) < shape.least:
        yield f"Value at '{name}' {FAILED} have length greater than or equal to {shape.least}"
    if shape.most is not None and len(value) > shape.most:
        yield from at_most(name, len(value), shape.most)
        return
    for number, member in enumerate(value, 1):
        place = f"{name}.{number}.member"
        yield from misfits(place, member, shape.member) if member is not None else record(place, member)


def _object(name: str, value: object, shape: Members) -> Iterator[str]:
    if not isinstance(value, dict):
        yield from record(name, value)
        return
    for member, field in shape.fields.items():
        yield from misfits(f"{name}.{member}" if name else member, value.get(member), field)
