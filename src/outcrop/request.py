"""What someone asked for, one frozen record an operation. Knows no wire: quirks of bodies end in `dialects`."""

from dataclasses import dataclass
from typing import Literal

from outcrop.units import Seed, Size

OutputFormat = Literal["png", "jpeg", "webp"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bitmap:
    """A picture that came with a request: decoded, RGB, without its metadata."""

    size: Size
    rgb: bytes
    """Rows from the top, three bytes a pixel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextToImage:
    """Pictures made from words alone."""

    prompt: str
    size: Size
    """The size of the picture to deliver."""
    negative_prompt: str = ""
    seed: Seed | None = None
    """The first picture's seed, each further one's being one more; None lets the plan choose."""
    images: int = 1
    output_format: OutputFormat = "png"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageToImage:
    """A picture made from words and another picture, of that picture's size."""

    prompt: str
    image: Bitmap
    strength: float
    """How far to leave the image, 0..1: near 0 keeps it, 1 ignores it."""
    negative_prompt: str = ""
    seed: Seed | None = None
    """As in `TextToImage`."""
    images: int = 1
    output_format: OutputFormat = "png"


Request = TextToImage | ImageToImage
"""All operations there are."""
