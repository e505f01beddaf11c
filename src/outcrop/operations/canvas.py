"""At which size the network works for a size that was asked for. Knows pixels; knows no wire and no tensors."""

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from outcrop.request import Bitmap, Margins
from outcrop.units import Size

SMALLEST_SHARE = 4
"""A network that was trained on one area still draws well at a quarter of it, and worse and worse below."""

BAND = 256
"""Rows of pixels that are copied at once."""

SOFT_SIDE = 64
"""Pixels that the longer side of a picture is reduced to where only its broad colours are wanted."""


def native_size(wanted: Size, pixels: int, multiple: int, longest: int) -> Size:
    """The size at which a network of an area of `pixels` works for a picture of `wanted` size.

    That is the wanted size itself, rounded up to the network's multiple, where it has between the network's own area
    and a quarter of it. Otherwise it has about the network's area and, as nearly as the multiple allows, the wanted
    shape; a shape too narrow for the network is widened.

    Units: pixels; both sides of the result are positive multiples of `multiple`, a multiple of which is `longest`, the
    longest side that the network has places for.
    """
    if pixels / SMALLEST_SHARE <= wanted.pixels <= pixels:
        sizes = [Size(width=_up(wanted.width, multiple), height=_up(wanted.height, multiple))]
    else:
        scale = math.sqrt(pixels / wanted.pixels)
        sizes = [
            Size(width=width, height=height)
            for width in _beside(wanted.width * scale, multiple)
            for height in _beside(wanted.height * scale, multiple)
        ]

    def misfit(size: Size) -> tuple[float, int]:
        shape = abs(math.log(size.width / size.height * wanted.height / wanted.width))
        area = abs(math.log(size.pixels / pixels))
        return (shape + area / 2, size.width)

    best = min(sizes, key=misfit)
    return Size(width=min(best.width, longest), height=min(best.height, longest))


def stretch(image: Bitmap, size: Size) -> Bitmap:
    """The picture at another size, its shape changed where it must be, so that every place stays in its place."""
    if image.size == size:
        return image
    pixels = Image.frombytes("RGB", (image.size.width, image.size.height), image.rgb)
    resized = pixels.resize((size.width, size.height), Image.Resampling.LANCZOS)
    return Bitmap(size=size, rgb=resized.tobytes(), file=image.file)


def extend(image: Bitmap, margins: Margins) -> Bitmap:
    """The picture with margins, in which the colours at its edges run on, ever softer: something to draw upon."""
    rows = np.frombuffer(image.rgb, np.uint8).reshape(image.size.height, image.size.width, 3)
    height, width = rows.shape[0] + margins.up + margins.down, rows.shape[1] + margins.left + margins.right
    soft = _softened(rows, margins).resize((width, height), Image.Resampling.BICUBIC)
    whole = np.empty((height, width, 3), np.uint8)
    for top in range(0, height, BAND):  # as an array Pillow's picture would be there twice
        whole[top : top + BAND] = np.asarray(soft.crop((0, top, width, min(top + BAND, height))))
    whole[margins.up :, margins.left :][: rows.shape[0], : rows.shape[1]] = rows
    del soft
    return Bitmap(size=Size(width=width, height=height), rgb=whole.tobytes(), file=image.file)


def _softened(rows: NDArray[np.uint8], margins: Margins) -> Image.Image:
    """The picture with its edges run on, as small as its broad colours allow."""
    sides = ((margins.up, margins.down), (margins.left, margins.right), (0, 0))
    canvas = Image.fromarray(np.pad(rows, sides, mode="edge"))
    return canvas.reduce(max(1, max(canvas.size) // SOFT_SIDE))


def _up(side: int, multiple: int) -> int:
    return math.ceil(side / multiple) * multiple


def _beside(side: float, multiple: int) -> set[int]:
    """The multiples just below and above a side."""
    return {multiple * max(1, math.floor(side / multiple)), multiple * max(1, math.ceil(side / multiple))}
