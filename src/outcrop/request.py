"""What someone asked for, one frozen record an operation. Knows no wire: quirks of bodies end in `dialects`."""

from dataclasses import dataclass
from typing import Literal

from outcrop.units import Seed, Size

OutputFormat = Literal["png", "jpeg", "webp"]


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


Request = TextToImage
"""All operations there are; a union as soon as there is a second."""
