"""Load one part of a folder in diffusers layout: offline, from safetensors only, strictly. Knows files and classes."""

import json
from pathlib import Path
from typing import Any

import torch
from torch import nn

from outcrop.errors import BadCheckpoint


def load_network(path: Path, wanted: object, allowed: tuple[Any, ...], device: torch.device) -> Any:  # noqa: ANN401 - no types there
    """Load the network in the folder `path`: float32 on a CPU, bfloat16 elsewhere.

    `wanted` is the architecture that the checkpoint names, `allowed` are the classes it may be.

    Raises: BadCheckpoint naming the part, when a file is missing or broken, the architecture is another, or tensors
    are missing or of another shape than the configuration says.
    """
    known = {architecture.__name__: architecture for architecture in allowed}
    if wanted not in known:
        raise BadCheckpoint(f"{path}: the architecture {wanted!r} is not one of {', '.join(known)}.")
    try:
        network, report = known[str(wanted)].from_pretrained(
            path,
            local_files_only=True,
            use_safetensors=True,
            dtype=torch.float32 if device.type == "cpu" else torch.bfloat16,
            output_loading_info=True,
        )
    except (OSError, ValueError, RuntimeError, KeyError, json.JSONDecodeError) as error:
        raise BadCheckpoint(f"{path} cannot be loaded: {error}") from error
    for problem in ("missing_keys", "mismatched_keys"):
        if report.get(problem):
            first = min(str(key) for key in report[problem])
            raise BadCheckpoint(f"{path}: {problem.replace('_', ' ')}, among them {first}.")
    loaded: nn.Module = network
    return loaded.to(device).eval().requires_grad_(False)  # noqa: FBT003 - torch's own signature


def load_tokenizer(path: Path, kind: Any) -> Any:  # noqa: ANN401 - transformers has no types
    """Load the tokenizer of class `kind` in the folder `path`.

    Raises: BadCheckpoint when the folder is missing or broken.
    """
    if not path.is_dir():
        raise BadCheckpoint(f"{path} is missing; expected a tokenizer in diffusers layout.")
    try:
        return kind.from_pretrained(path, local_files_only=True)
    except (OSError, ValueError) as error:
        raise BadCheckpoint(f"{path} cannot be loaded: {error}") from error
