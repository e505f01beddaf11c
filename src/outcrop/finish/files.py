"""Turn a finished picture into the bytes of a file, and read from a file how it was made. Knows file formats alone."""

import zlib
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from outcrop.request import OutputFormat

RECIPE_KEY = "outcrop"
"""Keyword of the PNG text chunk that holds the recipe."""
IMAGE_DESCRIPTION = 0x010E
"""EXIF tag that holds the recipe in other formats."""
JPEG_RECIPE_CHARS = 65_000
"""A JPEG segment holds 65,533 bytes, and EXIF needs some for itself."""


def encode_file(image: Image.Image, output_format: OutputFormat, recipe: str) -> bytes:
    """Encode a picture; a PNG carries the recipe in a text chunk, a JPEG or WebP in its EXIF image description.

    A JPEG's description has room for 64 KiB; a longer recipe, of very long prompts, is left out.
    """
    out = BytesIO()
    if output_format == "png":
        text = PngInfo()
        text.add_text(RECIPE_KEY, recipe)
        # After PNG's filters mostly short runs are left: looking for runs alone gives files as small as level 6 does,
        # in a fifth of the time (measured on photographs, renders and enlarged pictures).
        image.save(out, "PNG", pnginfo=text, compress_level=1, compress_type=zlib.Z_RLE)
        return out.getvalue()
    exif = Image.Exif()
    if output_format != "jpeg" or len(recipe) <= JPEG_RECIPE_CHARS:
        exif[IMAGE_DESCRIPTION] = recipe
    if output_format == "jpeg":
        image.save(out, "JPEG", quality=92, exif=exif)
    else:
        image.save(out, "WEBP", quality=92, exif=exif)
    return out.getvalue()


def read_recipe(file: Path | BinaryIO) -> str | None:
    """The recipe that `encode_file` put into a file; None when there is none.

    Raises: OSError when the file cannot be read or is no picture.
    """
    with Image.open(file) as image:
        recipe = image.info.get(RECIPE_KEY) or image.getexif().get(IMAGE_DESCRIPTION)
    return recipe if isinstance(recipe, str) else None
