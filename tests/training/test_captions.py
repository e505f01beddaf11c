"""Captions say what is in the scene, and nothing that is not."""

import re

import numpy as np
import pytest

from outcrop.training.captions import (
    BESIDE,
    EMPTY_SHARE,
    LENGTHS,
    article,
    caption,
    fixed_words,
    ground_phrases,
    worded,
)
from outcrop.training.finishes import load_finishes
from outcrop.training.grounds import load_grounds
from outcrop.training.looks import load_looks
from outcrop.training.pool import OTHER_SIZES, SQUARE
from outcrop.training.scenes import Mix, Scene, decide
from outcrop.training.sprites import Sprites
from outcrop.training.subjects import load_subjects
from outcrop.training.tokenizer import MAX_TOKENS, vocabulary

NUMBERS = {"two": 2, "2": 2, "pair": 2, "three": 3, "3": 3, "four": 4, "4": 4, "five": 5, "5": 5}


@pytest.fixture(scope="module")
def captioned(sprites: Sprites) -> list[tuple[Scene, str]]:
    """Five hundred scenes of all shapes with a caption of each length."""
    rng = np.random.default_rng(1)
    sizes = (SQUARE, *OTHER_SIZES)
    scenes = [decide(seed, sprites, sizes[seed % len(sizes)], Mix()) for seed in range(500)]
    return [(scene, worded(scene, sprites.subjects, length, rng)) for scene in scenes for length in LENGTHS]


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z]+|[0-9]+", text.lower())


def test_a_caption_names_every_thing(captioned: list[tuple[Scene, str]], sprites: Sprites) -> None:
    """Under its name, another name, or its plural."""
    for scene, text in captioned:
        for thing in scene.things:
            subject = sprites.subjects.named(thing.subject)
            names = (subject.many,) if scene.layout == "count" else (subject.name, *subject.also)
            assert any(name and name in text for name in names), text


def test_a_caption_says_the_true_number(captioned: list[tuple[Scene, str]]) -> None:
    """A number is said where there are several of one thing, and only there."""
    for scene, text in captioned:
        said = [NUMBERS[word] for word in _words(text.split(",")[0]) if word in NUMBERS]
        assert said == ([len(scene.things)] if scene.layout == "count" else []) or "3D" in text, text


def test_a_caption_says_the_true_sides(captioned: list[tuple[Scene, str]], sprites: Sprites) -> None:
    """Of two things, the one that is said to be left is left."""
    pairs = 0
    for scene, text in captioned:
        if scene.layout == "pair":
            first, second = scene.things
            assert text.index(_named(first.subject, text, sprites)) < text.rindex(_named(second.subject, text, sprites))
            assert (" left " in text or text.endswith(" right")) == (second.x - first.x > BESIDE), text
            assert (" above " in text.replace("above the clouds", "")) == (
                first.foot < second.foot and abs(first.x - second.x) <= BESIDE
            ), text
            pairs += 1
        else:
            for side, other in (("left", "right"), ("right", "left")):
                words = _words(text)
                assert scene.layout != side or (side in words and other not in words), text
    assert pairs > 60


def test_a_caption_names_no_colour_that_is_not_there(captioned: list[tuple[Scene, str]]) -> None:
    """A colour word is the ground's, a thing's, or part of a phrase for the setting or the look."""
    colours = set(load_finishes().colours)
    for scene, text in captioned:
        phrases = [
            *(ground_phrases(scene) if scene.setting else ()),
            *(p for look in scene.looks for p in look.phrases),
        ]
        fixed = {word for phrase in phrases for word in _words(phrase)}
        named = (set(_words(text)) & colours) - fixed
        assert named <= {scene.plain, *(thing.finish for thing in scene.things)}, text


def test_a_finish_is_always_said(captioned: list[tuple[Scene, str]]) -> None:
    """A car turned blue or golden is never just "a car"."""
    materials = load_finishes().materials
    for scene, text in captioned:
        for thing in scene.things:
            said = materials[thing.finish].words if thing.finish in materials else (thing.finish,)
            assert any(word in text for word in said), text


def test_grounds_and_looks_are_always_said(captioned: list[tuple[Scene, str]]) -> None:
    """Except the studio, which is what one expects, and a plain colour that a style takes away."""
    for scene, text in captioned:
        lost = scene.setting == "studio" or (scene.plain and not scene.keeps_ground)
        assert lost or any(phrase in text for phrase in ground_phrases(scene)), text
        for look in scene.looks:
            assert any(phrase in text for phrase in look.phrases), text
        assert scene.drawn != "flat vector" or "flat" in text or "vector" in text, text


def test_lengths_are_lengths(captioned: list[tuple[Scene, str]]) -> None:
    """Short captions are shorter than long ones, on the average by several words."""
    words = [len(_words(text)) for _, text in captioned]
    assert np.mean(words[0::3]) + 1.5 < np.mean(words[1::3]) + 1.0 < np.mean(words[2::3])


def test_every_caption_fits_the_tokenizer_in_known_words(captioned: list[tuple[Scene, str]]) -> None:
    """Every word of every caption is in the vocabulary, so that words are tokens, and no caption is cut."""
    known = set(vocabulary())
    names = [name for subject in load_subjects().subjects for name in (subject.name, subject.many, *subject.also)]
    for phrase in (*fixed_words(), *names):
        assert set(re.findall(r"[a-z]+", phrase.lower())) <= known, phrase
    for _, text in captioned:
        assert len(re.findall(r"[a-z]+|[0-9]|[^\sa-z0-9]+", text.lower())) <= MAX_TOKENS - 2, text


def test_some_captions_are_empty(sprites: Sprites) -> None:
    """About a tenth are empty, for guidance."""
    rng = np.random.default_rng(5)
    scene = decide(1, sprites, SQUARE, Mix())
    empty = sum(caption(scene, sprites.subjects, rng) == "" for _ in range(2000))
    assert abs(empty / 2000 - EMPTY_SHARE) < 0.03


def test_articles_follow_the_sound() -> None:
    """An apple, an umbrella, a car, a unicorn."""
    nouns = ("apple", "umbrella", "car", "unicorn", "orange car", "ufo", "hourglass")
    assert [article(noun).split()[0] for noun in nouns] == ["an", "an", "a", "a", "an", "a", "an"]


def test_every_preset_has_its_own_word() -> None:
    """The exact name of a Stability style preset is one of the phrases for it."""
    for look in load_looks().styles.values():
        assert not look.preset or any(look.name in phrase for phrase in look.phrases)
    assert load_grounds().settings


def _named(subject: str, text: str, sprites: Sprites) -> str:
    known = sprites.subjects.named(subject)
    return next(name for name in (known.name, *known.also) if name in text)
