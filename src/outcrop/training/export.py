"""Writes trained parts as a Stable Diffusion 3 folder in diffusers' layout. Knows files; trains and judges nothing."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from diffusers import AutoencoderTiny, FlowMatchEulerDiscreteScheduler, SD3Transformer2DModel
from torch import Tensor
from transformers import CLIPTextModelWithProjection, CLIPTokenizer

from outcrop.training.autoencoder import preview_matrix
from outcrop.training.networks import Denoiser

SHARD = "14MB"
_PIPELINE: Mapping[str, tuple[str | None, str | None]] = {
    "scheduler": ("diffusers", "FlowMatchEulerDiscreteScheduler"),
    "text_encoder": ("transformers", "CLIPTextModelWithProjection"),
    "text_encoder_2": ("transformers", "CLIPTextModelWithProjection"),
    "text_encoder_3": (None, None),
    "tokenizer": ("transformers", "CLIPTokenizer"),
    "tokenizer_2": ("transformers", "CLIPTokenizer"),
    "tokenizer_3": (None, None),
    "transformer": ("diffusers", "SD3Transformer2DModel"),
    "vae": ("diffusers", "AutoencoderTiny"),
    "image_encoder": (None, None),
    "feature_extractor": (None, None),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What an exported folder is made of; `average` holds the denoiser's weights to write, `shift` the schedule's."""

    denoiser: Denoiser
    average: Mapping[str, Tensor]
    vae: AutoencoderTiny
    tokenizer: CLIPTokenizer
    shift: float


def export(parts: Parts, folder: Path) -> None:
    """Write the folder, float16, in place of whatever was there, complete or not at all."""
    fresh = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    parts.denoiser.load_state_dict(dict(parts.average))
    halved = parts.denoiser.to(torch.float16)
    halved.transformer.save_pretrained(fresh / "transformer", max_shard_size=SHARD)
    halved.text_encoder.save_pretrained(fresh / "text_encoder")
    halved.text_encoder_2.save_pretrained(fresh / "text_encoder_2")
    parts.vae.to(torch.float16, memory_format=torch.contiguous_format).save_pretrained(fresh / "vae")
    for name in ("tokenizer", "tokenizer_2"):
        parts.tokenizer.save_pretrained(fresh / name)
    _write_vocabulary(parts.tokenizer, fresh)
    FlowMatchEulerDiscreteScheduler(shift=parts.shift).save_pretrained(fresh / "scheduler")
    index = {"_class_name": "StableDiffusion3Pipeline", "_diffusers_version": "0.42.1"} | dict(_PIPELINE)
    (fresh / "model_index.json").write_text(json.dumps(index, indent=2) + "\n", encoding="utf-8")
    notes = {"t5_tokens": 0, "latent_rgb": preview_matrix()}  # what Outcrop's engine reads beside diffusers' own files
    (fresh / "outcrop.json").write_text(json.dumps(notes, indent=2) + "\n", encoding="utf-8")
    for path in fresh.rglob("config.json"):
        _forget_origin(path)
    for path in fresh.rglob("*.safetensors"):
        path.chmod(0o644)  # written readable by their owner alone
    _swap(fresh, folder)


def read_weights(folder: Path) -> dict[str, Tensor]:
    """The denoiser's state out of an exported folder, float32: what `Trainer.begin_from` goes on from.

    Raises: OSError where a part is missing.
    """
    parts = {
        "transformer": SD3Transformer2DModel.from_pretrained(folder / "transformer", local_files_only=True),
        "text_encoder": CLIPTextModelWithProjection.from_pretrained(folder / "text_encoder", local_files_only=True),
        "text_encoder_2": CLIPTextModelWithProjection.from_pretrained(folder / "text_encoder_2", local_files_only=True),
    }
    return {
        f"{part}.{name}": value.float() if value.is_floating_point() else value
        for part, network in parts.items()
        for name, value in network.state_dict().items()
    }


def export_student(lora: Path, folder: Path, checkpoint: str) -> None:
    """Write a student beside its teacher: its additions, and the name of the checkpoint that they belong to."""
    fresh = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    shutil.copyfile(lora, fresh / "lora.safetensors")
    text = f'checkpoint = "{checkpoint}"\nfile = "lora.safetensors"\n'
    (fresh / "lora.toml").write_text(text, encoding="utf-8")
    _swap(fresh, folder)


def _write_vocabulary(tokenizer: CLIPTokenizer, folder: Path) -> None:
    """Keep vocab.json and merges.txt beside tokenizer.json, for readers of the older form."""
    source = Path(tokenizer.name_or_path)
    for name in ("tokenizer", "tokenizer_2"):
        for file in ("vocab.json", "merges.txt"):
            if (source / file).exists() and not (folder / name / file).exists():
                shutil.copyfile(source / file, folder / name / file)


def _forget_origin(path: Path) -> None:
    """Drop the folder a part was loaded from: it names the machine that trained it."""
    content = json.loads(path.read_text(encoding="utf-8"))
    content.pop("_name_or_path", None)
    path.write_text(json.dumps(content, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def _swap(fresh: Path, folder: Path) -> None:
    old = folder.with_name(f"{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    fresh.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
