"""Content credentials, read back by the reference implementation: what they say, and that tampering is found."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from outcrop import __version__
from outcrop.errors import ModelFailed
from outcrop.finish.files import encode_file, read_recipe
from outcrop.provenance.chain import DAYS, Chain, development_chain
from outcrop.provenance.credentials import NONE, Credentials, Parent, Reader, sign
from outcrop.provenance.manifest import GENERATED, IN_PART, Origin, manifest
from outcrop.request import OutputFormat
from tests.marking import NOW, chain, marks

FORMATS: tuple[OutputFormat, ...] = ("png", "jpeg", "webp")
WHEN = "2026-11-23T12:00:00Z"
CREATED = Origin(action="c2pa.created", source_type=GENERATED, agent="amazon.titan-image-generator-v2:0")
EDITED = Origin(action="c2pa.edited", source_type=IN_PART, agent="amazon.nova-canvas-v1:0")
RECIPE = '{"prompt": "a fox"}'


def picture(output_format: OutputFormat, seed: int = 7) -> bytes:
    """A file as the finish writes it."""
    coarse = np.random.default_rng(seed).integers(0, 255, (8, 8, 3), dtype=np.uint8)
    return encode_file(Image.fromarray(coarse).resize((96, 64)), output_format, RECIPE)


def pixels(file: bytes) -> bytes:
    """What a file shows."""
    with Image.open(BytesIO(file)) as image:
        return image.convert("RGB").tobytes()


def created(output_format: OutputFormat) -> bytes:
    """A signed file."""
    return sign(picture(output_format), output_format, manifest(CREATED, WHEN), chain(), None)


@pytest.fixture
def reader() -> Reader:
    """A reader that trusts the chain of the tests."""
    return Reader([chain().root])


@pytest.mark.parametrize("output_format", FORMATS)
def test_a_signed_file_says_how_it_was_made(reader: Reader, output_format: OutputFormat) -> None:
    """And the official reader trusts it."""
    assert reader.read(created(output_format)) == Credentials(
        state="trusted",
        generator=f"Outcrop {__version__}",
        signer="Outcrop development signer",
        actions=("c2pa.created",),
        model="amazon.titan-image-generator-v2:0",
        source_type="trainedAlgorithmicMedia",
        when=WHEN,
    )


@pytest.mark.parametrize("output_format", FORMATS)
def test_signing_changes_neither_pixels_nor_recipe(tmp_path: Path, output_format: OutputFormat) -> None:
    """The manifest stands beside them, and is small."""
    plain, signed = picture(output_format), created(output_format)
    assert pixels(signed) == pixels(plain)
    (tmp_path / "signed").write_bytes(signed)
    assert read_recipe(tmp_path / "signed") == RECIPE
    assert len(signed) - len(plain) < 4096


@pytest.mark.parametrize("output_format", FORMATS)
def test_whom_nobody_trusts_is_said(output_format: OutputFormat) -> None:
    """Whole, but by a stranger: another installation's development chain is one."""
    read = Reader([]).read(created(output_format))
    assert (read.state, read.reasons) == ("untrusted", ("signingCredential.untrusted",))


@pytest.mark.parametrize("output_format", FORMATS)
def test_other_pixels_are_found(reader: Reader, output_format: OutputFormat) -> None:
    """One byte of the picture's data is another one."""
    signed = bytearray(created(output_format))
    at = {"png": signed.find(b"IDAT") + 40, "jpeg": len(signed) - 40, "webp": signed.find(b"VP8 ") + 400}
    signed[at[output_format]] ^= 0x11
    read = reader.read(bytes(signed))
    assert read.state == "invalid"
    assert "assertion.dataHash.mismatch" in read.reasons


@pytest.mark.parametrize("output_format", FORMATS)
def test_another_story_is_found(reader: Reader, output_format: OutputFormat) -> None:
    """The manifest says another model than the one that was signed."""
    signed = created(output_format)
    forged = signed.replace(b"titan-image-generator-v2", b"camera-with-a-lens-here-")
    assert forged != signed
    assert reader.read(forged).state == "invalid"


def test_credentials_of_another_picture_are_found(reader: Reader) -> None:
    """A genuine manifest laid into another file does not hold there."""
    signed, other = created("png"), picture("png", seed=8)
    begin = signed.find(b"caBX") - 4
    length = int.from_bytes(signed[begin : begin + 4], "big") + 12
    head = other.find(b"IHDR") - 4 + 25
    forged = other[:head] + signed[begin : begin + length] + other[head:]
    assert pixels(forged) == pixels(other)
    assert reader.read(forged).state == "invalid"


