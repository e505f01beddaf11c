"""Marks on pictures: in their corner, no larger than they may be, and nowhere else."""

from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops

from outcrop.assets.stamp import Corner, Stamp, plate_under, stamped

CORNERS: tuple[Corner, ...] = get_args(Corner)
WHITE, BLACK = (255, 255, 255), (0, 0, 0)


def changed(image: Image.Image, mark: Image.Image, **said: object) -> tuple[int, int, int, int] | None:
    """The box within which a picture is not what it was."""
    made = stamped(image, mark, Stamp(digest="d", **said))  # type: ignore[arg-type]  # fields of it
    assert (made.mode, made.size) == (image.mode, image.size)
    return ImageChops.difference(made.convert("RGB"), image.convert("RGB")).getbbox()


@given(
    st.tuples(st.integers(40, 400), st.integers(40, 400)),
    st.tuples(st.integers(1, 300), st.integers(1, 300)),
    st.sampled_from(CORNERS),
    st.floats(0.05, 0.6),
    st.floats(0, 0.1),
)
def test_a_mark_is_in_its_corner_and_no_larger_than_it_may_be(
    size: tuple[int, int], mark: tuple[int, int], corner: Corner, part: float, margin: float
) -> None:
    """As far from two edges as its margin says; whatever the shapes are."""
    image = Image.new("RGB", size, WHITE)
    box = changed(image, Image.new("RGBA", mark, BLACK), corner=corner, size=part, margin=margin)
    assert box is not None
    left, top, right, bottom = box
    assert right - left <= max(1, round(part * size[0]))
    assert bottom - top <= max(1, round(part * size[1]))
    away = round(margin * min(size))
    assert (left if corner.endswith("left") else size[0] - right) == away
    assert (top if corner.startswith("top") else size[1] - bottom) == away


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_mark_lets_through_what_it_has_nothing_for(mode: str) -> None:
    """What is clear in it stays; at half its opacity, half of what is below is seen; the mode stays too."""
    image = Image.new(mode, (100, 100), "white")
    assert changed(image, Image.new("RGBA", (20, 20), (0, 0, 0, 0))) is None
    half = stamped(image, Image.new("RGBA", (20, 20), BLACK), Stamp(digest="d", opacity=0.5, margin=0.0))
    assert all(abs(channel - 127) <= 2 for channel in half.convert("RGB").getpixel((95, 95)) or ())  # type: ignore[union-attr]  # of RGB


@pytest.mark.parametrize(
    ("ink", "below", "plate"),
    [
        (WHITE, WHITE, 0),
        (BLACK, BLACK, 255),
        ((250, 240, 200), (255, 255, 255), 0),
        (BLACK, WHITE, None),
        (WHITE, (40, 60, 90), None),
    ],
)
def test_a_mark_that_could_not_be_seen_stands_on_a_plate(ink: tuple[int, int, int], below: object, plate: int) -> None:
    """A light one under dark ink, a dark one under light ink, and none where it is seen."""
    mark = Image.new("RGBA", (40, 40), (*ink, 0))
    mark.paste((*ink, 255), (10, 10, 30, 30))
    image = Image.new("RGB", (40, 40), below)  # type: ignore[arg-type]  # a colour
    assert plate_under(mark, image.convert("RGBA")) == plate
    stamp = Stamp(digest="d", size=1.0, margin=0.0)
    rim, middle = (stamped(image, mark, stamp).getpixel(at) for at in ((5, 20), (20, 20)))
    assert middle == ink
    assert (rim == below) == (plate is None)
    without = stamped(image, mark, replace(stamp, plate="none"))
    assert without.getpixel((5, 20)) == below


def test_a_mark_with_a_ground_of_its_own_needs_no_plate() -> None:
    """Nor does one of which nothing is to be seen anyway."""
    white = Image.new("RGBA", (20, 20), (255, 255, 255, 255))
    assert plate_under(white, white) is None
    assert plate_under(Image.new("RGBA", (20, 20), (0, 0, 0, 0)), white) is None
