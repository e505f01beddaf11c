"""Bringing pictures to the size that was asked for."""

import numpy as np
import pytest

from outcrop.finish.enlarge import enlarge
from outcrop.plan import Fitting
from outcrop.units import Size


def test_a_picture_of_the_right_size_is_left_alone() -> None:
    """Not a pixel changes."""
    pixels = np.arange(16 * 8 * 3, dtype=np.uint8).reshape(16, 8, 3)
    assert np.array_equal(np.asarray(enlarge(pixels, Size(width=8, height=16), "trim")), pixels)


@pytest.mark.parametrize("fitting", ["trim", "stretch"])
@pytest.mark.parametrize("size", [Size(width=1024, height=1024), Size(width=1536, height=640), Size(width=8, height=9)])
def test_the_size_is_exact(size: Size, fitting: Fitting) -> None:
    """Whatever shape it comes from, larger or smaller."""
    image = enlarge(np.zeros((48, 80, 3), np.uint8), size, fitting)
    assert (image.size, image.mode) == ((size.width, size.height), "RGB")


def test_what_is_too_much_is_trimmed_evenly() -> None:
    """The middle stays the middle: black left and right of a white stripe."""
    pixels = np.zeros((16, 32, 3), np.uint8)
    pixels[:, 12:20] = 255
    wide = np.asarray(enlarge(pixels, Size(width=64, height=64), "trim"))[:, :, 0]
    assert np.array_equal(wide, wide[:, ::-1])
    assert wide[32, 32] == 255
    assert wide[32, 0] == 0


def test_stretching_keeps_every_place_in_its_place() -> None:
    """The left half stays the left half, to the very edge."""
    pixels = np.zeros((16, 32, 3), np.uint8)
    pixels[:, 16:] = 255
    wide = np.asarray(enlarge(pixels, Size(width=64, height=64), "stretch"))[:, :, 0]
    assert wide[:, :30].max() < 30
    assert wide[:, 34:].min() > 225


def test_a_flat_picture_stays_flat() -> None:
    """No rim and no shift of colour."""
    flat = np.full((16, 16, 3), (200, 30, 90), np.uint8)
    assert np.unique(np.asarray(enlarge(flat, Size(width=100, height=60), "trim")).reshape(-1, 3), axis=0).tolist() == [
        [200, 30, 90]
    ]
