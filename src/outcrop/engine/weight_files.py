"""Find the files that hold one network's weights, and see that they are whole. Knows safetensors; builds no network."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from safetensors import SafetensorError, safe_open

from outcrop.catalog.json_file import read_json
from outcrop.catalog.layout import PICKLES, STEMS, VARIANTS
from outcrop.errors import BadCheckpoint

_HUB_CACHE = re.compile(r"models--[^/]+\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightFiles:
    """The files of one network, whole."""

    variant: str | None
    """What stands in their names before the ending; None where there is nothing."""
    files: tuple[Path, ...]


def find_weights(part: Path) -> WeightFiles:
    """Find a network's weights in its folder: one file, or shards that an index names; exact numbers before fp16.

    Raises: BadCheckpoint when there are none, none but pickled ones, an index that names what is missing, is no list
    of files beside it or does not fit them, or a file that is cut off.
    """
    for variant in VARIANTS:
        ending = "" if variant is None else f".{variant}"
        for stem in STEMS:
            single, index = part / f"{stem}{ending}.safetensors", part / f"{stem}.safetensors.index{ending}.json"
            if single.is_file():
                _tensors(single)
                return WeightFiles(variant=variant, files=(single,))
            if index.is_file():
                return WeightFiles(variant=variant, files=_shards(index))
    raise BadCheckpoint(_nothing_in(part))


def _nothing_in(part: Path) -> str:
    names = sorted(path.name for path in part.iterdir()) if part.is_dir() else []
    pickled = [name for name in names if name.endswith(PICKLES)]
    expected = " or ".join(f"{stem}.safetensors" for stem in STEMS)
    if pickled:
        return (
            f"{part} has weights as {pickled[0]} only, a format that can run code when it is read, so it is not read; "
            f"take the publisher's safetensors, or convert it where you trust it: load it with diffusers or "
            f"transformers and write it with save_pretrained(folder, safe_serialization=True)."
        )
    if not part.is_dir():
        return f"{part} is missing; expected a folder with config.json and {expected}."
    return f"{part} has no weights; expected {expected}, whole or in shards with an index."


def _shards(index: Path) -> tuple[Path, ...]:
    places = read_json(index).get("weight_map")
    if not isinstance(places, dict) or not places:
        raise BadCheckpoint(f"{index}: 'weight_map' must say which file holds each tensor.")
    shards = {name: _shard(index, name) for name in dict.fromkeys(places.values())}
    held = {name: _tensors(shard) for name, shard in shards.items()}
    for tensor, name in places.items():
        if tensor not in held[name]:
            raise BadCheckpoint(f"{index} says that {name} holds {tensor}, but it does not; get both again.")
    return tuple(shards.values())


def _shard(index: Path, name: object) -> Path:
    """One file that an index names: beside it, and nowhere else."""
    if not isinstance(name, str) or Path(name).name != name or not name.endswith(".safetensors"):
        raise BadCheckpoint(f"{index} names the file {name!r}; it may name safetensors files beside it only.")
    shard = index.parent / name
    if not shard.is_file():
        raise BadCheckpoint(f"{shard} is missing; {index.name} names it.")
    if not any(shard.resolve().is_relative_to(root) for root in _roots(index.parent)):
        raise BadCheckpoint(f"{shard} is a link that leads out of the checkpoint; put the file itself in its place.")
    return shard


def _roots(part: Path) -> Iterator[Path]:
    """Where files of a part may lie: in its folder, or, of a hub's cache, in that of the repository it links into."""
    folder = part.resolve()
    yield folder
    yield from (above for above in folder.parents if _HUB_CACHE.match(above.name))


def _tensors(file: Path) -> frozenset[str]:
    """Names of the tensors in a file, whose header says how long it must be."""
    try:
        with safe_open(file, framework="pt") as content:
            return frozenset(content.keys())
    except (SafetensorError, OSError) as error:
        raise BadCheckpoint(f"{file} is cut off or no safetensors file ({error}); get it again.") from error
