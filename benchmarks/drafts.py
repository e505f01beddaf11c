"""Whether finals keep their drafts' composition: sixteen prompts, drafted on Core and finished on Ultra.

`python -m benchmarks.drafts --pictures FOLDER` writes docs/images/drafts.webp and drafts.json. Beside each final stand
two controls from the same words: Ultra from the draft's seed alone, and Ultra from another seed. What is drawn is kept
in FOLDER, so that a stopped run goes on.
"""

import argparse
import json
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from outcrop.catalog.load import load_catalog
from outcrop.clock import now
from outcrop.engine.engine import Pixels
from outcrop.finish.sheet import Tile, contact_sheet
from outcrop.prompt import parse
from outcrop.request import ImageToImage, TextToImage
from outcrop.training.generate import Gallery, bitmap
from outcrop.units import Seed, Size

Floats = NDArray[np.float64]

IMAGES = Path(__file__).parents[1] / "docs" / "images"
PROMPTS = (
    "a red apple on a wooden table",
    "a fox in an autumn forest",
    "a robot on the moon",
    "three balloons on a blue background",
    "a cat on the left and a dog on the right on a white background",
    "a castle at sunset, watercolor",
    "a golden owl in the library",
    "a racing car in a synthwave landscape",
    "a sailboat on the sea",
    "a teddy bear in a room",
    "a teapot on a wooden table, oil painting",
    "two penguins in the snow",
    "a lighthouse at night",
    "a wooden horse in a meadow",
    "a green dragon in front of a volcano",
    "a birthday cake on a pink background",
)
"""Each prompt's seed is its number, from 1."""
STRENGTHS = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
ELSEWHERE = 100
"""How far the other seed is from the draft's."""
SIDE = 64
"""Pixels of a side that luma is reduced to: composition is left, texture is not."""
WIDTH, SIGMA = 11, 1.5
SMALL = (2.55**2, 7.65**2)
"""The window and the two constants of SSIM, as its authors chose them."""
TILE_PX = 184
SQUARE = Size(width=1024, height=1024)

