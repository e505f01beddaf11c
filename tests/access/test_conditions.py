"""Conditions by AWS's documented rules: every operator, missing keys, several values, quantifiers, variables."""

import json

import pytest

from outcrop.access.conditions import OPERATORS, Context, is_met
from outcrop.access.policy import Statement
from outcrop.access.policy_reading import read_policy

Values = str | tuple[str, ...] | None
"""What the request has: one value, several, or None for no such key."""

PROFILE = "arn:aws:bedrock:us-west-2:123456789012:inference-profile/us.stability.x"
GUARDRAIL = "arn:aws:bedrock:us-west-2:123456789012:guardrail/abcdef123456"


def statement(operator: str, given: object, version: str = "2012-10-17") -> Statement:
    """A statement whose one condition holds the key `t:k` against what is given."""
    document = {
        "Version": version,
        "Statement": {
            "Effect": "Allow",
            "Action": "*",
            "Resource": "*",
            "Condition": {operator: {"t:k": given}},
        },
    }
    return read_policy(json.dumps(document), "test").statements[0]


def context_of(values: Values, **others: str) -> Context:
    """A request with these values of `t:k`, and others by key with `_` for `:`."""
    found = {key.replace("_", ":", 1).lower(): (value,) for key, value in others.items()}
    if values is None:
        return found
    return found | {"t:k": (values,) if isinstance(values, str) else values}


