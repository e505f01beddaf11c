"""Files: of the format that was asked for, with the recipe inside, the same bytes each time."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from outcrop.finish.files import IMAGE_DESCRIPTION, JPEG_RECIPE_CHARS, RECIPE_KEY, encode_file
from outcrop.request import OutputFormat

RECIPE = '{"prompt": "a fox"}'


@pytest.fixture
def image() -> Image.Image:
    """A smooth picture, as pictures are."""
    ramp = np.linspace(0, 255, 64, dtype=np.uint8)
    return Image.fromarray(
        np.stack(
            [np.tile(ramp, (48, 1)), np.full((48, 64), 90, np.uint8), ramp[::-1] * np.ones((48, 1), np.uint8)], axis=-1
        )
    )


def recipe_in(file: bytes) -> object:
    """The recipe that a file carries, or None."""
    with Image.open(BytesIO(file)) as read:
        return read.info.get(RECIPE_KEY) if read.format == "PNG" else read.getexif().get(IMAGE_DESCRIPTION)


@pytest.mark.parametrize("output_format", ["png", "jpeg", "webp"])
def test_a_file_is_what_it_says(image: Image.Image, output_format: OutputFormat) -> None:
    """Format, size and colours; a lossy one is near."""
    file = encode_file(image, output_format, RECIPE)
    with Image.open(BytesIO(file)) as read:
        assert read.format == output_format.upper()
        difference = np.abs(np.asarray(read.convert("RGB"), int) - np.asarray(image, int))
    assert difference.max() <= (0 if output_format == "png" else 24)
    assert difference.mean() < 3


@pytest.mark.parametrize("output_format", ["png", "jpeg", "webp"])
def test_the_recipe_is_inside(image: Image.Image, output_format: OutputFormat) -> None:
    """In a PNG's text chunk; in the image description of the others."""
    assert recipe_in(encode_file(image, output_format, RECIPE)) == RECIPE


@pytest.mark.parametrize("output_format", ["png", "jpeg", "webp"])
def test_the_same_picture_is_the_same_bytes(image: Image.Image, output_format: OutputFormat) -> None:
    """No time and no chance goes into a file."""
    assert encode_file(image, output_format, RECIPE) == encode_file(image.copy(), output_format, RECIPE)


@pytest.mark.parametrize("output_format", ["png", "webp"])
def test_the_longest_recipe_fits(image: Image.Image, output_format: OutputFormat) -> None:
    """Two prompts of 10,000 characters, each written as two escapes of six."""
    longest = "\\ud83d\\ude00" * 20_000
    assert recipe_in(encode_file(image, output_format, longest)) == longest


@pytest.mark.parametrize(("length", "kept"), [(JPEG_RECIPE_CHARS, True), (JPEG_RECIPE_CHARS + 1, False)])
def test_a_jpeg_leaves_out_what_it_cannot_hold(image: Image.Image, length: int, *, kept: bool) -> None:
    """The picture matters more than its recipe."""
    assert recipe_in(encode_file(image, "jpeg", "x" * length)) == ("x" * length if kept else None)
