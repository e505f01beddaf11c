"""Composed scenes on disk, one folder a picture size: pictures for the autoencoder, decisions for everyone."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from torch import Tensor

from outcrop.training.compose import compose, to_bytes
from outcrop.training.scenes import Mix, Scene, Thing, decide
from outcrop.training.sprites import Sprites
from outcrop.units import Size

SQUARE = Size(width=256, height=256)
OTHER_SIZES = tuple(
    Size(width=width, height=height)
    for width, height in (
        (288, 224),
        (224, 288),
        (320, 224),
        (224, 320),
        (352, 192),
        (192, 352),
        (384, 160),
        (160, 384),
    )
)
"""The other aspect ratios of the wire, at about the square's number of pixels."""
DOUBLE = Size(width=512, height=512)
"""The size of a refine pass."""
BATCH = 24
"""Scenes composed at once on a CPU."""


def composed(sprites: Sprites, size: Size, seeds: range, mix: Mix, batch: int) -> Iterator[tuple[list[Scene], Tensor]]:
    """Scenes and their pictures, some at a time, one for every seed.

    Shapes: pictures (b, h, w, 3) uint8, on the sprites' device.
    """
    for start in range(0, len(seeds), batch):
        scenes = [decide(seed, sprites, size, mix) for seed in seeds[start : start + batch]]
        yield scenes, to_bytes(compose(scenes, sprites, size))


def write_pictures(sprites: Sprites, folder: Path, size: Size, seeds: range, mix: Mix) -> None:
    """Compose a scene for every seed and write pictures.npy under `folder`. Shapes: (n, h, w, 3) uint8."""
    target = folder / str(size)
    target.mkdir(parents=True, exist_ok=True)
    shape = (len(seeds), size.height, size.width, 3)
    pictures = np.lib.format.open_memmap(target / "pictures.npy", mode="w+", dtype=np.uint8, shape=shape)
    done = 0
    for scenes, drawn in composed(sprites, size, seeds, mix, BATCH):
        pictures[done : done + len(scenes)] = drawn.cpu().numpy()
        done += len(scenes)
    pictures.flush()


def write_scenes(scenes: Iterable[Scene], folder: Path, size: Size) -> None:
    """Write decided scenes of one size as scenes.jsonl."""
    with (folder / str(size) / "scenes.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(asdict(scene)) + "\n" for scene in scenes)


def open_pictures(folder: Path, size: Size) -> npt.NDArray[np.uint8]:
    """The pool's pictures of one size, mapped, not read. Shapes: (n, h, w, 3)."""
    pictures: npt.NDArray[np.uint8] = np.load(folder / str(size) / "pictures.npy", mmap_mode="r")
    return pictures


def read_scenes(folder: Path, size: Size) -> list[Scene]:
    """The decided scenes of one size, in the order of their latents."""
    lines = (folder / str(size) / "scenes.jsonl").read_text(encoding="utf-8").splitlines()
    return [_scene(json.loads(line)) for line in lines]


def _scene(row: dict[str, Any]) -> Scene:
    things = tuple(Thing(**thing) for thing in row.pop("things"))
    return Scene(things=things, **row)