CASES: list[tuple[str, object, Values, bool, str]] = [
    # --- strings
    ("StringEquals", "a", "a", True, "the same"),
    ("StringEquals", "a", "A", False, "case counts"),
    ("StringEquals", "a", "ab", False, "all of it counts"),
    ("StringEquals", "a*", "ab", False, "no wildcards"),
    ("StringEquals", "a*", "a*", True, "a star is a star"),
    ("StringEquals", ["a", "b"], "b", True, "one of several suffices"),
    ("StringEquals", ["a", "b"], "c", False, "none of several"),
    ("StringEquals", "a", None, False, "a missing key fits nothing"),
    ("StringEquals", "", "", True, "empty is a value"),
    ("StringEquals", "ä", "ä", True, "letters beyond ASCII"),
    ("StringEquals", 5, "5", True, "numbers may stand without quotes"),
    ("StringEquals", 1.50, "1.5", True, "a number is what was written"),
    ("StringEquals", True, "true", True, "so may booleans"),
    ("StringNotEquals", "a", "b", True, "another"),
    ("StringNotEquals", "a", "a", False, "the same"),
    ("StringNotEquals", ["a", "b"], "b", False, "negated: none of the values may fit"),
    ("StringNotEquals", ["a", "b"], "c", True, "negated: none fits"),
    ("StringNotEquals", "a", None, True, "negated: a missing key fits nothing, which is wanted"),
    ("StringEqualsIgnoreCase", "aB", "Ab", True, "case does not count"),
    ("StringEqualsIgnoreCase", "a", "b", False, "another"),
    ("StringEqualsIgnoreCase", "a*", "ab", False, "no wildcards"),
    ("StringEqualsIgnoreCase", "a", None, False, "missing"),
    ("StringNotEqualsIgnoreCase", "aB", "Ab", False, "the same but for case"),
    ("StringNotEqualsIgnoreCase", "a", "b", True, "another"),
    ("StringNotEqualsIgnoreCase", "a", None, True, "negated and missing"),
    ("StringLike", "a*", "abc", True, "a star is any characters"),
    ("StringLike", "a*", "a", True, "or none"),
    ("StringLike", "a?", "ab", True, "a question mark is one character"),
    ("StringLike", "a?", "a", False, "not none"),
    ("StringLike", "A*", "abc", False, "case counts"),
    ("StringLike", "*:*", "a:b", True, "colons are nothing special in a text"),
    ("StringLike", "*", None, False, "a star needs the key"),
    ("StringLike", ["x*", "*c"], "abc", True, "one of several"),
    ("StringNotLike", "a*", "abc", False, "it has the form"),
    ("StringNotLike", "a*", "b", True, "it has not"),
    ("StringNotLike", ["a*", "b*"], "bc", False, "negated: none may fit"),
    ("StringNotLike", "*", None, True, "negated and missing"),
    # --- numbers
    ("NumericEquals", "5", "5.0", True, "numbers, not texts"),
    ("NumericEquals", 5, "5", True, "written without quotes"),
    ("NumericEquals", ["1", "2"], "2", True, "one of several"),
    ("NumericEquals", "5", "five", False, "no number fits nothing"),
    ("NumericEquals", "0.1", "0.1", True, "decimals are exact"),
    ("NumericEquals", "-3", "-3", True, "negative numbers"),
    ("NumericNotEquals", "5", "6", True, "another"),
    ("NumericNotEquals", "5", "5", False, "the same"),
    ("NumericNotEquals", ["5", "6"], "6", False, "negated: none may fit"),
    ("NumericNotEquals", "5", None, True, "negated and missing"),
    ("NumericLessThan", "5", "4", True, "less"),
    ("NumericLessThan", "5", "5", False, "not less"),
    ("NumericLessThan", "10", "9", True, "by value, not by letters"),
    ("NumericLessThan", "5", None, False, "missing"),
    ("NumericLessThanEquals", "5", "5", True, "at most"),
    ("NumericLessThanEquals", "5", "5.01", False, "more"),
    ("NumericGreaterThan", "5", "6", True, "more"),
    ("NumericGreaterThan", "5", "5", False, "not more"),
    ("NumericGreaterThanEquals", "5", "5", True, "at least"),
    ("NumericGreaterThanEquals", "5", "4", False, "less"),
    # --- dates
    ("DateEquals", "2026-11-23T06:00:00Z", "2026-11-23T07:00:00+01:00", True, "an instant, not a text"),
    ("DateEquals", "2026-11-23", "2026-11-23T00:00:00Z", True, "a day is its beginning in UTC"),
    ("DateEquals", "0", "1970-01-01T00:00:00Z", True, "seconds since 1970 are a date"),
    ("DateEquals", "2026-11-23T06:00Z", "1795413600", True, "on either side"),
    ("DateNotEquals", "2026-11-23", "2026-11-24", True, "another"),
    ("DateNotEquals", "2026-11-23", "2026-11-23", False, "the same"),
    ("DateNotEquals", "2026-11-23", None, True, "negated and missing"),
    ("DateLessThan", "2026-11-23T06:00:00Z", "2026-11-23T05:59:59Z", True, "before"),
    ("DateLessThan", "2026-11-23T06:00:00Z", "2026-11-23T06:00:00Z", False, "not before"),
    ("DateLessThan", "2026-11-23T06:00:00Z", "soon", False, "no date fits nothing"),
    ("DateLessThanEquals", "2026-11-23T06:00:00Z", "2026-11-23T06:00:00Z", True, "at the latest"),
    ("DateGreaterThan", "2026-11-23T06:00:00Z", "2026-11-23T06:00:01Z", True, "after"),
    ("DateGreaterThan", "2026-11-23T06:00:00Z", None, False, "missing"),
    ("DateGreaterThanEquals", "2026-11-23T06:00:00Z", "2026-11-23T06:00:00Z", True, "at the earliest"),
    # --- booleans, bytes, absence
    ("Bool", "true", "true", True, "true"),
    ("Bool", True, "true", True, "without quotes"),
    ("Bool", "false", "true", False, "the other"),
    ("Bool", "true", "yes", False, "no boolean fits nothing"),
    ("Bool", "false", None, False, "missing is not false"),
    ("BoolIfExists", "false", None, True, "unless it may be missing"),
    ("BinaryEquals", "QmluYXJ5", "QmluYXJ5", True, "the same bytes"),
    ("BinaryEquals", "QmluYXJ5", "QmluYXJ6", False, "other bytes"),
    ("BinaryEquals", "QmluYXJ5", "no base64", False, "no bytes"),
    ("Null", "true", None, True, "the key must be missing, and is"),
    ("Null", "true", "a", False, "the key must be missing, and is not"),
    ("Null", "false", "a", True, "the key must be there, and is"),
    ("Null", "false", None, False, "the key must be there, and is not"),
    ("Null", True, (), True, "a key without values is missing"),
    # --- addresses
    ("IpAddress", "203.0.113.0/24", "203.0.113.77", True, "in the range"),
    ("IpAddress", "203.0.113.0/24", "203.0.114.1", False, "outside"),
    ("IpAddress", "203.0.113.5", "203.0.113.5", True, "one address is a range of one"),
    ("IpAddress", "203.0.113.5/24", "203.0.113.9", True, "bits beyond the prefix do not count"),
    ("IpAddress", ["10.0.0.0/8", "2001:db8::/32"], "2001:db8::1", True, "both families in one list"),
    ("IpAddress", "::/0", "203.0.113.5", False, "one family is not the other"),
    ("IpAddress", "203.0.113.0/24", "::ffff:203.0.113.5", True, "IPv4 within IPv6 is IPv4"),
    ("IpAddress", "0.0.0.0/0", "nowhere", False, "no address"),
    ("IpAddress", "0.0.0.0/0", None, False, "missing"),
    ("NotIpAddress", "203.0.113.0/24", "203.0.114.1", True, "outside"),
    ("NotIpAddress", "203.0.113.0/24", "203.0.113.1", False, "inside"),
    ("NotIpAddress", ["10.0.0.0/8", "203.0.113.0/24"], "10.1.2.3", False, "negated: in none of them"),
    ("NotIpAddress", "203.0.113.0/24", None, True, "negated and missing"),
    # --- ARNs
    ("ArnEquals", PROFILE, PROFILE, True, "the same"),
    ("ArnEquals", "arn:aws:bedrock:*:*:inference-profile/us.*", PROFILE, True, "ArnEquals has wildcards as ArnLike"),
    ("ArnLike", "arn:aws:bedrock:*:123456789012:*", PROFILE, True, "a wildcard a part"),
    ("ArnLike", "arn:aws:bedrock:us-west-?:123456789012:inference-profile/*", PROFILE, True, "one character of a part"),
    ("ArnLike", "arn:aws:bedrock:*:inference-profile/us.stability.x:*", PROFILE, False, "no part swallows another"),
    ("ArnLike", "arn:aws:s3:*:*:*", PROFILE, False, "another service"),
    ("ArnLike", f"{GUARDRAIL}:*", f"{GUARDRAIL}:1", True, "a guardrail's version, by its number"),
    ("ArnLike", f"{GUARDRAIL}*", f"{GUARDRAIL}:1", True, "or any"),
    ("ArnLike", "*", PROFILE, True, "a star is any ARN"),
    ("ArnLike", "*", "no ARN", False, "and only an ARN"),
    ("ArnLike", "*", None, False, "missing"),
    ("ArnNotEquals", PROFILE, GUARDRAIL, True, "another"),
    ("ArnNotEquals", PROFILE, PROFILE, False, "the same"),
    ("ArnNotLike", "arn:aws:bedrock:*:*:guardrail/*", PROFILE, True, "it has not the form"),
    ("ArnNotLike", ["arn:aws:bedrock:*:*:guardrail/*", PROFILE], PROFILE, False, "negated: none may fit"),
    ("ArnNotLike", PROFILE, None, True, "negated and missing"),
    # --- ...IfExists
    ("StringEqualsIfExists", "a", None, True, "missing is fine"),
    ("StringEqualsIfExists", "a", "b", False, "there, it must fit"),
    ("StringNotEqualsIfExists", "a", None, True, "missing is fine for negated ones, as ever"),
    ("StringNotEqualsIfExists", "a", "a", False, "there, it must not fit"),
    ("NumericLessThanIfExists", "5", None, True, "every operator but Null"),
    ("IpAddressIfExists", "10.0.0.0/8", None, True, "addresses too"),
    ("ArnLikeIfExists", PROFILE, None, True, "and ARNs"),
    # --- several values
    ("ForAllValues:StringEquals", ["a", "b"], ("a", "b"), True, "each is among them"),
    ("ForAllValues:StringEquals", ["a", "b"], ("a",), True, "not all need be used"),
    ("ForAllValues:StringEquals", ["a", "b"], ("a", "c"), False, "one is not"),
    ("ForAllValues:StringEquals", ["a"], None, True, "no value, none that fails: as AWS warns"),
    ("ForAllValues:StringEquals", ["a"], ("",), True, "an empty value is as none"),
    ("ForAllValues:StringLike", ["team-*"], ("team-a", "team-b"), True, "with wildcards"),
    ("ForAllValues:StringNotEquals", ["a", "b"], ("c", "d"), True, "each is none of them"),
    ("ForAllValues:StringNotEquals", ["a", "b"], ("a", "d"), False, "one is"),
    ("ForAllValues:NumericLessThan", ["5"], ("1", "2"), True, "numbers"),
    ("ForAnyValue:StringEquals", ["a", "b"], ("b", "c"), True, "one is among them"),
    ("ForAnyValue:StringEquals", ["a", "b"], ("c",), False, "none is"),
    ("ForAnyValue:StringEquals", ["a"], None, False, "no value, none that fits"),
    ("ForAnyValue:StringEqualsIfExists", ["a"], None, False, "there is none to look at, so IfExists does nothing"),
    ("ForAnyValue:StringNotEquals", ["a", "b"], ("a", "c"), True, "one is none of them"),
    ("ForAnyValue:StringNotEquals", ["a", "b"], ("a", "b"), False, "each is one of them"),
    ("ForAnyValue:StringNotEquals", ["a"], None, False, "no value, none that differs"),
    ("ForAnyValue:StringLike", ["team-*"], ("x", "team-b"), True, "with wildcards"),
    ("StringEquals", "a", ("a", "b"), True, "without a quantifier any value may fit (our reading)"),
    ("StringNotEquals", "a", ("a", "b"), False, "and its negation is its negation"),
]


