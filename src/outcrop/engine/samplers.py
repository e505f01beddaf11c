"""Samplers as generators: yield (x, sigma), receive the denoised estimate, return x at the last sigma.

Knows tensors of one image and its noise levels; knows no network, prompt or batch, which is what lets any mix of
images share a pass.
"""

from collections.abc import Callable, Generator, Sequence
from itertools import pairwise

from torch import Tensor

Sampling = Generator[tuple[Tensor, float], Tensor, Tensor]
"""Yields the point to evaluate, receives the denoised estimate there, returns the final latents."""

Sampler = Callable[[Tensor, Sequence[float]], Sampling]


def flow_euler(x: Tensor, sigmas: Sequence[float]) -> Sampling:
    """Follow the flow from noise to image with first-order steps.

    Shapes: x (c, h, w), pure noise at the first sigma; returns (c, h, w) at the last.
    Units: sigmas in [0, 1], descending.
    Source: Liu et al. 2022 (arXiv:2209.03003), section 2.2; the velocity is (x - denoised) / sigma.
    """
    for sigma, following in pairwise(sigmas):
        denoised = yield x, sigma
        velocity = (x - denoised) / sigma
        x = x + velocity * (following - sigma)
    return x


SAMPLERS: dict[str, Sampler] = {"flow_euler": flow_euler}
"""Every sampler, by the name that catalogue cards and plans use."""
