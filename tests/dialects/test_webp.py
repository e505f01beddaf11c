"""WebP decoded into the room of its pixels: the same ones as by Pillow."""

from io import BytesIO

import pytest
from PIL import Image

from outcrop.dialects.webp import decode_webp

SCENE = Image.merge("RGBA", [Image.effect_noise((81, 65), sigma) for sigma in (30, 60, 90, 120)])


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("lossless", [True, False])
def test_pixels_are_those_of_pillow(mode: str, lossless: bool) -> None:  # noqa: FBT001 - pytest names it
    """With and without holes; where the library cannot be reached there are none, and Pillow's own way is left."""
    out = BytesIO()
    SCENE.convert(mode).save(out, "WEBP", lossless=lossless)
    with Image.open(out) as image:
        decoded = decode_webp(out.getvalue(), image)
        if decoded is None:
            pytest.skip("Pillow's module holds the library in itself")
        assert decoded.mode == ("RGBX" if mode == "RGB" else "RGBA")
        assert decoded.convert(mode).tobytes() == image.tobytes()


def test_half_a_file_is_none() -> None:
    """Its head alone says how large it would be."""
    out = BytesIO()
    SCENE.save(out, "WEBP", lossless=True)
    with Image.open(out) as image:
        if decode_webp(out.getvalue(), image) is None:
            pytest.skip("Pillow's module holds the library in itself")
        with pytest.raises(ValueError, match="no whole WebP"):
            decode_webp(out.getvalue()[:4000], image)
