"""A fixed pool of composed scenes on disk, one folder a picture size. Knows files; decides and draws nothing itself."""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import numpy.typing as npt

from outcrop.training.corpus import read_drawings
from outcrop.training.scenes import Palette, Scene, compose, decide, mix_palette
from outcrop.training.subjects import load_subjects
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


def load_palette(corpus: Path) -> Palette:
    """Read and recolour every drawing that the subjects need.

    Raises: KeyError naming a drawing that the corpus does not hold.
    """
    subjects = load_subjects()
    keys = [subjects.key(subject, style) for subject in subjects.subjects for style in subjects.styles]
    return mix_palette(subjects, read_drawings(corpus, keys))


def build_pool(palette: Palette, folder: Path, size: Size, seeds: range) -> None:
    """Compose a scene for every seed and write pictures.npy and scenes.jsonl under `folder`.

    Shapes: pictures.npy is (n, h, w, 3) uint8.
    """
    target = folder / str(size)
    target.mkdir(parents=True, exist_ok=True)
    shape = (len(seeds), size.height, size.width, 3)
    pictures = np.lib.format.open_memmap(target / "pictures.npy", mode="w+", dtype=np.uint8, shape=shape)
    with (target / "scenes.jsonl").open("w", encoding="utf-8") as file:
        for row, seed in enumerate(seeds):
            scene = decide(seed, palette)
            pictures[row] = compose(scene, palette, size.width, size.height)
            file.write(json.dumps(asdict(scene)) + "\n")
    pictures.flush()


def open_pictures(folder: Path, size: Size) -> npt.NDArray[np.uint8]:
    """The pool's pictures of one size, mapped, not read. Shapes: (n, h, w, 3)."""
    pictures: npt.NDArray[np.uint8] = np.load(folder / str(size) / "pictures.npy", mmap_mode="r")
    return pictures


def read_scenes(folder: Path, size: Size) -> list[Scene]:
    """The decided scenes of the pool's pictures of one size, in the pictures' order."""
    lines = (folder / str(size) / "scenes.jsonl").read_text(encoding="utf-8").splitlines()
    return [Scene(**json.loads(line)) for line in lines]
