"""Noise that belongs to one image alone. Always drawn on the CPU: a seed means the same picture on every device."""

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from outcrop.units import Seed

Noise = Callable[[], Tensor]
"""Fresh standard normal noise (c, h, w) at every call."""

Shape = tuple[int, int, int]
"""Of one image's latents, (c, h, w)."""


def chance_of(seed: Seed, device: torch.device) -> Callable[[Shape], Tensor]:
    """The chance of one image: each call draws what comes next, in the shape that is asked for.

    Shapes: returns float32 on the device.
    """
    generator = torch.Generator("cpu").manual_seed(seed)
    # Said, not taken from torch's default, which is another while weights are loaded in bfloat16 in another thread.
    return lambda shape: torch.randn(shape, generator=generator, dtype=torch.float32).to(device)


def noise_of(seed: Seed, shape: Shape, device: torch.device) -> Noise:
    """The noise of one image, draw after draw: first what it begins as, then whatever its sampler adds.

    Shapes: shape (c, h, w) in latent pixels; each draw is float32 of that shape, on the device.
    """
    return partial(chance_of(seed, device), shape)
