"""How well the invisible mark is read after attacks, how little it is seen, and how rarely it is found where none is.

`python -m benchmarks.watermark marked --photographs FOLDER --drawn FOLDER --corpus FOLDER` marks pictures of three
kinds and attacks each; `... unmarked --corpus FOLDER` reads pictures that have no mark. Both write a row a picture to a
file, go on from there when they are called again, and print what all rows say; `... tell` only prints. Photographs are
parts of the files of a folder, many a file, so they are not independent of each other; composed scenes are one a seed,
drawn by the training's own scene maker from the corpus.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Any, Final, Literal

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
class Marked:
    """What came of one marked picture."""

    kind: str
    number: int
    side: int
    lost: tuple[str, ...]
    """Attacks after which the mark was not read, or not with all its bits."""
    strangers: bool
    """Whether it was read under another key."""
    psnr_db: float
    bits_off: Mapping[str, int]
    """By attack, of the 24 bits of the fingerprint that the mark keeps."""
    embed_s: float
    read_s: float
    """Processor time, the second as the mean of all attacks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmarked:
    """What was read in one picture that has no mark."""

    kind: str
    number: int
    side: int
    attack: str
    found: bool


Row = Marked | Unmarked
Pictures = Callable[[range], Iterator[Picture]]
"""The pictures of some numbers, each the same whenever it is asked for."""


def to_side(image: Picture, side: int) -> Picture:
    """The picture with its longer side as long."""
    by = side / max(image.size)
    if by == 1:
        return image
    return image.resize((round(image.width * by), round(image.height * by)), Image.Resampling.LANCZOS)


def photographs(folder: Path, side: int, numbers: range) -> Iterator[Picture]:
    """The photographs of a folder in turn: first whole, then parts of them."""
    files = sorted(file for file in folder.rglob("*") if file.suffix in SUFFIXES)
    for number in numbers:
        chance = np.random.default_rng(number)
        image = Image.open(files[number % len(files)]).convert("RGB")
        part = 1.0 if number < len(files) else float(chance.uniform(0.55, 1.0))
        yield to_side(cropped(image, part, float(chance.random()), float(chance.random())), side)


def drawn(folder: Path, side: int, numbers: range) -> Iterator[Picture]:
    """Pictures that the embedded model drew, none twice."""
    files = sorted(file for file in folder.glob("*.png") if "sheet" not in file.name)
    for file in files[numbers.start : numbers.stop]:
        yield to_side(Image.open(file).convert("RGB"), side)


def scenes(corpus: Path, side: int, numbers: range) -> Iterator[Picture]:
    """Composed scenes, one a seed, at their own size."""
    sprites = load_sprites(corpus, load_subjects(), torch.device("cpu"))
    seeds = range(FIRST_SEED + numbers.start, FIRST_SEED + numbers.stop)
    for _, pictures in composed(sprites, Size(width=side, height=side), seeds, Mix(), 8):
        yield from (Image.fromarray(picture) for picture in pictures.numpy())


def psnr(one: Picture, other: Picture) -> float:
    """How near two pictures are. Units: dB."""
    error = np.asarray(one, np.float64) - np.asarray(other, np.float64)
    return float(10 * np.log10(255**2 / np.mean(error**2)))


def marked(pictures: Pictures, kind: str, side: int, numbers: range) -> Iterator[Marked]:
    """Mark, attack and read each picture."""
    watermark, stranger = Watermark(KEY), Watermark(KEY[::-1])
    for number, picture in zip(numbers, pictures(numbers), strict=False):
        payload = payload_of(ACCOUNT, NOON, fingerprint(picture))
        began = time.process_time()
        whole = watermark.embed(picture.copy(), payload)
        embedded = time.process_time() - began
        lost, off, took = list[str](), dict[str, int](), 0.0
        for attack, change in ATTACKS.items():
            changed = change(whole)
            began = time.process_time()
            found = watermark.read(changed)
            took += time.process_time() - began
            off[attack] = distance(payload.picture, fingerprint(changed) >> 40)
            if found is None or found.payload != payload:
                lost.append(attack)
        yield Marked(
            kind=kind,
            number=number,
            side=side,
            lost=tuple(lost),
            strangers=stranger.read(whole) is not None,
            psnr_db=psnr(picture, whole),
            bits_off=off,
            embed_s=embedded,
            read_s=took / len(ATTACKS),
        )


