"""The words of the domain that are too small for a file of their own: sizes, money, seeds, ids.

Knows nothing of requests, models or tensors.
"""

from dataclasses import dataclass
from typing import Literal, NewType

ModelId = NewType("ModelId", str)
"""A model's id as the wire spells it, `vendor.model-vN:M`."""

Micros = NewType("Micros", int)
"""An amount of money in millionths of a US dollar."""

Seed = NewType("Seed", int)
"""Where an image's noise starts, 0..MAX_SEED."""

MAX_SEED = Seed(4_294_967_295)

Precision = Literal["fp32", "bf16"]
"""The numbers that a network's products are made of: 32 bits, or the 16 that keep their range."""

PrecisionChoice = Literal["auto", "fp32", "bf16"]
"""What an operator says of it; `auto` leaves it to the engine, which knows the device."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Width and height of a picture in pixels, both positive."""

    width: int
    height: int

    @property
    def pixels(self) -> int:
        """Number of pixels, width times height."""
        return self.width * self.height

    @property
    def shorter(self) -> int:
        """The shorter side in pixels."""
        return min(self.width, self.height)

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"
