"""Decodes a WebP into the room of its pixels. Knows the library that decodes them; knows no field, limit or colour.

Pillow's own way goes over two canvases and a copy of the picture: sixteen bytes a pixel where these are four.

Source: libwebp's `decode.h`, "WebPDecodeRGBAInto".
"""

import ctypes
from collections.abc import Callable
from importlib.util import find_spec

import numpy as np
from PIL import Image


def decode_webp(content: bytes, image: Image.Image) -> Image.Image | None:
    """All pixels of an opened file that does not move, RGBA where it may be transparent, else RGBX.

    None where the library cannot be reached by itself.

    Raises: ValueError when the file is broken.
    """
    decode = _decoder()
    if decode is None:
        return None
    width, height = image.size
    pixels = np.empty((height, width, 4), np.uint8)
    if not decode(content, len(content), pixels.ctypes.data, pixels.nbytes, 4 * width):
        raise ValueError("The file is no whole WebP.")
    mode = "RGBA" if image.has_transparency_data else "RGBX"
    return Image.frombuffer(mode, image.size, pixels, "raw", mode, 0, 1)


def _decoder() -> Callable[..., int | None] | None:
    """The library's function, which is to be had where Pillow's module is linked to the library."""
    module = find_spec("PIL._webp")
    try:
        decode = ctypes.CDLL(None if module is None else module.origin).WebPDecodeRGBAInto
    except (OSError, AttributeError):
        return None
    decode.argtypes = (ctypes.c_char_p, ctypes.c_size_t, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    decode.restype = ctypes.c_void_p
    return decode
