"""Previews of checkpoints that bring no map to colour: found from their own encoder, good enough to look at."""

import json
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import final

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from outcrop.catalog.checkpoint import read_checkpoint
from outcrop.catalog.load import load_catalog
from outcrop.engine.drawing import Drawing
from outcrop.engine.latents import Autoencoder
from outcrop.engine.preview import fit_latent_rgb
from outcrop.engine.weights import load_checkpoint
from outcrop.plan import Plan
from outcrop.request import Bitmap
from outcrop.units import Size
from tests.engine.pictures import psnr

CPU = torch.device("cpu")


@dataclass(frozen=True, slots=True, kw_only=True)
class Latents:
    """What an encoder without a distribution gives."""

    latents: Tensor


@final
class Linear(nn.Module):
    """An encoder that shrinks by 4 and mixes colours into five channels: colour can be had back exactly."""

    def __init__(self) -> None:
        super().__init__()
        self.mix = nn.Linear(3, 5)
        self.device, self.dtype = CPU, torch.float32

    def encode(self, sample: Tensor) -> Latents:
        """Encode (1, 3, h, w)."""
        return Latents(latents=self.mix(functional.avg_pool2d(sample, 4).movedim(1, -1)).movedim(-1, 1))


def test_a_linear_encoder_is_undone() -> None:
    """But for what the ridge takes, whatever its scale and shift."""
    torch.manual_seed(4)
    autoencoder = Autoencoder(network=Linear(), scaling_factor=1.5, shift_factor=0.1, shrink=4, decoding=torch.float32)
    found = fit_latent_rgb(autoencoder)
    rgb = np.random.default_rng(3).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    large = rgb.repeat(4, axis=0).repeat(4, axis=1)
    latents = autoencoder.encode(Bitmap(size=Size(width=32, height=32), rgb=large.tobytes()))
    assert psnr(found.preview(latents), rgb) > 25


def test_the_same_checkpoint_has_the_same_previews(tiny_sdxl: Path) -> None:
    """Nothing is left to chance, and torch's own generator is left alone."""
    before = torch.get_rng_state()
    one, other = (load_checkpoint(read_checkpoint("tiny", tiny_sdxl), CPU).latent_rgb for _ in range(2))
    assert torch.equal(one.weight, other.weight)
    assert torch.equal(one.bias, other.bias)
    assert torch.equal(torch.get_rng_state(), before)


def test_every_step_has_a_preview_without_a_further_pass(tiny_sd3: Path, tiny_plan: Plan) -> None:
    """Of latent size, from the estimate that the pass gave anyway."""
    drawing = Drawing(replace(tiny_plan, guidance=1.0), load_checkpoint(read_checkpoint("tiny", tiny_sd3), CPU))
    while not drawing.finished:
        preview = drawing.advance(drawing.x[None]).preview
        assert preview is not None
        assert preview.shape == (16, 16, 3)


def test_a_map_that_the_checkpoint_brings_is_taken(tiny_sd3: Path, tmp_path: Path) -> None:
    """Its maker knows better."""
    folder = Path(shutil.copytree(tiny_sd3, tmp_path / "noted"))
    noted = {"weight": [[0.5, 0.0, 0.0]] * 16, "bias": [0.25, 0.5, 0.75]}
    (folder / "outcrop.json").write_text(json.dumps({"latent_rgb": noted}))
    found = load_checkpoint(read_checkpoint("noted", folder), CPU).latent_rgb
    assert found.weight.tolist() == noted["weight"]
    assert found.bias.tolist() == noted["bias"]


@pytest.mark.slow
def test_a_trained_encoder_s_previews_look_like_the_pictures() -> None:
    """Of the embedded model: 30 dB to a picture made small; the map it brings has 38, as its latents hold colour."""
    checkpoint = load_checkpoint(load_catalog().checkpoints["outcrop-nano"], CPU)
    ground = np.indices((256, 256)).sum(axis=0) / 510
    picture = (np.stack([ground, 1 - ground, np.abs(ground - 0.5)], axis=-1) * 255).astype(np.uint8)
    picture[80:160, 90:200] = (200, 40, 30)
    latents = checkpoint.autoencoder.encode(Bitmap(size=Size(width=256, height=256), rgb=picture.tobytes()))
    small = picture.reshape(32, 8, 32, 8, 3).mean(axis=(1, 3)).astype(np.uint8)

    assert psnr(fit_latent_rgb(checkpoint.autoencoder).preview(latents), small) > 30
