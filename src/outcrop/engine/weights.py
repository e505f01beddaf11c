"""Load a checkpoint in diffusers layout into what draws with it, family by family. Knows files and networks."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, assert_never

import diffusers
import torch
import transformers

from outcrop.catalog.card import CheckpointCard
from outcrop.catalog.json_file import read_json
from outcrop.catalog.noise import DiffusionNoise, FlowNoise
from outcrop.engine.attention import fuse_attention
from outcrop.engine.blocks import shorten_blocks
from outcrop.engine.conditioning import ClipEncoder, PromptEncoder, Sd3Text, SdxlText, T5Encoder
from outcrop.engine.invariance import make_batch_stable
from outcrop.engine.latents import Autoencoder, LatentRgb
from outcrop.engine.lora import merge_lora
from outcrop.engine.network import DiffusionUNet, FlowTransformer, Network
from outcrop.engine.parts import load_network, load_tokenizer
from outcrop.engine.precision import TYPES, number_type
from outcrop.engine.preview import fit_latent_rgb
from outcrop.errors import BadCheckpoint
from outcrop.units import Precision

NOTES = "outcrop.json"
"""Optional file beside `model_index.json` with what diffusers' layout has no place for."""

T5_TOKENS = 256
"""T5 tokens that published SD3 checkpoints expect, zeros where T5 is left out: diffusers' default."""

AUTOENCODERS = (diffusers.AutoencoderKL, diffusers.AutoencoderTiny)

ARCHITECTURES: dict[str, dict[str, tuple[Any, ...]]] = {
    "sd3": {
        "transformer": (diffusers.SD3Transformer2DModel,),
        "vae": AUTOENCODERS,
        "text_encoder": (transformers.CLIPTextModelWithProjection,),
        "text_encoder_2": (transformers.CLIPTextModelWithProjection,),
        "text_encoder_3": (transformers.T5EncoderModel,),
    },
    "sdxl": {
        "unet": (diffusers.UNet2DConditionModel,),
        "vae": AUTOENCODERS,
        "text_encoder": (transformers.CLIPTextModel, transformers.CLIPTextModelWithProjection),
        "text_encoder_2": (transformers.CLIPTextModelWithProjection,),
    },
}
"""Networks of each family, by folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """Everything of a checkpoint that draws, in memory."""

    name: str
    network: Network
    prompts: PromptEncoder
    autoencoder: Autoencoder
    latent_rgb: LatentRgb


@dataclass(frozen=True, slots=True, kw_only=True)
class _Folder:
    """A checkpoint's files, and where they go."""

    path: Path
    family: str
    index: dict[str, Any]
    notes: dict[str, Any]
    device: torch.device
    precision: Precision
    lora: Path | None

    def has(self, part: str) -> bool:
        """Whether the checkpoint has this part at all."""
        return self._named(part) is not None

    def network(self, part: str) -> Any:  # noqa: ANN401 - diffusers has no types
        """Load one of the family's networks."""
        dtype = number_type(self.device, self.precision)
        return load_network(self.path / part, self._named(part), ARCHITECTURES[self.family][part], self.device, dtype)

    def denoiser(self, part: str) -> Any:  # noqa: ANN401 - diffusers has no types
        """Load the family's denoiser, with the checkpoint's LoRA in its weights where it has one."""
        network = self.network(part)
        if self.lora is not None:
            merge_lora(network, self.lora)
        return network

    def clips(self) -> list[ClipEncoder]:
        """Load the two CLIP encoders that both families have."""
        return [
            ClipEncoder(
                tokenizer=load_tokenizer(self.path / f"tokenizer{number}", transformers.CLIPTokenizer),
                network=self.network(f"text_encoder{number}"),
            )
            for number in ("", "_2")
        ]

    def _named(self, part: str) -> object:
        return self.index.get(part, [None, None])[1]


def load_checkpoint(card: CheckpointCard, device: torch.device, precision: Precision = "fp32") -> Checkpoint:
    """Load all networks of a checkpoint.

    Raises: BadCheckpoint naming the part, when a file is missing or broken, an architecture is another one than the
    family's, parts do not fit each other, or tensors are missing or of another shape than the configuration says.
    """
    folder = _Folder(
        path=card.folder,
        family=card.family,
        index=read_json(card.folder / "model_index.json"),
        notes=read_json(card.folder / NOTES) if (card.folder / NOTES).exists() else {},
        device=device,
        precision=precision,
        lora=card.lora,
    )
    autoencoder = _load_autoencoder(folder, card.tile_pixels)
    match card.noise:
        case FlowNoise():
            network, prompts = _load_sd3(folder, card.noise)
        case DiffusionNoise():
            network, prompts = _load_sdxl(folder, card.noise, autoencoder.shrink)
        case _:
            assert_never(card.noise)
    latents = int(autoencoder.network.config.latent_channels)
    if network.channels != latents:
        raise BadCheckpoint(
            f"{card.folder}: the denoiser takes {network.channels} channels, the autoencoder gives {latents}."
        )
    return Checkpoint(
        name=card.name,
        network=network,
        prompts=prompts,
        autoencoder=autoencoder,
        latent_rgb=_noted_latent_rgb(folder.notes) or fit_latent_rgb(autoencoder),
    )


