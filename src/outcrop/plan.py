"""What will be done for one picture, fully decided. Knows no tensors; the engine and the finish only obey it."""

from dataclasses import dataclass
from typing import Literal

from outcrop.catalog.card import LevelInterval
from outcrop.catalog.licence import Licence
from outcrop.catalog.prices import LEAST, Work
from outcrop.palette import Palette
from outcrop.prompt import Prompt
from outcrop.request import Bitmap, Margins, Mask, OutputFormat
from outcrop.units import Micros, ModelId, Precision, Seed, Size

Fitting = Literal["trim", "stretch"]
"""What happens where the native and the delivered shape differ: cut off evenly, or change the shape."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What a plan was drawn with: all that decides the last bit of its picture besides the plan itself."""

    precision: Precision
    threads: int
    """Of the processor; sums are split among them."""
    device: str
    """A GPU's name, or `cpu` and the instructions that it was used with."""
    torch: str
    """Version of the library that did the arithmetic; empty where none was used."""
    weights: str
    """SHA-256 of the checkpoint's files, in hexadecimal, as `engine.weight_digest` makes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """The picture that a picture grows from, in place of pure noise."""

    image: Bitmap
    """At the plan's native size."""
    strength: float
    """What was asked for, 0..1; the plan's sigmas already begin where it says."""
    mask: Mask | None = None
    """Where the picture may change, at the plan's native size; with it, strength 1 begins there with noise alone.
    None: everywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A picture, and how much of each of its pixels gives way to the one that is drawn."""

    image: Bitmap
    mask: Mask
    """Of the image's size; where it is 0 the image stays as it is, to the bit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """Which part of a picture is drawn anew, as its recipe tells of it."""

    mask: str | None
    """The mask at the delivered size, as wide as it was made, in the words of `operations.mask_text`; None where those
    would be too many."""
    feather: int
    """Units: pixels."""
    margins: Margins | None = None
    """By how much the picture was extended first; None: not at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refine:
    """A second stage: the picture is enlarged, and grows once more from there."""

    native: Size
    """The size the network works at then."""
    strength: float
    """What the tier asks for; the sigmas already begin where it says."""
    sigmas: tuple[float, ...]
    """As the plan's own."""
    guidance: float
    guided: LevelInterval | None = None
    """As the plan's own."""
    kept: Kept | None = None
    """At that size, what the enlarged picture is laid into and then held to; None: it may change everywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One picture, decided before any work is done for it."""

    model: ModelId
    """The model id that was asked for."""
    checkpoint: str
    """Name of the checkpoint in the catalogue whose weights draw it."""
    prompt: Prompt
    negative_prompt: Prompt
    seed: Seed
    sampler: str
    """Name in `engine.samplers.SAMPLERS`."""
    sigmas: tuple[float, ...]
    """Noise levels from first to last, descending, the last 0; one more than there are steps, and at least two."""
    guidance: float
    """Classifier-free guidance scale; 1 switches it off, and with it the negative prompt."""
    guided: LevelInterval | None = None
    """The levels at which guidance is on; a look at any other is at the prompt alone. None: all."""
    palette: Palette = ()
    """Colours that the first stage is drawn towards; the second keeps what it finds."""
    native: Size
    """The size the network works at, in the first stage."""
    delivered: Size
    """The size of the file; where it differs from `drawn`, the finish enlarges."""
    fitting: Fitting
    output_format: OutputFormat
    start: Start | None
    """None grows the picture from noise alone."""
    refine: Refine | None = None
    """None ends with the first stage."""
    kept: Kept | None = None
    """What the finish lays the drawn picture into, at the delivered size; None delivers all that was drawn."""
    edited: Edited | None = None
    """What of it the recipe tells, where the plan keeps something."""
    watermark: bool = False
    """Whether the finish puts an invisible mark into it."""
    credentials: bool = False
    """Whether the finish signs its file."""
    parent: bytes | None = None
    """The file of the picture that it starts from, as it came, where the file is signed: it may be signed itself."""
    licence: Licence | None = None
    """On which terms the picture may be used, as its recipe says; None where nobody says."""
    price: Micros
    """List price of the picture on the price list that held when it was planned."""
    operation: str = "text_to_image"
    """What was asked for, by its name in the catalogue's cards."""
    work: Work = LEAST
    """What of it the price depends on."""

    @property
    def steps(self) -> int:
        """Number of sampler steps, of both stages."""
        return len(self.sigmas) - 1 + (0 if self.refine is None else len(self.refine.sigmas) - 1)

    @property
    def drawn(self) -> Size:
        """The size of the picture that the engine gives: that of the last stage."""
        return self.native if self.refine is None else self.refine.native
