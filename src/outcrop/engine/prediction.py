"""From what a network predicts to the denoised estimate. Knows formulas only."""

import torch
from torch import Tensor


def flow_to_denoised(x: Tensor, sigma: Tensor, velocity: Tensor) -> Tensor:
    """The image that a rectified-flow network sees in `x`: x - sigma * velocity.

    Shapes: x and velocity (b, c, h, w); sigma (b,), in [0, 1].
    Source: Esser et al. 2024 (arXiv:2403.03206), section 2: x = (1 - sigma) * image + sigma * noise and
    velocity = noise - image.
    """
    return x - sigma.view(-1, 1, 1, 1) * velocity


def epsilon_to_denoised(x: Tensor, sigma: Tensor, epsilon: Tensor) -> Tensor:
    """The image that a network sees in `x` which predicts the noise: x - sigma * epsilon.

    Shapes: x and epsilon (b, c, h, w); sigma (b,), from 0.
    Source: Ho et al. 2020 (arXiv:2006.11239), equation 9, over sqrt(alpha): x = image + sigma * noise.
    """
    return x - sigma.view(-1, 1, 1, 1) * epsilon


def v_to_denoised(x: Tensor, sigma: Tensor, v: Tensor) -> Tensor:
    """The image that a network sees in `x` which predicts v: x / (sigma^2 + 1) - v sigma / sqrt(sigma^2 + 1).

    Shapes: x and v (b, c, h, w); sigma (b,), from 0.
    Source: Salimans and Ho 2022 (arXiv:2202.00512), section 4: v = alpha * noise - sigma' * image with
    alpha = 1 / sqrt(sigma^2 + 1) and sigma' = alpha * sigma, which turns x = image + sigma * noise.
    """
    sigma = sigma.view(-1, 1, 1, 1)
    return x / (sigma**2 + 1) - v * sigma / (sigma**2 + 1).sqrt()


def for_diffusion(x: Tensor, sigma: Tensor) -> Tensor:
    """What a diffusion network is shown of `x`: scaled to the variance that it was trained with.

    Shapes: x (b, c, h, w); sigma (b,), from 0; returns (b, c, h, w).
    Source: Karras et al. 2022 (arXiv:2206.00364), table 1, c_in of VP: 1 / sqrt(sigma^2 + 1).
    """
    return x / (sigma.view(-1, 1, 1, 1) ** 2 + 1).sqrt()


def sigma_to_time(sigma: Tensor, log_levels: Tensor) -> Tensor:
    """The training step of a noise level, between two steps on a scale of log sigma.

    The inverse of a look-up in the training levels; levels beyond their ends are taken for the ends.

    Shapes: sigma (b,); log_levels (t,), ascending; returns (b,), in [0, t - 1].
    """
    log_sigma = sigma.to(log_levels).log()
    above = torch.searchsorted(log_levels, log_sigma).clamp(1, len(log_levels) - 1)
    low, high = log_levels[above - 1], log_levels[above]
    share = ((log_sigma - low) / (high - low)).clamp(0, 1)
    return above - 1 + share
