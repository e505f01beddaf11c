"""What of a picture's file is read: what its pixels are made of, and nothing else."""

import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from outcrop.dialects.picture_file import MOST_PARTS, MOST_SCANNED, MOST_SCANS, picture_file
from outcrop.errors import InvalidRequest

WORDS = "where it was taken, and by whom"
SCENE = Image.merge("RGB", [Image.effect_noise((80, 64), sigma) for sigma in (30, 60, 90)])


def saved(kind: str, image: Image.Image = SCENE, **options: Any) -> bytes:  # noqa: ANN401 - what Pillow takes
    """A file as Pillow makes it, turned by its camera, with words in it."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = WORDS
    out = BytesIO()
    image.save(out, kind, exif=exif, **options)
    return out.getvalue()


def told() -> PngInfo:
    """Words in a PNG."""
    text = PngInfo()
    text.add_text("Comment", WORDS)
    text.add_itxt("XML:com.adobe.xmp", WORDS)
    return text


def chunk(kind: bytes, content: bytes = b"") -> bytes:
    """A part of a PNG."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


FILES = {
    "JPEG": saved("JPEG", comment=WORDS, icc_profile=b"colours" * 20_000),
    "JPEG, progressive": saved("JPEG", progressive=True, comment=WORDS),
    "JPEG, grey": saved("JPEG", SCENE.convert("L")),
    "JPEG, CMYK": saved("JPEG", SCENE.convert("CMYK")),
    "JPEG, restarting": saved("JPEG", restart_marker_blocks=2),
    "JPEG, RGB": saved("JPEG", keep_rgb=True),
    "JPEG of several": saved("MPO", save_all=True, append_images=[SCENE.rotate(90, expand=True)]),
    "PNG": saved("PNG", pnginfo=told(), icc_profile=WORDS.encode()),
    "PNG, palette": saved("PNG", SCENE.quantize(7), transparency=3, pnginfo=told()),
    "PNG, 16 bits": saved("PNG", SCENE.convert("L").convert("I;16")),
    "PNG that moves": saved("PNG", save_all=True, append_images=[SCENE.rotate(180)]),
}


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
def test_its_pixels_are_all_that_is_read(content: bytes) -> None:
    """They are those of the whole file, and neither words nor profile nor further pictures come along."""
    file = picture_file(content, "The picture")
    bare = file.stream().read()
    assert file.orientation == 6
    assert WORDS.encode() not in bare
    assert len(bare) == sum(end - begin for begin, end in file.spans)
    with Image.open(file.stream()) as image, Image.open(BytesIO(content)) as whole:
        assert image.mode == whole.mode
        assert image.info.get("transparency") == whole.info.get("transparency")
        assert image.tobytes() == whole.tobytes()
        assert getattr(image, "n_frames", 1) == 1


def test_a_webp_says_how_it_was_held() -> None:
    """It is read as it is."""
    content = saved("WEBP")
    file = picture_file(content, "The picture")
    assert (file.orientation, file.stream().read()) == (6, content)


@pytest.mark.parametrize("begin", [b"II*\0", b"MM\0*"])
@pytest.mark.parametrize("prefix", [b"", b"Exif\0\0"])
@pytest.mark.parametrize("kind", [3, 4])
def test_exif_says_it_in_either_order_of_bytes(begin: bytes, prefix: bytes, kind: int) -> None:
    """As a short number, which is usual, or a long one."""
    order = "<" if begin[0] == ord("I") else ">"
    value = struct.pack(order + ("HH" if kind == 3 else "I"), 8, *([0] if kind == 3 else []))
    exif = begin + struct.pack(order + "IHHHI", 8, 1, 0x0112, kind, 1) + value
    content = b"\x89PNG\r\n\x1a\n" + chunk(b"eXIf", prefix + exif)
    assert picture_file(content, "The picture").orientation == 8


