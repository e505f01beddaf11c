"""Read a policy document that anybody may have written: JSON to a valid `Policy`, or the place that is wrong.

Knows the grammar; decides nothing. Source: IAM User Guide, "Grammar of the IAM JSON policy language", "IAM and AWS STS
quotas"; botocore's `iam` service model for the characters of a document.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from outcrop.access.arns import SEGMENTS
from outcrop.access.conditions import OPERATORS, Condition, Operator, Over
from outcrop.access.operands import Kind, Operand, read_operand
from outcrop.access.policy import Effect, Policy, Statement, Targets
from outcrop.access.wildcards import read_pattern
from outcrop.errors import MalformedPolicy

MAX_CHARS: Final = 6144
"""Of a document, white space not counted: AWS's bound for a managed policy. It bounds statements and values as well."""
MAX_CHARS_WITH_SPACE: Final = 131_072

_DOCUMENT = re.compile(r"[\t\n\r\u0020-\u00ff]+")
_NAME = re.compile(r"[\w+=,.@-]{1,128}", re.ASCII)
_SID = re.compile(r"[A-Za-z0-9]*", re.ASCII)
_ACTION = re.compile(r"\*|(\*|[a-z0-9-]+):[a-z0-9*?]+", re.ASCII | re.IGNORECASE)
_PARTITION = re.compile(r"aws[a-z-]*|\*", re.ASCII)
_SERVICE = re.compile(r"[a-z0-9-]+", re.ASCII)
_CONDITION_KEY = re.compile(r"[A-Za-z0-9-]+:.+", re.ASCII)
_OPERATOR = re.compile(r"((?P<over>ForAllValues|ForAnyValue):)?(?P<name>[A-Za-z]+?)(?P<if_exists>IfExists)?", re.ASCII)

