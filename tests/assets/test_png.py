"""PNG files of our own: what any other program reads from them is what was put in."""

import zlib
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from outcrop.assets.png import PARTS, ROWS, encode_png, paeth


@given(
    st.integers(1, 3 * ROWS * PARTS), st.integers(1, 40), st.sampled_from(["RGB", "RGBA"]), st.integers(0, 2**32 - 1)
)
def test_the_pixels_come_back(height: int, width: int, mode: str, seed: int) -> None:
    """Of pictures of every size, whether their neighbours are alike or not, however the rows fall into parts."""
    random = np.random.default_rng(seed)
    noise = random.integers(0, 256, (height, width, len(mode)), dtype=np.uint8)
    for pixels in (noise, np.cumsum(noise // 64, axis=seed % 2, dtype=np.uint8)):
        file = encode_png(Image.fromarray(pixels), None)
        with Image.open(BytesIO(file)) as image:
            assert (image.format, image.mode) == ("PNG", mode)
            assert np.array_equal(np.asarray(image), pixels)
        assert encode_png(Image.fromarray(pixels), None) == file


def test_the_filter_is_paeth_s() -> None:
    """For every three neighbours there can be: the standard's own words, in numbers that do not wrap around."""
    ups, corners = (each.ravel() for each in np.indices((256, 256)))
    above = (
        np.stack([corners, ups], axis=1).ravel().astype(np.uint8)
    )  # of each pair, the second has the first beside it
    for left in range(256):
        here = np.tile(np.array([left, 0], np.uint8), 256 * 256)
        filtered = paeth(here[np.newaxis], above, 1)[0, 2::2].astype(int)
        guess = left + ups - corners
        by_left, by_up, by_corner = np.abs(guess - left), np.abs(guess - ups), np.abs(guess - corners)
        nearest = np.where(by_up <= by_corner, ups, corners)
        nearest = np.where((by_left <= by_up) & (by_left <= by_corner), left, nearest)
        assert np.array_equal(filtered, -nearest % 256)


def test_the_profile_comes_back() -> None:
    """Byte by byte; without one there is none."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for given_profile in (profile, None):
        with Image.open(BytesIO(encode_png(Image.new("RGB", (3, 2)), given_profile))) as image:
            assert image.info.get("icc_profile") == given_profile


@pytest.mark.parametrize("height", [1, PARTS - 1, PARTS, 100])
def test_every_checksum_is_right(height: int) -> None:
    """Those of the chunks, which Pillow looks at, and that of the whole stream, which it does not."""
    file = encode_png(Image.effect_noise((50, height), 60).convert("RGB"), None)
    with Image.open(BytesIO(file)) as image:
        image.verify()
    begin = file.index(b"IDAT") + 4
    size = int.from_bytes(file[begin - 8 : begin - 4])
    assert len(zlib.decompress(file[begin : begin + size])) == height * (1 + 50 * 3)