def framed(side: int, scans: int, frame: int = 0xC2) -> bytes:
    """The markers of a JPEG of so many scans, without their data."""
    head = struct.pack(">BBHBHHB", 0xFF, frame, 11, 8, side, side, 1) + b"\1\x11\0"
    scan = b"\xff\xda" + struct.pack(">HB", 8, 1) + b"\1\0\1\x3f\0"
    return b"\xff\xd8" + head + scan * scans + b"\xff\xd9"


@pytest.mark.parametrize(("side", "most"), [(64, MOST_SCANS), (1024, MOST_SCANS), (3072, 32)])
def test_scans_are_bounded_by_the_pixels_that_they_go_over(side: int, most: int) -> None:
    """As many as any encoder makes are taken at every size."""
    assert most == min(MOST_SCANS, MOST_SCANNED // side**2)
    picture_file(framed(side, most), "The picture")
    with pytest.raises(InvalidRequest, match=f"^The picture is a JPEG of more than {most} scans"):
        picture_file(framed(side, most + 1), "The picture")


@pytest.mark.parametrize("frame", [0xC9, 0xCA, 0xCB])
def test_arithmetic_coding_is_refused(frame: int) -> None:
    """Its scans take many times the time of others, and no browser reads it."""
    with pytest.raises(InvalidRequest, match="a JPEG with arithmetic coding"):
        picture_file(framed(64, 1, frame), "The picture")


def test_what_looks_like_a_scan_inside_another_part_is_none() -> None:
    """A preview's scans, and a film behind the picture, are not the picture's."""
    content = saved("JPEG")
    preview = b"\xff\xda" * 300
    within = content[:2] + b"\xff\xe5" + struct.pack(">H", len(preview) + 2) + preview + content[2:] + preview
    assert picture_file(within, "The picture").stream().read() == picture_file(content, "The picture").stream().read()


CROWDS = {
    "comments": b"\xff\xd8" + b"\xff\xfe\0\2" * (MOST_PARTS + 1),
    "chunks": b"\x89PNG\r\n\x1a\n" + chunk(b"abCd") * (MOST_PARTS + 1),
    "empty chunks of pixels": b"\x89PNG\r\n\x1a\n" + chunk(b"IDAT") * (MOST_PARTS + 1),
    "chunks of WebP": b"RIFF\0\0\0\0WEBP" + struct.pack("<4sI", b"abcd", 0) * (MOST_PARTS + 1),
}


@pytest.mark.parametrize("content", CROWDS.values(), ids=CROWDS)
def test_a_file_of_crumbs_is_refused(content: bytes) -> None:
    """To look at each takes its time, however small it is."""
    with pytest.raises(InvalidRequest, match=f"a file of more than {MOST_PARTS:,} parts"):
        picture_file(content, "The picture")


@given(st.sampled_from(sorted(FILES)), st.integers(0, 20_000), st.binary(max_size=40), st.integers(0, 30))
def test_broken_files_are_told_as_they_are(name: str, at: int, broken: bytes, skipped: int) -> None:
    """Whatever stands in them: what is kept is in order, within the file, and read alike in one go or two."""
    content = FILES[name][:at] + broken + FILES[name][at + skipped :]
    try:
        file = picture_file(content, "The picture")
    except InvalidRequest:
        return
    places = [place for span in file.spans for place in span]
    assert places == sorted(places)
    assert places[-1] <= len(content)
    with file.stream() as stream:
        whole = stream.read()
        stream.seek(7)
        assert (stream.read(100) + stream.read()) == whole[7:]
    assert whole == b"".join(content[begin:end] for begin, end in file.spans)


def test_the_end_of_a_stream_is_found() -> None:
    """From either end, and from where one stands."""
    with picture_file(FILES["JPEG"], "The picture").stream() as stream:
        size = stream.seek(0, 2)
        assert stream.seek(-2, 2) == size - 2
        assert stream.read() == b"\xff\xd9"
        assert stream.seek(2) == 2
        assert stream.seek(3, 1) == 5
