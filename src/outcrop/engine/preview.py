"""A checkpoint's own map from latents to colour, fitted to a few pictures of its encoder. Knows an autoencoder only."""

import torch
from torch import Tensor
from torch.nn import functional

from outcrop.engine.latents import Autoencoder, LatentRgb
from outcrop.request import Bitmap
from outcrop.units import Size

PICTURES = 4
SIDE = 8
"""Latent pixels a side of each picture: in all as many colours as 64² pixels have at a shrink of 8."""

GRAINS = (1, 2, 4, 8)
"""Colours a side that are blended into a picture, coarse to fine."""

CONTRAST = 1.2
RIDGE = 1e-3
"""Weight on small coefficients, a share of the pictures: smooth pictures do not tell all channels apart."""


@torch.inference_mode()
def fit_latent_rgb(autoencoder: Autoencoder) -> LatentRgb:
    """Find the linear map that best turns latents into colour, for previews.

    Smooth pictures drawn by chance, always the same, are encoded one by one; ridge regression leads from their latents
    back to the colours they had there.

    Source: Hoerl and Kennard 1970, Ridge regression, equation 2.1.
    """
    generator = torch.Generator().manual_seed(0)
    seen, wanted = [], []
    for _ in range(PICTURES):
        picture = _smooth_picture(SIDE * autoencoder.shrink, generator)  # (3, H, W)
        latents = autoencoder.encode(_bitmap(picture)).cpu()
        seen.append(latents.flatten(1).T)  # (h w, c)
        wanted.append(functional.avg_pool2d(picture, autoencoder.shrink).flatten(1).T)  # (h w, 3)
    x = functional.pad(torch.cat(seen).double(), (0, 1), value=1)  # the last column is for the bias
    penalty = RIDGE * len(x) * torch.eye(x.shape[1], dtype=x.dtype)
    penalty[-1, -1] = 0
    found = torch.linalg.solve(x.T @ x + penalty, x.T @ torch.cat(wanted).double()).float()
    return LatentRgb(weight=found[:-1], bias=found[-1])


def _smooth_picture(side: int, generator: torch.Generator) -> Tensor:
    """A picture of soft patches of colour.

    Shapes: returns (3, side, side), in [0, 1].
    """
    layers = [torch.randn(1, 3, grain, grain, generator=generator) for grain in GRAINS]
    blended = [functional.interpolate(layer, (side, side), mode="bilinear") for layer in layers]
    return (CONTRAST * torch.stack(blended).sum(0)[0]).sigmoid()


def _bitmap(picture: Tensor) -> Bitmap:
    rgb = (picture * 255).round().to(torch.uint8).permute(1, 2, 0).contiguous()
    return Bitmap(size=Size(width=rgb.shape[1], height=rgb.shape[0]), rgb=rgb.numpy().tobytes())
