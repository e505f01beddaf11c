"""Lay a drawn picture into the one that it changes a part of. Knows pixels only."""

from typing import Final

from PIL import Image

from outcrop.plan import Kept

BAND: Final = 256
"""Rows that are laid at once: the whole of both would be there twice."""


def paste(drawn: Image.Image, kept: Kept) -> Image.Image:
    """The kept picture with the drawn one, of its size, in the places that its mask opens.

    Where the mask is 0 the pixels are the kept picture's own, where it is 255 the drawn one's, between them mixed.
    It is the drawn picture that is changed.
    """
    width, height = kept.image.size.width, kept.image.size.height
    rgb, levels = memoryview(kept.image.rgb), memoryview(kept.mask.levels)
    for top in range(0, height, BAND):
        end = min(top + BAND, height)
        band = Image.frombytes("RGB", (width, end - top), rgb[3 * width * top : 3 * width * end])
        mask = Image.frombytes("L", (width, end - top), levels[width * top : width * end])
        band.paste(drawn.crop((0, top, width, end)), mask=mask)
        drawn.paste(band, (0, top))
    return drawn
