"""A body's guidance scale on weights of another scale."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcrop.dialects.guidance import to_guidance


@pytest.mark.parametrize(("scale", "guidance"), [(7, 3.0), (1, 1.0), (4, 2.0), (13, 5.0), (0, 1.0)])
def test_the_usual_scale_is_the_tier_s(scale: float, guidance: float) -> None:
    """One is off, nothing is below it, and the rest is in proportion."""
    assert to_guidance(scale, usual=7, tier=3.0) == guidance


@given(scale=st.floats(1, 35))
def test_on_weights_of_the_family_s_own_scale_it_passes(scale: float) -> None:
    """Such as a Stable Diffusion XL of one's own at guidance 7."""
    assert to_guidance(scale, usual=7, tier=7.0) == pytest.approx(scale)
