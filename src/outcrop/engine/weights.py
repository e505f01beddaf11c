"""Load a Stable Diffusion 3 folder in diffusers layout: offline, from safetensors only. Knows files and networks."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import diffusers
import torch
import transformers
from torch import nn

from outcrop.catalog.card import CheckpointCard
from outcrop.catalog.json_file import read_json
from outcrop.engine.conditioning import ClipEncoder, PromptEncoder, T5Encoder
from outcrop.engine.invariance import make_row_stable
from outcrop.engine.latents import Autoencoder, LatentRgb
from outcrop.engine.network import FlowTransformer
from outcrop.errors import BadCheckpoint

NOTES = "outcrop.json"
"""Optional file beside `model_index.json` with what diffusers' layout has no place for."""

T5_TOKENS = 256
"""T5 tokens that published SD3 checkpoints expect, zeros where T5 is left out: diffusers' default."""

ARCHITECTURES: dict[str, Any] = {
    "transformer": (diffusers.SD3Transformer2DModel,),
    "vae": (diffusers.AutoencoderKL, diffusers.AutoencoderTiny),
    "text_encoder": (transformers.CLIPTextModelWithProjection,),
    "text_encoder_2": (transformers.CLIPTextModelWithProjection,),
    "text_encoder_3": (transformers.T5EncoderModel,),
}
"""Networks of the family, by folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """Everything of a checkpoint that draws, in memory."""

    name: str
    network: FlowTransformer
    prompts: PromptEncoder
    autoencoder: Autoencoder
    latent_rgb: LatentRgb | None


def load_checkpoint(card: CheckpointCard, device: torch.device) -> Checkpoint:
    """Load all networks of a checkpoint: float32 on a CPU, bfloat16 elsewhere.

    Raises: BadCheckpoint naming the part, when a file is missing or broken, an architecture is another one than the
    family's, or tensors are missing or of another shape than the configuration says.
    """
    index = read_json(card.folder / "model_index.json")
    notes = read_json(card.folder / NOTES) if (card.folder / NOTES).exists() else {}
    transformer = _load_network(card.folder, index, "transformer", device)
    if device.type == "cpu":
        make_row_stable(transformer)
    vae = _load_network(card.folder, index, "vae", device)
    clips = [
        ClipEncoder(
            tokenizer=_load_tokenizer(card.folder, f"tokenizer{number}", transformers.CLIPTokenizer),
            network=_load_network(card.folder, index, f"text_encoder{number}", device),
        )
        for number in ("", "_2")
    ]
    scheduler = read_json(card.folder / "scheduler" / "scheduler_config.json")
    return Checkpoint(
        name=card.name,
        network=FlowTransformer(transformer, int(scheduler.get("num_train_timesteps", 1000))),
        prompts=PromptEncoder(
            clips,
            _load_t5(card.folder, index, device),
            width=int(transformer.config.joint_attention_dim),
            t5_tokens=int(notes.get("t5_tokens", T5_TOKENS)),
        ),
        autoencoder=Autoencoder(
            network=vae,
            scaling_factor=float(vae.config.scaling_factor),
            shift_factor=float(vae.config.shift_factor or 0),
            shrink=2 ** (len(vae.config.block_out_channels) - 1),
        ),
        latent_rgb=_latent_rgb(notes),
    )


def _load_t5(folder: Path, index: dict[str, Any], device: torch.device) -> T5Encoder | None:
    if index.get("text_encoder_3", [None, None])[1] is None:
        return None
    return T5Encoder(
        tokenizer=_load_tokenizer(folder, "tokenizer_3", transformers.T5TokenizerFast),
        network=_load_network(folder, index, "text_encoder_3", device),
    )


def _load_network(folder: Path, index: dict[str, Any], part: str, device: torch.device) -> Any:  # noqa: ANN401 - no types there
    wanted = index.get(part, [None, None])[1]
    known = {architecture.__name__: architecture for architecture in ARCHITECTURES[part]}
    if wanted not in known:
        raise BadCheckpoint(f"{folder}/{part}: the architecture {wanted!r} is not one of {', '.join(known)}.")
    try:
        network, report = known[wanted].from_pretrained(
            folder / part,
            local_files_only=True,
            use_safetensors=True,
            dtype=torch.float32 if device.type == "cpu" else torch.bfloat16,
            output_loading_info=True,
        )
    except (OSError, ValueError, RuntimeError, KeyError, json.JSONDecodeError) as error:
        raise BadCheckpoint(f"{folder}/{part} cannot be loaded: {error}") from error
    for problem in ("missing_keys", "mismatched_keys"):
        if report.get(problem):
            first = min(str(key) for key in report[problem])
            raise BadCheckpoint(f"{folder}/{part}: {problem.replace('_', ' ')}, among them {first}.")
    loaded: nn.Module = network
    return loaded.to(device).eval().requires_grad_(False)  # noqa: FBT003 - torch's own signature


def _load_tokenizer(folder: Path, part: str, kind: Any) -> Any:  # noqa: ANN401 - transformers has no types
    if not (folder / part).is_dir():
        raise BadCheckpoint(f"{folder}/{part} is missing; expected a tokenizer in diffusers layout.")
    try:
        return kind.from_pretrained(folder / part, local_files_only=True)
    except (OSError, ValueError) as error:
        raise BadCheckpoint(f"{folder}/{part} cannot be loaded: {error}") from error


def _latent_rgb(notes: dict[str, Any]) -> LatentRgb | None:
    rgb = notes.get("latent_rgb")
    if rgb is None:
        return None
    return LatentRgb(weight=torch.tensor(rgb["weight"]), bias=torch.tensor(rgb["bias"]))
