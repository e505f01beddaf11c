"""Load one part of a folder in diffusers layout: offline, from safetensors only, strictly. Knows files and classes."""

from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from torch import nn

from outcrop.catalog.json_file import read_json
from outcrop.engine.weight_files import find_weights
from outcrop.errors import BadCheckpoint


def load_network(path: Path, wanted: object, allowed: tuple[Any, ...], device: torch.device, dtype: torch.dtype) -> Any:  # noqa: ANN401 - no types there
    """Load the network in the folder `path`.

    `wanted` is the architecture that the checkpoint names, `allowed` are the classes it may be.

    Raises: BadCheckpoint naming the part, when a file is missing or broken, the architecture is another, or tensors
    are missing or of another shape than the configuration says.
    """
    known = {architecture.__name__: architecture for architecture in allowed}
    if wanted not in known:
        raise BadCheckpoint(f"{path}: the architecture {wanted!r} is not one of {', '.join(known)}.")
    _check_architecture(path / "config.json", str(wanted))
    weights = find_weights(path)
    try:
        network, report = known[str(wanted)].from_pretrained(
            path,
            local_files_only=True,
            use_safetensors=True,
            variant=weights.variant,
            dtype=dtype,
            output_loading_info=True,
            ignore_mismatched_sizes=True,  # which are then in the report, and refused below
        )
    except (OSError, ValueError, RuntimeError, KeyError, SafetensorError) as error:
        raise BadCheckpoint(f"{path} cannot be loaded: {error}") from error
    if report.get("mismatched_keys"):
        name, found, expected = min((str(name), tuple(a), tuple(b)) for name, a, b in report["mismatched_keys"])
        raise BadCheckpoint(f"{path}: tensor {name} has the shape {found}; by config.json it must have {expected}.")
    if report.get("missing_keys"):
        raise BadCheckpoint(f"{path}: missing keys, among them {min(map(str, report['missing_keys']))}.")
    loaded: nn.Module = network
    return loaded.to(device).eval().requires_grad_(False)  # noqa: FBT003 - torch's own signature


def _check_architecture(config: Path, wanted: str) -> None:
    """Hold a network's own word against that of the checkpoint; older files say nothing."""
    content = read_json(config)
    named = [content["_class_name"]] if "_class_name" in content else content.get("architectures") or [wanted]
    if wanted not in named:
        raise BadCheckpoint(f"{config} is of the architecture {named[0]!r}; model_index.json names {wanted!r}.")


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
