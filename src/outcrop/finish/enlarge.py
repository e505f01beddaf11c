"""Bring a picture from the network's size to the size that was asked for. Knows pixels only."""

from typing import assert_never

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from outcrop.plan import Fitting
from outcrop.units import Size

METHOD = "lanczos"
"""How pictures are enlarged, as the recipe names it."""


def enlarge(pixels: NDArray[np.uint8], size: Size, fitting: Fitting) -> Image.Image:
    """Fill `size` with the picture; what its shape has too much is trimmed evenly, or the shape is stretched.

    Shapes: pixels (h, w, 3), RGB.
    """
    image = Image.fromarray(pixels)
    target = (size.width, size.height)
    if image.size == target:
        return image
    match fitting:
        case "trim":
            return ImageOps.fit(image, target, Image.Resampling.LANCZOS)
        case "stretch":
            return image.resize(target, Image.Resampling.LANCZOS)
    assert_never(fitting)
