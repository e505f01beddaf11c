"""What will be done for one picture, fully decided. Knows no tensors; the engine and the finish only obey it."""

from dataclasses import dataclass

from outcrop.request import OutputFormat
from outcrop.units import Micros, ModelId, Seed, Size


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One picture, decided before any work is done for it."""

    model: ModelId
    """The model id that was asked for."""
    checkpoint: str
    """Name of the checkpoint in the catalogue whose weights draw it."""
    prompt: str
    negative_prompt: str
    seed: Seed
    sampler: str
    """Name in `engine.samplers.SAMPLERS`."""
    sigmas: tuple[float, ...]
    """Noise levels from first to last, descending, the last 0; one more than there are steps."""
    guidance: float
    """Classifier-free guidance scale; 1 switches it off, and with it the negative prompt."""
    native: Size
    """The size the network works at."""
    delivered: Size
    """The size of the file; where it differs from `native`, the finish enlarges."""
    output_format: OutputFormat
    price: Micros
    """List price of the picture on the catalogue's dated price list."""

    @property
    def steps(self) -> int:
        """Number of sampler steps."""
        return len(self.sigmas) - 1