def test_a_forged_certificate_is_not_trusted(tmp_path: Path, reader: Reader) -> None:
    """The same names, issued by somebody else."""
    other = development_chain(tmp_path, NOW)
    forged = sign(picture("png"), "png", manifest(CREATED, WHEN), other, None)
    assert reader.read(forged).state == "untrusted"


@pytest.mark.parametrize("output_format", FORMATS)
def test_stripped_credentials_are_none(reader: Reader, output_format: OutputFormat) -> None:
    """Saved again by a program that knows nothing of them."""
    with Image.open(BytesIO(created(output_format))) as image:
        again = encode_file(image.convert("RGB"), output_format, "")
    assert reader.read(again) == NONE


@pytest.mark.parametrize(
    "content", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, b"\xff\xd8\xff", b"RIFF\0\0\0\0WEBP"]
)
def test_what_is_no_picture_has_none_that_hold(reader: Reader, content: bytes) -> None:
    """Whatever is sent gets an answer."""
    assert reader.read(content).state in {"none", "invalid"}


@pytest.mark.parametrize("output_format", FORMATS)
def test_an_edit_names_its_parent(reader: Reader, output_format: OutputFormat) -> None:
    """The parent's own credentials are inside, and the action is an edit of it."""
    edit = sign(picture("png", seed=9), "png", manifest(EDITED, WHEN), chain(), Parent(file=created(output_format)))
    read = reader.read(edit)
    assert (read.state, read.parents) == ("trusted", 1)
    assert read.actions == ("c2pa.opened", "c2pa.edited")
    assert read.source_type == "compositeWithTrainedAlgorithmicMedia"
    assert b"titan-image-generator-v2" in edit


@pytest.mark.parametrize(
    "parent", [picture("jpeg"), b"no picture", created("png")[:900]], ids=["unsigned", "none", "cut"]
)
def test_any_parent_can_be_named(reader: Reader, parent: bytes) -> None:
    """One without credentials, or with broken ones, is a parent all the same."""
    edit = sign(picture("png"), "png", manifest(EDITED, WHEN), chain(), Parent(file=parent))
    read = reader.read(edit)
    assert (read.state, read.parents) == ("trusted", 1)


def test_a_forged_parent_is_not_taken_over_as_genuine(reader: Reader) -> None:
    """The edit is signed here; that its parent's credentials do not hold stands in it."""
    forged = created("png").replace(b"titan-image-generator-v2", b"camera-with-a-lens-here-")
    edit = sign(picture("png"), "png", manifest(EDITED, WHEN), chain(), Parent(file=forged))
    assert reader.read(edit).state == "trusted"
    assert b"hashedURI.mismatch" in edit


def test_a_parent_s_credentials_are_bounded(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    """A history that is too long is left out; that there is a parent is said."""
    monkeypatch.setattr("outcrop.provenance.credentials.MOST_ADDED", 5000)
    edit = sign(picture("png"), "png", manifest(EDITED, WHEN), chain(), Parent(file=created("png")))
    assert b"titan-image-generator-v2" not in edit
    assert (reader.read(edit).state, reader.read(edit).parents) == ("trusted", 1)


def test_what_cannot_be_signed_is_not_delivered() -> None:
    """A key that is none, and a certificate that has ended."""
    broken = replace(chain(), private_key=b"no key")
    with pytest.raises(ModelFailed, match="could not be signed, so it is not delivered"):
        sign(picture("png"), "png", manifest(CREATED, WHEN), broken, None)


def test_a_certificate_that_has_ended_signs_nothing(tmp_path: Path) -> None:
    """Its pictures would be worth nothing to a reader."""
    ended: Chain = development_chain(tmp_path, NOW - (DAYS + 2) * 86_400)
    with pytest.raises(ModelFailed, match="could not be signed"):
        sign(picture("png"), "png", manifest(CREATED, WHEN), ended, None)


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp", "avif"])
def test_a_rendition_of_a_signed_picture_is_signed(reader: Reader, kind: str) -> None:
    """In any format that is delivered, with the picture as its parent."""
    small = BytesIO()
    Image.new("RGB", (48, 32), "red").save(small, kind.upper())
    made = marks().sign_rendition(small.getvalue(), kind, created("png"))
    read = reader.read(made)
    assert (read.state, read.parents, read.actions) == ("trusted", 1, ("c2pa.opened", "c2pa.transcoded"))
    assert pixels(made) == pixels(small.getvalue())


def test_a_rendition_of_a_picture_that_is_not_signed_is_left_alone() -> None:
    """What was not claimed is not claimed later."""
    small = picture("webp", seed=5)
    assert marks().sign_rendition(small, "webp", picture("png")) == small
