"""What the catalogue knows of a model, how it runs here, and the weights that run it. Knows no wire and no tensors."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

from outcrop.catalog.licence import Licence
from outcrop.catalog.noise import TrainingNoise
from outcrop.units import ModelId, Size

Backend = Literal["engine", "bedrock"]
Mark = Literal["watermark", "credentials"]

TILE_PIXELS = 2_097_152
"""Pixels that an autoencoder takes at once where nobody says: twice what published networks are trained on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelInterval:
    """The noise levels at which something holds. Units: sigma of the checkpoint's kind of noise."""

    above: float
    up_to: float
    """Itself among them."""

    def holds(self, sigma: float) -> bool:
        """Whether a level is among them."""
        return self.above < sigma <= self.up_to


@dataclass(frozen=True, slots=True, kw_only=True)
class PartInterval:
    """The part of a schedule in which something holds, whatever its levels are. Units: 0 its begin, 1 its end."""

    start: float
    stop: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Refinement:
    """How a picture is drawn once more, larger: it is enlarged, and grows from there as from any image."""

    scale: float
    """How much longer each side becomes."""
    strength: float
    """How far to leave the enlarged picture, above 0 and up to 1."""
    steps: int
    """Steps that are really taken, whatever the strength."""
    guidance: float | None = None
    """None takes the tier's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """How this installation runs a model: which weights, and how hard they work."""

    checkpoint: str
    """Name of a checkpoint in the catalogue or the settings."""
    steps: int
    guidance: float
    sampler: str
    native_pixels: int | None = None
    """Pixels the network works at; None takes the checkpoint's own."""
    guided: LevelInterval | PartInterval | None = None
    """Where guidance is on; elsewhere a step costs half. None: in every step."""
    refine: Refinement | None = None
    """A second stage at a larger size, of which the network must know; None has none."""
    finish_strength: float = 0.6
    """How far a final leaves the draft that it grows from, above 0 and up to 1: as little as keeps the composition
    and yet lets these weights draw anew what the draft's could not."""
    backend: Backend = "engine"
    """Who draws: the engine here, or Amazon Bedrock, to which calls are then passed on and nothing else here counts."""
    watermark: bool = False
    """Whether each picture carries an invisible mark that says who had it made and when."""
    credentials: bool = False
    """Whether each file is signed with content credentials."""
    terms: str | None = None
    """How its pictures may be used, in the operator's words; None is as the licence of the weights says."""

    def marked(self, mark: Mark, *, on: bool) -> "Tier":
        """The tier with one of the two on or off."""
        return replace(self, watermark=on) if mark == "watermark" else replace(self, credentials=on)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """One model id: how it is described, which bodies it reads, and the tier behind it."""

    id: ModelId
    alias: str
    """Short name on the command line; the wire knows only the id."""
    name: str
    provider: str
    dialect: str
    """Name in `dialects.table.DIALECTS`."""
    schema: str
    """File name, without its ending, in `dialects/schemas`."""
    operations: tuple[str, ...]
    """What may be asked of this model, by name in `operations.table.OPERATIONS`; anything else is refused.

    On the wire the model's bodies say what they can carry, which may be less.
    """
    input_modalities: tuple[str, ...]
    output_modalities: tuple[str, ...]
    inference_types: tuple[str, ...]
    lifecycle: str
    sizes: dict[str, Size]
    """Aspect ratio, as the wire writes it, to the size that is delivered."""
    tier: Tier
    finish_on: ModelId | None = None
    """The model that drafts drawn on this one are finished on, where nobody names another."""
    other_ids: tuple[str, ...] = ()
    """Spellings of the id that the wire takes for it."""
    profiles: tuple[str, ...] = ()
    """The parts of the world, such as `us`, that have an inference profile of the model, `us.` and its id."""
    end_of_life: date | None = None
    """From when on AWS does not answer it any more, where that is known."""

    def retired(self, at: float) -> bool:
        """Whether that day has come. Units: seconds since 1970."""
        return self.end_of_life is not None and datetime.fromtimestamp(at, UTC).date() >= self.end_of_life


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointCard:
    """A folder of weights in diffusers layout, as far as it is known without reading a tensor."""

    name: str
    folder: Path
    family: str
    """Name in `catalog.checkpoint.FAMILIES`."""
    native_pixels: int
    """Pixels of the square picture the network was trained on."""
    side_multiple: int
    """Both sides of a native picture are multiples of this."""
    longest_side: int
    """The longest side, in pixels, that the network has places for; a multiple of `side_multiple`."""
    noise: TrainingNoise
    """How the network was trained: which schedules and samplers suit it."""
    preview: bool
    """Whether it is the small model that ships with Outcrop, good for a look and for tests."""
    licence: Licence | None = None
    """The one that the README.md among the weights names; None where it names none."""
    tile_pixels: int = TILE_PIXELS
    """Pixels of a picture that its autoencoder takes at once; one of more goes through it in tiles."""
    lora: Path | None = None
    """A LoRA file that is added to the denoiser's weights when they are loaded."""
