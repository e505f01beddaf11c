"""Words that a brand avoids: found whole, wherever they stand, however they are written."""

import pytest

from outcrop.prompting.brand import lint_brand


@pytest.mark.parametrize(
    ("prompt", "found"),
    [
        ("a Cheap teapot, cheap light", ["Cheap", "cheap"]),
        ("cheaper by far", []),
        ("low-cost and LOW  COST", ["low-cost", "LOW  COST"]),
        ("", []),
    ],
)
def test_avoided_words_are_warned_of(prompt: str, found: list[str]) -> None:
    """Each with its place; a part of another word is none."""
    advice = lint_brand(prompt, ("cheap", "low cost", "!!"))
    assert [prompt[one.start : one.end] for one in advice] == found
    assert {(one.rule, one.severity, one.field) for one in advice} <= {("brand", "warning", "prompt")}


def test_nothing_is_avoided_where_nothing_is_named() -> None:
    """Nor where only signs are."""
    assert lint_brand("a cheap teapot", ()) == lint_brand("a cheap teapot", ("!!",)) == ()
