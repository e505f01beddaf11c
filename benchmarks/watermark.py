"""How well the invisible mark is read after attacks, how little it is seen, and how rarely it is found where none is.

`python -m benchmarks.watermark marked --photographs FOLDER --drawn FOLDER --corpus FOLDER` marks pictures of three
kinds and attacks each; `... unmarked --corpus FOLDER` reads pictures that have no mark. Both print a table and write
JSON. Photographs are parts of the files of a folder, many a file, so they are not independent of each other; composed
scenes are one a seed, drawn by the training's own scene maker from the corpus.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import Final, Literal

import numpy as np
import torch
from PIL import Image, ImageEnhance

from outcrop.provenance.fingerprint import distance, fingerprint
from outcrop.provenance.payload import payload_of
from outcrop.provenance.watermark import Watermark
from outcrop.training.pool import composed
from outcrop.training.scenes import Mix
from outcrop.training.sprites import load_sprites
from outcrop.training.subjects import load_subjects
from outcrop.units import Size

KEY: Final = b"the key of the benchmark, 32 B.."
ACCOUNT: Final = "123456789012"
NOON: Final = 1_795_435_200.0
SIDE: Final = 1024
"""Of the pictures that are marked."""
FIRST_SEED: Final = 50_000_000
"""Far from those that the embedded model has learnt from."""
SUFFIXES: Final = {".png", ".jpg", ".jpeg", ".webp"}
Picture = Image.Image


def saved(image: Picture, kind: Literal["JPEG", "WEBP"], quality: int) -> Picture:
    """The picture, saved and opened again."""
    file = BytesIO()
    image.save(file, kind, quality=quality)
    return Image.open(file).convert("RGB")


def scaled(image: Picture, by: float) -> Picture:
    """The picture at another size."""
    return image.resize((round(image.width * by), round(image.height * by)), Image.Resampling.BILINEAR)


def cropped(image: Picture, part: float, right: float, down: float) -> Picture:
    """A part of each side, from somewhere."""
    width, height = round(image.width * part), round(image.height * part)
    left, top = round((image.width - width) * right), round((image.height - height) * down)
    return image.crop((left, top, left + width, top + height))


def on_a_page(image: Picture) -> Picture:
    """On a white page, photographed from the screen smaller, saved as a JPEG."""
    page = Image.new("RGB", (round(image.width * 1.25), round(image.height * 1.2)), "white")
    page.paste(image, (round(image.width * 0.04), round(image.height * 0.07)))
    return saved(scaled(page, 0.8), "JPEG", 85)


ATTACKS: Final[dict[str, Callable[[Picture], Picture]]] = {
    "none": lambda image: image,
    "JPEG 75": lambda image: saved(image, "JPEG", 75),
    "JPEG 50": lambda image: saved(image, "JPEG", 50),
    "WebP 80": lambda image: saved(image, "WEBP", 80),
    "resized to 50 %": lambda image: scaled(image, 0.5),
    "resized to 50 %, JPEG 75": lambda image: saved(scaled(image, 0.5), "JPEG", 75),
    "resized to 25 %": lambda image: scaled(image, 0.25),
    "cropped to 80 % of each side": lambda image: cropped(image, 0.8, 0.31, 0.72),
    "cropped to 80 %, JPEG 75": lambda image: saved(cropped(image, 0.8, 0.83, 0.17), "JPEG", 75),
    "brightness +10 %": lambda image: ImageEnhance.Brightness(image).enhance(1.1),
    "brightness -10 %": lambda image: ImageEnhance.Brightness(image).enhance(0.9),
    "screenshot: 0.9, JPEG 85": lambda image: saved(scaled(image, 0.9), "JPEG", 85),
    "screenshot of a page: framed, 0.8, JPEG 85": on_a_page,
    "mirrored": lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How often something came out as it should."""

    of: int
    right: int


def photographs(folder: Path, count: int) -> Iterator[Picture]:
    """Parts of the photographs of a folder, in turn, brought to 1024 pixels along the longer side."""
    chance = np.random.default_rng(1)
    files = sorted(file for file in folder.rglob("*") if file.suffix in SUFFIXES)
    for number in range(count):
        image = Image.open(files[number % len(files)]).convert("RGB")
        part = 1.0 if number < len(files) else float(chance.uniform(0.55, 1.0))
        image = cropped(image, part, float(chance.random()), float(chance.random()))
        by = SIDE / max(image.size)
        yield image.resize((round(image.width * by), round(image.height * by)), Image.Resampling.LANCZOS)


