"""Contact sheets: every picture whole, in order, with its line."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from outcrop.finish.sheet import GAP_PX, LINE_PX, TILE_PX, Tile, contact_sheet


def tiles(count: int, size: tuple[int, int] = (64, 48)) -> list[Tile]:
    """Pictures of one colour each, told apart by it."""
    return [Tile(image=Image.new("RGB", size, (20 * index, 255, 0)), caption=f"seed {index}") for index in range(count)]


def test_four_pictures_make_two_rows() -> None:
    """Without a number of columns the sheet is about square, filled row by row."""
    sheet = contact_sheet(tiles(4))
    across, down = TILE_PX + GAP_PX, sheet.height // 2
    centres = [(TILE_PX // 2, TILE_PX // 3), (TILE_PX // 2 + across, TILE_PX // 3)]
    colours = [sheet.getpixel((x, y + row * (down - GAP_PX // 2))) for row in range(2) for x, y in centres]
    assert colours == [(20 * index, 255, 0) for index in range(4)]


def test_columns_can_be_given() -> None:
    """One row of four is four pictures wide."""
    assert contact_sheet(tiles(4), columns=4).width == 4 * (TILE_PX + GAP_PX) + GAP_PX


def test_long_captions_take_a_second_line() -> None:
    """A caption of many words makes every row one line higher, and no more however long it is."""
    short, long, longer = (
        contact_sheet([Tile(image=Image.new("RGB", (64, 64)), caption="word " * count)]).height
        for count in (1, 20, 200)
    )
    assert long == longer == short + LINE_PX


@given(st.integers(1, 20), st.integers(1, 900), st.integers(1, 900), st.text(max_size=60))
@settings(max_examples=30)
def test_every_number_and_shape_fits(count: int, width: int, height: int, caption: str) -> None:
    """Any number of pictures of any shape, with any caption, gives a sheet."""
    image = Image.new("RGB", (width, height))
    sheet = contact_sheet([Tile(image=image, caption=caption)] * count)
    assert sheet.width > GAP_PX
    assert sheet.height > GAP_PX


def test_no_pictures_are_refused() -> None:
    """There is no empty sheet."""
    with pytest.raises(ValueError, match="at least one picture"):
        contact_sheet([])
