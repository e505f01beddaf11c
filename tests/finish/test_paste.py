"""Laying a drawn picture into the one it changes."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from outcrop.finish.paste import paste
from outcrop.plan import Kept
from outcrop.request import Bitmap, Mask
from outcrop.units import Size


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
