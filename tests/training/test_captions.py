"""Captions say what is in the scene, and nothing that is not."""

import numpy as np

from outcrop.training.captions import EMPTY_SHARE, article, caption, ground_phrases
from outcrop.training.grounds import load_grounds
from outcrop.training.scenes import Palette, decide


def test_a_caption_names_subject_and_ground(palette: Palette) -> None:
    """Whatever is not empty names the subject, and the ground unless it is the studio's."""
    rng = np.random.default_rng(1)
    for seed in range(200):
        scene = decide(seed, palette)
        text = caption(scene, palette.subjects, rng)
        if not text:
            continue
        subject = palette.subjects.named(scene.subject)
        assert any(name in text for name in (subject.name, *subject.also))
        assert scene.setting == "studio" or any(phrase in text for phrase in ground_phrases(scene))


def test_a_caption_names_no_other_colour(palette: Palette) -> None:
    """A colour word in a caption is the ground's or the subject's own."""
    rng = np.random.default_rng(2)
    for seed in range(200):
        scene = decide(seed, palette)
        words = set(caption(scene, palette.subjects, rng).replace(",", " ").split())
        named = (words & set(load_grounds().colours)) - ({"green"} if scene.setting == "meadow" else set())
        assert named <= {scene.plain, scene.own_colour}


def test_a_colour_other_than_its_own_is_always_said(palette: Palette) -> None:
    """A car turned blue is never just "a car"."""
    rng = np.random.default_rng(3)
    for seed in range(300):
        scene = decide(seed, palette)
        own = palette.subjects.named(scene.subject).own
        text = caption(scene, palette.subjects, rng)
        if text and scene.own_colour not in ("", own):
            assert scene.own_colour in text


def test_flat_pictures_always_say_so(palette: Palette) -> None:
    """The style that is not the usual one is always named."""
    rng = np.random.default_rng(4)
    for seed in range(200):
        scene = decide(seed, palette)
        text = caption(scene, palette.subjects, rng)
        if text and scene.style == "flat vector":
            assert "flat" in text or "vector" in text


def test_some_captions_are_empty(palette: Palette) -> None:
    """About a tenth are empty, for guidance."""
    rng = np.random.default_rng(5)
    scene = decide(1, palette)
    empty = sum(caption(scene, palette.subjects, rng) == "" for _ in range(2000))
    assert abs(empty / 2000 - EMPTY_SHARE) < 0.03


def test_articles_follow_the_sound() -> None:
    """An apple, an umbrella, a car."""
    assert [article(noun) for noun in ("apple", "umbrella", "car")] == ["an apple", "an umbrella", "a car"]
