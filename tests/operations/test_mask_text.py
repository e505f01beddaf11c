"""A mask as text: what was painted comes back, and what nobody can have painted is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcrop.errors import InvalidRequest
from outcrop.operations.mask_text import MOST_CHARS, read, written
from outcrop.request import Mask
from outcrop.units import Size


@given(st.integers(1, 60), st.integers(1, 60), st.data())
def test_a_mask_comes_back(width: int, height: int, data: st.DataObject) -> None:
    """To the last level."""
    levels = data.draw(st.binary(min_size=width * height, max_size=width * height))
    mask = Mask(size=Size(width=width, height=height), levels=levels)
    text = written(mask, "png")
    assert text is not None
    assert read(text, mask.size) == mask


def test_a_painted_mask_is_short() -> None:
    """A disc at 2048²."""
    side = 2048
    rows = (
        bytes(0 if (x - 1024) ** 2 + (y - 1024) ** 2 > 600**2 else 255 for x in range(0, side, 4)) for y in range(side)
    )
    text = written(Mask(size=Size(width=side // 4, height=side), levels=b"".join(rows)), "png")
    assert text is not None
    assert len(text) < MOST_CHARS["jpeg"] // 4


def test_a_ragged_mask_is_carried_where_there_is_room() -> None:
    """By a PNG, and by a JPEG not; that of noise by neither."""
    random = np.random.default_rng(3)
    for side, carried in ((100, ["png", "webp", "jpeg"]), (250, ["png", "webp"]), (400, [])):
        noise = random.integers(0, 256, side * side, dtype=np.uint8).tobytes()
        mask = Mask(size=Size(width=side, height=side), levels=noise)
        assert [kind for kind in MOST_CHARS if written(mask, kind) is not None] == carried


@pytest.mark.parametrize("size", [(2, 2), (2, 4), (1, 1)])
def test_a_text_of_another_size_is_refused(size: tuple[int, int]) -> None:
    """Whether it says too little or too much, which is not inflated whole."""
    text = written(Mask(size=Size(width=2, height=3), levels=bytes(6)), "png")
    assert text is not None
    with pytest.raises(InvalidRequest, match="none of a picture of"):
        read(text, Size(width=size[0], height=size[1]))
