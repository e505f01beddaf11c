"""Read what a folder in diffusers layout says of itself. Knows JSON files; opens no weights and needs no torch."""

import json
from pathlib import Path
from typing import Any

from outcrop.catalog.card import CheckpointCard
from outcrop.errors import BadCheckpoint

FAMILIES = {"StableDiffusion3Pipeline": "sd3"}
"""Pipeline class named in `model_index.json` to the family that runs it."""


PLACES = 96
"""Patches a side that an SD3 transformer knows places for when its configuration does not say: diffusers' default."""


def read_json(path: Path) -> dict[str, Any]:
    """Read one JSON object of a checkpoint.

    Raises: BadCheckpoint when the file is missing, unreadable or no JSON object.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadCheckpoint(f"{path} is missing; expected a Stable Diffusion 3 folder in diffusers layout.") from None
    except (OSError, ValueError) as error:
        raise BadCheckpoint(f"{path} cannot be read as JSON: {error}") from error
    if not isinstance(content, dict):
        raise BadCheckpoint(f"{path} must hold a JSON object, found {type(content).__name__}.")
    return content


def _number(content: dict[str, Any], key: str, path: Path) -> float:
    value = content.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        raise BadCheckpoint(f"{path}: '{key}' must be a positive number, found {value!r}.")
    return value


def read_checkpoint(name: str, folder: Path, *, preview: bool = False) -> CheckpointCard:
    """Describe the checkpoint in `folder` from its configuration files.

    Raises: BadCheckpoint when a file is missing or broken, or the family is not one the engine runs.
    """
    pipeline = read_json(folder / "model_index.json").get("_class_name")
    if pipeline not in FAMILIES:
        raise BadCheckpoint(
            f"{folder}: model_index.json names the pipeline {pipeline!r}; this version runs {', '.join(FAMILIES)}."
        )
    transformer, vae, scheduler = (
        folder / part / file
        for part, file in (
            ("transformer", "config.json"),
            ("vae", "config.json"),
            ("scheduler", "scheduler_config.json"),
        )
    )
    network = read_json(transformer)
    channels = read_json(vae)
    noise = read_json(scheduler)
    if noise.get("use_dynamic_shifting"):
        raise BadCheckpoint(f"{scheduler}: 'use_dynamic_shifting' is not supported; set it to false and give 'shift'.")
    levels = channels.get("block_out_channels", channels.get("decoder_block_out_channels"))
    if not isinstance(levels, list) or not levels:
        raise BadCheckpoint(f"{vae}: 'block_out_channels' must be a list of channel counts.")
    shrink = 2 ** (len(levels) - 1)
    multiple = int(_number(network, "patch_size", transformer)) * shrink
    return CheckpointCard(
        name=name,
        folder=folder,
        family=FAMILIES[pipeline],
        native_pixels=int(_number(network, "sample_size", transformer) * shrink) ** 2,
        side_multiple=multiple,
        longest_side=int(_number({"pos_embed_max_size": PLACES} | network, "pos_embed_max_size", transformer))
        * multiple,
        shift=float(_number(noise, "shift", scheduler)),
        preview=preview,
    )
