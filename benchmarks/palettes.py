"""Whether pictures that are guided by colours have them, and still show what they showed: eight prompts, four palettes.

`python -m benchmarks.palettes --pictures FOLDER` writes docs/images/palettes.webp and palettes.json. Beside each guided
picture stands its control: the same words and seed without a palette. What is drawn is kept in FOLDER.
"""

import argparse
import json
import statistics
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.drafts import IMAGES, TILE_PX, likeness
from outcrop.catalog.load import load_catalog
from outcrop.clock import now
from outcrop.engine.engine import Pixels
from outcrop.finish.sheet import Tile, contact_sheet
from outcrop.palette import Palette, read_palette
from outcrop.prompt import parse
from outcrop.request import TextToImage
from outcrop.training.generate import Gallery
from outcrop.units import Seed, Size

PROMPTS = (
    "a red apple on a white background",
    "a house by a lake at sunset",
    "a cup of coffee on a wooden table",
    "a bouquet of flowers in a vase",
    "a sailboat on the sea, watercolor",
    "a fox in an autumn forest",
    "a teapot on a wooden table, oil painting",
    "a castle on a hill",
)
"""Each prompt's seed is its number, from 1."""
PALETTES = {
    "petrol and orange": read_palette(["#0f4c5c", "#e36414", "#fb8b24", "#f4f1de"]),
    "pink and yellow": read_palette(["#ff006e", "#ffbe0b", "#ffffff"]),
    "navy and amber": read_palette(["#14213d", "#fca311", "#e5e5e5"]),
    "orange alone": read_palette(["#ff9900"]),
}
SIZE = Size(width=512, height=512)


def distance(picture: Pixels, palette: Palette) -> float:
    """How far a picture's pixels are from the palette's nearest colours, on average.

    Shapes: (h, w, 3). Units: Euclidean, of colours in [0, 1].
    """
    pixels = picture.reshape(-1, 1, 3) / 255
    far = np.linalg.norm(pixels - np.array(palette)[None] / 255, axis=2)
    return float(far.min(axis=1).mean())


def drawn(folder: Path, report: Callable[[str], None]) -> dict[str, list[Pixels]]:
    """The prompts' pictures by palette, the controls under an empty name."""
    catalog = load_catalog()
    gallery = Gallery(catalog, catalog.model_named("canvas"), folder, now)
    found: dict[str, list[Pixels]] = {}
    for name, palette in {"": (), **PALETTES}.items():
        asked = [
            TextToImage(prompt=parse(text), size=SIZE, seed=Seed(at), palette=palette)
            for at, text in enumerate(PROMPTS, 1)
        ]
        found[name] = [shot.pixels for shot in gallery.draw(asked, report)]
    return found


def figures(pictures: dict[str, list[Pixels]]) -> list[dict[str, object]]:
    """For each palette how near to it the pictures are, the controls beside them, and how like those they look."""
    controls = pictures[""]
    return [
        {
            "palette": name,
            "control": round(statistics.mean(distance(each, palette) for each in controls), 3),
            "guided": round(statistics.mean(distance(each, palette) for each in pictures[name]), 3),
            "likeness": round(statistics.mean(map(likeness, controls, pictures[name])), 3),
        }
        for name, palette in PALETTES.items()
    ]


def sheet(pictures: dict[str, list[Pixels]]) -> Image.Image:
    """A column a prompt: the control, then under each palette, whose colours stand at its pictures' lower edge."""
    tiles: list[Tile] = []
    for name, row in pictures.items():
        for text, pixels in zip(PROMPTS, row, strict=True):
            tiles.append(Tile(image=_striped(pixels, PALETTES.get(name, ())), caption=name or text))
    return contact_sheet(tiles, columns=len(PROMPTS), tile_px=TILE_PX)


def _striped(pixels: Pixels, palette: Palette) -> Image.Image:
    image = Image.fromarray(pixels)
    width, height = image.size
    for at, colour in enumerate(palette):
        ends = (width * at // len(palette), width * (at + 1) // len(palette))
        image.paste(colour, (ends[0], height - height // 12, ends[1], height))
    return image


def main() -> None:
    """Draw, measure and write both files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=Path, required=True, help="folder for what is drawn")
    pictures = drawn(parser.parse_args().pictures, print)
    found = figures(pictures)
    (IMAGES / "palettes.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    sheet(pictures).save(IMAGES / "palettes.webp", quality=80, method=6)
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
