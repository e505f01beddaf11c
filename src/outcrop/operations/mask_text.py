"""A mask as a text that is short for what people paint, and back. Knows levels of pixels; knows no recipe.

Source: RFC 1951 (deflate), RFC 4648 (base64).
"""

import binascii
import zlib
from collections.abc import Mapping
from typing import Final

from outcrop.errors import InvalidRequest
from outcrop.request import Mask, OutputFormat
from outcrop.units import Size

PART: Final = 65_536
"""Levels that are packed at once."""
MOST_CHARS: Final[Mapping[OutputFormat, int]] = {"png": 131_072, "webp": 131_072, "jpeg": 32_768}
"""That a file carries beside its pixels: more than what anybody paints takes, and half of what a JPEG has room for."""


def written(mask: Mask, output_format: OutputFormat) -> str | None:
    """The text of a mask; None where it is longer than such a file should carry, as that of noise is."""
    most = MOST_CHARS[output_format]
    deflate, rest, packed = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS), memoryview(mask.levels), b""
    while rest and len(packed) <= most:  # noise need not be packed to its end to be seen as too long
        packed, rest = packed + deflate.compress(rest[:PART]), rest[PART:]
    text = binascii.b2a_base64(packed + deflate.flush(), newline=False).decode()
    return None if rest or len(text) > most else text


def read(text: str, size: Size) -> Mask:
    """The mask of a text that anybody may have written.

    Raises: InvalidRequest when it is none of that size.
    """
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        levels = inflate.decompress(binascii.a2b_base64(text, strict_mode=True), size.pixels + 1)
    except (binascii.Error, ValueError, zlib.error):
        levels = b""
    if len(levels) != size.pixels:
        raise InvalidRequest(f"The recipe's mask is none of a picture of {size}.")
    return Mask(size=size, levels=levels)
