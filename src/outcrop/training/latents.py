"""Encodes scenes once, as they are composed, and serves them with captions. Knows no networks but the encoder."""

import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderTiny
from torch import Tensor
from transformers import CLIPTokenizer

from outcrop.training.captions import caption
from outcrop.training.pool import read_scenes, write_scenes
from outcrop.training.practice import Bucket, Tokens
from outcrop.training.scenes import Scene
from outcrop.training.subjects import SubjectList
from outcrop.training.tokenizer import MAX_TOKENS
from outcrop.units import Size


def encode_scenes(vae: AutoencoderTiny, batches: Iterable[tuple[list[Scene], Tensor]], pool: Path, size: Size) -> None:
    """Encode composed scenes of one size as they come; write latents.pt, float16, scenes.jsonl and the latents' spread.

    Shapes: pictures of a batch are (b, h, w, 3) uint8; nothing of them is kept, so that any number fits.
    """
    vae = vae.to(memory_format=torch.channels_last)
    scenes: list[Scene] = []
    parts: list[Tensor] = []
    for decided, pictures in batches:
        x = pictures.permute(0, 3, 1, 2).to(vae.device)
        with torch.no_grad(), torch.autocast(vae.device.type, torch.bfloat16):
            parts.append(vae.encode(x.float().div(127.5).sub(1.0)).latents.half().contiguous().cpu())
        scenes += decided
    latents = torch.cat(parts)
    target = pool / str(size)
    target.mkdir(parents=True, exist_ok=True)
    torch.save(latents, target / "latents.pt")
    write_scenes(scenes, pool, size)
    spread = latents.float().std(dim=(0, 2, 3)).tolist()
    (target / "spread.json").write_text(json.dumps(spread), encoding="utf-8")


def open_bucket(pool: Path, size: Size, subjects: SubjectList, tokenizer: CLIPTokenizer) -> Bucket:
    """The encoded pictures of one size, captioned afresh at every look."""
    latents = torch.load(pool / str(size) / "latents.pt", weights_only=True)
    scenes = read_scenes(pool, size)
    return Bucket(
        latents=latents,
        tokens=captioner(scenes, subjects, tokenizer),
        empty=lambda count: tokenize(tokenizer, [""] * count),
    )


def captioner(scenes: list[Scene], subjects: SubjectList, tokenizer: CLIPTokenizer) -> Tokens:
    """Words for rows of scenes, as token numbers padded to MAX_TOKENS."""

    def tokens(rows: list[int], rng: np.random.Generator) -> Tensor:
        return tokenize(tokenizer, [caption(scenes[row], subjects, rng) for row in rows])

    return tokens


def tokenize(tokenizer: CLIPTokenizer, texts: list[str]) -> Tensor:
    """Token numbers, cut and padded to MAX_TOKENS. Shapes: (b, MAX_TOKENS)."""
    encoded = tokenizer(texts, padding="max_length", truncation=True, max_length=MAX_TOKENS, return_tensors="pt")
    numbers: Tensor = encoded.input_ids
    return numbers
