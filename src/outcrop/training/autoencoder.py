"""Trains the autoencoder: pictures to latents eight times smaller and back. Knows no text and no diffusion.

Latent channels 0 to 2 are held to the picture itself, averaged over 8 x 8 pixels: a preview costs nothing, and shape is
easy for the denoiser to learn. The other channels carry what that small picture lacks, and a penalty keeps them quiet.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from diffusers import AutoencoderTiny
from torch import Tensor
from torch.nn import functional

from outcrop.clock import Clock

LATENT_CHANNELS = 8
LATENT_SCALE = 8
DETAIL_GAIN = 2.5
PREVIEW_GAIN = 1.5
"""Latent channels 0 to 2 are the small RGB picture, -1 to 1, times this: about unit deviation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AutoencoderShape:
    """How large an autoencoder is."""

    channels: int = 32
    encoder_blocks: tuple[int, int, int, int] = (0, 1, 1, 2)
    decoder_blocks: tuple[int, int, int, int] = (3, 3, 2, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class AutoencoderRun:
    """How an autoencoder is trained. Units: seconds_s of wall clock; shake is the deviation of the latents' noise."""

    seconds_s: float
    batch: int = 16
    crop_px: int = 96
    rate: float = 2e-3
    seed: int = 1
    shake: float = 0.03
    decoder_only: bool = False


def build_autoencoder(shape: AutoencoderShape) -> AutoencoderTiny:
    """An untrained autoencoder."""
    return AutoencoderTiny(
        encoder_block_out_channels=(shape.channels,) * 4,
        decoder_block_out_channels=(shape.channels,) * 4,
        num_encoder_blocks=shape.encoder_blocks,
        num_decoder_blocks=shape.decoder_blocks,
        latent_channels=LATENT_CHANNELS,
        scaling_factor=1.0,
        shift_factor=0.0,
    )


def train_autoencoder(
    vae: AutoencoderTiny,
    pictures: npt.NDArray[np.uint8],
    run: AutoencoderRun,
    clock: Clock,
    report: Callable[[str], None],
) -> None:
    """Train in place until the time is up, the rate falling to nothing with it.

    Shapes: pictures is (n, h, w, 3).
    """
    rng = np.random.default_rng(run.seed)
    trained = vae.decoder if run.decoder_only else vae
    vae.to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(trained.parameters(), lr=run.rate, betas=(0.9, 0.98), weight_decay=0.0)
    noise = torch.Generator().manual_seed(run.seed)
    start, step = clock(), 0
    while (spent := (clock() - start) / run.seconds_s) < 1.0:
        for group in optimiser.param_groups:
            group["lr"] = run.rate * min(1.0, (step + 1) / 50) * max(0.02, 0.5 * (1.0 + float(np.cos(np.pi * spent))))
        x = _crops(pictures, run, rng).to(vae.device)
        loss, error = _losses(vae, x, noise, run)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        torch.nn.utils.clip_grad_norm_(trained.parameters(), 1.0)
        optimiser.step()
        if step % 50 == 0:
            psnr = 10.0 * float(torch.log10(4.0 / error))
            report(json.dumps({"step": step, "loss": float(loss.detach()), "psnr_db": psnr, "spent": spent}))
        step += 1


def encode(vae: AutoencoderTiny, pictures: npt.NDArray[np.uint8]) -> Tensor:
    """Latents of pictures. Shapes: (n, h, w, 3) to (n, LATENT_CHANNELS, h/8, w/8), float32."""
    x = torch.from_numpy(np.array(pictures)).permute(0, 3, 1, 2).float().div(127.5).sub(1.0)
    with torch.no_grad():
        latents: Tensor = vae.encode(x).latents
    return latents


def raise_detail(vae: AutoencoderTiny, gain: float) -> None:
    """Multiply the detail channels' latents without changing what they decode to, up to the decoder's soft clamp.

    Training leaves them at about 0.15 deviation; at that level few-step sampling meets them only in its last step.
    """
    with torch.no_grad():
        vae.encoder.layers[-1].weight[3:] *= gain
        vae.encoder.layers[-1].bias[3:] *= gain
        vae.decoder.layers[0].weight[:, 3:] /= gain


def preview_matrix() -> dict[str, list[list[float]] | list[float]]:
    """The exact latent to RGB projection. Units: `weight` (channels x 3) and `bias` give RGB from 0 to 1."""
    rows = [[0.5 / PREVIEW_GAIN if row == column else 0.0 for column in range(3)] for row in range(LATENT_CHANNELS)]
    return {"weight": rows, "bias": [0.5, 0.5, 0.5]}


def save_autoencoder(vae: AutoencoderTiny, folder: Path) -> None:
    """Write the weights as a diffusers folder."""
    vae.save_pretrained(folder)


def _crops(pictures: npt.NDArray[np.uint8], run: AutoencoderRun, rng: np.random.Generator) -> Tensor:
    count, height, width, _ = pictures.shape
    crops = np.empty((run.batch, run.crop_px, run.crop_px, 3), dtype=np.uint8)
    for row in range(run.batch):
        top, left = int(rng.integers(height - run.crop_px + 1)), int(rng.integers(width - run.crop_px + 1))
        crops[row] = pictures[int(rng.integers(count)), top : top + run.crop_px, left : left + run.crop_px]
    x = torch.from_numpy(crops).permute(0, 3, 1, 2).float().div(127.5).sub(1.0)
    return x.contiguous(memory_format=torch.channels_last)


def _losses(vae: AutoencoderTiny, x: Tensor, noise: torch.Generator, run: AutoencoderRun) -> tuple[Tensor, Tensor]:
    """The training loss, and the mean squared error alone; a little noise readies the decoder for drawn latents."""
    with torch.autocast(x.device.type, torch.bfloat16):
        latents = vae.encode(x).latents  # (b, 8, h/8, w/8)
        latents = latents.detach() if run.decoder_only else latents
        shaken = latents.float() + run.shake * torch.randn(latents.shape, generator=noise).to(x.device)
        out = vae.decode(shaken).sample
    out, latents = out.float(), latents.float()
    difference = out - x
    slope_x = difference.diff(dim=3).abs().mean()
    slope_y = difference.diff(dim=2).abs().mean()
    coarse = functional.avg_pool2d(difference, 4).abs().mean()
    loss = difference.abs().mean() + slope_x + slope_y + 0.5 * coarse
    if not run.decoder_only:
        target = functional.avg_pool2d(x, LATENT_SCALE) * PREVIEW_GAIN
        loss = loss + functional.mse_loss(latents[:, :3], target) + 0.02 * latents[:, 3:].square().mean()
    return loss, difference.detach().square().mean()
