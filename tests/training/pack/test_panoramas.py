"""Panoramas are taken out of EXR files and scripts that hold them, and toned to ordinary brightness."""

import base64
import io
from pathlib import Path

import numpy as np
import OpenEXR
import pytest
from PIL import Image

from outcrop.training.pack.panoramas import build_panoramas, read_exr, toned


@pytest.fixture
def exr(tmp_path: Path) -> bytes:
    """A panorama: dark to the left, very bright to the right."""
    light = np.full((16, 32, 3), 0.02, dtype=np.float32)
    light[:, 16:] = 50.0
    path = tmp_path / "x.exr"
    with OpenEXR.File({}, {"RGB": light}) as file:
        file.write(str(path))
    return path.read_bytes()


def test_light_is_read_as_it_was_written(exr: bytes) -> None:
    """Linear, beyond what a screen shows."""
    light = read_exr(exr)
    assert light.shape == (16, 32, 3)
    assert np.allclose([light[0, 0, 0], light[0, 31, 2]], [0.02, 50.0], rtol=0.01)


def test_panoramas_are_taken_from_files_and_scripts(exr: bytes) -> None:
    """Those of the folder, under a prefix."""
    script = b'export default "data:application/exr;base64,' + base64.b64encode(exr) + b'"'
    package = {"hdri/hall.exr.js": script, "hdri/sky.exr": exr, "hdri/hall.exr.d.ts": b"", "other/b.exr": b"no"}
    pictures = list(build_panoramas(package, "hdri", "p_"))
    assert [picture.member for picture in pictures] == ["p_hall", "p_sky"]
    opened = Image.open(io.BytesIO(pictures[0].content))
    assert (opened.mode, opened.size) == ("RGB", (32, 16))


def test_toning_keeps_order_and_uses_the_range() -> None:
    """Brighter light is a brighter pixel; ten times as much light everywhere makes no difference."""
    light = np.geomspace(0.01, 100.0, 64, dtype=np.float32)[None, :, None].repeat(3, axis=2)
    pixels = toned(light)
    assert (np.diff(pixels[0, :, 0].astype(int)) >= 0).all()
    assert pixels.min() < 40
    assert pixels.max() > 200
    assert np.abs(pixels.astype(int) - toned(light * 10).astype(int)).max() <= 1
