"""The colours that a picture is to keep to. Knows nothing of requests, models or tensors."""

import re
from collections.abc import Iterable

Rgb = tuple[int, int, int]
"""Red, green and blue of sRGB, 0..255 each."""

Palette = tuple[Rgb, ...]
"""Colours in no order; none of them leaves a picture its own."""

FORM = re.compile("#[0-9a-fA-F]{6}")

MOST_COLOURS = 10
"""That a picture is guided by; Source: Amazon Nova user guide, "request and response", `colors`."""


def read_palette(written: Iterable[str]) -> Palette:
    """The colours of texts such as `#FF9900`, each once.

    Raises: ValueError when one of them is no such text.
    """
    return tuple(dict.fromkeys(_read(text) for text in written))


def write_palette(palette: Palette) -> list[str]:
    """Each colour as `#ff9900`."""
    return [f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in palette]


def _read(text: str) -> Rgb:
    if not FORM.fullmatch(text):
        raise ValueError(f"{text[:20]!r} is no colour such as #FF9900")
    red, green, blue = bytes.fromhex(text[1:])
    return red, green, blue
