"""The invisible mark: not seen, read after what is done to pictures, and found nowhere else.

The figures over many pictures are measured by `benchmarks/watermark.py`; these few hold that they stay so.
"""

from collections.abc import Callable
from io import BytesIO
from typing import Literal

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from outcrop.provenance.payload import Payload, payload_of
from outcrop.provenance.watermark import Watermark
from tests.marking import KEY, NOW
from tests.provenance.scenes import cloudy, drawn

PAYLOAD: Payload = payload_of("123456789012", NOW, 0x1234567890ABCDEF)
SCENES: dict[str, Image.Image] = {
    "photograph": cloudy(1024, 1024, 1),
    "wide": cloudy(1344, 768, 2),
    "rough": cloudy(768, 768, 3, roughness=0.75),
    "drawn": drawn(1024, 1024, 4),
    "small": cloudy(512, 512, 5),
    "small and drawn": drawn(512, 512, 6),
}


@pytest.fixture(scope="module")
def watermark() -> Watermark:
    """The tests' key."""
    return Watermark(KEY)


@pytest.fixture(scope="module", params=SCENES.values(), ids=list(SCENES))
def marked(request: pytest.FixtureRequest, watermark: Watermark) -> Image.Image:
    """Each scene with a mark."""
    return watermark.embed(request.param.copy(), PAYLOAD)


def saved(image: Image.Image, kind: Literal["JPEG", "WEBP"], quality: int) -> Image.Image:
    """The picture, saved and opened again."""
    file = BytesIO()
    image.save(file, kind, quality=quality)
    return Image.open(file)


def scaled(image: Image.Image, by: float) -> Image.Image:
    """The picture at another size."""
    return image.resize((round(image.width * by), round(image.height * by)), Image.Resampling.BILINEAR)


def cropped(image: Image.Image) -> Image.Image:
    """Four fifths of its width and height, from somewhere."""
    left, top = round(image.width * 0.07), round(image.height * 0.13)
    return image.crop((left, top, left + round(image.width * 0.8), top + round(image.height * 0.8)))


def framed(image: Image.Image) -> Image.Image:
    """As a part of a page, which was photographed from the screen smaller."""
    page = Image.new("RGB", (round(image.width * 1.2), round(image.height * 1.15)), "white")
    page.paste(image, (31, 57))
    return saved(scaled(page, 0.85), "JPEG", 85)


ATTACKS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "none": lambda image: image,
    "JPEG 75": lambda image: saved(image, "JPEG", 75),
    "WebP 80": lambda image: saved(image, "WEBP", 80),
    "half": lambda image: scaled(image, 0.5),
    "crop": cropped,
    "crop, JPEG 75": lambda image: saved(cropped(image), "JPEG", 75),
    "lighter": lambda image: ImageEnhance.Brightness(image).enhance(1.1),
    "darker": lambda image: ImageEnhance.Brightness(image).enhance(0.9),
    "0.9, JPEG 85": lambda image: saved(scaled(image, 0.9), "JPEG", 85),
    "mirrored": lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    "turned": lambda image: image.transpose(Image.Transpose.ROTATE_90),
    "page": framed,
    "grey": lambda image: image.convert("L"),
}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_a_mark_is_read_after(
    watermark: Watermark, marked: Image.Image, attack: Callable[[Image.Image], Image.Image]
) -> None:
    """Whole, to the last bit."""
    found = watermark.read(attack(marked))
    assert found is not None
    assert found.payload == PAYLOAD
    assert found.confidence > 0.65


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
def test_a_mark_is_not_seen(watermark: Watermark, scene: Image.Image) -> None:
    """At least 40 dB, in the same size."""
    marked = watermark.embed(scene.copy(), PAYLOAD)
    assert marked.size == scene.size
    error = np.asarray(marked, np.float64) - np.asarray(scene, np.float64)
    assert 10 * np.log10(255**2 / np.mean(error**2)) > 40


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
def test_what_has_no_mark_says_nothing(watermark: Watermark, scene: Image.Image) -> None:
    """However it was saved."""
    assert watermark.read(scene) is None
    assert watermark.read(cropped(saved(scene, "JPEG", 75))) is None


def test_a_mark_of_another_key_says_nothing(marked: Image.Image) -> None:
    """Nobody reads it who does not have its key."""
    assert Watermark(KEY[::-1]).read(marked) is None


def test_what_a_crop_left_is_told(watermark: Watermark) -> None:
    """The tile is larger, against the picture, by what was cut off."""
    found = watermark.read(cropped(watermark.embed(SCENES["photograph"].copy(), PAYLOAD)))
    assert found is not None
    assert found.scale == pytest.approx(1.25, rel=0.005)


@pytest.mark.parametrize("size", [(1, 1), (3, 700), (64, 64), (2000, 8)])
@pytest.mark.parametrize("colour", [0, 128, 255])
def test_any_picture_can_be_marked_and_read(watermark: Watermark, size: tuple[int, int], colour: int) -> None:
    """Though very small ones carry no mark that can be read."""
    marked = watermark.embed(Image.new("RGB", size, (colour,) * 3), PAYLOAD)
    assert marked.size == size
    found = watermark.read(marked)
    assert found is None or found.payload == PAYLOAD
