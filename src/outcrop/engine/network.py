"""The one contract of all denoisers, (x, sigma, conditioning) -> denoised, over diffusers' networks."""

from collections.abc import Sequence
from typing import Any, final

import torch
from torch import Tensor

from outcrop.engine.conditioning import Conditioning
from outcrop.engine.prediction import flow_to_denoised


@final
class FlowTransformer:
    """Stable Diffusion 3's transformer: predicts the velocity of a rectified flow."""

    def __init__(self, transformer: Any, train_steps: int) -> None:  # noqa: ANN401 - diffusers has no types
        """`train_steps` scales sigma to the time the network was trained with."""
        self._transformer = transformer
        self._train_steps = train_steps
        self.channels = int(transformer.config.in_channels)
        self.device: torch.device = transformer.device
        self.dtype: torch.dtype = transformer.dtype

    def noised(self, image: Tensor, noise: Tensor, sigma: float) -> Tensor:
        """Latents of an image at a noise level, where sampling begins; at the first level they are noise alone.

        Shapes: image and noise (c, h, w); returns (c, h, w).
        Source: Esser et al. 2024 (arXiv:2403.03206), section 2.
        """
        return (1 - sigma) * image + sigma * noise

    @torch.inference_mode()
    def denoise(self, x: Tensor, sigma: Tensor, conditioning: Sequence[Conditioning]) -> Tensor:
        """Estimate the images behind noisy latents, each under its own prompt and noise level.

        Shapes: x (b, c, h, w); sigma (b,), in (0, 1]; b conditionings; returns (b, c, h, w) float32.
        """
        x, sigma = x.to(self.device), sigma.to(self.device)
        velocity = self._transformer(
            hidden_states=x.to(self.dtype),
            timestep=sigma * self._train_steps,
            encoder_hidden_states=torch.stack([each.tokens for each in conditioning]),
            pooled_projections=torch.stack([each.pooled for each in conditioning]),
            return_dict=False,
        )[0]
        return flow_to_denoised(x, sigma, velocity.float())
