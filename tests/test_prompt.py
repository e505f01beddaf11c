"""Prompts: what brackets mean, what they do not, and that writing one down loses nothing."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcrop.prompt import MAX_WEIGHT, NOTHING, Fragment, Prompt, parse, plain, weighted

BRACKETED = st.text(alphabet="ab ,:.()\\0123é\n", max_size=60)
"""Texts in which brackets, weights and escapes meet by chance."""


def parts(prompt: Prompt) -> list[tuple[str, float]]:
    """Text and weight of each fragment."""
    return [(fragment.text, fragment.weight) for fragment in prompt.fragments]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("", []),
        ("   ", [("   ", 1)]),
        ("a red apple", [("a red apple", 1)]),
        ("a (red:1.3) apple", [("a ", 1), ("red", 1.3), (" apple", 1)]),
        ("(blue:0.3) and (green:1.8)", [("blue", 0.3), (" and ", 1), ("green", 1.8)]),
        ("(a red apple:0)", [("a red apple", 0)]),
        ("(red : 1.3 )", [("red ", 1.3)]),
        ("(red:.5)(green:2)", [("red", 0.5), ("green", 2)]),
        ("(red:1.) apple", [("red apple", 1)]),
        ("(a (red:1.5) apple:0.5)", [("a ", 0.5), ("red", 0.75), (" apple", 0.5)]),
        ("((red:1.8):1.8)", [("red", 2)]),
        ("(at 12:30:1.5)", [("at 12:30", 1.5)]),
        ("(red:1.23456)", [("red", 1.235)]),
        (r"\(red:1.3\)", [("(red:1.3)", 1)]),
        (r"(a \(red\) apple:1.3)", [("a (red) apple", 1.3)]),
        (r"(red\:1.3)", [("red\\", 1.3)]),
        (r"C:\\ and \n", [(r"C:\\ and \n", 1)]),
    ],
)
def test_brackets_weigh_their_words(written: str, expected: list[tuple[str, float]]) -> None:
    """As documented by Stability; nested ones multiply, none leaves 0..2."""
    assert parts(parse(written)) == expected


@pytest.mark.parametrize(
    "text",
    ["(red)", "((red))", "(16:9)", "(at 12:30)", "(red:2.01)", "(red:-1)", "(red:1e0)", "(red:nan)", "(red:)", "(:1.3)",
     "(red:1.3", "red:1.3)", ")(", "(red:1.3]", "(red:1.3x)", "(red:\N{ARABIC-INDIC DIGIT ONE})", "[red:1.3]",
     "(" * 5_000, ")" * 5_000],
)  # fmt: skip
def test_what_is_no_weight_is_text(text: str) -> None:
    """Never an error, and no character is lost."""
    assert parse(text) == plain(text)


def test_a_weight_stands_within_brackets_that_are_text() -> None:
    """Closed or not."""
    assert parts(parse("(a (red:1.3) b) (c")) == [("(a ", 1), ("red", 1.3), (" b) (c", 1)]


@given(written=BRACKETED)
def test_a_prompt_survives_being_written(written: str) -> None:
    """Parsed, written and parsed again it is the same; and so is a plain one."""
    for prompt in (parse(written), plain(written)):
        assert parse(prompt.written) == prompt


@given(pieces=st.lists(st.tuples(BRACKETED, st.floats(-5, 5)), max_size=5))
def test_weighted_texts_survive_being_written(pieces: list[tuple[str, float]]) -> None:
    """Within bounds, without empty fragments or neighbours of one weight."""
    for prompt in weighted(pieces):
        assert parse(prompt.written) == prompt
        assert all(0 <= fragment.weight <= MAX_WEIGHT and fragment.text for fragment in prompt.fragments)
        weights = [fragment.weight for fragment in prompt.fragments]
        assert all(left != right for left, right in pairwise(weights))


@given(text=st.text(alphabet=st.characters(exclude_characters="()"), max_size=100))
def test_a_text_without_brackets_is_itself(text: str) -> None:
    """Whatever backslashes, colons and numbers are in it."""
    assert parse(text) == plain(text)
    assert parse(text).text == plain(text).written == text


def test_ten_thousand_characters_are_read_at_once() -> None:
    """However deep the brackets are: every way of reading is linear."""
    for text in ("(" * 5_000 + ":1.1)" * 1_000, "(a" * 2_000 + ":1.0)" * 2_000, "(a:1.1)" * 1_400, "\\(" * 5_000):
        assert parse(parse(text).written) == parse(text)


def test_negative_weights_are_the_negative_prompt() -> None:
    """Each side is one prompt; what weighs nothing is left out."""
    prompt, negative = weighted([("a fox", 1), ("blurred", -1), ("snow", 0.5), ("rain", 0), ("text (old)", -0.25)])
    assert parts(prompt) == [("a fox, ", 1), ("snow", 0.5)]
    assert parts(negative) == [("blurred, ", 1), ("text (old)", 0.25)]
    assert weighted([]) == (NOTHING, NOTHING)


def test_weights_beyond_the_bound_shrink_together() -> None:
    """Which keeps what they say of each other; the other side is left alone."""
    prompt, negative = weighted([("a", 10), ("b", 5), ("c", -1)])
    assert parts(prompt) == [("a, ", 2), ("b", 1)]
    assert parts(negative) == [("c", 1)]


def test_equal_prompts_are_one_key() -> None:
    """However they came about."""
    assert parse("a (red:1.0) fox") == plain("a red fox") == Prompt(fragments=(Fragment(text="a red fox", weight=1.0),))
    assert len({parse("(a:1.3)"), parse("(a:1.30)"), parse("(a:1.3001)")}) == 1
