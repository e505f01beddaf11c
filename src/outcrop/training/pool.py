"""A pool of composed scenes on disk, one folder a picture size. Knows files; decides and draws nothing itself."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

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
_BATCH = 24


def build_pool(
    sprites: Sprites, folder: Path, size: Size, seeds: range, mix: Mix, report: Callable[[str], None] = lambda _: None
) -> None:
    """Compose a scene for every seed and write pictures.npy and scenes.jsonl under `folder`.

    Shapes: pictures.npy is (n, h, w, 3) uint8.
    """
    target = folder / str(size)
    target.mkdir(parents=True, exist_ok=True)
    shape = (len(seeds), size.height, size.width, 3)
    pictures = np.lib.format.open_memmap(target / "pictures.npy", mode="w+", dtype=np.uint8, shape=shape)
    with (target / "scenes.jsonl").open("w", encoding="utf-8") as file:
        for start in range(0, len(seeds), _BATCH):
            scenes = [decide(seed, sprites, size, mix) for seed in seeds[start : start + _BATCH]]
            pictures[start : start + len(scenes)] = to_bytes(compose(scenes, sprites, size)).cpu().numpy()
            file.writelines(json.dumps(asdict(scene)) + "\n" for scene in scenes)
            report(f"{size}: {start + len(scenes)} of {len(seeds)} scenes")
    pictures.flush()


def open_pictures(folder: Path, size: Size) -> npt.NDArray[np.uint8]:
    """The pool's pictures of one size, mapped, not read. Shapes: (n, h, w, 3)."""
    pictures: npt.NDArray[np.uint8] = np.load(folder / str(size) / "pictures.npy", mmap_mode="r")
    return pictures


def read_scenes(folder: Path, size: Size) -> list[Scene]:
    """The decided scenes of the pool's pictures of one size, in the pictures' order."""
    lines = (folder / str(size) / "scenes.jsonl").read_text(encoding="utf-8").splitlines()
    return [_scene(json.loads(line)) for line in lines]


def _scene(row: dict[str, Any]) -> Scene:
    things = tuple(Thing(**thing) for thing in row.pop("things"))
    return Scene(things=things, **row)
