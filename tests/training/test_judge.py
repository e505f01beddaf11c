"""The measure is right about pictures whose content is known."""

import numpy as np
import pytest

from outcrop.training.grounds import load_grounds
from outcrop.training.judge import (
    Pixels,
    air,
    backdrop,
    before,
    before_plain,
    border_colour,
    centroids,
    form,
    ground_colour,
    nearest,
    number_of_things,
    on_both_sides,
    reduced,
    side,
    thing_colour,
    to_lab,
)


def _page(colour: tuple[int, int, int] = (250, 250, 250)) -> Pixels:
    return np.full((128, 128, 3), colour, dtype=np.uint8)


def test_lab_of_known_colours() -> None:
    """White is 100, black 0, and pure red as published."""
    lab = to_lab(np.array([[1.0, 1.0, 1.0], [0.0, 0.0, 0.0], [1.0, 0.0, 0.0]]))
    assert np.allclose(lab, [[100.0, 0.0, 0.0], [0.0, 0.0, 0.0], [53.24, 80.09, 67.20]], atol=0.1)


@pytest.mark.parametrize("name", list(load_grounds().colours))
def test_the_border_outvotes_the_middle(name: str) -> None:
    """A large thing does not change the ground's colour."""
    r, g, b = (round(255 * value) for value in load_grounds().colours[name])
    picture = _page((r, g, b))
    picture[16:112, 16:112] = (0, 200, 200)
    assert ground_colour(picture) == name
    assert np.allclose(border_colour(picture) * 255.0, (r, g, b))


def test_a_shadow_is_no_thing() -> None:
    """What is the ground's colour in less light is ground."""
    picture = _page((246, 152, 194))
    picture[90:100, 30:90] = (172, 106, 136)
    assert not before_plain(picture).any()
    picture[40:80, 40:80] = (40, 100, 222)
    assert before_plain(picture).sum() == 1600


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_things_are_counted_and_crumbs_are_not(count: int) -> None:
    """Parts much smaller than the largest belong to something."""
    picture = _page()
    for number in range(count):
        picture[40:60, 4 + 25 * number : 22 + 25 * number] = (30, 160, 60)
    picture[100:104, 60:64] = (30, 160, 60)
    assert number_of_things(before_plain(picture)) == count


def test_nothing_is_no_thing() -> None:
    """An empty page has no thing, no side and no colour."""
    mask = before_plain(_page())
    assert (number_of_things(mask), side(mask), on_both_sides(mask)) == (0, "", False)
    assert not thing_colour(_page(), mask)


def test_sides() -> None:
    """Left, right and neither; and both."""
    mask = np.zeros((128, 128), dtype=bool)
    mask[40:80, 10:40] = True
    assert (side(mask), side(mask[:, ::-1])) == ("left", "right")
    assert not on_both_sides(mask)
    assert on_both_sides(mask | mask[:, ::-1])
    assert not side(mask | mask[:, ::-1])


@pytest.mark.parametrize(
    ("name", "light"), [("red", (222, 36, 42)), ("blue", (38, 104, 226)), ("gray", (142, 144, 150))]
)
def test_a_thing_has_the_colour_of_most_of_it(name: str, light: tuple[int, int, int]) -> None:
    """A part of another colour is outvoted."""
    picture = _page((252, 214, 48))
    picture[30:100, 30:100] = light
    picture[30:60, 30:60] = (10, 120, 20)
    assert thing_colour(picture, before_plain(picture)) == name


def test_what_stands_before_a_known_ground_is_found() -> None:
    """The ground may vary as much as it does."""
    rng = np.random.default_rng(1)
    empty = [_page((90, 160, 70)) + rng.integers(0, 12, (128, 128, 1)).astype(np.uint8) for _ in range(8)]
    picture = empty[0].copy()
    picture[30:70, 80:120] = (220, 30, 40)
    mask = before(picture, backdrop(empty[1:]))
    assert side(mask) == "right"
    assert abs(int(mask.sum()) - 1600) < 40


def test_form_ignores_the_ground() -> None:
    """The nearest reference is that of the same form, wherever it lies a little."""
    square, bar = _page(), _page()
    square[40:88, 40:88] = 128
    bar[56:72, 8:120] = 128
    assert nearest(form(np.roll(square, 2, axis=1)), {"square": [form(square)], "bar": [form(bar)]}) == "square"
    assert nearest(form(np.roll(bar, 2, axis=0)), {"square": [form(square)], "bar": [form(bar)]}) == "bar"


def test_settings_are_told_by_what_is_around_the_thing() -> None:
    """A large thing in front of a setting does not make it another."""
    meadow, sea = _page((120, 180, 240)), _page((120, 180, 240))
    meadow[64:], sea[64:] = (60, 160, 50), (20, 60, 160)
    known = centroids({"meadow": [air(meadow)] * 2, "sea": [air(sea)] * 2})
    meadow[40:110, 40:100] = (20, 60, 160)
    assert known.nearest(air(meadow)) == "meadow"


def test_pictures_are_reduced_in_shape() -> None:
    """The longer side is cut to size."""
    assert reduced(np.zeros((256, 512, 3), dtype=np.uint8)).shape == (64, 128, 3)
