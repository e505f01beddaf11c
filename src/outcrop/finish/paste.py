"""Lay a drawn picture into the one that it changes a part of. Knows pixels only."""

from PIL import Image

from outcrop.plan import Kept


def paste(drawn: Image.Image, kept: Kept) -> Image.Image:
    """The kept picture with the drawn one, of its size, in the places that its mask opens.

    Where the mask is 0 the pixels are the kept picture's own, where it is 255 the drawn one's, between them mixed.
    """
    size = (kept.image.size.width, kept.image.size.height)
    image = Image.frombytes("RGB", size, kept.image.rgb)
    image.paste(drawn, mask=Image.frombytes("L", size, kept.mask.levels))
    return image