def unmarked(pictures: Pictures, kind: str, side: int, numbers: range) -> Iterator[Unmarked]:
    """Read what has no mark; two of three pictures as they are, the others saved poorly, cropped, or turned."""
    watermark, attacks = Watermark(KEY), list(ATTACKS)
    for number, picture in zip(numbers, pictures(numbers), strict=False):
        attack = attacks[number // 3 % len(attacks) if number % 3 == 0 else 0]
        found = watermark.read(ATTACKS[attack](picture)) is not None
        yield Unmarked(kind=kind, number=number, side=side, attack=attack, found=found)


def of_marked(rows: Sequence[dict[str, Any]]) -> dict[str, object]:
    """What the rows of marked pictures say together."""
    near = [row["psnr_db"] for row in rows]
    return {
        "of": len(rows),
        "right": {attack: sum(attack not in row["lost"] for row in rows) for attack in ATTACKS},
        "psnr_db": {"least": min(near), "median": statistics.median(near), "most": max(near)},
        "at_least_40_db": sum(each >= 40 for each in near),
        "read_with_another_key": sum(row["strangers"] for row in rows),
        "embed_s": statistics.median(row["embed_s"] for row in rows),
        "read_s": statistics.median(row["read_s"] for row in rows),
        "bits_off_of_24": {attack: max(row["bits_off"][attack] for row in rows) for attack in ATTACKS},
    }


def of_unmarked(rows: Sequence[dict[str, Any]]) -> dict[str, object]:
    """What the rows of unmarked pictures say together."""
    return {
        "of": len(rows),
        "attacked": sum(row["attack"] != "none" for row in rows),
        "found": sum(row["found"] for row in rows),
    }


def told(file: Path) -> dict[str, object]:
    """The rows of a file, by kind and side."""
    groups = dict[str, list[dict[str, Any]]]()
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        groups.setdefault(f"{row['kind']}, {row['side']}", []).append(row)
    return {name: (of_marked if "lost" in rows[0] else of_unmarked)(rows) for name, rows in groups.items()}


def done(file: Path, kind: str, side: int) -> int:
    """How many pictures of a kind a file has: as many were measured before something stopped it."""
    if not file.exists():
        return 0
    rows = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    return sum(row["kind"] == kind and row["side"] == side for row in rows)


def main() -> None:
    """Measure one of the two, from where it stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("marked", "unmarked", "tell"))
    for name in KINDS:
        parser.add_argument(f"--{name}", type=Path, metavar="FOLDER")
    parser.add_argument("--count", type=int, default=200, help="pictures of each kind and side")
    parser.add_argument("--side", type=int, nargs="+", default=[1024], help="of the pictures, in pixels")
    parser.add_argument("--out", type=Path, default=Path("watermark.jsonl"), help="a row a picture, added to its end")
    given = parser.parse_args()
    measure: Callable[[Pictures, str, int, range], Iterator[Row]] = marked if given.what == "marked" else unmarked
    for side, (name, (kind, pictures)) in product(given.side, KINDS.items()):
        folder = getattr(given, name)
        if folder is None:
            continue
        numbers = range(done(given.out, kind, side), given.count)
        with given.out.open("a", encoding="utf-8") as out:
            for row in measure(partial(pictures, folder, side), kind, side, numbers):
                out.write(json.dumps(asdict(row)) + "\n")
                out.flush()
    print(json.dumps(told(given.out), indent=2))


KINDS: Final = {
    "photographs": ("photographs", photographs),
    "drawn": ("drawn by the embedded model", drawn),
    "corpus": ("composed scenes", scenes),
}
"""By the option that names their folder."""

if __name__ == "__main__":
    main()
