"""The linter finds what it should where it stands, and leaves a good prompt alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcrop.prompting.lint import MOST_FOUND, Reads, lint
from tests.safety.test_reading import operations

GOOD = "a red apple on a wooden table, close-up, soft window light"


def rules(prompt: str, negative: str = "") -> list[str]:
    """The rules that find something."""
    return [advice.rule for advice in lint(prompt, negative)]


@pytest.mark.parametrize(
    "prompt",
    [
        GOOD,
        "portrait of an old fisherman at dawn, sea in the background",
        "flat vector logo of a fox",
        "wide shot of a market at noon, people at the stalls",
        "a sign that says no parking, at night, close-up",
    ],
)
def test_a_good_prompt_needs_no_advice(prompt: str) -> None:
    """It says what, how framed and how lit."""
    assert rules(prompt, "blurry, text") == []


@pytest.mark.parametrize(
    ("prompt", "rule", "where"),
    [
        ("a fox, close-up", "no-light", ""),
        ("a fox at dawn", "no-framing", ""),
        (f"masterpiece, {GOOD}, best quality, 8k", "keyword-soup", f"masterpiece, {GOOD}, best quality, 8k"),
        (f"{GOOD}, no leaves, on linen", "negation", "no leaves"),
        (f"{GOOD}, without any people and shops", "negation", "without any people"),
        ("a street at noon, close-up, starry night", "contradiction", "noon, close-up, starry night"),
        ("a fox fox FOX fox dawn dawn dawn, dawn, close-up", "repetition", "dawn"),
        (f"{GOOD} --ar 16:9", "foreign-syntax", "--ar 16:9"),
        (f"{GOOD}, ((shiny))", "foreign-syntax", "((shiny))"),
        (f"{GOOD}, [shiny]", "foreign-syntax", "[shiny]"),
    ],
)
def test_each_rule_finds_what_it_is_about(prompt: str, rule: str, where: str) -> None:
    """And only that, at its place, with something to do."""
    [advice] = lint(prompt)
    assert advice.rule == rule
    assert prompt[advice.start : advice.end] == where
    assert advice.message
    assert advice.suggestion


def test_a_list_of_keywords_is_soup() -> None:
    """Eight bare words between commas are no picture."""
    assert rules("fox, dawn, snow, close-up, red, forest, trees, mist") == ["keyword-soup"]


def test_negative_prompts_have_rules_of_their_own() -> None:
    """What is in them is not wanted already, and few things are enough."""
    assert [(one.rule, one.field) for one in lint(GOOD, "no people")] == [("negation", "negativePrompt")]
    assert [(one.rule, one.field) for one in lint(GOOD, ", ".join("abcdefghijklm"))] == [
        ("overstuffed-negative", "negativePrompt")
    ]
    [advice] = lint(GOOD, "blurry, apple")
    assert (advice.rule, advice.field, GOOD[advice.start : advice.end]) == ("contradiction", "prompt", "apple")


def test_length_is_that_of_the_model_s_encoders() -> None:
    """What is not read is a warning, what counts less is advice."""
    long = GOOD + ", on" + " cloth" * 3 + "".join(f" thing{number}" for number in range(30))
    assert rules(long) == []
    assert [(one.rule, one.severity) for one in lint(long, reads=Reads(window=30))] == [("too-long", "advice")]
    assert [(one.rule, one.severity) for one in lint(long, reads=Reads(window=15, windows=2))] == [
        ("too-long", "warning")
    ]


def test_nothing_is_advised_to_say_something() -> None:
    """One finding, not all that an empty prompt lacks."""
    assert rules(" , ") == ["empty"]


@given(st.text(max_size=300), st.text(max_size=100))
def test_any_text_is_linted(prompt: str, negative: str) -> None:
    """No text raises, and every finding stands in its text."""
    for advice in lint(prompt, negative):
        text = prompt if advice.field == "prompt" else negative
        assert 0 <= advice.start <= advice.end <= len(text)


@pytest.mark.parametrize("unit", ["no ", "day night ", "(( ", "--ar 1 ", "masterpiece, ", "a b "])
def test_twice_the_text_takes_twice_the_steps(unit: str) -> None:
    """No text makes advice slower than in proportion to its length, or longer than a page."""
    once = unit * (600 // len(unit))
    lint(once, once)  # what is read once, is
    assert operations(lambda: lint(once * 2, once * 2)) <= 2.1 * operations(lambda: lint(once, once)) + 1000
    assert len(lint(once * 10, once * 10)) <= 8 * MOST_FOUND