Way = str | float
"""A strength at which a draft was finished, or one of the controls."""
CONTROLS = ("same seed, no start", "another seed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A draft, and what the premium tier makes of the same words in each way."""

    prompt: str
    draft: Pixels
    finals: dict[Way, Pixels]

    def likeness(self, way: Way) -> float:
        """How much of the draft's structure is there."""
        return likeness(self.draft, self.finals[way])


def luma(picture: Pixels, side: int) -> Floats:
    """A picture's brightness, averaged to so many pixels a side. Shapes: (h, w, 3) to (side, side). Units: 0..255."""
    return np.asarray(Image.fromarray(picture).convert("L").resize((side, side), Image.Resampling.BOX), np.float64)


def likeness(one: Pixels, other: Pixels) -> float:
    """Structural similarity of two pictures' reduced luma: 1 where they are equal, about 0 where unrelated.

    Shapes: (h, w, 3), whatever sizes.
    Source: Wang et al. 2004, "Image quality assessment: from error visibility to structural similarity", equation 13.
    """
    a, b = luma(one, SIDE), luma(other, SIDE)
    mean_a, mean_b = blurred(a), blurred(b)
    spread_a, spread_b = blurred(a * a) - mean_a**2, blurred(b * b) - mean_b**2
    shared = blurred(a * b) - mean_a * mean_b
    light = (2 * mean_a * mean_b + SMALL[0]) / (mean_a**2 + mean_b**2 + SMALL[0])
    return float((light * (2 * shared + SMALL[1]) / (spread_a + spread_b + SMALL[1])).mean())


def blurred(values: Floats) -> Floats:
    """Averages under a Gaussian window, where all of it lies inside. Shapes: (n, n) to (n - 10, n - 10)."""
    window = np.exp(-((np.arange(WIDTH) - WIDTH // 2) ** 2) / (2 * SIGMA**2))
    window /= window.sum()
    rows = np.lib.stride_tricks.sliding_window_view(values, WIDTH, axis=0) @ window
    found: Floats = np.lib.stride_tricks.sliding_window_view(rows, WIDTH, axis=1) @ window
    return found


def detail(picture: Pixels) -> float:
    """Root mean square of the differences between neighbours, at half a megapixel's quarter. Units: 0..255."""
    reduced = luma(picture, 512)
    return float(np.sqrt(sum((np.diff(reduced, axis=axis) ** 2).mean() for axis in (0, 1))))


def draw(folder: Path, report: Callable[[str], None]) -> list[Drawn]:
    """Draft every prompt, finish every draft at every strength, and draw the controls."""
    catalog = load_catalog()
    core, ultra = (Gallery(catalog, catalog.model_named(name), folder, now) for name in ("core", "ultra"))
    numbered = list(enumerate(PROMPTS, 1))

    def words(further: int = 0) -> list[TextToImage]:
        return [TextToImage(prompt=parse(text), size=SQUARE, seed=Seed(at + further)) for at, text in numbered]

    drafts = [shot.pixels for shot in core.draw(words(), report)]
    made: dict[Way, list[Pixels]] = {
        name: [shot.pixels for shot in ultra.draw(words(further), report)]
        for name, further in zip(CONTROLS, (0, ELSEWHERE), strict=True)
    }
    for strength in STRENGTHS:
        asked = [
            ImageToImage(prompt=parse(text), image=bitmap(draft), strength=strength, seed=Seed(at))
            for (at, text), draft in zip(numbered, drafts, strict=True)
        ]
        made[strength] = [shot.pixels for shot in ultra.draw(asked, report)]
    return [
        Drawn(prompt=text, draft=draft, finals={way: pictures[at] for way, pictures in made.items()})
        for at, (text, draft) in enumerate(zip(PROMPTS, drafts, strict=True))
    ]


def figures(drawn: Sequence[Drawn], strength: float) -> dict[str, object]:
    """Likeness to the draft by the way of drawing, over all prompts and for each; and how much detail there is."""
    ways: list[dict[str, object]] = []
    for way in (*CONTROLS, *STRENGTHS):
        found = [one.likeness(way) for one in drawn]
        ways.append(
            {
                "way": way,
                "mean": round(statistics.mean(found), 3),
                "median": round(statistics.median(found), 3),
                "least": round(min(found), 3),
                "detail": round(statistics.mean(detail(one.finals[way]) for one in drawn), 2),
            }
        )
    by_prompt = [
        {"prompt": one.prompt} | {str(way): round(one.likeness(way), 3) for way in (strength, *CONTROLS)}
        for one in drawn
    ]
    return {
        "measure": f"SSIM of luma averaged to {SIDE}x{SIDE}, final to its draft",
        "chosen_strength": strength,
        "detail_of_drafts": round(statistics.mean(detail(one.draft) for one in drawn), 2),
        "ways": ways,
        "prompts": by_prompt,
    }


def sheet(drawn: Sequence[Drawn], strength: float) -> Image.Image:
    """A row a prompt: the draft, its final, and the controls, each with its likeness to the draft."""
    tiles: list[Tile] = []
    ways: dict[str, Way] = {"final": strength} | {name: name for name in CONTROLS}
    for one in drawn:
        tiles.append(Tile(image=Image.fromarray(one.draft), caption=f"draft: {one.prompt}"))
        for name, way in ways.items():
            tiles.append(Tile(image=Image.fromarray(one.finals[way]), caption=f"{name}: {one.likeness(way):.2f}"))
    return contact_sheet(tiles, columns=8, tile_px=TILE_PX)


def main() -> None:
    """Draw, measure and write both files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=Path, required=True, help="folder for what is drawn")
    drawn = draw(parser.parse_args().pictures, print)
    strength = load_catalog().model_named("ultra").tier.finish_strength
    found = figures(drawn, strength)
    IMAGES.mkdir(exist_ok=True)
    (IMAGES / "drafts.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    sheet(drawn, strength).save(IMAGES / "drafts.webp", quality=80, method=6)
    print(json.dumps(found["ways"], indent=1))


if __name__ == "__main__":
    main()
