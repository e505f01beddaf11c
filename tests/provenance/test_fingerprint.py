"""Fingerprints: near for the same picture however it was saved, far for another one."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageEnhance

from outcrop.provenance.fingerprint import distance, fingerprint, signed, unsigned
from tests.provenance.scenes import cloudy


def jpeg(image: Image.Image, quality: int) -> Image.Image:
    """The picture, saved and opened again."""
    file = BytesIO()
    image.save(file, "JPEG", quality=quality)
    return Image.open(file)


@pytest.mark.parametrize("seed", range(4))
def test_the_same_picture_is_near(seed: int) -> None:
    """As a poor JPEG, at a quarter of its size, lighter, in grey."""
    image = cloudy(320, 240, seed)
    others = [jpeg(image, 40), image.resize((80, 60)), ImageEnhance.Brightness(image).enhance(1.1), image.convert("L")]
    assert max(distance(fingerprint(image), fingerprint(other)) for other in others) <= 6


def test_other_pictures_are_far() -> None:
    """About half of the bits differ."""
    prints = [fingerprint(cloudy(320, 240, seed)) for seed in range(12)]
    far = [distance(one, other) for number, one in enumerate(prints) for other in prints[:number]]
    assert min(far) > 10
    assert 28 < sum(far) / len(far) < 36


@given(st.integers(0, 2**64 - 1))
def test_a_database_keeps_every_fingerprint(bits: int) -> None:
    """In 64 bits with a sign."""
    assert -(2**63) <= signed(bits) < 2**63
    assert unsigned(signed(bits)) == bits
