"""A picture's fingerprint: 64 bits that stay nearly the same when it is saved again, smaller, or lighter. Knows pixels.

The signs of a picture's 64 lowest frequencies, lowest first, about their median: a perceptual hash of the usual kind.

Source: C. Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions" (2010), section 3.2.1.
"""

from typing import Final

import numpy as np
from PIL import Image

SIDE: Final = 32
BITS: Final = 64
SIGN: Final = 1 << 63


def fingerprint(image: Image.Image) -> int:
    """The bits, the first one highest."""
    grey = np.asarray(image.convert("L").resize((SIDE, SIDE), Image.Resampling.BILINEAR, reducing_gap=2.0), np.float64)
    places = np.arange(SIDE)
    cosines = np.cos(np.pi * (places[None, :] + 0.5) * places[:, None] / SIDE)
    waves = cosines @ grey @ cosines.T
    rows, columns = np.indices(waves.shape)
    order = np.lexsort((rows.ravel(), (rows + columns).ravel()))[1 : BITS + 1]  # without the mean
    low = waves.ravel()[order]
    return int.from_bytes(np.packbits(low > np.median(low)).tobytes())


def distance(one: int, other: int) -> int:
    """In how many bits two fingerprints differ: 0 to 10 for the same picture, about 32 for any other."""
    return (one ^ other).bit_count()


def signed(bits: int) -> int:
    """The bits as databases keep 64 of them."""
    return bits - (bits & SIGN) * 2


def unsigned(number: int) -> int:
    """The bits that a database keeps."""
    return number & (2 * SIGN - 1)
