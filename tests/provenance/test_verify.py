"""What can be proved about a picture, part by part: each holds or falls without the others."""

from io import BytesIO

import pytest
from PIL import Image

from outcrop.errors import BadSettings
from outcrop.finish.files import encode_file
from outcrop.provenance.credentials import sign
from outcrop.provenance.fingerprint import distance, fingerprint
from outcrop.provenance.manifest import GENERATED, Origin, manifest
from outcrop.provenance.payload import payload_of
from outcrop.provenance.verify import Verified, Verifier
from outcrop.provenance.watermark import Watermark
from tests.marking import KEY, NOW, chain, verifier
from tests.provenance.scenes import cloudy

ACCOUNT = "123456789012"
SCENE = cloudy(896, 640, 11)


def marked(fingerprint_of: Image.Image = SCENE) -> Image.Image:
    """The scene with a mark, made for it or for another picture."""
    return Watermark(KEY).embed(SCENE.copy(), payload_of(ACCOUNT, NOW, fingerprint(fingerprint_of)))


def signed(image: Image.Image) -> bytes:
    """A signed file."""
    origin = Origin(action="c2pa.created", source_type=GENERATED, agent="amazon.nova-canvas-v1:0")
    return sign(encode_file(image, "png", ""), "png", manifest(origin, "2026-11-23T12:00:00Z"), chain(), None)


def verified(content: bytes) -> Verified:
    """What the tests' keys and roots prove."""
    return verifier().verify(content, Image.open(BytesIO(content)).convert("RGB"))


def test_all_holds_of_a_picture_that_nobody_touched() -> None:
    """Mark, credentials, and that the mark was made for this very picture."""
    found = verified(signed(marked()))
    assert found.watermark is not None
    assert found.watermark.payload.account == ACCOUNT
    assert (found.fits, found.credentials.state) == (True, "trusted")
    assert distance(found.fingerprint, fingerprint(SCENE)) <= 4


def test_the_mark_outlives_the_credentials() -> None:
    """A JPEG of it says nothing any more, and the mark still does."""
    found = verified(encode_file(marked(), "jpeg", ""))
    assert found.watermark is not None
    assert (found.fits, found.credentials.state) == (True, "none")


def test_a_mark_on_another_picture_does_not_fit() -> None:
    """Laid over a picture that it was not made for."""
    found = verified(signed(marked(cloudy(896, 640, 12))))
    assert found.watermark is not None
    assert found.fits is False


@pytest.mark.parametrize("change", ["crop", "mirror"])
def test_a_part_or_a_mirror_image_is_not_called_another_picture(change: str) -> None:
    """The fingerprint is that of the whole picture, upright: where it is far, nothing is said."""
    image = marked()
    part = image.crop((60, 50, 770, 560)) if change == "crop" else image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    found = verified(encode_file(part, "png", ""))
    assert found.watermark is not None
    assert found.fits is not False


def test_a_picture_of_nobody_s_proves_nothing() -> None:
    """No mark, no credentials."""
    found = verified(encode_file(SCENE, "png", ""))
    assert (found.watermark, found.fits, found.credentials.state) == (None, None, "none")


def test_marks_of_every_key_are_read() -> None:
    """The first key marks; those before it still read."""
    content = encode_file(marked(), "png", "")
    several = Verifier(lambda: [KEY[::-1], KEY], list)
    assert several.verify(content, Image.open(BytesIO(content))).watermark is not None
    assert Verifier(lambda: [KEY[::-1]], list).verify(content, Image.open(BytesIO(content))).watermark is None


def test_keys_that_cannot_be_read_are_an_error() -> None:
    """It is never taken for an unmarked picture."""

    def lost() -> list[bytes]:
        raise BadSettings("The key is gone.")

    with pytest.raises(BadSettings, match="is gone"):
        Verifier(lost, list).verify(b"", SCENE)
