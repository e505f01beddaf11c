"""What a request is planned against: the model as it is run here, its weights, its price, and where seeds come from."""

from collections.abc import Callable
from dataclasses import dataclass

from outcrop.catalog.card import CheckpointCard, ModelCard
from outcrop.operations.canvas import native_size
from outcrop.units import Micros, Seed, Size


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Everything besides the request that a plan depends on."""

    card: ModelCard
    checkpoint: CheckpointCard
    price: Micros
    """List price of one picture."""
    random_seed: Callable[[], Seed]

    def native_size(self, wanted: Size) -> Size:
        """The size at which the network works for a picture of `wanted` size."""
        checkpoint = self.checkpoint
        pixels = self.card.tier.native_pixels or checkpoint.native_pixels
        return native_size(wanted, pixels, checkpoint.side_multiple, checkpoint.longest_side)
