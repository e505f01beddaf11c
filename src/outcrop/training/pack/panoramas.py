"""Photographed panoramas out of EXR files, as small pictures of ordinary brightness. Knows no files of the pack."""

import base64
import io
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import OpenEXR
from PIL import Image

from outcrop.training.pack.archives import Files
from outcrop.training.pack.mesh import Floats
from outcrop.training.pack.picture import Picture

_WIDEST_PX = 1024
_QUALITY = 85
_GREY = 0.18
_BASE64 = re.compile(rb"base64,([A-Za-z0-9+/=]+)")


def build_panoramas(files: Files, folder: str, prefix: str) -> Iterator[Picture]:
    """The EXR files of a folder, or of scripts that hold them in base64, named with the prefix."""
    for path, content in sorted(files.items()):
        inside, _, name = path.rpartition("/")
        stem, _, kind = name.partition(".")
        if inside == folder and kind in {"exr", "exr.js"}:
            held = _BASE64.search(content) if kind == "exr.js" else None
            exr = base64.b64decode(held.group(1)) if held else content
            picture = Image.fromarray(toned(read_exr(exr)))
            picture.thumbnail((_WIDEST_PX, _WIDEST_PX // 2), Image.Resampling.BOX)
            file = io.BytesIO()
            picture.save(file, "webp", quality=_QUALITY)
            yield Picture(label=f"{prefix}{stem}", content=file.getvalue(), member=f"{prefix}{stem}")


def read_exr(content: bytes) -> Floats:
    """The colours of an EXR file. Shapes: (h, w, 3). Units: linear light."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "panorama.exr"
        path.write_bytes(content)
        with OpenEXR.File(str(path)) as file:
            channels = file.channels()
            name = next(name for name in channels if name in {"RGB", "RGBA"})
            return np.array(channels[name].pixels[..., :3], dtype=np.float32)


def toned(light: Floats) -> npt.NDArray[np.uint8]:
    """Linear light as sRGB, its mean brought to middle grey and its highlights bent.

    Shapes: (h, w, 3). Source: Reinhard et al. 2002, equations 1 to 3.
    """
    luminance = np.maximum(light @ np.array([0.2126, 0.7152, 0.0722], dtype=np.float32), 1e-6)
    scaled = light * (_GREY / np.exp(np.log(luminance).mean()))
    bent = np.clip(scaled / (1.0 + scaled), 0.0, 1.0)
    srgb = np.where(bent <= 0.0031308, 12.92 * bent, 1.055 * np.power(bent, 1 / 2.4) - 0.055)
    return np.asarray(np.round(np.clip(srgb, 0.0, 1.0) * 255.0), dtype=np.uint8)
