"""Which files of a folder in diffusers layout are read, by their names alone. Knows names; opens no file."""

import re
from collections.abc import Iterable, Iterator

from outcrop.errors import BadCheckpoint

STEMS = ("diffusion_pytorch_model", "model")
"""How files of weights are named: by diffusers, by transformers."""

VARIANTS = (None, "fp16")
"""Kinds of numbers that a folder may hold, best first."""

PICKLES = (".bin", ".ckpt", ".pt", ".pth")
"""Files that can run code when they are read."""

NETWORKS = ("transformer", "unet", "vae", "text_encoder", "text_encoder_2", "text_encoder_3")

_WORDS = re.compile(r"tokenizer(_[23])?/[\w.-]+\.(json|txt|model)")
_NOTES = re.compile(r"model_index\.json|outcrop\.json|README\.md|LICENSE[\w.-]*|scheduler/scheduler_config\.json")


def files_to_read(names: Iterable[str]) -> tuple[str, ...]:
    """Of a repository's files those that a checkpoint is read from: of weights the exact ones, where there are such.

    Raises: BadCheckpoint when it is no folder in diffusers layout, or a network of it has weights that could run code
    and no others.
    """
    there = sorted(set(names))
    if "model_index.json" not in there:
        raise BadCheckpoint("It has no model_index.json, so it is not in diffusers layout.")
    plain = [name for name in there if _WORDS.fullmatch(name) or _NOTES.fullmatch(name)]
    networks = (list(_of_network(network, there)) for network in NETWORKS)
    return (*plain, *(name for network in networks for name in network))


def _of_network(network: str, there: list[str]) -> Iterator[str]:
    inside = [name.removeprefix(f"{network}/") for name in there if name.startswith(f"{network}/")]
    if not inside:
        return
    weights = next((found for variant in VARIANTS if (found := _weights(inside, variant))), [])
    if not weights and (pickled := [name for name in inside if name.endswith(PICKLES)]):
        raise BadCheckpoint(
            f"Its {network} has weights as {pickled[0]} only, a format that can run code when it is read; look for a "
            f"repository of the same model with safetensors."
        )
    for name in (*(["config.json"] if "config.json" in inside else []), *weights):
        yield f"{network}/{name}"


def _weights(inside: list[str], variant: str | None) -> list[str]:
    ending = "" if variant is None else f".{variant}"
    for stem in STEMS:
        if f"{stem}{ending}.safetensors" in inside:
            return [f"{stem}{ending}.safetensors"]
        if (index := f"{stem}.safetensors.index{ending}.json") in inside:
            shard = re.compile(rf"{stem}{re.escape(ending)}-\d+-of-\d+\.safetensors")
            return [index, *(name for name in inside if shard.fullmatch(name))]
    return []
