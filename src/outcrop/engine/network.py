"""The one contract of all denoisers, (x, sigma, conditioning) -> denoised, over diffusers' networks."""

import math
from collections.abc import Iterator, Sequence
from typing import Any, Protocol, final

import torch
from torch import Tensor

from outcrop.catalog.noise import DiffusionNoise, training_levels
from outcrop.engine.conditioning import Conditioning
from outcrop.engine.prediction import (
    epsilon_to_denoised,
    flow_to_denoised,
    for_diffusion,
    sigma_to_time,
    v_to_denoised,
)


class Network(Protocol):
    """A denoiser, and how images and noise mix at its noise levels."""

    @property
    def channels(self) -> int:
        """Channels of its latents."""
        ...

    @property
    def sees_mask(self) -> bool:
        """Whether it was trained to fill a mask, and reads that and the image around it from `Conditioning.beside`."""
        ...

    @property
    def device(self) -> torch.device:
        """Where its weights are."""
        ...

    def pure(self, noise: Tensor, sigma: float) -> Tensor:
        """Latents that sampling begins with where it begins with noise alone, at the level `sigma`.

        Shapes: noise (c, h, w); returns (c, h, w).
        """
        ...

    def noised(self, image: Tensor, noise: Tensor, sigma: float) -> Tensor:
        """Latents that sampling begins with where it begins with an image, noised to the level `sigma`.

        Shapes: image and noise (c, h, w); returns (c, h, w).
        """
        ...

    def denoise(self, x: Tensor, sigma: Tensor, conditioning: Sequence[Conditioning]) -> Tensor:
        """Estimate the images behind noisy latents, each under its own prompt and noise level.

        Shapes: x (b, c, h, w); sigma (b,), above 0; b conditionings; returns (b, c, h, w) float32.
        """
        ...


@final
class FlowTransformer:
    """Stable Diffusion 3's transformer: predicts the velocity of a rectified flow."""

    def __init__(self, transformer: Any, train_steps: int) -> None:  # noqa: ANN401 - diffusers has no types
        """`train_steps` scales sigma to the time the network was trained with."""
        self._transformer = transformer
        self._train_steps = train_steps
        self.channels = int(transformer.config.in_channels)
        self.sees_mask = False
        self.device: torch.device = transformer.device
        self.dtype: torch.dtype = transformer.dtype

    def pure(self, noise: Tensor, sigma: float) -> Tensor:
        """Noise alone at its level, 1 at the first.

        Shapes: noise (c, h, w); returns (c, h, w).
        """
        return sigma * noise

    def noised(self, image: Tensor, noise: Tensor, sigma: float) -> Tensor:
        """Latents of an image on its way to noise.

        Shapes: image and noise (c, h, w); returns (c, h, w).
        Source: Esser et al. 2024 (arXiv:2403.03206), section 2.
        """
        return (1 - sigma) * image + sigma * noise

    @torch.inference_mode()
    def denoise(self, x: Tensor, sigma: Tensor, conditioning: Sequence[Conditioning]) -> Tensor:
        """Estimate the images behind noisy latents.

        Shapes: x (b, c, h, w); sigma (b,), in (0, 1]; b conditionings; returns (b, c, h, w) float32.
        """
        x, sigma = x.to(self.device), sigma.to(self.device)
        velocity = torch.empty_like(x)
        for rows, tokens, pooled in _by_length(conditioning):
            velocity[rows] = self._transformer(
                hidden_states=x[rows].to(self.dtype),
                timestep=sigma[rows] * self._train_steps,
                encoder_hidden_states=tokens,
                pooled_projections=pooled,
                return_dict=False,
            )[0].float()
        return flow_to_denoised(x, sigma, velocity)


def _by_length(conditioning: Sequence[Conditioning]) -> Iterator[tuple[list[int], Tensor, Tensor]]:
    """Rows of equally many tokens, with their tokens and what sums them up, shortest first.

    A network sees only rows of one length at once: filled up to a neighbour's length, a prompt would be read otherwise
    in company than alone.

    Shapes: tokens (r, n, d), pooled (r, p).
    """
    lengths = [each.tokens.shape[0] for each in conditioning]
    for length in sorted(set(lengths)):
        rows = [row for row, each in enumerate(lengths) if each == length]
        alike = [conditioning[row] for row in rows]
        yield rows, torch.stack([each.tokens for each in alike]), torch.stack([each.pooled for each in alike])


PREDICTIONS = {"epsilon": epsilon_to_denoised, "v_prediction": v_to_denoised}
"""What a diffusion network may predict, by the name that its configuration gives it."""


@final
class DiffusionUNet:
    """Stable Diffusion XL's UNet: predicts the noise, or v, of a diffusion."""

    def __init__(self, unet: Any, noise: DiffusionNoise, shrink: int) -> None:  # noqa: ANN401 - diffusers has no types
        """`shrink` is how many pixels a side make a latent pixel: the network is told its picture's size."""
        self._unet = unet
        self._to_denoised = PREDICTIONS[noise.prediction]
        self._log_levels = torch.tensor(training_levels(noise), dtype=torch.float64).log()
        self._shrink = shrink
        seen, latents = int(unet.config.in_channels), int(unet.config.out_channels)
        self.sees_mask = seen == latents + 1 + latents  # a mask and the latents of the image without it
        self.channels = latents if self.sees_mask else seen
        self.device: torch.device = unet.device
        self.dtype: torch.dtype = unet.dtype

    def pure(self, noise: Tensor, sigma: float) -> Tensor:
        """Noise with the variance that images of variance 1 would have at this level.

        So the network is shown the variance it was trained with, whichever level the schedule begins at.

        Shapes: noise (c, h, w); returns (c, h, w).
        """
        return math.sqrt(sigma**2 + 1) * noise

    def noised(self, image: Tensor, noise: Tensor, sigma: float) -> Tensor:
        """Latents of an image with noise added.

        Shapes: image and noise (c, h, w); returns (c, h, w).
        Source: Karras et al. 2022 (arXiv:2206.00364), section 2.
        """
        return image + sigma * noise

    @torch.inference_mode()
    def denoise(self, x: Tensor, sigma: Tensor, conditioning: Sequence[Conditioning]) -> Tensor:
        """Estimate the images behind noisy latents.

        Shapes: x (b, c, h, w); sigma (b,), above 0; b conditionings; returns (b, c, h, w) float32.
        Source: Podell et al. 2023 (arXiv:2307.01952), section 2.2: the network is told the size that its picture was
        cut from, where, and its own size; here nothing is cut.
        """
        time = sigma_to_time(sigma, self._log_levels).float()
        x, sigma = x.to(self.device), sigma.to(self.device)
        height, width = x.shape[-2] * self._shrink, x.shape[-1] * self._shrink
        sizes = torch.tensor([[height, width, 0, 0, height, width]], dtype=torch.float32, device=self.device)
        shown, time = for_diffusion(x, sigma), time.to(self.device)
        if self.sees_mask:
            shown = torch.cat(
                [shown, torch.stack([each.beside for each in conditioning if each.beside is not None])], 1
            )
        prediction = torch.empty_like(x)
        for rows, tokens, pooled in _by_length(conditioning):
            prediction[rows] = self._unet(
                shown[rows].to(self.dtype),
                time[rows],
                encoder_hidden_states=tokens,
                added_cond_kwargs={"text_embeds": pooled, "time_ids": sizes.expand(len(rows), -1)},
                return_dict=False,
            )[0].float()
        return self._to_denoised(x, sigma, prediction)
