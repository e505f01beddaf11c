"""Between latents and pixels: the autoencoder, its scale and shift, the rough preview. Knows no prompt or sampler."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from outcrop.engine.engine import Pixels
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
        out = self.network.encode(sample.to(self.network.device, self.network.dtype))
        latents: Tensor = (out.latent_dist.mode() if hasattr(out, "latent_dist") else out.latents)[0]
        return (latents.float() - self.shift_factor) * self.scaling_factor

    @torch.inference_mode()
    def decode(self, latents: Tensor) -> Pixels:
        """Turn the latents of one image into pixels.

        Shapes: latents (c, h, w), as the network left them; returns (h * shrink, w * shrink, 3).
        Raises: ModelFailed when the pixels are no numbers, as where a half-precision decoder overflows.
        Source: Rombach et al. 2022 (arXiv:2112.10752); scale and shift from the checkpoint.
        """
        scaled = latents / self.scaling_factor + self.shift_factor
        sample = self.network.decode(scaled[None].to(self.network.dtype), return_dict=False)[0][0]  # (3, H, W)
        return _to_uint8(all_numbers(sample).float().permute(1, 2, 0) / 2 + 0.5)


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
