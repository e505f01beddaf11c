"""Runs a sampler in a test, without an engine: against a function in place of the network."""

from collections.abc import Callable

from torch import Tensor

from outcrop.engine.samplers import Sampling

Denoiser = Callable[[Tensor, float], Tensor]
"""A network: (x, sigma) -> denoised, x of any shape."""


def drive(sampling: Sampling, denoise: Denoiser) -> tuple[Tensor, list[float]]:
    """Run a sampler to its end; returns the result and the sigmas it asked for.

    Shapes: returns (c, h, w), as the sampler began.
    """
    asked: list[float] = []
    try:
        x, sigma = next(sampling)
        while True:
            asked.append(sigma)
            x, sigma = sampling.send(denoise(x, sigma))
    except StopIteration as end:
        return end.value, asked
