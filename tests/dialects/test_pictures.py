"""Pictures in bodies: what is taken, upright and flat, and what is refused before it can do harm."""

import base64
import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps
from PIL.PngImagePlugin import PngInfo

from outcrop.dialects.picture_file import MOST_SCANS
from outcrop.dialects.pictures import (
    MOST_MOVING,
    PictureLimits,
    picture_size,
    read_cutout,
    read_picture,
    read_small,
)
from outcrop.errors import InvalidRequest
from outcrop.units import Size

LIMITS = PictureLimits()


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> str:  # noqa: ANN401 - what Pillow takes for a format
    """A picture as a body carries it."""
    out = BytesIO()
    image.save(out, kind, **options)
    return base64.b64encode(out.getvalue()).decode()


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_picture_keeps_its_pixels(kind: str) -> None:
    """Rows from the top, RGB."""
    image = Image.effect_noise((80, 64), 90).convert("RGB")
    bitmap = read_picture(encoded(image, kind, lossless=True), "image", LIMITS)
    assert bitmap.size == Size(width=80, height=64)
    assert bitmap.rgb == image.tobytes()


@pytest.mark.parametrize("orientation", range(10))
@pytest.mark.parametrize("size", [(128, 64), (70, 101)])
def test_a_photo_is_turned_upright(orientation: int, size: tuple[int, int]) -> None:
    """As its camera says, which is one of eight ways; what it says beyond them is nothing."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = Image.merge("RGB", [Image.effect_noise(size, sigma) for sigma in (30, 60, 90)])
    text = encoded(image, exif=exif)
    with Image.open(BytesIO(base64.b64decode(text))) as saved:
        upright = ImageOps.exif_transpose(saved)
    bitmap = read_picture(text, "image", LIMITS)
    assert bitmap.size == picture_size(text, "image") == Size(width=upright.width, height=upright.height)
    assert bitmap.rgb == upright.tobytes()


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparency_becomes_white(mode: str) -> None:
    """A picture has no holes."""
    image = Image.new("RGBA", (64, 64), (200, 10, 10, 0)).convert(mode)
    options: dict[str, Any] = {"transparency": 0} if mode == "P" else {}
    bitmap = read_picture(encoded(image, **options), "image", LIMITS)
    assert bitmap.rgb == b"\xff" * len(bitmap.rgb)


def test_what_shines_through_is_mixed_with_white() -> None:
    """Band by band as at once."""
    image = Image.merge("RGBA", [Image.effect_noise((70, 101), sigma) for sigma in (30, 60, 90, 120)])
    paper = Image.new("RGBA", image.size, "white")
    bitmap = read_picture(encoded(image), "image", LIMITS)
    assert bitmap.rgb == Image.alpha_composite(paper, image).convert("RGB").tobytes()


def test_a_cutout_is_its_picture_and_its_mask() -> None:
    """Decoded once; what is transparent is drawn anew. A picture without holes is no cutout."""
    image = Image.merge("RGBA", [Image.effect_noise((70, 101), sigma) for sigma in (30, 60, 90, 120)])
    bitmap, mask = read_cutout(encoded(image), "image", LIMITS)
    assert bitmap == read_picture(encoded(image), "image", LIMITS)
    assert mask.size == bitmap.size
    assert mask.levels == bytes(255 - level for level in image.getchannel("A").tobytes())
    with pytest.raises(InvalidRequest, match="has no transparent part"):
        read_cutout(encoded(Image.new("RGB", (64, 64))), "image", LIMITS)


@pytest.mark.parametrize(("side", "seen"), [(1024, 1024), (1025, 513), (5000, 625)])
def test_a_large_picture_is_looked_at_small(side: int, seen: int) -> None:
    """In its own shape, each part of it once; others as they are."""
    limits = PictureLimits(min_side=1, max_side=8000, max_pixels=64_000_000, max_aspect=8000)
    image = Image.new("L", (side, 65), 40)
    small = read_small(encoded(image), "image", limits)
    assert (small.mode, small.width) == ("RGB", seen)
    assert set(small.tobytes()) == {40}


def many_scans(count: int) -> bytes:
    """A progressive JPEG whose last scan comes again and again."""
    out = BytesIO()
    Image.effect_noise((64, 64), 50).convert("RGB").save(out, "JPEG", progressive=True)
    file = out.getvalue()
    last = file.rindex(b"\xff\xda")
    return file[:-2] + file[last:-2] * count + file[-2:]


def many_texts(count: int) -> bytes:
    """A PNG with texts that unpack to almost a megabyte each."""
    said = PngInfo()
    for number in range(count):
        said.add_text(f"text {number}", "a" * 1_000_000, zip=True)
    out = BytesIO()
    Image.new("RGB", (64, 64)).save(out, "PNG", pnginfo=said)
    return out.getvalue()


def moving(side: int) -> bytes:
    """A WebP of two frames."""
    out = BytesIO()
    frames = [Image.new("RGB", (side, side), colour) for colour in ("red", "blue")]
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:], duration=100)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "says"),
    [(many_scans(MOST_SCANS + 1), "a JPEG of more than 200 scans"), (moving(1600), "a WebP that moves, of more than")],
)
def test_little_that_makes_much_work_is_refused(content: bytes, says: str) -> None:
    """Before any of it is done: the declared size is no bound on it."""
    with pytest.raises(InvalidRequest, match=says):
        read_picture(base64.b64encode(content).decode(), "image", LIMITS)


def test_of_a_small_webp_that_moves_the_first_frame_is_taken() -> None:
    """It is the one that is seen first."""
    assert MOST_MOVING > 1500 * 1500
    bitmap = read_picture(base64.b64encode(moving(1500)).decode(), "image", LIMITS)
    assert min(bitmap.rgb[::3]) > max(bitmap.rgb[2::3])  # red and not blue


def test_what_photographs_and_programs_put_into_files_is_taken() -> None:
    """Some scans; texts, however many, are not read."""
    for content in (many_scans(10), many_texts(40)):
        assert read_picture(base64.b64encode(content).decode(), "image", LIMITS).size == Size(width=64, height=64)


@pytest.mark.parametrize("mode", ["1", "L", "P", "I;16", "CMYK"])
def test_other_kinds_of_pixels_become_rgb(mode: str) -> None:
    """Whatever a scanner or a printer's shop saves."""
    image = Image.new("L", (64, 64), 255).convert("I;16" if mode == "I;16" else mode)
    bitmap = read_picture(encoded(image, "JPEG" if mode == "CMYK" else "PNG"), "image", LIMITS)
    assert len(bitmap.rgb) == 64 * 64 * 3


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "cannot be read as a picture"),
        ("not base64!", "must be the base64 text of a picture."),
        ("data:image/png;base64,iVBORw0KGgo=", "without the 'data:...;base64,' before it"),
        ("aGVsbG8=", "cannot be read as a picture; send a whole JPEG, PNG or WebP"),
        (encoded(Image.new("RGB", (64, 64)), "GIF"), "send a whole JPEG, PNG or WebP"),
        (encoded(Image.effect_noise((64, 64), 50))[:800], "send a whole"),
        (encoded(Image.new("RGB", (63, 200))), "is a picture of 63x200; each side must be at least 64 pixels"),
        (encoded(Image.new("1", (4000, 2500))), "10,000,000 pixels; at most 9,437,184 are allowed"),
        (encoded(Image.new("1", (64, 1025))), "at most 16 times the other"),
    ],
)
def test_anything_else_is_refused_by_name(text: str, says: str) -> None:
    """The message names the field, what came, and what would do."""
    with pytest.raises(InvalidRequest) as refusal:
        read_picture(text, "init", LIMITS)
    assert "'init'" in str(refusal.value)
    assert says in str(refusal.value)


def test_a_bomb_is_refused_by_its_declared_size() -> None:
    """A few bytes that claim to be a wall of pixels are never unpacked."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        body = kind + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 2_000_000, 2_000_000, 8, 2, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    with pytest.raises(InvalidRequest):
        read_picture(base64.b64encode(bomb).decode(), "image", LIMITS)


@given(
    st.binary(max_size=300), st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF\x20\0\0\0WEBPVP8 "])
)
def test_no_bytes_break_it(content: bytes, begin: bytes) -> None:
    """Whatever comes is a picture or an InvalidRequest."""
    with pytest.raises(InvalidRequest):
        read_picture(base64.b64encode(begin + content).decode(), "image", LIMITS)