def _load_sd3(folder: _Folder, noise: FlowNoise) -> tuple[Network, PromptEncoder]:
    transformer = folder.denoiser("transformer")
    norm = transformer.config.qk_norm
    if norm not in {None, "rms_norm"}:
        raise BadCheckpoint(f"{folder.path}/transformer: 'qk_norm' must be null or 'rms_norm', found {norm!r}.")
    fuse_attention(transformer)
    shorten_blocks(transformer, TYPES[folder.precision])
    _stable(transformer, folder.precision)
    tokens = int(folder.notes.get("t5_tokens", T5_TOKENS))
    text = Sd3Text(
        clips=folder.clips(),
        t5=_load_t5(folder, tokens) if tokens and folder.has("text_encoder_3") else None,
        width=int(transformer.config.joint_attention_dim),
        absent_tokens=tokens,
    )
    return FlowTransformer(transformer, noise.train_steps), PromptEncoder(text, zeros_for_empty=False)


def _load_sdxl(folder: _Folder, noise: DiffusionNoise, shrink: int) -> tuple[Network, PromptEncoder]:
    unet = _stable(folder.denoiser("unet"), folder.precision)
    clips = folder.clips()
    config = unet.config
    if config.addition_embed_type != "text_time" or config.time_cond_proj_dim is not None:
        raise BadCheckpoint(
            f"{folder.path}/unet: 'addition_embed_type' must be 'text_time' and 'time_cond_proj_dim' null, found "
            f"{config.addition_embed_type!r} and {config.time_cond_proj_dim!r}."
        )
    widths = [int(clip.network.config.hidden_size) for clip in clips]
    if sum(widths) != config.cross_attention_dim:
        raise BadCheckpoint(
            f"{folder.path}/unet takes prompts of width {config.cross_attention_dim}; its text encoders give "
            f"{' + '.join(map(str, widths))}."
        )
    zeros = bool(folder.index.get("force_zeros_for_empty_prompt", True))
    return DiffusionUNet(unet, noise, shrink), PromptEncoder(SdxlText(clips=clips), zeros_for_empty=zeros)


def _stable(network: Any, precision: Precision) -> Any:  # noqa: ANN401 - diffusers has no types
    if network.device.type == "cpu":
        make_batch_stable(network, precision)
    return network


def _load_t5(folder: _Folder, tokens: int) -> T5Encoder:
    return T5Encoder(
        tokenizer=load_tokenizer(folder.path / "tokenizer_3", transformers.T5TokenizerFast),
        network=folder.network("text_encoder_3"),
        length=tokens,
    )


def _load_autoencoder(folder: _Folder, tile_pixels: int) -> Autoencoder:
    vae = folder.network("vae")
    if vae.config.get("latents_mean") is not None:
        raise BadCheckpoint(f"{folder.path}/vae: 'latents_mean' is not supported, only one scale and shift for all.")
    return Autoencoder(
        network=vae,
        scaling_factor=float(vae.config.scaling_factor),
        shift_factor=float(vae.config.get("shift_factor") or 0),
        shrink=2 ** (len(vae.config.block_out_channels) - 1),
        decoding=_decoding_in(vae, TYPES[folder.precision]),
        at_once=tile_pixels,
    )


def _decoding_in(vae: Any, dtype: torch.dtype) -> torch.dtype:  # noqa: ANN401 - diffusers has no types
    """Let the decoder work in the type given, in the layout that is faster for it; returns that type."""
    if dtype != vae.dtype:
        vae.decoder.to(dtype=dtype, memory_format=torch.channels_last)
        if getattr(vae, "post_quant_conv", None) is not None:
            vae.post_quant_conv.to(dtype)
    return dtype


def _noted_latent_rgb(notes: dict[str, Any]) -> LatentRgb | None:
    rgb = notes.get("latent_rgb")
    if rgb is None:
        return None
    return LatentRgb(weight=torch.tensor(rgb["weight"]), bias=torch.tensor(rgb["bias"]))
