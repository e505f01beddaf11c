"""Renditions: of the size that was asked for, of the right part, in the right colours."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from outcrop.assets.renditions import FORMATS, MOST_SIDE, Crop, Fit, Wanted, render
from outcrop.errors import InvalidRequest, StorageFailed
from tests.api.rest.pictures import PROFILE, file, opened, scene

SIDES = st.integers(20, 300)
RED, LIME, BLUE, YELLOW, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (255, 255, 255)


def rendered(content: bytes, **wanted: object) -> Image.Image:
    """A rendition, decoded."""
    return opened(render(content, Wanted(**wanted)).file)  # type: ignore[arg-type]  # fields of it


@given(SIDES, SIDES, st.none() | SIDES, st.none() | SIDES, st.sampled_from(("cover", "contain", "inside")))
def test_every_rendition_has_the_size_that_was_asked_for(
    width: int, height: int, across: int | None, down: int | None, fit: Fit
) -> None:
    """Exactly, or for `inside` as near to it as its shape lets it come without growing."""
    content = file(Image.new("RGB", (width, height)), profile=None)
    made = rendered(content, width=across, height=down, fit=fit).size
    if across is None and down is None:
        assert made == (width, height)
    elif fit == "inside":
        part = min(1, *(box / side for box, side in ((across, width), (down, height)) if box is not None))
        assert all(abs(one - side * part) <= 1 for one, side in zip(made, (width, height), strict=True))
    else:
        assert across in {None, made[0]}
        assert down in {None, made[1]}


def test_cover_cuts_around_its_focus() -> None:
    """The left, the middle or the right of a picture that is too wide."""
    content = file(scene(300, 100))
    left, right = (rendered(content, width=40, height=40, focus=(x, 0.5)) for x in (0.0, 1.0))
    assert left.getpixel((5, 5)) == left.getpixel((35, 5)) == RED
    assert right.getpixel((5, 5)) == right.getpixel((35, 5)) == LIME
    middle = rendered(content, width=40, height=40)
    assert (middle.getpixel((3, 3)), middle.getpixel((36, 36)), middle.getpixel((20, 20))) == (RED, YELLOW, WHITE)


def test_contain_fills_the_rest_up() -> None:
    """With nothing where the format can have it, with white in JPEG."""
    content = file(scene(200, 100))
    png = rendered(content, width=100, height=100, fit="contain")
    assert (png.mode, png.getpixel((50, 5)), png.getpixel((5, 30))) == ("RGBA", (255, 255, 255, 0), (*RED, 255))
    jpeg = rendered(content, width=100, height=100, fit="contain", format="jpeg")
    assert jpeg.getpixel((50, 5)) == WHITE


def test_a_crop_comes_first() -> None:
    """In the picture's own pixels."""
    part = rendered(file(scene(200, 100)), crop=Crop(left=170, top=80, width=20, height=10), width=10)
    assert (part.size, part.getpixel((9, 4))) == ((10, 5), YELLOW)
    whole = rendered(file(scene(200, 100)), crop=Crop(left=0, top=0, width=200, height=100))
    assert whole.size == (200, 100)
    with pytest.raises(InvalidRequest, match="crop of 10x10 at 195,0 leaves the picture of 200x100"):
        render(file(scene(200, 100)), Wanted(crop=Crop(left=195, top=0, width=10, height=10)))


@pytest.mark.parametrize("made", FORMATS)
def test_the_profile_stays_and_all_else_goes(made: str) -> None:
    """In every format."""
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    out = render(file(scene(), "JPEG", exif=exif), Wanted(format=made, width=50))  # type: ignore[arg-type]  # one of them
    image = opened(out.file)
    assert (out.format, image.format, image.info["icc_profile"]) == (made, made.upper(), PROFILE)
    assert b"taken at home" not in out.file


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "CMYK", "1", "RGB"])
def test_every_kind_of_picture_becomes_every_format(mode: str) -> None:
    """Also those that no screen shows as they are."""
    made = "JPEG" if mode == "CMYK" else "PNG"
    content = file(scene().convert(mode), made, profile=None)
    for target in FORMATS:
        assert rendered(content, width=20, height=20, format=target).size == (20, 20)


def test_what_is_transparent_stays_so_or_becomes_white() -> None:
    """Never black."""
    content = file(Image.new("RGBA", (64, 64), (0, 0, 0, 0)), profile=None)
    assert rendered(content, width=8, format="webp").getpixel((4, 4))[3] == 0  # type: ignore[index]  # four numbers
    assert rendered(content, width=8, format="jpeg").getpixel((4, 4)) == WHITE


def test_quality_decides_the_size() -> None:
    """Of the formats that lose something."""
    content = file(Image.effect_noise((128, 128), 80).convert("RGB"), profile=None)
    for made in ("jpeg", "webp", "avif"):
        low, high = (len(render(content, Wanted(format=made, quality=quality)).file) for quality in (20, 95))
        assert low < high / 2


def test_what_is_too_large_is_refused() -> None:
    """Also where a side follows from the other."""
    content = file(scene(160, 16))
    assert rendered(content, width=8192, height=8192, fit="inside").size == (160, 16)
    for wanted in (Wanted(width=8000, height=8000), Wanted(height=MOST_SIDE)):
        with pytest.raises(InvalidRequest, match="is too large; a side may have 8,192 pixels, the whole 16,777,216"):
            render(content, wanted)


def test_what_is_no_picture_is_damaged() -> None:
    """It was one when it was kept."""
    for content in (b"", b"<svg/>", file(scene())[:-300], BytesIO(b"GIF89a").getvalue()):
        with pytest.raises(StorageFailed, match="cannot be read as one"):
            render(content, Wanted(width=10))


def test_each_rendition_has_a_key_of_its_own() -> None:
    """And equal ones have the same."""
    wanted = [Wanted(), Wanted(width=1), Wanted(height=1), Wanted(width=1, fit="inside"), Wanted(focus=(0.1, 0.5))]
    wanted += [Wanted(format="png"), Wanted(quality=1), Wanted(crop=Crop(left=0, top=0, width=1, height=1))]
    assert len({one.key() for one in wanted}) == len(wanted)
    assert Wanted(width=3).key() == Wanted(width=3).key()
    assert [one.is_file for one in wanted] == [True, False, False, False, True, False, False, False]
