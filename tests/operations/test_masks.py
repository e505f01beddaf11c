"""Masks grow, fade and change size without losing a place."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from outcrop.operations.masks import BAND, cover, feather, grow, touched
from outcrop.request import Mask
from outcrop.units import Size


def mask_of(levels: NDArray[np.uint8]) -> Mask:
    """A mask from its levels."""
    return Mask(size=Size(width=levels.shape[1], height=levels.shape[0]), levels=levels.tobytes())


def levels_of(mask: Mask) -> NDArray[np.uint8]:
    """The levels of a mask."""
    return np.frombuffer(mask.levels, np.uint8).reshape(mask.size.height, mask.size.width)


def dot(width: int = 31, height: int = 21) -> Mask:
    """One white pixel in the middle of black."""
    levels = np.zeros((height, width), np.uint8)
    levels[height // 2, width // 2] = 255
    return mask_of(levels)


@st.composite
def masks(draw: st.DrawFn) -> Mask:
    """Any mask of up to 24 pixels a side."""
    height, width, seed = draw(st.integers(1, 24)), draw(st.integers(1, 24)), draw(st.integers(0, 2**32 - 1))
    chance = np.random.default_rng(seed)
    return mask_of(chance.choice(np.array([0, 0, 0, 9, 255], np.uint8), (height, width)))


@pytest.mark.parametrize("pixels", [0, 1, 2, 7])
def test_a_mask_grows_by_as_many_pixels_as_are_asked_for(pixels: int) -> None:
    """Straight on exactly, and aslant about as far."""
    grown = levels_of(grow(dot(), pixels))
    assert (grown[10] > 0).sum() == (grown[:, 15] > 0).sum() == 2 * pixels + 1
    rows, columns = grown.nonzero()
    assert np.hypot(rows - 10, columns - 15).max(initial=0) <= 1.12 * pixels


@given(masks(), st.integers(0, 9))
def test_growing_only_adds(mask: Mask, pixels: int) -> None:
    """Nothing gets darker, and no level is made up."""
    before, after = levels_of(mask), levels_of(grow(mask, pixels))
    assert (after >= before).all()
    assert set(np.unique(after)) <= set(np.unique(before))


@given(masks(), st.integers(0, 9))
def test_a_fade_goes_inward_only(mask: Mask, pixels: int) -> None:
    """What is black stays black, what is not stays so if it was white, and nothing gets lighter."""
    before, after = levels_of(mask), levels_of(feather(mask, pixels))
    assert (after <= before).all()
    assert (after[before == 255] > 0).all()


def test_a_fade_is_as_wide_as_is_asked_for() -> None:
    """A straight edge rises evenly over that many pixels; the picture's own edge is none."""
    levels = np.zeros((9, 20), np.uint8)
    levels[:, 6:] = 255
    faded = levels_of(feather(mask_of(levels), 4))
    assert (faded == faded[0]).all()
    assert faded[0].tolist() == [0] * 6 + [51, 102, 153, 204] + [255] * 10


@given(masks(), st.integers(1, 50), st.integers(1, 50))
def test_no_place_is_lost_at_another_size(mask: Mask, width: int, height: int) -> None:
    """Each pixel of the one touches pixels of the other; the highest level of those is its own."""
    there = levels_of(cover(mask, Size(width=width, height=height)))
    here = levels_of(mask)
    rows = np.arange(height)
    columns = np.arange(width)
    for row in rows:
        for column in columns:
            top, bottom = row * here.shape[0] // height, -(-(row + 1) * here.shape[0] // height)
            left, right = column * here.shape[1] // width, -(-(column + 1) * here.shape[1] // width)
            assert there[row, column] == here[top:bottom, left:right].max()


@given(masks())
def test_a_mask_of_its_own_size_stays(mask: Mask) -> None:
    """And what is touched is white or black."""
    assert cover(mask, mask.size) == mask
    assert set(touched(mask).levels) <= {0, 255}


@pytest.mark.parametrize("change", [grow, feather])
@pytest.mark.parametrize("height", [BAND - 1, BAND, BAND + 1, 2 * BAND + 7])
def test_a_large_mask_is_changed_as_a_small_one(change: Callable[[Mask, int], Mask], height: int) -> None:
    """Whichever rows are worked on together: lying on its side a long mask is one band."""
    levels = np.random.default_rng(3).choice(np.array([0, 0, 0, 128, 255], np.uint8), (height, 9))
    upright, lying = change(mask_of(levels), 6), change(mask_of(levels.T), 6)
    assert (levels_of(upright) == levels_of(lying).T).all()
