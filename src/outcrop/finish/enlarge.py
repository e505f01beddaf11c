"""Bring a picture from the network's size to the size that was asked for. Knows pixels only."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from outcrop.units import Size

METHOD = "lanczos"
"""How pictures are enlarged, as the recipe names it."""


def enlarge(pixels: NDArray[np.uint8], size: Size) -> Image.Image:
    """Fill `size` with the picture, trimming evenly what its shape has too much.

    Shapes: pixels (h, w, 3), RGB.
    """
    image = Image.fromarray(pixels)
    if image.size == (size.width, size.height):
        return image
    return ImageOps.fit(image, (size.width, size.height), Image.Resampling.LANCZOS)
