"""Turning a hue turns that hue alone."""

import numpy as np
import pytest
from PIL import Image

from outcrop.training.recolour import colour_name, dominant_hue, hue_share, recoloured
from outcrop.training.subjects import HUES


def _two_colours() -> Image.Image:
    picture = Image.new("RGBA", (64, 64), (220, 30, 30, 255))
    picture.paste((30, 90, 220, 255), (0, 0, 16, 16))
    return picture


@pytest.mark.parametrize("colour", HUES)
def test_the_dominant_hue_becomes_the_asked_one(colour: str) -> None:
    """The large part takes the colour's name, the small part stays blue."""
    turned = recoloured(_two_colours(), colour)
    assert colour_name(dominant_hue(turned.crop((20, 20, 64, 64)))) == colour
    assert np.abs(np.asarray(turned)[4, 4, :3].astype(int) - (30, 90, 220)).max() <= 6


def test_a_drawing_of_its_own_colour_is_untouched() -> None:
    """Asking a red thing to be red changes no pixel."""
    assert recoloured(_two_colours(), "red") is not None
    assert np.array_equal(np.asarray(recoloured(_two_colours(), "red")), np.asarray(_two_colours()))


def test_transparency_is_kept() -> None:
    """The alpha channel passes through."""
    picture = _two_colours()
    picture.putalpha(77)
    assert recoloured(picture, "green").getpixel((40, 40))[3] == 77  # type: ignore[index]  # a pixel of RGBA


def test_the_share_tells_one_hue_from_several() -> None:
    """One hue is a share near one, halves are near a half."""
    halves = Image.new("RGBA", (64, 64), (220, 30, 30, 255))
    halves.paste((30, 220, 30, 255), (0, 0, 32, 64))
    assert hue_share(_two_colours()) > 0.85
    assert 0.4 < hue_share(halves) < 0.6
