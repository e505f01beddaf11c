"""From what a network predicts to the denoised estimate. Knows formulas only."""

from torch import Tensor


def flow_to_denoised(x: Tensor, sigma: Tensor, velocity: Tensor) -> Tensor:
    """The image that a rectified-flow network sees in `x`: x - sigma * velocity.

    Shapes: x and velocity (b, c, h, w); sigma (b,), in [0, 1].
    Source: Esser et al. 2024 (arXiv:2403.03206), section 2: x = (1 - sigma) * image + sigma * noise and
    velocity = noise - image.
    """
    return x - sigma.view(-1, 1, 1, 1) * velocity
