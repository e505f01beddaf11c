"""Noise that belongs to one image alone. Always drawn on the CPU: a seed means the same picture on every device."""

import torch
from torch import Tensor

from outcrop.units import Seed


def initial_noise(seed: Seed, shape: tuple[int, int, int]) -> Tensor:
    """Standard normal noise of one image.

    Shapes: shape (c, h, w) in latent pixels; returns float32 of that shape, on the CPU.
    """
    return torch.randn(shape, generator=torch.Generator("cpu").manual_seed(seed))
