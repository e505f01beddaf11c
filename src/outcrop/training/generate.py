"""Draws pictures with an exported folder, many at once: a plain Euler loop with guidance. Knows no judging.

The engine serves pictures; this loop exists so that training can look at its work at any moment, in large batches.
"""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from diffusers import AutoencoderTiny, SD3Transformer2DModel
from torch import Tensor
from transformers import CLIPTextModelWithProjection, CLIPTokenizer

from outcrop.training.autoencoder import LATENT_CHANNELS, LATENT_SCALE
from outcrop.training.latents import tokenize
from outcrop.training.pool import SQUARE, PictureSize


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One picture asked for."""

    prompt: str
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How pictures are drawn: steps, guidance, the schedule's shift, the picture size and how many go together."""

    steps: int = 20
    guidance: float = 4.0
    shift: float = 1.5
    size: PictureSize = SQUARE
    batch: int = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """An exported folder's parts, loaded in float32."""

    transformer: SD3Transformer2DModel
    encoders: tuple[CLIPTextModelWithProjection, CLIPTextModelWithProjection]
    vae: AutoencoderTiny
    tokenizer: CLIPTokenizer


def load_model(folder: Path) -> Model:
    """Load an exported folder."""
    kind = torch.float32
    return Model(
        transformer=SD3Transformer2DModel.from_pretrained(folder / "transformer", torch_dtype=kind).eval(),
        encoders=(
            CLIPTextModelWithProjection.from_pretrained(folder / "text_encoder", dtype=kind).eval(),
            CLIPTextModelWithProjection.from_pretrained(folder / "text_encoder_2", dtype=kind).eval(),
        ),
        vae=AutoencoderTiny.from_pretrained(folder / "vae", torch_dtype=kind).eval(),
        tokenizer=CLIPTokenizer.from_pretrained(folder / "tokenizer"),
    )


def sigmas(steps: int, shift: float) -> Tensor:
    """The schedule of Stable Diffusion 3: even times, shifted towards noise; steps + 1 values from 1 down to 0."""
    even = torch.linspace(1.0, 1.0 / 1000.0, steps)
    return torch.cat([shift * even / (1.0 + (shift - 1.0) * even), torch.zeros(1)])


def generate(model: Model, wishes: list[Wish], how: Manner) -> npt.NDArray[np.uint8]:
    """Draw every wish; a seed means the same picture in any batch but for rounding.

    Shapes: (n, h, w, 3), sRGB.
    """
    parts = [_draw(model, wishes[start : start + how.batch], how) for start in range(0, len(wishes), how.batch)]
    return np.concatenate(parts)


def _draw(model: Model, wishes: list[Wish], how: Manner) -> npt.NDArray[np.uint8]:
    rows, columns = how.size.height_px // LATENT_SCALE, how.size.width_px // LATENT_SCALE
    noise = [
        torch.randn((LATENT_CHANNELS, rows, columns), generator=torch.Generator().manual_seed(w.seed)) for w in wishes
    ]
    x = torch.stack(noise)
    texts = [wish.prompt for wish in wishes] + [""] * len(wishes)
    schedule = sigmas(how.steps, how.shift)
    with torch.no_grad():
        hidden, pooled = _encode(model, texts)
        for now, after in pairwise(schedule):
            velocity = model.transformer(
                hidden_states=torch.cat([x, x]),
                encoder_hidden_states=hidden,
                pooled_projections=pooled,
                timestep=(now * 1000.0).expand(len(texts)),
                return_dict=False,
            )[0]
            asked, free = velocity.chunk(2)
            x = x + (free + how.guidance * (asked - free)) * (after - now)
        pictures = model.vae.decode(x).sample
    return pictures.add(1.0).mul(127.5).round().clamp(0, 255).permute(0, 2, 3, 1).to(torch.uint8).numpy()


def _encode(model: Model, texts: list[str]) -> tuple[Tensor, Tensor]:
    tokens = tokenize(model.tokenizer, texts)
    first, second = (encoder(tokens, output_hidden_states=True) for encoder in model.encoders)
    hidden = torch.cat([first.hidden_states[-2], second.hidden_states[-2]], dim=-1)
    return hidden, torch.cat([first.text_embeds, second.text_embeds], dim=-1)
