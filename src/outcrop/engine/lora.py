"""Adds a LoRA file to a network's weights once, when it is loaded: no pass costs more for it. Knows no checkpoint.

Source: Hu et al. 2021 (arXiv:2106.09685), section 4.1; tensor names as diffusers writes them.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from outcrop.errors import BadCheckpoint

_NAME = re.compile(r"(?P<part>transformer|unet)\.(?P<layer>.+)\.(?P<kind>lora_A\.weight|lora_B\.weight|alpha)")
_DOWN, _UP, _ALPHA = "lora_A.weight", "lora_B.weight", "alpha"


def merge_lora(network: nn.Module, path: Path) -> None:
    """Add the low-rank products of a file to the weights of a denoiser's linear and 1 x 1 convolution layers.

    Raises: BadCheckpoint when the file is missing or broken, is no LoRA of a denoiser in diffusers' names, or has a
    tensor for a layer that the network does not have or of another shape.
    """
    layers = dict(network.named_modules())
    for name, parts in sorted(_read(path).items()):
        layer = layers.get(name)
        if not isinstance(layer, nn.Linear | nn.Conv2d):
            raise BadCheckpoint(f"{path}: it changes the layer {name!r}, which the checkpoint's network does not have.")
        _add(layer.weight, name, parts, path)


def _read(path: Path) -> Mapping[str, dict[str, Tensor]]:
    """The matrices of each layer, by layer and kind."""
    layers: dict[str, dict[str, Tensor]] = {}
    try:
        with safe_open(path, framework="pt") as file:
            for name in file.keys():  # noqa: SIM118 - a file, not a mapping
                match = _NAME.fullmatch(name)
                if match is None:
                    raise BadCheckpoint(
                        f"{path}: the tensor {name!r} is not named as diffusers names a denoiser's LoRA "
                        "(transformer.LAYER.lora_A.weight); convert it with diffusers, without its text encoders."
                    )
                layers.setdefault(match["layer"], {})[match["kind"]] = file.get_tensor(name)
    except (OSError, SafetensorError) as error:
        raise BadCheckpoint(f"{path} cannot be read as a LoRA in safetensors: {error}") from error
    if not layers:
        raise BadCheckpoint(f"{path}: the file holds no tensors.")
    return layers


def _add(weight: Any, name: str, parts: Mapping[str, Tensor], path: Path) -> None:  # noqa: ANN401 - torch's own union
    if _DOWN not in parts or _UP not in parts:
        raise BadCheckpoint(f"{path}: the layer {name!r} needs both {_DOWN} and {_UP}.")
    down, up = parts[_DOWN].flatten(1).float(), parts[_UP].flatten(1).float()
    wanted = (weight.shape[0], weight[0].numel())
    if (up.shape[0], down.shape[1]) != wanted or up.shape[1] != down.shape[0]:
        raise BadCheckpoint(
            f"{path}: the layer {name!r} takes a product of {wanted[0]}x{wanted[1]}, "
            f"found {tuple(up.shape)} times {tuple(down.shape)}."
        )
    rank = down.shape[0]
    scale = float(parts[_ALPHA]) / rank if _ALPHA in parts else 1.0
    with torch.no_grad():
        added = (scale * up.to(weight.device) @ down.to(weight.device)).reshape(weight.shape)
        weight.copy_((weight.float() + added).to(weight.dtype))
