"""Colours are read as the wire writes them, each once, and written as recipes keep them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcrop.palette import read_palette, write_palette

LEVELS = st.integers(0, 255)


@given(st.lists(st.tuples(LEVELS, LEVELS, LEVELS), max_size=10, unique=True))
def test_what_is_written_is_read_again(colours: list[tuple[int, int, int]]) -> None:
    """In its order, whatever the case of the digits."""
    written = write_palette(tuple(colours))
    assert read_palette(written) == read_palette(map(str.upper, written)) == tuple(colours)


def test_a_colour_counts_once() -> None:
    """However often it is named."""
    assert read_palette(["#FF9900", "#000000", "#ff9900"]) == ((255, 153, 0), (0, 0, 0))


@pytest.mark.parametrize("text", ["", "red", "#F90", "FF9900", "#GG9900", "#FF99000", "#+F9900", "# F9900"])
def test_what_is_no_colour_is_refused(text: str) -> None:
    """Even where only blanks are wrong."""
    with pytest.raises(ValueError, match="is no colour such as #FF9900"):
        read_palette([text])
