"""Draws fixed prompts with fixed seeds while a model is trained, so that one can look. Measures nothing."""

from itertools import pairwise
from pathlib import Path

import torch
from diffusers import AutoencoderTiny
from PIL import Image
from torch import Tensor
from transformers import CLIPTokenizer

from outcrop.finish.sheet import Tile, contact_sheet
from outcrop.training.compose import to_bytes
from outcrop.training.denoiser import Trainer
from outcrop.training.latents import tokenize
from outcrop.training.networks import Denoiser

PROMPTS = (
    "a cat", "a red apple on a wooden table", "a blue car on a yellow background", "three bananas in a forest",
    "a fox on the left and a rocket on the right, on a white background", "a golden owl in the library",
    "a castle at sunset, watercolor", "a penguin in the snow, pixel art",
)  # fmt: skip
_STEPS = 16
_GUIDANCE = 3.0
_SHIFT = 1.5
_SEED = 7
_SIDE = 32


def draw_progress(trainer: Trainer, tokenizer: CLIPTokenizer, vae: AutoencoderTiny, path: Path) -> None:
    """Draw every prompt with the average weights and write one sheet; training is left as it was."""
    denoiser = trainer.denoiser
    now = {name: value.clone() for name, value in denoiser.state_dict().items()}
    denoiser.load_state_dict(trainer.average)
    try:
        with torch.no_grad():
            drawn = vae.decode(_sample(denoiser, tokenizer, trainer.device)).sample.float()
    finally:
        denoiser.load_state_dict(now)
    tiles = [
        Tile(image=Image.fromarray(pixels.numpy()), caption=prompt)
        for pixels, prompt in zip(to_bytes((drawn * 0.5 + 0.5).clamp(0.0, 1.0)).cpu(), PROMPTS, strict=True)
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    contact_sheet(tiles, 4, 256).save(path, quality=80)


def _sample(denoiser: Denoiser, tokenizer: CLIPTokenizer, device: torch.device) -> Tensor:
    """Latents of the prompts by Euler steps. Shapes: (n, c, h, w)."""
    tokens = tokenize(tokenizer, [*PROMPTS, *([""] * len(PROMPTS))]).to(device)
    shape = (len(PROMPTS), denoiser.transformer.config.in_channels, _SIDE, _SIDE)
    x = torch.randn(shape, generator=torch.Generator().manual_seed(_SEED)).to(device)
    even = torch.linspace(1.0, 0.0, _STEPS + 1)
    sigmas = (_SHIFT * even / (1.0 + (_SHIFT - 1.0) * even)).tolist()
    for sigma, after in pairwise(sigmas):
        said, unsaid = denoiser(tokens, torch.cat([x, x]), torch.full((2 * len(x),), sigma, device=device)).chunk(2)
        x = x + (after - sigma) * (unsaid + _GUIDANCE * (said - unsaid))
    return x
