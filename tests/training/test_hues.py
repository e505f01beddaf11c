"""A drawing's dominant hue is what a person would say, and nothing where people would not agree."""

import pytest
from PIL import Image, ImageDraw

from outcrop.training.hues import dominant_hue


def _disc(colour: str, hole: str = "") -> Image.Image:
    picture = Image.new("RGBA", (96, 96))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((4, 4, 92, 92), fill=colour)
    if hole:
        draw.rectangle((20, 20, 76, 76), fill=hole)
    return picture


@pytest.mark.parametrize(
    ("colour", "name"),
    [
        ("#d81e28", "red"),
        ("#f58a1f", "orange"),
        ("#fdd835", "yellow"),
        ("#2e9e48", "green"),
        ("#2868de", "blue"),
        ("#7c3eb6", "purple"),
        ("#f06ab0", "pink"),
        ("#8a5528", "brown"),
    ],
)
def test_one_colour_is_named(colour: str, name: str) -> None:
    """A disc of one colour has that colour, and rules the drawing."""
    found = dominant_hue(_disc(colour))
    assert found.rules
    assert found.name == name


@pytest.mark.parametrize(("colour", "hole"), [("#d81e28", "#2868de"), ("#808080", ""), ("#ffffff", "#fdd835")])
def test_mixed_and_grey_drawings_have_no_name(colour: str, hole: str) -> None:
    """Half and half, grey, and white with a coloured part: nothing may be recoloured or named."""
    assert dominant_hue(_disc(colour, hole)).name == ""
