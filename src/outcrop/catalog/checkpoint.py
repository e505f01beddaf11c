"""Read what a folder in diffusers layout says of itself. Knows JSON files; opens no weights and needs no torch."""

from dataclasses import dataclass
from pathlib import Path

from outcrop.catalog.card import CheckpointCard
from outcrop.catalog.json_file import length, positive, read_json
from outcrop.catalog.licence import read_licence
from outcrop.catalog.noise import TrainingNoise
from outcrop.catalog.scheduler import read_diffusion_noise, read_flow_noise
from outcrop.errors import BadCheckpoint

FAMILIES = {
    "StableDiffusion3Pipeline": "sd3",
    "StableDiffusionXLPipeline": "sdxl",
    "StableDiffusionXLInpaintPipeline": "sdxl",
}
"""Pipeline class named in `model_index.json` to the family that runs it."""

PLACES = 96
"""Patches a side that an SD3 transformer knows places for when its configuration does not say: diffusers' default."""

ANY_SIDE = 65_536
"""The longest side where a network knows no places, as a UNet does not: more pixels than any picture has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Denoiser:
    """What the plan needs to know of a denoiser; sides in latent pixels."""

    native_side: int
    multiple: int
    longest_side: int
    noise: TrainingNoise


def read_checkpoint(name: str, folder: Path, *, preview: bool = False) -> CheckpointCard:
    """Describe the checkpoint in `folder` from its configuration files.

    Raises: BadCheckpoint when a file is missing or broken, or the family is not one the engine runs.
    """
    pipeline = read_json(folder / "model_index.json").get("_class_name")
    if pipeline not in FAMILIES:
        raise BadCheckpoint(
            f"{folder}: model_index.json names the pipeline {pipeline!r}; this version runs {', '.join(FAMILIES)}."
        )
    family = FAMILIES[pipeline]
    denoiser = _read_transformer(folder) if family == "sd3" else _read_unet(folder)
    vae = folder / "vae" / "config.json"
    content = read_json(vae)
    levels = "block_out_channels" if "decoder_block_out_channels" not in content else "decoder_block_out_channels"
    shrink = 2 ** (length(content, levels, vae) - 1)
    return CheckpointCard(
        name=name,
        folder=folder,
        family=family,
        native_pixels=(denoiser.native_side * shrink) ** 2,
        side_multiple=denoiser.multiple * shrink,
        longest_side=denoiser.longest_side * shrink,
        noise=denoiser.noise,
        preview=preview,
        licence=read_licence(folder),
    )


def _read_transformer(folder: Path) -> _Denoiser:
    path = folder / "transformer" / "config.json"
    content = {"pos_embed_max_size": PLACES} | read_json(path)
    patch = int(positive(content, "patch_size", path))
    return _Denoiser(
        native_side=int(positive(content, "sample_size", path)),
        multiple=patch,
        longest_side=int(positive(content, "pos_embed_max_size", path)) * patch,
        noise=read_flow_noise(folder / "scheduler" / "scheduler_config.json"),
    )


def _read_unet(folder: Path) -> _Denoiser:
    path = folder / "unet" / "config.json"
    content = read_json(path)
    return _Denoiser(
        native_side=int(positive(content, "sample_size", path)),
        # The UNet halves its sides once a level but the last: other sides would not meet again on the way up.
        multiple=2 ** (length(content, "block_out_channels", path) - 1),
        longest_side=ANY_SIDE,
        noise=read_diffusion_noise(folder / "scheduler" / "scheduler_config.json"),
    )