_TOP: Final = ("Version", "Id", "Statement")
_IN_STATEMENT: Final = ("Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition")
_PRINCIPALS: Final = frozenset({"Principal", "NotPrincipal"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Number:
    """A number of the document as it was written."""

    digits: str


def read_policy(text: str, name: str) -> Policy:
    """Read a policy document and give it its name.

    Raises: MalformedPolicy with the place in the document that is wrong.
    """
    if not _NAME.fullmatch(name):
        raise MalformedPolicy(f"{name[:80]!r} is no name for a policy; use 1 to 128 letters, digits and + = , . @ _ -.")
    document = _object(_parse(text), "the document")
    _only(document, _TOP, "the document")
    version = document.get("Version", "2008-10-17")
    if version not in ("2012-10-17", "2008-10-17"):
        _refuse("Version", f"{_shown(version)} is no version; use 2012-10-17, or 2008-10-17, which has no variables")
    variables = version == "2012-10-17"
    if "Statement" not in document:
        _refuse("the document", "has no Statement; give one or a list of them")
    given = document["Statement"]
    listed = given if isinstance(given, list) else [given]
    if not listed:
        _refuse("Statement", "is an empty list; give at least one")
    places = [f"Statement[{index}]" if isinstance(given, list) else "Statement" for index in range(len(listed))]
    statements = tuple(
        _statement(_object(item, place), place, variables=variables) for item, place in zip(listed, places, strict=True)
    )
    _check_sids(statements, places)
    return Policy(name=name, version=version, id=_text(document.get("Id", ""), "Id"), statements=statements)


def _parse(text: str) -> Any:  # noqa: ANN401  whatever JSON there is: the grammar says what it must be
    if not text or len(text) > MAX_CHARS_WITH_SPACE:
        _refuse("the document", f"has {len(text)} characters; 1 to {MAX_CHARS_WITH_SPACE} are allowed")
    if not _DOCUMENT.fullmatch(text):
        _refuse("the document", "has a character beyond U+00FF or a control character; write it as \\u and four digits")
    dense = sum(not character.isspace() for character in text)
    if dense > MAX_CHARS:
        _refuse("the document", f"has {dense} characters besides white space; at most {MAX_CHARS} are allowed")
    try:
        return json.loads(
            text, parse_float=_number, parse_int=_number, parse_constant=_number, object_pairs_hook=_without_repeats
        )
    except RecursionError:
        _refuse("the document", "is nested too deeply; a policy has six levels")
    except ValueError as error:
        _refuse("the document", f"is no JSON: {error}")


def _number(digits: str) -> _Number:
    return _Number(digits=digits)


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    seen = set[str]()
    for key, _ in pairs:
        if key in seen:
            raise ValueError(f"the key {_shown(key)} stands twice in one object")
        seen.add(key)
    return dict(pairs)


def _statement(item: Mapping[str, Any], place: str, *, variables: bool) -> Statement:
    if _PRINCIPALS & set(item):
        _refuse(place, "Policy document should not specify a principal: whoever has the policy is who it is about")
    _only(item, _IN_STATEMENT, place)
    sid = _text(item.get("Sid", ""), f"{place}.Sid")
    if not _SID.fullmatch(sid):
        _refuse(f"{place}.Sid", f"{_shown(sid)} has other characters than letters and digits")
    effect = item.get("Effect")
    if effect not in ("Allow", "Deny"):
        _refuse(f"{place}.Effect", f"{_shown(effect)} is no effect; use Allow or Deny, with these capitals")
    return Statement(
        sid=sid,
        effect=Effect(effect),
        actions=_actions(item, place),
        resources=_resources(item, place, variables=variables),
        conditions=tuple(_conditions(item.get("Condition", {}), f"{place}.Condition", variables=variables)),
    )


def _check_sids(statements: tuple[Statement, ...], places: list[str]) -> None:
    first: dict[str, str] = {}
    for statement, place in zip(statements, places, strict=True):
        if statement.sid and statement.sid in first:
            _refuse(f"{place}.Sid", f"{_shown(statement.sid)} is the Sid of {first[statement.sid]} already")
        first[statement.sid] = place


def _actions(item: Mapping[str, Any], place: str) -> Targets:
    key = _one_of(item, "Action", place)
    patterns = []
    for where, text in _texts(item[key], f"{place}.{key}"):
        if not _ACTION.fullmatch(text):
            _refuse(where, f"{_shown(text)} is no action; write * or service and action, as bedrock:InvokeModel")
        patterns.append(read_pattern(text.lower(), wildcards=True, variables=False))
    return Targets(patterns=tuple(patterns), inverted=key == "NotAction")


def _resources(item: Mapping[str, Any], place: str, *, variables: bool) -> Targets:
    key = _one_of(item, "Resource", place)
    patterns = []
    for where, text in _texts(item[key], f"{place}.{key}"):
        _check_resource(text, where, variables=variables)
        try:
            patterns.append(read_pattern(text, wildcards=True, variables=variables))
        except ValueError as error:
            _refuse(where, str(error))
    return Targets(patterns=tuple(patterns), inverted=key == "NotResource")


def _check_resource(text: str, where: str, *, variables: bool) -> None:
    if text == "*":
        return
    segments = text.split(":", SEGMENTS - 1)
    cut_short = len(segments) < SEGMENTS and not (len(segments) > 3 and text.endswith("*"))
    if segments[0] != "arn" or cut_short:
        _refuse(where, f"{_shown(text)} is no ARN; write * or arn:aws:bedrock:region:account:resource")
    if not _PARTITION.fullmatch(segments[1]):
        _refuse(where, f"{_shown(segments[1])} is no partition; use aws")
    if not _SERVICE.fullmatch(segments[2]):
        _refuse(where, f"{_shown(segments[2])} is no service; name one, as bedrock, without wildcards")
    if variables and "${" in ":".join(segments[: SEGMENTS - 1]):
        _refuse(where, f"{_shown(text)} has a variable before the fifth colon; only the resource may have one")


def _conditions(block: object, place: str, *, variables: bool) -> Iterator[Condition]:
    for written, keys in _object(block, place).items():
        operator, over, if_exists = _operator(written, place)
        where = f"{place}.{written}"
        for key, values in _object(keys, where).items():
            if not _CONDITION_KEY.fullmatch(key):
                _refuse(where, f"{_shown(key)} is no condition key; write the service and the key, as aws:SourceIp")
            operands = tuple(
                _operand(operator, text, there, variables=variables)
                for there, text in _texts(values, f"{where}.{key[:80]}", scalars=True)
            )
            yield Condition(operator=operator, over=over, if_exists=if_exists, key=key.lower(), operands=operands)


def _operator(written: str, place: str) -> tuple[Operator, Over, bool]:
    found = _OPERATOR.fullmatch(written)
    operator = OPERATORS.get(found["name"]) if found else None
    if found is None or operator is None:
        _refuse(place, f"Invalid Condition type : {_shown(written)}; use one of {', '.join(OPERATORS)}")
    if operator.kind is Kind.ABSENCE and written != "Null":
        _refuse(place, f"{_shown(written)}: Null stands alone, without ForAllValues, ForAnyValue and IfExists")
    return operator, Over(found["over"] or ""), bool(found["if_exists"])


def _operand(operator: Operator, text: str, where: str, *, variables: bool) -> Operand:
    try:
        return read_operand(text, operator.kind, operator.comparison, variables=variables)
    except ValueError as error:
        _refuse(where, str(error))


def _one_of(item: Mapping[str, Any], key: str, place: str) -> str:
    """Which of a key and its inversion a statement has; it must have just one."""
    there = [name for name in (key, f"Not{key}") if name in item]
    if len(there) != 1:
        _refuse(place, f"has {' and '.join(there) or f'neither {key} nor Not{key}'}; give one of {key} and Not{key}")
    return there[0]


def _texts(value: object, place: str, *, scalars: bool = False) -> Iterator[tuple[str, str]]:
    """One text or each of a list, with its place; with `scalars`, numbers and booleans count as texts."""
    if isinstance(value, list):
        if not value:
            _refuse(place, "is an empty list; give at least one value")
        for index, item in enumerate(value):
            yield f"{place}[{index}]", _text(item, f"{place}[{index}]", scalars=scalars)
    else:
        yield place, _text(value, place, scalars=scalars)


def _text(value: object, place: str, *, scalars: bool = False) -> str:
    if scalars and isinstance(value, bool):
        return str(value).lower()
    if scalars and isinstance(value, _Number):
        return value.digits
    if not isinstance(value, str):
        _refuse(place, f"{_shown(value)} is not a text")
    return value


def _object(value: object, place: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        _refuse(place, f"{_shown(value)} is not an object")
    return value


def _only(item: Mapping[str, Any], allowed: tuple[str, ...], place: str) -> None:
    for key in item:
        if key not in allowed:
            _refuse(place, f"{_shown(key)} is no element here; allowed are {', '.join(allowed)}")


def _shown(value: object) -> str:
    """A value of the document, short enough for a message."""
    match value:
        case _Number():
            return value.digits[:60]
        case dict() | list():
            return "an object" if isinstance(value, dict) else "a list"
        case _:
            return repr(value)[:60]


def _refuse(place: str, reason: str) -> NoReturn:
    raise MalformedPolicy(f"{place}: {reason}.")
