"""Schedules of noise levels, as plain numbers. The engine's tests hold them against diffusers."""

import math
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcrop.catalog.noise import SPACINGS, Curve, DiffusionNoise, FlowNoise, Spacing, training_levels
from outcrop.operations.schedules import exponential, from_strength, karras, schedule, shifted_flow, spaced


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


XL = DiffusionNoise(
    train_steps=1000, beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", zero_terminal=False,
    prediction="epsilon", spacing="leading", offset=1, curve="uniform",
)  # fmt: skip
"""The noise that SDXL was trained with."""


def test_the_levels_of_sdxl_are_the_published_ones() -> None:
    """From 0.0292 to 14.6146, ascending."""
    levels = training_levels(XL)
    assert len(levels) == 1000
    assert levels[0] == pytest.approx(0.0292, abs=5e-5)
    assert levels[-1] == pytest.approx(14.6146, abs=5e-5)
    assert all(left < right for left, right in pairwise(levels))


@pytest.mark.parametrize("curve", ["uniform", "karras", "exponential"])
@pytest.mark.parametrize("spacing", SPACINGS)
@given(steps=st.integers(1, 200))
def test_levels_of_diffusion_fall_to_zero(spacing: Spacing, curve: Curve, steps: int) -> None:
    """One more than there are steps, within the training levels."""
    levels = training_levels(XL)
    sigmas = schedule(replace(XL, spacing=spacing, curve=curve), steps)
    assert len(sigmas) == steps + 1
    assert sigmas[-1] == 0
    assert all(left > right for left, right in pairwise(sigmas))
    assert levels[0] <= sigmas[-2] * (1 + 1e-9)
    assert sigmas[0] <= levels[-1] * (1 + 1e-9)


def test_each_spacing_has_its_ends() -> None:
    """Ten steps over a thousand."""
    levels = [float(step + 1) for step in range(1000)]
    assert spaced(levels, 10, "leading", 1) == (*(float(902 - 100 * step) for step in range(10)), 0.0)
    assert spaced(levels, 10, "trailing") == (*(float(1000 - 100 * step) for step in range(10)), 0.0)
    assert spaced(levels, 10, "linspace")[:-1] == pytest.approx([1000 - 111 * step for step in range(10)], rel=1e-4)
    assert spaced(levels, 1, "linspace") == (1000.0, 0.0)


def test_a_flow_has_its_own_schedule() -> None:
    """Whatever the checkpoint's shift is."""
    assert schedule(FlowNoise(shift=3.0, train_steps=1000), 7) == shifted_flow(7, 3.0)


def test_curves_keep_their_ends() -> None:
    """The formulas, by hand."""
    assert karras(3, 1.0, 128.0) == pytest.approx((128.0, 1.5**7, 1.0, 0.0))
    assert exponential(3, 1.0, 100.0) == pytest.approx((100.0, 10.0, 1.0, 0.0))
    assert karras(1, 0.1, 9.0) == pytest.approx((9.0, 0.0))
    assert exponential(1, 0.1, 9.0) == pytest.approx((9.0, 0.0))


@pytest.mark.parametrize("steps", [0, -1, 1000, 1001])
def test_more_steps_than_were_trained_are_refused(steps: int) -> None:
    """As are none; the message says how many there may be."""
    with pytest.raises(ValueError, match=f"needs 1 to 999 steps, found {steps}"):
        schedule(XL, steps)
