"""Patterns against texts: the documented width of wildcards, and a matcher that is held against two others."""

import re
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outcrop.access.arns import arn_tokens, resource_tokens
from outcrop.access.wildcards import Token, Variable, Wildcard, fill, fits, read_pattern

MODEL = "arn:aws:bedrock:us-west-2::foundation-model/stability.sd3-5-large-v1:0"

RESOURCES = [
    ("*", MODEL, True, "a star alone is everything"),
    ("*", "*", True, "also an action without a resource"),
    (MODEL, MODEL, True, "the same"),
    (MODEL.upper(), MODEL, False, "case counts"),
    (MODEL[:-1], MODEL, False, "all of it counts"),
    ("arn:aws:bedrock:*::foundation-model/*", MODEL, True, "any region, any model"),
    ("arn:aws:bedrock:*", MODEL, True, "a star that ends the ARN goes on beyond colons"),
    ("arn:aws:bedrock:us-west-2:*", MODEL, True, "from any segment"),
    ("arn:aws:bedrock:us-*", MODEL, True, "also after letters"),
    ("arn:aws:bedrock:*:foundation-model/*", MODEL, True, "a star that ends a segment may take the next one in"),
    ("arn:aws:bedrock:us-*-2::foundation-model/*", MODEL, True, "within a segment"),
    ("arn:aws:bedrock:u*l/stability.sd3-5-large-v1:0", MODEL, False, "one within a segment stays in it"),
    ("arn:aws:bedrock:us-west-?::foundation-model/*", MODEL, True, "one character"),
    ("arn:aws:bedrock:us-west-2?:foundation-model/*", MODEL, False, "but never a colon between segments"),
    ("arn:aws:bedrock:us-west-2::foundation-model/stability.*", MODEL, True, "every model of a vendor"),
    ("arn:aws:bedrock:us-west-2::foundation-model/*-v1:?", MODEL, True, "colons of the resource are its own"),
    ("arn:aws:bedrock:us-west-2::foundation-model/*0", MODEL, True, "a star in the resource takes its colons in"),
    ("arn:aws:bedrock:us-west-2::foundation-model/*v1?0", MODEL, True, "so does a question mark"),
    ("arn:aws:bedrock:us-west-2::foundation-model/amazon.*", MODEL, False, "another vendor"),
    ("arn:aws:bedrock:us-west-2:123456789012:foundation-model/*", MODEL, False, "models belong to no account"),
    ("arn:aws:bedrock:us-west-2:?:foundation-model/*", MODEL, False, "a question mark is not none"),
    ("arn:aws:bedrock:us-west-2:*:foundation-model/*", MODEL, True, "a star is"),
    ("arn:*:bedrock:us-west-2::foundation-model/*", MODEL, True, "any partition"),
    ("arn:aws:bedrock:::foundation-model/*", MODEL, False, "an empty region is no region"),
    ("arn:aws:s3:::bucket/*/test/*", "arn:aws:s3:::bucket/1/2/test/3/x.jpg", True, "slashes are nothing special"),
    ("arn:aws:s3:::bucket/*/test/*", "arn:aws:s3:::bucket/1-test/x.jpg", False, "AWS's own counter-example"),
    ("arn:aws:s3:::bucket/*/test/*", "arn:aws:s3:::bucket/1/test/", True, "AWS's own example of nothing after it"),
]


@pytest.mark.parametrize(("pattern", "arn", "expected", "reason"), RESOURCES)
def test_a_resource_fits_or_not(pattern: str, arn: str, expected: bool, reason: str) -> None:  # noqa: FBT001  a column
    """Each line of the table, for the reason that stands in it."""
    tokens = fill(read_pattern(pattern, wildcards=True, variables=True), lambda _: None)
    assert tokens is not None
    assert fits(resource_tokens(tokens), arn) is expected, reason


def slow_fits(tokens: Sequence[Token], text: str) -> bool:
    """The definition, tried out letter by letter."""
    if not tokens:
        return not text
    first, rest = tokens[0], tokens[1:]
    if isinstance(first, str):
        return text.startswith(first) and slow_fits(rest, text[len(first) :])
    walled = first in {Wildcard.ONE_WITHIN, Wildcard.MANY_WITHIN}
    if first in {Wildcard.ONE, Wildcard.ONE_WITHIN}:
        return bool(text) and not (walled and text[0] == ":") and slow_fits(rest, text[1:])
    return any(slow_fits(rest, text[width:]) for width in range(len(text) + 1) if not (walled and ":" in text[:width]))


TOKENS = st.lists(st.sampled_from([*Wildcard, "a", "b", ":", "ab", ""]), max_size=8)
TEXTS = st.text("ab:", max_size=8)


@given(TOKENS, TEXTS)
@settings(max_examples=400)
def test_the_matcher_is_the_definition(tokens: list[Token], text: str) -> None:
    """With every wildcard in every place."""
    assert fits(tokens, text) == slow_fits(tokens, text)


@given(st.text("ab*?.", max_size=10), st.text("ab.\n", max_size=10))
@settings(max_examples=300)
def test_plain_wildcards_are_a_regular_expression(pattern: str, text: str) -> None:
    """Held against Python's own."""
    expression = re.escape(pattern).replace(r"\*", "(?s:.*)").replace(r"\?", "(?s:.)")
    tokens = fill(read_pattern(pattern, wildcards=True, variables=False), lambda _: None)
    assert tokens is not None
    assert fits(tokens, text) == bool(re.fullmatch(expression, text))


def test_a_hostile_pattern_takes_no_longer() -> None:
    """What would keep a backtracking matcher busy for ages ends at once."""
    tokens = fill(read_pattern("*a" * 3000 + "b", wildcards=True, variables=False), lambda _: None)
    assert tokens is not None
    assert not fits(tokens, "a" * 2048)


@given(TOKENS, TEXTS)
def test_a_condition_s_arn_fits_less(tokens: list[Token], text: str) -> None:
    """Held part by part, it never fits what the resource element would not."""
    plain = [token for token in tokens if token not in {Wildcard.ONE_WITHIN, Wildcard.MANY_WITHIN}]
    assert fits(resource_tokens(plain), text) or not fits(arn_tokens(plain), text)


def test_a_pattern_is_split_into_its_pieces() -> None:
    """Letters, wildcards, variables with and without a default, and the three that stand for themselves."""
    pattern = read_pattern(
        "a*${aws:UserName}?${aws:PrincipalTag/x y , 'd*'}${*}${?}${$}", wildcards=True, variables=True
    )
    assert pattern == (
        "a",
        Wildcard.MANY,
        Variable(key="aws:username"),
        Wildcard.ONE,
        Variable(key="aws:principaltag/x y", default="d*"),
        "*",
        "?",
        "$",
    )


@pytest.mark.parametrize(
    "text", ["${", "a${aws:username", "${}", "${username}", "${a:b,c}", "${a:b,'c}", "${a:${b:c}}"]
)
def test_a_broken_variable_is_refused(text: str) -> None:
    """And so cannot stand for its own letters unnoticed."""
    with pytest.raises(ValueError, match="variable"):
        read_pattern(text, wildcards=True, variables=True)


@given(st.text("${}ab:*?,' ", max_size=20))
def test_reading_a_pattern_ends_in_one_or_in_value_error(text: str) -> None:
    """Whatever comes."""
    try:
        read_pattern(text, wildcards=True, variables=True)
    except ValueError as error:
        assert "variable" in str(error)  # noqa: PT017  not every text is refused
