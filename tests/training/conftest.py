"""Synthetic drawings in the place of the corpus, so that every test runs without it."""

import pytest
import torch
from PIL import Image, ImageDraw

from outcrop.training.corpus import Drawing, DrawingKey
from outcrop.training.scenes import Mix
from outcrop.training.sprites import Sprites
from outcrop.training.subjects import Subject, SubjectList, load_subjects


def drawing(number: int) -> Image.Image:
    """A red disc where the number is odd, a red box with a blue window of the same size where it is even."""
    picture = Image.new("RGBA", (256, 256))
    draw = ImageDraw.Draw(picture)
    if number % 2:
        draw.ellipse((2, 2, 254, 254), fill=(210, 30, 40, 255))
    else:
        draw.rectangle((2, 40, 254, 216), fill=(200, 40, 40, 255))
        draw.rectangle((60, 80, 180, 180), fill=(60, 120, 230, 255))
    return picture


@pytest.fixture(scope="session")
def subjects() -> SubjectList:
    """Six of the real subjects, one of them no common one, with the real drawing styles."""
    wanted = {"apple", "car", "cat", "house", "rocket", "wolf"}
    full = load_subjects()
    chosen: tuple[Subject, ...] = tuple(subject for subject in full.subjects if subject.name in wanted)
    return SubjectList(subjects=chosen, sources=full.sources)


@pytest.fixture(scope="session")
def sprites(subjects: SubjectList) -> Sprites:
    """Synthetic drawings of those subjects."""
    keys: list[DrawingKey] = [subjects.key(s, drawn) for s in subjects.subjects for drawn in subjects.drawn_styles]
    drawings = {key: Drawing(key=key, picture=drawing(number // 2)) for number, key in enumerate(keys)}
    return Sprites(subjects, drawings, torch.device("cpu"))


@pytest.fixture(scope="session")
def plain_mix() -> Mix:
    """Scenes that image analysis can measure: plain grounds, no style, lighting or mood, the usual drawing style."""
    return Mix(plain=1.0, studio=0.0, usual_drawn=1.0, style=0.0, lighting=0.0, mood=0.0, material=0.0)
