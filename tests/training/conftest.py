"""Synthetic sprites in the place of the corpus, so that every test runs without it."""

import pytest
from PIL import Image, ImageDraw

from outcrop.training.corpus import Drawing, DrawingKey
from outcrop.training.scenes import Palette, mix_palette
from outcrop.training.subjects import Subject, SubjectList, load_subjects


def _sprite(number: int) -> Image.Image:
    picture = Image.new("RGBA", (256, 256))
    draw = ImageDraw.Draw(picture)
    if number % 2:
        draw.ellipse((8, 8, 248, 248), fill=(210, 30, 40, 255))
    else:
        draw.rectangle((20, 60, 236, 200), fill=(200, 40, 40, 255))
        draw.rectangle((80, 90, 170, 150), fill=(60, 120, 230, 255))
    return picture


@pytest.fixture(scope="session")
def subjects() -> SubjectList:
    """The real list's evaluation subjects with the real styles."""
    wanted = {"apple", "car", "cat", "house", "rocket", "sunflower"}
    full = load_subjects()
    chosen: tuple[Subject, ...] = tuple(subject for subject in full.subjects if subject.name in wanted)
    return SubjectList(subjects=chosen, sources=full.sources, style_weight=full.style_weight)


@pytest.fixture(scope="session")
def palette(subjects: SubjectList) -> Palette:
    """Synthetic drawings of those subjects in every colour they may take."""
    keys: list[DrawingKey] = [subjects.key(s, style) for s in subjects.subjects for style in subjects.styles]
    drawings = {key: Drawing(key=key, picture=_sprite(number // 2)) for number, key in enumerate(keys)}
    return mix_palette(subjects, drawings)
