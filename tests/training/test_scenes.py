"""Scenes are decided by their seed alone, and nothing in them lies outside or upon another."""

from dataclasses import replace

import pytest

from outcrop.training.finishes import load_finishes
from outcrop.training.grounds import load_grounds
from outcrop.training.looks import load_looks
from outcrop.training.pool import OTHER_SIZES, SQUARE
from outcrop.training.scenes import Mix, Scene, Thing, decide
from outcrop.training.sprites import Sprites
from outcrop.units import Size

SIZES = (SQUARE, *OTHER_SIZES)


def _scenes(sprites: Sprites, size: Size, count: int = 400) -> list[Scene]:
    return [decide(seed, sprites, size, Mix()) for seed in range(count)]


def test_the_same_seed_decides_the_same_scene(sprites: Sprites) -> None:
    """Deciding is a function of its arguments."""
    assert _scenes(sprites, SQUARE, 50) == _scenes(sprites, SQUARE, 50)


def test_seeds_differ(sprites: Sprites) -> None:
    """Other seeds decide other scenes."""
    assert len({replace(scene, seed=0) for scene in _scenes(sprites, SQUARE, 100)}) == 100


def test_a_thousand_scenes_hold_everything_there_is(sprites: Sprites) -> None:
    """Every layout, number, ground, style, lighting, mood, colour and material is met."""
    scenes = _scenes(sprites, SQUARE, 4000)
    assert {scene.layout for scene in scenes} == {layout for layout, _ in Mix().layouts}
    assert {len(scene.things) for scene in scenes if scene.layout == "count"} == {2, 3, 4, 5}
    assert {scene.plain for scene in scenes} == {"", *load_grounds().colours}
    assert {scene.setting for scene in scenes} == {"", *load_grounds().settings}
    assert {scene.style for scene in scenes} == {"", *load_looks().styles}
    assert {scene.lighting for scene in scenes} == {"", *load_looks().lighting}
    assert {scene.mood for scene in scenes} == {"", *load_looks().moods}
    finishes = {thing.finish for scene in scenes for thing in scene.things}
    assert finishes >= {"", *load_finishes().colours, *load_finishes().materials} - {"red"}  # red is their own


def test_common_subjects_are_shown_more_often(sprites: Sprites) -> None:
    """Three times as often as the others, unless the mix says otherwise."""
    subjects = sprites.subjects.subjects
    common = sum(subject.common for subject in subjects) / len(subjects)
    assert 0.0 < common < 1.0
    shown = [sprites.subjects.named(decide(seed, sprites, SQUARE, Mix()).things[0].subject) for seed in range(2000)]
    expected = 3.0 * common / (3.0 * common + 1.0 - common)
    assert abs(sum(subject.common for subject in shown) / len(shown) - expected) < 0.04


def test_there_are_enough_settings_and_every_preset() -> None:
    """At least 24 settings, and the seventeen style presets of the wire."""
    assert len(load_grounds().settings) >= 24
    assert sum(look.preset for look in load_looks().styles.values()) == 17


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_things_lie_inside_the_picture(sprites: Sprites, size: Size) -> None:
    """Whatever is no close-up is whole, but for two pixels."""
    for scene in _scenes(sprites, size):
        for thing in scene.things:
            left, right, top, bottom = _box(scene, thing, sprites, size)
            if scene.layout != "close-up":
                assert left >= -2.0
                assert right <= size.width + 2.0
                assert top >= -2.0
                assert bottom <= size.height + 2.0


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_several_things_never_touch(sprites: Sprites, size: Size) -> None:
    """Boxes of things in one picture are apart, so that they can be counted."""
    for scene in _scenes(sprites, size):
        boxes = [_box(scene, thing, sprites, size) for thing in scene.things]
        for number, (left, right, top, bottom) in enumerate(boxes):
            for other in boxes[number + 1 :]:
                assert right <= other[0] or other[1] <= left or bottom <= other[2] or other[3] <= top


def test_left_is_left_and_right_is_right(sprites: Sprites) -> None:
    """Sides are sides in every shape."""
    for size in SIZES:
        for scene in _scenes(sprites, size):
            if scene.layout in ("left", "right"):
                assert (scene.things[0].x < 0.4) == (scene.layout == "left")
                assert (scene.things[0].x > 0.6) == (scene.layout == "right")


def test_colours_that_a_style_takes_away_are_not_decided(sprites: Sprites) -> None:
    """A blue car drawn as a blueprint would make a false caption."""
    for scene in _scenes(sprites, SQUARE):
        assert scene.keeps_colours or all(not thing.finish for thing in scene.things)


def _box(scene: Scene, thing: Thing, sprites: Sprites, size: Size) -> tuple[float, float, float, float]:
    """Left, right, top and bottom of a thing in pixels."""
    outline = sprites.outline(sprites.row(thing.subject, scene.drawn))
    wide = thing.size * size.shorter * (outline.right - outline.left)
    tall = thing.size * size.shorter * (outline.bottom - outline.top)
    middle, low = thing.x * size.width, thing.foot * size.height
    return middle - wide / 2, middle + wide / 2, low - tall, low