@pytest.mark.parametrize(
    ("operator", "given", "values", "expected", "reason"), CASES, ids=lambda part: str(part)[:40].replace("::", "_")
)
def test_a_condition_is_met_or_not(operator: str, given: object, values: Values, expected: bool, reason: str) -> None:  # noqa: FBT001  a column
    """Each line of the table, for the reason that stands in it."""
    (condition,) = statement(operator, given).conditions
    assert is_met(condition, context_of(values)) is expected, reason


def test_the_table_has_every_operator() -> None:
    """No operator is without its line."""
    tried = {operator.partition(":")[2] or operator for operator, *_ in CASES}
    assert set(OPERATORS) <= tried


VARIABLES: list[tuple[str, str, str, dict[str, str], bool, str]] = [
    ("StringEquals", "${aws:username}", "alice", {"aws_username": "alice"}, True, "the request's own value"),
    ("StringEquals", "${AWS:UserName}", "alice", {"aws_username": "alice"}, True, "names without regard to case"),
    ("StringEquals", "${aws:username}", "bob", {"aws_username": "alice"}, False, "another's"),
    ("StringLike", "x/${aws:username}/*", "x/alice/1", {"aws_username": "alice"}, True, "within a pattern"),
    ("StringLike", "${aws:username}", "alice", {"aws_username": "*"}, False, "a value has no wildcards"),
    ("StringLike", "${aws:username}", "*", {"aws_username": "*"}, True, "a value stands for itself"),
    ("StringEquals", "${aws:username}", "alice", {}, False, "one that is missing fits nothing"),
    ("StringNotEquals", "${aws:username}", "alice", {}, True, "nor does its negation"),
    ("StringEquals", "${aws:PrincipalTag/team, 'none'}", "none", {}, True, "unless it has a default"),
    ("StringEquals", "${aws:PrincipalTag/team, ''}", "", {}, True, "which may be empty"),
    (
        "StringEquals",
        "${aws:PrincipalTag/team, 'x'}",
        "a",
        {"aws_PrincipalTag/team": "a"},
        True,
        "not when it is there",
    ),
    ("StringLike", "${*}", "*", {}, True, "a star that is a star"),
    ("StringLike", "${*}", "a", {}, False, "and no wildcard"),
    ("StringLike", "${?}x", "?x", {}, True, "a question mark likewise"),
    ("StringLike", "${$}{aws:username}", "${aws:username}", {}, True, "and a dollar"),
    ("StringEqualsIgnoreCase", "${aws:username}", "ALICE", {"aws_username": "alice"}, True, "in any text operator"),
    (
        "ArnLike",
        "arn:aws:iam::1:user/${aws:username}",
        "arn:aws:iam::1:user/al",
        {"aws_username": "al"},
        True,
        "in ARNs",
    ),
]


