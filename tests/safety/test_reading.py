"""Words are read however they are written, in time linear in the text, and are found again where they stand."""

import re
import sys
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcrop.safety import reading
from outcrop.safety.prompts import check
from outcrop.safety.reading import fold, places, uncovered
from outcrop.safety.rulebook import rulebook

SIZE = 800
"""Characters; counting every step takes its time."""


@pytest.mark.parametrize(
    "written",
    [
        "nude",
        "NUDE",
        "nüdé",
        "\uff4e\uff55\uff44\uff45",
        "\U0001d4f7\U0001d4fe\U0001d4ed\U0001d4ee",
        "ⓝⓤⓓⓔ",
        "🅽🆄🅳🅴",
        "ɴᴜᴅᴇ",
        "nu\u200bde",
        "n\u00adu\u2060d\u0336e\u0336",
        "\u0578\u057d\u0501\u0435",
        "🇳🇺🇩🇪",
    ],
)
def test_look_alikes_fold_into_what_they_look_like(written: str) -> None:
    """Whatever reads as a word to a person folds into that word."""
    assert fold(written) == "nude"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("n u d e", "nude"),
        ("n.u.d.e", "nude"),
        ("n - u - d - e", "nude"),
        ("nu-de", "nude"),
        ("nud3", "nude"),
        ("n4k3d", "naked"),
        ("n@ked!", "naked"),
        ("k1ll", "kill"),
        ("b0ooobs", "boobs"),
        ("nuuuude", "nude"),
        ("na ked", "naked"),
        ("nak ed", "naked"),
        ("n*de", "nude"),
        ("naked_body", "naked"),
        ("(naked:1.3)", "naked"),
    ],
)
def test_hidden_words_are_uncovered(written: str, read: str) -> None:
    """Digits and signs for letters, letters apart, letters too many and a starred vowel hide nothing."""
    words = uncovered(fold(f"a {written} word"), rulebook().vocabulary)
    assert read in {word.text for word in words}


@pytest.mark.parametrize(
    "innocent", ["an us flag", "the pen is blue", "35mm, f/1.8, 8k", "a b c of the u.s.a.", "so on"]
)
def test_what_hides_nothing_stays_as_it_is(innocent: str) -> None:
    """Neighbours are not joined where both are words, and units and sizes are none."""
    words = {word.text for word in uncovered(fold(innocent), rulebook().vocabulary)}
    assert not words & {"anus", "penis", "fi", "bk"}


@given(st.text(max_size=200))
def test_a_place_in_the_folded_text_is_one_in_the_text(text: str) -> None:
    """Every character of the folded text comes from the one that it is said to come from."""
    folded, place = fold(text), places(text)
    for number, character in enumerate(folded):
        start, end = place(number, number + 1)
        assert end == start + 1
        assert character in fold(text[start:end])


HOSTILE = {
    "a word without end": "a",
    "letters apart": "n u d e ",
    "signs": "n.u-d_e4",
    "digits among letters": "1a",
    "stars": "*n*u*d*e",
    "brackets": "(",
    "begun phrases": "white white ",
    "nothing to see": "\u200b",
    "long expansions": "\ufdfa",
    "marks": "\u0336",
    "one finding after another": "child nude ",
    "what is innocent": "shooting star ",
    "another script": "裸の",
}
"""What a text may be made of, over and over."""


def operations(call: Callable[[], object]) -> int:
    """How many steps of bytecode a call takes in the package: no clock and no neighbour on the machine changes them."""
    steps = 0

    def count(frame: FrameType, event: str, _: object) -> Any:  # noqa: ANN401 - itself, as sys.settrace wants it
        nonlocal steps
        code: CodeType = frame.f_code
        if "outcrop" not in code.co_filename:
            return None
        frame.f_trace_lines, frame.f_trace_opcodes = False, True
        steps += event == "opcode"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        call()
    finally:
        sys.settrace(before)
    return steps


@pytest.mark.parametrize("name", HOSTILE)
def test_twice_the_text_takes_twice_the_steps(name: str) -> None:
    """No text makes reading slower than in proportion to its length."""
    unit = HOSTILE[name]
    once = unit * (SIZE // len(unit))
    twice = once * 2
    check(twice)  # what is read once, is
    assert operations(lambda: check(twice)) <= 2.1 * operations(lambda: check(once)) + 500


def test_no_pattern_repeats_a_repetition() -> None:
    """What matches in more than one way is what makes a pattern catastrophic; here none does."""
    patterns = [value for value in vars(reading).values() if isinstance(value, re.Pattern)]
    assert patterns
    for pattern in patterns:
        assert not re.search(r"[*+]\)[*+{]|\}\)[*+]", pattern.pattern), pattern.pattern
