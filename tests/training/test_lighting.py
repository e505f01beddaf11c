"""Every light and mood works on every shape, and treats a picture the same alone and in company."""

import pytest
import torch

from outcrop.training.lighting import LIGHTING, MOODS, apply_lighting, apply_mood
from outcrop.training.looks import Look, load_looks
from outcrop.units import Size
from tests.training.hues import SIZES, Apply, canvas, ground_names, hue, scene, turned

SMALL = Size(width=128, height=96)
HUES = (0.0, 30.0, 60.0, 120.0, 220.0, 280.0)
EVERY = [(apply_lighting, name) for name in LIGHTING] + [(apply_mood, name) for name in MOODS]
CHANGING = [(apply, name) for apply, name in EVERY if name != "day"]


def _look(apply: Apply, name: str) -> Look:
    looks = load_looks()
    return (looks.lighting if apply is apply_lighting else looks.moods)[name]


def test_day_is_the_picture_itself() -> None:
    """Daylight is what scenes are painted in."""
    pictures, subjects = scene([0.0], SMALL)
    assert torch.equal(apply_lighting("day", pictures, subjects, canvas([1], SMALL)), pictures)


@pytest.mark.parametrize(("apply", "name"), CHANGING)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_light_falls_on_every_shape(apply: Apply, name: str, size: Size) -> None:
    """The picture keeps its shape, stays in range, and is another than before."""
    pictures, subjects = scene([0.0], size)
    lit = apply(name, pictures, subjects, canvas([1], size))
    assert lit.shape == pictures.shape
    assert lit.isfinite().all()
    assert lit.min() >= 0.0
    assert lit.max() <= 1.0
    assert (lit - pictures).abs().mean() > 0.02


@pytest.mark.parametrize(("apply", "name"), EVERY)
def test_a_light_is_the_same_alone_and_in_company(apply: Apply, name: str) -> None:
    """A picture's result depends on itself and its seed alone, and is the same each time."""
    pictures, subjects = scene(HUES[:3], SMALL)
    together = apply(name, pictures, subjects, canvas([5, 6, 7], SMALL))
    again = apply(name, pictures, subjects, canvas([5, 6, 7], SMALL))
    alone = apply(name, pictures[:1], subjects[:1], canvas([5], SMALL))
    assert torch.equal(together, again)
    assert (alone - together[:1]).abs().max() <= 1e-6


@pytest.mark.parametrize(("apply", "name"), EVERY)
def test_a_light_works_without_a_subject(apply: Apply, name: str) -> None:
    """Scenery alone has an empty mask."""
    pictures, subjects = scene([220.0], SMALL)
    assert apply(name, pictures, torch.zeros_like(subjects), canvas([1], SMALL)).isfinite().all()


@pytest.mark.parametrize(("apply", "name"), EVERY)
def test_colours_stay_true_where_the_words_say_so(apply: Apply, name: str) -> None:
    """The hue of subject and ground is the one before, but for those that the light is said to take."""
    keeps = _look(apply, name).keeps
    pictures, subjects = scene(HUES, SIZES[0])
    lit = apply(name, pictures, subjects, canvas(range(len(HUES)), SIZES[0]))
    inside = (subjects > 0.5).float()
    if keeps in {"all", "subject"}:
        assert max(map(turned, hue(lit, inside), HUES)) < 36.0
    if keeps == "all":
        assert max(map(turned, hue(lit, 1.0 - inside), HUES)) < 36.0


@pytest.mark.parametrize(
    ("apply", "name"), [(apply, name) for apply, name in EVERY if _look(apply, name).keeps == "all"]
)
def test_a_plain_ground_is_still_called_by_its_colour(apply: Apply, name: str) -> None:
    """Of all named plain grounds at most one measures nearer to another name."""
    assert sum(before != after for before, after in ground_names(apply, name).items()) <= 1


def test_the_lights_differ_from_one_another() -> None:
    """No two lights or moods make nearly the same picture."""
    pictures, subjects = scene([20.0, 200.0], SMALL)
    lit = [apply(name, pictures, subjects, canvas([1, 2], SMALL)) for apply, name in EVERY]
    for index, first in enumerate(lit):
        for second in lit[index + 1 :]:
            assert (first - second).abs().mean() > 0.02