@pytest.mark.parametrize(
    ("operator", "given", "value", "others", "expected", "reason"), VARIABLES, ids=lambda part: str(part)[:40]
)
def test_variables_are_filled(
    operator: str,
    given: str,
    value: str,
    others: dict[str, str],
    expected: bool,  # noqa: FBT001  a column
    reason: str,
) -> None:
    """Each line of the table, for the reason that stands in it."""
    (condition,) = statement(operator, given).conditions
    assert is_met(condition, context_of(value, **others)) is expected, reason


def test_the_older_version_has_no_variables() -> None:
    """Under 2008-10-17 a variable is its own letters."""
    (condition,) = statement("StringEquals", "${aws:username}", "2008-10-17").conditions
    assert is_met(condition, context_of("${aws:username}", aws_username="alice"))
    assert not is_met(condition, context_of("alice", aws_username="alice"))


def test_a_key_of_several_values_is_no_variable() -> None:
    """It would not be clear which."""
    (condition,) = statement("StringEquals", "${aws:TagKeys}").conditions
    assert not is_met(condition, {"t:k": ("a",), "aws:tagkeys": ("a", "b")})


def test_all_keys_and_operators_must_be_met() -> None:
    """Values of a key are alternatives; keys and operators are not."""
    condition = {"StringEquals": {"t:a": ["1", "2"], "t:b": "3"}, "Bool": {"t:c": "true"}}
    text = json.dumps({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}})
    conditions = read_policy(text, "test").statements[0].conditions
    whole = {"t:a": ("2",), "t:b": ("3",), "t:c": ("true",)}

    def met(context: Context) -> bool:
        return all(is_met(each, context) for each in conditions)

    assert met(whole)
    assert not any(met({**whole, key: ("no",)}) for key in whole)
