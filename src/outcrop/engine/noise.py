"""Noise that belongs to one image alone. Always drawn on the CPU: a seed means the same picture on every device."""

from collections.abc import Callable

import torch
from torch import Tensor

from outcrop.units import Seed

Noise = Callable[[], Tensor]
"""Fresh standard normal noise (c, h, w) at every call."""


def noise_of(seed: Seed, shape: tuple[int, int, int], device: torch.device) -> Noise:
    """The noise of one image, draw after draw: first what it begins as, then whatever its sampler adds.

    Shapes: shape (c, h, w) in latent pixels; each draw is float32 of that shape, on the device.
    """
    generator = torch.Generator("cpu").manual_seed(seed)
    return lambda: torch.randn(shape, generator=generator).to(device)
