"""Laying a drawn picture into the one it changes."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from outcrop.finish.paste import BAND, paste
from outcrop.plan import Kept
from outcrop.request import Bitmap, Mask
from outcrop.units import Size


def test_a_high_picture_is_laid_whole() -> None:
    """Whatever is laid at once: each row has its own pixels and its own level."""
    rows = np.arange(2 * BAND + 1) % 251
    old, new = (np.repeat((rows + more).astype(np.uint8), 9).reshape(-1, 3, 3) for more in (0, 3))
    levels = np.repeat((rows % 2 * 255).astype(np.uint8), 3).reshape(-1, 3)
    size = Size(width=3, height=len(rows))
    kept = Kept(image=Bitmap(size=size, rgb=old.tobytes()), mask=Mask(size=size, levels=levels.tobytes()))
    found = np.asarray(paste(Image.fromarray(new), kept))
    assert np.array_equal(found, np.where(levels[..., None] > 0, new, old))


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_what_is_kept_is_kept_to_the_bit(width: int, height: int, seed: int) -> None:
    """For any mask: black is the original's pixel, white the drawn one's, and between them a mixture."""
    chance = np.random.default_rng(seed)
    size = Size(width=width, height=height)
    old, new = (chance.integers(0, 256, (height, width, 3), dtype=np.uint8) for _ in range(2))
    levels = chance.choice(np.array([0, 0, 1, 100, 254, 255], np.uint8), (height, width))
    kept = Kept(image=Bitmap(size=size, rgb=old.tobytes()), mask=Mask(size=size, levels=levels.tobytes()))
    found = np.asarray(paste(Image.fromarray(new), kept))
    assert np.array_equal(found[levels == 0], old[levels == 0])
    assert np.array_equal(found[levels == 255], new[levels == 255])
    assert (found >= np.minimum(old, new)).all()
    assert (found <= np.maximum(old, new)).all()
