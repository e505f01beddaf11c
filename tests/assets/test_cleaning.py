"""What a file says beside its pixels goes, and its pixels stay."""

from io import BytesIO

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from outcrop.assets.cleaning import clean
from tests.api.rest.pictures import DESCRIPTION, ORIENTATION, PROFILE, file, opened, scene


@pytest.mark.parametrize("made", ["PNG", "JPEG", "WEBP"])
def test_a_file_that_says_nothing_stays_as_it_is(made: str) -> None:
    """Byte by byte."""
    content = file(scene(), made)
    cleaned = clean(content)
    assert (cleaned.file, cleaned.format, cleaned.width, cleaned.height) == (content, made.lower(), 160, 96)


@pytest.mark.parametrize("made", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("turned", [1, 3, 6, 8])
def test_what_it_says_goes(made: str, turned: int) -> None:
    """Once it is upright; the profile stays, and twice is once."""
    exif = Image.Exif()
    exif[ORIENTATION], exif[DESCRIPTION] = turned, "taken at home"
    content = file(scene(), made, exif=exif)
    cleaned = clean(content)
    image = opened(cleaned.file)
    assert b"taken at home" not in cleaned.file
    assert (dict(image.getexif()), image.info["icc_profile"], image.format) == ({}, PROFILE, made)
    upright = (96, 160) if turned in {6, 8} else (160, 96)
    assert image.size == (cleaned.width, cleaned.height) == upright
    assert clean(cleaned.file) == cleaned


def test_lossless_formats_lose_no_pixel() -> None:
    """Nor what is transparent."""
    layered = scene().convert("RGBA")
    layered.putalpha(Image.linear_gradient("L").resize(layered.size))
    said = PngInfo()
    said.add_text("note", "nobody should read this")
    out = BytesIO()
    layered.save(out, "PNG", pnginfo=said)
    kept = opened(clean(out.getvalue()).file)
    assert (kept.mode, kept.tobytes()) == ("RGBA", layered.tobytes())


def test_a_film_becomes_its_first_picture() -> None:
    """No more of it is looked at by anybody."""
    out = BytesIO()
    scene().save(out, "WEBP", save_all=True, append_images=[Image.new("RGB", (160, 96), "black")], lossless=True)
    kept = opened(clean(out.getvalue()).file)
    assert getattr(kept, "n_frames", 1) == 1
    assert kept.convert("RGB").tobytes() == scene().tobytes()
