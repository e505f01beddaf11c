"""Scenes are decided by their seed alone, and show what their captions will say."""

import numpy as np
import pytest

from outcrop.training.grounds import load_grounds
from outcrop.training.judge import nearest_colour
from outcrop.training.scenes import Palette, Scene, compose, decide

SETTINGS = tuple(load_grounds().settings)


def _plain(palette: Palette, colour: str) -> Scene:
    return Scene(
        subject=palette.subjects.subjects[0].name,
        own_colour=palette.colours(palette.subjects.subjects[0].name, "3D render")[0],
        style="3D render",
        plain=colour,
        setting="",
        size=0.74,
        dx=0.0,
        dy=0.0,
        seed=5,
    )


def test_the_same_seed_gives_the_same_picture(palette: Palette) -> None:
    """Deciding and composing are functions of the seed, the palette and the size."""
    for seed in range(12):
        first, second = decide(seed, palette), decide(seed, palette)
        assert first == second
        assert np.array_equal(compose(first, palette, 96, 64), compose(second, palette, 96, 64))


def test_seeds_differ(palette: Palette) -> None:
    """Other seeds decide other scenes."""
    assert len({decide(seed, palette) for seed in range(40)}) == 40


@pytest.mark.parametrize("colour", load_grounds().colours)
def test_a_plain_ground_measures_as_the_colour_it_is_called(palette: Palette, colour: str) -> None:
    """The border of a composed picture is nearest, in CIELAB, to the colour named in its caption."""
    picture = compose(_plain(palette, colour), palette, 128, 128)
    assert nearest_colour(picture, load_grounds().colours) == colour


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize(("width", "height"), [(128, 128), (192, 80), (80, 192)])
def test_every_setting_paints_every_shape(palette: Palette, setting: str, width: int, height: int) -> None:
    """Each setting fills the asked size and is no flat colour."""
    scene = decide(3, palette)
    picture = compose(
        Scene(**{name: getattr(scene, name) for name in Scene.__slots__} | {"plain": "", "setting": setting}),
        palette,
        width,
        height,
    )
    assert picture.shape == (height, width, 3)
    assert picture.std() > 4.0
