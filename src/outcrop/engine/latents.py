"""Between latents and pixels: the autoencoder, whole or in tiles, the rough preview. Knows no prompt or sampler."""

from collections.abc import Callable
from dataclasses import dataclass
from math import isqrt
from typing import Any

import numpy as np
import torch
from torch import Tensor

from outcrop.catalog.card import TILE_PIXELS
from outcrop.engine.engine import Pixels
from outcrop.engine.norms import normalised_by
from outcrop.engine.tiles import Scale, in_tiles, sampled
from outcrop.errors import ModelFailed
from outcrop.request import Bitmap, Mask

MARKED = 0.5
"""From this level on a mask marks a pixel, where there is only yes or no."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LatentRgb:
    """A linear map from latent channels to colour, for previews.

    Shapes: weight (c, 3), bias (3,); colour in [0, 1].
    """

    weight: Tensor
    bias: Tensor

    def preview(self, latents: Tensor) -> Pixels:
        """A small picture of latents, one pixel a latent pixel.

        Shapes: latents (c, h, w); returns (h, w, 3).
        """
        colour = torch.einsum("cr,chw->hwr", self.weight, latents.float().cpu()) + self.bias
        return _to_uint8(colour)


@dataclass(frozen=True, slots=True, kw_only=True)
class Autoencoder:
    """The autoencoder of a checkpoint."""

    network: Any
    scaling_factor: float
    shift_factor: float
    shrink: int
    """Pixels a side for one latent pixel."""
    decoding: torch.dtype
    """What the decoder's numbers are; those of the encoder are the network's."""
    at_once: int = TILE_PIXELS
    """Pixels that the network is given at once; a picture of more is worked on in square tiles of at most so many."""

    @torch.inference_mode()
    def encode(self, image: Bitmap, hidden: Mask | None = None) -> Tensor:
        """Turn a picture into latents: the most likely ones, where the encoder gives a distribution.

        What `hidden` marks, by at least half, is grey.

        Shapes: returns (c, h / shrink, w / shrink) float32; both sides of the image are multiples of shrink.
        """
        height, width = image.size.height, image.size.width
        rgb = torch.frombuffer(bytearray(image.rgb), dtype=torch.uint8).view(height, width, 3)
        sample = (rgb.float() / 127.5 - 1).permute(2, 0, 1)[None]  # (1, 3, H, W)
        if hidden is not None:
            sample = sample * (pixel_levels(hidden) < MARKED)
        latents = self._at_once(self._encoded, sample[0], Scale(before=self.shrink, after=1), image.size.pixels)
        return (latents.to(self.network.device).float() - self.shift_factor) * self.scaling_factor

    @torch.inference_mode()
    def decode(self, latents: Tensor) -> Pixels:
        """Turn the latents of one image into pixels.

        Shapes: latents (c, h, w), as the network left them; returns (h * shrink, w * shrink, 3).
        Raises: ModelFailed when the pixels are no numbers, as where a half-precision decoder overflows.
        Source: Rombach et al. 2022 (arXiv:2112.10752); scale and shift from the checkpoint.
        """
        scaled = latents / self.scaling_factor + self.shift_factor
        pixels = scaled.shape[-2] * scaled.shape[-1] * self.shrink**2
        sample = self._at_once(self._decoded, scaled, Scale(before=1, after=self.shrink), pixels)  # (3, H, W)
        return _to_uint8(all_numbers(sample).float().permute(1, 2, 0) / 2 + 0.5)

    def _at_once(self, work: Callable[[Tensor], Tensor], whole: Tensor, scale: Scale, pixels: int) -> Tensor:
        if pixels <= self.at_once:
            return work(whole)
        with normalised_by(self.network, lambda: work(sampled(whole, scale, self.at_once / pixels))):
            return in_tiles(work, whole, isqrt(self.at_once) // self.shrink, scale)

    def _encoded(self, sample: Tensor) -> Tensor:
        out = self.network.encode(sample[None].to(self.network.device, self.network.dtype))
        latents: Tensor = (out.latent_dist.mode() if hasattr(out, "latent_dist") else out.latents)[0]
        return latents

    def _decoded(self, scaled: Tensor) -> Tensor:
        sample: Tensor = self.network.decode(scaled[None].to(self.decoding), return_dict=False)[0][0]
        return sample


def all_numbers(tensor: Tensor) -> Tensor:
    """The tensor itself.

    Raises: ModelFailed when something in it is no number.
    """
    if not tensor.isfinite().all():
        raise ModelFailed("The picture came out as no numbers; try another seed, or less guidance in the settings.")
    return tensor


def pixel_levels(mask: Mask) -> Tensor:
    """The levels of a mask.

    Shapes: returns (1, H, W) float64, in [0, 1].
    """
    levels = torch.frombuffer(bytearray(mask.levels), dtype=torch.uint8)
    return levels.view(1, mask.size.height, mask.size.width).double() / 255


def _to_uint8(colour: Tensor) -> Pixels:
    pixels: Pixels = (colour.clamp(0, 1) * 255).round().to(torch.uint8).cpu().numpy()
    return np.ascontiguousarray(pixels)
