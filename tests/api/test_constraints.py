"""What is wrong with headers, paths and queries, in AWS's words."""

import pytest

from outcrop.api.constraints import at_most, like, one_of, refuse
from outcrop.errors import InvalidRequest


def test_nothing_wrong_is_nothing_raised() -> None:
    """Values that fit, and values that were not given."""
    refuse([*one_of("a", None, ("x",)), *one_of("a", "x", ("x",)), *at_most("b", 5, 5), *like("c", "aa", "a+")])
    refuse([*like("c", None, "a+")])


@pytest.mark.parametrize(
    ("violations", "text"),
    [(["one"], "1 validation error detected: one"), (["one", "two"], "2 validation errors detected: one; two")],
)
def test_everything_wrong_is_counted(violations: list[str], text: str) -> None:
    """One message names all."""
    with pytest.raises(InvalidRequest) as caught:
        refuse(violations)
    assert str(caught.value) == text


def test_a_pattern_must_match_the_whole_value() -> None:
    """Not only its beginning."""
    assert [*like("c", "aab", "a+")] == [
        "Value 'aab' at 'c' failed to satisfy constraint: Member must satisfy regular expression pattern: a+"
    ]


def test_a_long_value_is_cut_in_the_message() -> None:
    """An answer is never as long as an attack."""
    (text,) = one_of("a", "y" * 10_000, ("x",))
    assert len(text) < 300
