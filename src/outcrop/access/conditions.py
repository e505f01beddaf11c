"""The condition operators of IAM, and whether a request meets a condition. Knows no statement and no effect.

Source: IAM User Guide, "Condition operators", "Single-valued vs. multivalued context keys".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from ipaddress import IPv4Network, IPv6Network
from typing import Final, assert_never

from outcrop.access.arns import arn_tokens, is_arn
from outcrop.access.operands import Comparison as Is
from outcrop.access.operands import Kind, Operand, read_address, read_bool, read_bytes, read_moment, read_number
from outcrop.access.wildcards import Pattern, fill, fits

Context = Mapping[str, tuple[str, ...]]
"""What is known of a request: condition key, in small letters, to its values. A key that is not there has none."""


class Over(Enum):
    """How a condition looks at a key of several values."""

    ONE = ""
    ALL = "ForAllValues"
    ANY = "ForAnyValue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """What a condition's name says."""

    kind: Kind
    comparison: Is = Is.EQUAL
    negated: bool = False


OPERATORS: Final[Mapping[str, Operator]] = {
    "StringEquals": Operator(kind=Kind.STRING),
    "StringNotEquals": Operator(kind=Kind.STRING, negated=True),
    "StringEqualsIgnoreCase": Operator(kind=Kind.STRING, comparison=Is.EQUAL_IGNORING_CASE),
    "StringNotEqualsIgnoreCase": Operator(kind=Kind.STRING, comparison=Is.EQUAL_IGNORING_CASE, negated=True),
    "StringLike": Operator(kind=Kind.STRING, comparison=Is.LIKE),
    "StringNotLike": Operator(kind=Kind.STRING, comparison=Is.LIKE, negated=True),
    "NumericEquals": Operator(kind=Kind.NUMBER),
    "NumericNotEquals": Operator(kind=Kind.NUMBER, negated=True),
    "NumericLessThan": Operator(kind=Kind.NUMBER, comparison=Is.LESS),
    "NumericLessThanEquals": Operator(kind=Kind.NUMBER, comparison=Is.AT_MOST),
    "NumericGreaterThan": Operator(kind=Kind.NUMBER, comparison=Is.MORE),
    "NumericGreaterThanEquals": Operator(kind=Kind.NUMBER, comparison=Is.AT_LEAST),
    "DateEquals": Operator(kind=Kind.DATE),
    "DateNotEquals": Operator(kind=Kind.DATE, negated=True),
    "DateLessThan": Operator(kind=Kind.DATE, comparison=Is.LESS),
    "DateLessThanEquals": Operator(kind=Kind.DATE, comparison=Is.AT_MOST),
    "DateGreaterThan": Operator(kind=Kind.DATE, comparison=Is.MORE),
    "DateGreaterThanEquals": Operator(kind=Kind.DATE, comparison=Is.AT_LEAST),
    "Bool": Operator(kind=Kind.BOOL),
    "BinaryEquals": Operator(kind=Kind.BYTES),
    "IpAddress": Operator(kind=Kind.NETWORK),
    "NotIpAddress": Operator(kind=Kind.NETWORK, negated=True),
    "ArnEquals": Operator(kind=Kind.ARN),
    "ArnNotEquals": Operator(kind=Kind.ARN, negated=True),
    "ArnLike": Operator(kind=Kind.ARN),
    "ArnNotLike": Operator(kind=Kind.ARN, negated=True),
    "Null": Operator(kind=Kind.ABSENCE),
}
"""Every operator by its name, without what may stand before and after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One key held against values; a statement's conditions must all be met."""

    operator: Operator
    over: Over
    if_exists: bool
    key: str
    """In small letters: the names of keys are compared without regard to case."""
    operands: tuple[Operand, ...]


def is_met(condition: Condition, context: Context) -> bool:
    """Whether a request meets a condition.

    A key that the request lacks fits nothing: a positive operator is not met, a negated one is; with `IfExists` both
    are. `ForAllValues` is met where there is no value to fail it, `ForAnyValue` never without one, `IfExists` or not.
    """
    values = context.get(condition.key, ())
    if condition.operator.kind is Kind.ABSENCE:
        return (not values) in condition.operands
    negated = condition.operator.negated
    match condition.over:
        case Over.ALL:
            return all(_fits_one(condition, value, context) != negated for value in values if value)
        case Over.ANY:
            return any(_fits_one(condition, value, context) != negated for value in values)
        case Over.ONE if not values and condition.if_exists:
            return True
        case Over.ONE:
            return any(_fits_one(condition, value, context) for value in values) != negated
        case _ as never:
            assert_never(never)


def value_of(context: Context, key: str) -> str | None:
    """The value that a variable stands for: a key of several values stands for none."""
    values = context.get(key, ())
    return values[0] if len(values) == 1 else None


def _fits_one(condition: Condition, value: str, context: Context) -> bool:
    """Whether any of a condition's operands fits one value; a value that cannot be read as their kind fits none."""
    operator = condition.operator
    try:
        return any(_fits(operator, operand, value, context) for operand in condition.operands)
    except ValueError:
        return False


def _fits(operator: Operator, operand: Operand, value: str, context: Context) -> bool:
    match operand:
        case bool():
            return read_bool(value) == operand
        case tuple():
            return _fits_pattern(operator, operand, value, context)
        case bytes():
            return read_bytes(value) == operand
        case IPv4Network() | IPv6Network():
            return read_address(value) in operand
        case Decimal():
            number = read_moment(value) if operator.kind is Kind.DATE else read_number(value)
            return _compares(operator.comparison, number, operand)
        case _ as never:
            assert_never(never)


def _fits_pattern(operator: Operator, pattern: Pattern, value: str, context: Context) -> bool:
    tokens = fill(pattern, lambda key: value_of(context, key))
    if tokens is None:
        return False
    if operator.kind is Kind.ARN:
        return is_arn(value) and fits(arn_tokens(tokens), value)
    if operator.comparison is Is.EQUAL_IGNORING_CASE:
        return "".join(token for token in tokens if isinstance(token, str)).casefold() == value.casefold()
    return fits(tokens, value)


def _compares(comparison: Is, number: Decimal, operand: Decimal) -> bool:
    match comparison:
        case Is.LESS:
            return number < operand
        case Is.AT_MOST:
            return number <= operand
        case Is.MORE:
            return number > operand
        case Is.AT_LEAST:
            return number >= operand
        case _:
            return number == operand
