"""What someone asked for, one frozen record an operation. Knows no wire: quirks of bodies end in `dialects`."""

from dataclasses import dataclass, field
from typing import Literal

from outcrop.palette import Palette
from outcrop.prompt import NOTHING, Prompt
from outcrop.units import Seed, Size

OutputFormat = Literal["png", "jpeg", "webp"]
Quality = Literal["standard", "premium"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bitmap:
    """A picture that came with a request: decoded, RGB, without its metadata."""

    size: Size
    rgb: bytes
    """Rows from the top, three bytes a pixel."""
    file: str | None = field(default=None, compare=False)
    """SHA-256 of the file that it was read from, in hexadecimal; None where there was none."""
    content: bytes = field(default=b"", compare=False, repr=False)
    """That file itself, which may say where it is from; empty where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mask:
    """Where a picture may change: one byte a pixel, 0 keeps it, 255 repaints it, between them in part."""

    size: Size
    levels: bytes
    """Rows from the top."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How to work on a picture, where whoever asks may say so; None leaves it to the model's tier."""

    steps: int | None = None
    guidance: float | None = None
    """Classifier-free guidance scale, from 1."""
    sampler: str | None = None
    """Any name in `catalog.noise.FITTING`; on a network of another kind of noise, what comes nearest there."""
    quality: Quality = "standard"
    """`premium` takes twice the tier's steps, where `steps` does not say how many."""


USUAL = Effort()
"""The tier's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextToImage:
    """Pictures made from words alone."""

    prompt: Prompt
    size: Size
    """The size of the picture to deliver."""
    negative_prompt: Prompt = NOTHING
    seed: Seed | None = None
    """The first picture's seed, each further one's being one more; None lets the plan choose."""
    images: int = 1
    output_format: OutputFormat = "png"
    effort: Effort = USUAL
    palette: Palette = ()
    """Colours that the picture is drawn towards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageToImage:
    """A picture made from words and another picture, of that picture's size."""

    prompt: Prompt
    image: Bitmap
    strength: float
    """How far to leave the image, 0..1: near 0 keeps it, 1 ignores it."""
    negative_prompt: Prompt = NOTHING
    seed: Seed | None = None
    """As in `TextToImage`."""
    images: int = 1
    output_format: OutputFormat = "png"
    effort: Effort = USUAL
    palette: Palette = ()
    """Colours that the picture is drawn towards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inpaint:
    """A picture of which a part is drawn anew from words; the rest stays as it is, pixel by pixel."""

    prompt: Prompt
    image: Bitmap
    mask: Mask
    """Of the image's size."""
    grow: int = 5
    """By how many pixels the mask is widened, so that nothing of what it covers is left at its edge."""
    feather: int = 5
    """Over how many pixels, inward from the edge of the widened mask, the old picture fades into the new."""
    strength: float = 1.0
    """How far to leave the image where the mask is white, 0..1: 1 begins with noise alone."""
    negative_prompt: Prompt = NOTHING
    seed: Seed | None = None
    """As in `TextToImage`."""
    images: int = 1
    output_format: OutputFormat = "png"
    effort: Effort = USUAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Margins:
    """Pixels on each side of a picture, from 0."""

    left: int = 0
    right: int = 0
    up: int = 0
    down: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outpaint:
    """A picture continued beyond its edges."""

    image: Bitmap
    margins: Margins
    """By how much it is extended; at least one is above 0."""
    prompt: Prompt = NOTHING
    """What the whole picture shows; blank leaves it to the image."""
    creativity: float = 0.5
    """How freely, 0..1: 0 stays close to what borders on the new parts, 1 begins with noise alone."""
    overlap: int = 32
    """Over how many pixels the image fades into the new parts, at most; the rest of it stays as it is."""
    negative_prompt: Prompt = NOTHING
    seed: Seed | None = None
    """As in `TextToImage`."""
    images: int = 1
    output_format: OutputFormat = "png"
    effort: Effort = USUAL


Request = TextToImage | ImageToImage | Inpaint | Outpaint
"""All operations there are."""
