"""What the judge of pictures makes of pictures that are innocent, and how long it looks at one.

`python -m benchmarks.moderation FOLDER…` reads every picture below folders that hold none but innocent ones: the corpus
unpacked, pictures that models drew. Explicit pictures are neither used nor made, so nothing is said of what is missed.
"""

import argparse
import json
import time
from pathlib import Path
from statistics import median

from PIL import Image

from outcrop.cli.fetching_moderation import moderation_folder
from outcrop.safety.images import open_judge
from outcrop.safety.pictures import USUAL_PICTURES
from outcrop.settings import read_settings

FORMATS = {".png", ".jpg", ".jpeg", ".webp"}
MARKS = (0.2, 0.4, 0.5, 0.7, USUAL_PICTURES.threshold, 0.9)
LOOKED_AT = (1024, 1024)
"""The size at which time is taken."""


def main() -> None:
    """Print how many of the pictures reach each score."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folders", nargs="+", type=Path)
    judge = open_judge(moderation_folder(read_settings().home))
    scores: dict[str, float] = {}
    took: list[float] = []
    for folder in arguments.parse_args().folders:
        for path in sorted(each for each in folder.rglob("*") if each.suffix.lower() in FORMATS):
            with Image.open(path) as image:
                picture = Image.new("RGB", LOOKED_AT, "white")
                shown = image.convert("RGBA").resize(LOOKED_AT)
                picture.paste(shown, mask=shown.getchannel("A"))
            began = time.perf_counter()
            scores[str(path)] = judge(picture)
            took.append(time.perf_counter() - began)
    highest = sorted(scores.items(), key=lambda each: -each[1])[:5]
    told = {
        "pictures": len(scores),
        "reach": {f"{mark:g}": sum(score >= mark for score in scores.values()) for mark in MARKS},
        "highest": {Path(path).name: round(score, 3) for path, score in highest},
        "median_score": round(median(scores.values()), 4),
        "median_ms": round(median(took) * 1000, 1),
    }
    print(json.dumps(told, indent=2))


if __name__ == "__main__":
    main()