def drawn(folder: Path, count: int) -> Iterator[Picture]:
    """Pictures that the embedded model drew, as they were delivered."""
    files = sorted(file for file in folder.glob("*.png") if "sheet" not in file.name)
    for file in files[:count]:
        yield Image.open(file).convert("RGB")


def scenes(corpus: Path, count: int, side: int) -> Iterator[Picture]:
    """Composed scenes, one a seed."""
    sprites = load_sprites(corpus, load_subjects(), torch.device("cpu"))
    seeds = range(FIRST_SEED, FIRST_SEED + count)
    for _, pictures in composed(sprites, Size(width=side, height=side), seeds, Mix(), 24):
        yield from (Image.fromarray(picture) for picture in pictures.numpy())


def psnr(one: Picture, other: Picture) -> float:
    """How near two pictures are. Units: dB."""
    error = np.asarray(one, np.float64) - np.asarray(other, np.float64)
    return float(10 * np.log10(255**2 / np.mean(error**2)))


def measure_marked(kinds: dict[str, Iterator[Picture]]) -> dict[str, object]:
    """Mark, attack and read."""
    watermark, stranger = Watermark(KEY), Watermark(KEY[::-1])
    right = {kind: dict.fromkeys(ATTACKS, 0) for kind in kinds}
    of, near, strangers, took = dict.fromkeys(kinds, 0), [], 0, {"embed": list[float](), "read": list[float]()}
    fit = {attack: list[int]() for attack in ATTACKS}
    for kind, pictures in kinds.items():
        for picture in pictures:
            of[kind] += 1
            if of[kind] % 10 == 0:
                print(kind, of[kind], right[kind], flush=True)
            payload = payload_of(ACCOUNT, NOON, fingerprint(picture))
            began = time.process_time()
            marked = watermark.embed(picture, payload)
            took["embed"].append(time.process_time() - began)
            near.append(psnr(picture, marked))
            strangers += stranger.read(marked) is not None
            for attack, change in ATTACKS.items():
                changed = change(marked)
                began = time.process_time()
                found = watermark.read(changed)
                took["read"].append(time.process_time() - began)
                right[kind][attack] += found is not None and found.payload == payload
                fit[attack].append(distance(payload.picture, fingerprint(changed) >> 40))
    return {
        "right": {
            attack: {kind: asdict(Rate(of=of[kind], right=right[kind][attack])) for kind in kinds} for attack in ATTACKS
        },
        "psnr_db": {"least": min(near), "median": statistics.median(near), "most": max(near)},
        "read_with_another_key": strangers,
        "processor_s": {name: statistics.median(each) for name, each in took.items()},
        "fingerprint_bits_off_of_24": {attack: statistics.mean(each) for attack, each in fit.items()},
    }


def measure_unmarked(pictures: Iterator[Picture]) -> dict[str, object]:
    """Read what has no mark; every third picture as it is, the others saved poorly or cropped."""
    watermark, found, of = Watermark(KEY), 0, 0
    changes = list(ATTACKS.values())
    for of, picture in enumerate(pictures, start=1):
        if of % 100 == 0:
            print(of, found, flush=True)
        found += watermark.read(changes[0 if of % 3 else of % len(changes)](picture)) is not None
    return {"of": of, "found": found}


def main() -> None:
    """Measure one of the two."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("marked", "unmarked"))
    for name in ("photographs", "drawn", "corpus"):
        parser.add_argument(f"--{name}", type=Path)
    parser.add_argument("--count", type=int, default=200, help="pictures of each kind, or without a mark")
    parser.add_argument("--out", type=Path, default=Path("watermark.json"))
    given = parser.parse_args()
    if given.what == "unmarked":
        measured = measure_unmarked(scenes(given.corpus, given.count, 256))
    else:
        kinds = {}
        if given.photographs is not None:
            kinds["photographs"] = photographs(given.photographs, given.count)
        if given.drawn is not None:
            kinds["drawn by the embedded model"] = drawn(given.drawn, given.count)
        if given.corpus is not None:
            kinds["composed scenes"] = scenes(given.corpus, given.count, 512)
        measured = measure_marked(kinds)
    given.out.write_text(json.dumps(measured, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(measured, indent=2))


if __name__ == "__main__":
    main()
