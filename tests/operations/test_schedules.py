"""Schedules of noise levels, as plain numbers. The engine's tests hold them against diffusers."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcrop.operations.schedules import from_strength, shifted_flow


@given(steps=st.integers(1, 100), shift=st.floats(0.1, 20))
def test_levels_fall_from_one_to_zero(steps: int, shift: float) -> None:
    """One more than there are steps, each lower than the one before."""
    sigmas = shifted_flow(steps, shift)
    assert len(sigmas) == steps + 1
    assert sigmas[0] == pytest.approx(1)
    assert sigmas[-1] == 0
    assert all(left > right for left, right in pairwise(sigmas))


@given(steps=st.integers(3, 50))
def test_a_shift_stays_longer_in_the_noise(steps: int) -> None:
    """That is what it is for: a larger picture needs more noise for the same effect."""
    pairs = zip(shifted_flow(steps, 1.0)[1:-1], shifted_flow(steps, 3.0)[1:-1], strict=True)
    assert all(plain < shifted for plain, shifted in pairs)


@pytest.mark.parametrize(("steps", "shift"), [(0, 3.0), (-1, 3.0), (10, 0.0), (10, -1.0)])
def test_a_schedule_without_steps_or_shift_is_refused(steps: int, shift: float) -> None:
    """The message says what came."""
    with pytest.raises(ValueError, match=f"found {steps} and {shift}"):
        shifted_flow(steps, shift)


@given(steps=st.integers(1, 60), strength=st.floats(0, 1))
def test_a_strength_keeps_the_end_of_the_schedule(steps: int, strength: float) -> None:
    """The stronger the more of it, never less than its last step."""
    whole = shifted_flow(steps, 3.0)
    kept = from_strength(whole, strength)
    assert kept == whole[-len(kept) :]
    assert len(kept) - 1 == max(1, math.ceil(steps * strength - 1e-9))


@pytest.mark.parametrize("strength", [-0.1, 1.1, math.nan])
def test_a_strength_out_of_its_range_is_refused(strength: float) -> None:
    """The message says what came."""
    with pytest.raises(ValueError, match=f"Strength is {strength}"):
        from_strength(shifted_flow(5, 3.0), strength)
