"""Ids of assets: of their own, short, and in the order of their moments."""

import re

from hypothesis import given
from hypothesis import strategies as st

from outcrop.assets.asset_ids import PATTERN, first_id, new_asset_id

MOMENTS = st.integers(0, 32_000_000_000_000)


@given(MOMENTS, MOMENTS, st.binary(min_size=5, max_size=5), st.binary(min_size=5, max_size=5))
def test_a_later_one_sorts_later(one: int, other: int, chance: bytes, other_chance: bytes) -> None:
    """To the millisecond, whatever chance adds."""
    first, second = new_asset_id(one / 1000, lambda _: chance), new_asset_id(other / 1000, lambda _: other_chance)
    assert re.fullmatch(PATTERN, first)
    if int(one / 1000 * 1000) != int(other / 1000 * 1000):
        assert (first < second) == (one < other)


@given(st.floats(0, 31_000_000_000), st.integers(0, 31_000_000_000), st.binary(min_size=5, max_size=5))
def test_the_first_id_of_a_moment_parts_them(moment: float, border: int, chance: bytes) -> None:
    """Nothing from then on sorts before it; what is a second older does."""
    made = new_asset_id(moment, lambda _: chance)
    if moment >= border:
        assert made >= first_id(border)
    if moment < border:
        assert made < first_id(border + 1)


@given(st.binary(min_size=5, max_size=5), st.binary(min_size=5, max_size=5))
def test_chance_tells_those_of_one_moment_apart(one: bytes, other: bytes) -> None:
    """Thirty-five bits of it."""
    alike = int.from_bytes(one) % 2**35 == int.from_bytes(other) % 2**35
    assert (new_asset_id(1, lambda _: one) == new_asset_id(1, lambda _: other)) == alike
