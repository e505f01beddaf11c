"""Words for a scene, true by construction, in three lengths and several wordings. Knows no pixels."""

from collections.abc import Sequence
from itertools import chain
from typing import Literal, TypeVar

import numpy as np

from outcrop.training.finishes import load_finishes
from outcrop.training.grounds import load_grounds
from outcrop.training.looks import load_looks
from outcrop.training.scenes import Scene, Thing
from outcrop.training.subjects import SubjectList

Length = Literal["short", "medium", "long"]
EMPTY_SHARE = 0.1
BESIDE = 0.25
"""Of two things whose middles are further apart than this part of the width, one is left of the other."""
LENGTHS: tuple[Length, ...] = ("short", "medium", "long")
_LENGTH_SHARES = (0.30, 0.45, 0.25)
_DRAWN = {
    "3D render": ("3D render", "3D", "a 3D render", "3D rendering"),
    "flat vector": ("flat vector", "flat illustration", "flat vector illustration", "vector art"),
}
_FILLERS = (
    "beautiful", "professional", "4k", "award winning", "masterpiece", "lovely", "stunning", "best quality",
)  # fmt: skip
_OPENERS = ("a picture of", "an image of", "a drawing of", "an illustration of")
_NUMBERS = {2: ("two", "2", "a pair of"), 3: ("three", "3"), 4: ("four", "4"), 5: ("five", "5")}
_LAYOUTS = {
    "close-up": ("close-up", "a close-up", "close-up view", "macro shot"),
    "small": ("small, in the distance", "wide shot", "tiny"),
    "left": ("on the left", "on the left side", "at the left"),
    "right": ("on the right", "on the right side", "at the right"),
}
_USUAL = "3D render"
_DRAWN_SAID = {"short": 0.0, "medium": 0.5, "long": 0.8}
_CENTRE_SAID, _OPENER_SAID = 0.5, 0.3
_CENTRED = ("in the center", "centered", "in the middle")
_JOINED = (
    "on ",
    "in ",
    "at ",
    "against ",
    "among ",
    "over ",
    "under ",
    "inside ",
    "between ",
    "by ",
    "behind ",
    "beside ",
    "near ",
    "above ",
)
Rng = np.random.Generator
T = TypeVar("T")


def caption(scene: Scene, subjects: SubjectList, rng: Rng) -> str:
    """One caption of the scene; now and then an empty one, which teaches guidance.

    What the picture shows may be left unsaid only where it is what one expects: the studio backdrop, the usual
    drawing style, things in the middle.
    """
    if rng.random() < EMPTY_SHARE:
        return ""
    return worded(scene, subjects, LENGTHS[int(rng.choice(len(LENGTHS), p=_LENGTH_SHARES))], rng)


def worded(scene: Scene, subjects: SubjectList, length: Length, rng: Rng) -> str:
    """A caption of the scene of one length: the fewest words, a clause, or all there is to say."""
    said = _things(scene, subjects, rng)
    ground = "" if _unsaid(scene, length, rng) else _one(rng, ground_phrases(scene))
    tail = _tail(scene, length, rng)
    if length == "short":
        return ", ".join(part for part in (said, ground, *tail) if part)
    if scene.layout == "one" and length == "long" and rng.random() < _CENTRE_SAID:
        said = f"{said} {_one(rng, _CENTRED)}"
    if length == "long" and rng.random() < _OPENER_SAID:
        said = f"{_one(rng, _OPENERS)} {said}"
    joint = " " if ground.startswith(_JOINED) else ", "
    return ", ".join((f"{said}{joint}{ground}" if ground else said, *tail))


def _tail(scene: Scene, length: Length, rng: Rng) -> list[str]:
    """What follows thing and ground: how it is drawn, its light, mood and style, and now and then praise."""
    tail = [_one(rng, look.phrases) for look in scene.looks]
    if scene.drawn != _USUAL or (not scene.style and rng.random() < _DRAWN_SAID[length]):
        tail.insert(0, _one(rng, _DRAWN[scene.drawn]))
    return [*tail, _one(rng, _FILLERS)] if length == "long" else tail


def ground_phrases(scene: Scene) -> tuple[str, ...]:
    """Every phrase that calls for the scene's ground."""
    grounds = load_grounds()
    if scene.plain:
        colour = {"colour": scene.plain, "a_colour": article(scene.plain)}
        return tuple(phrase.format(**colour) for phrase in grounds.plain_phrases)
    return grounds.setting(scene.setting).phrases


def noun_phrase(thing: Thing, subjects: SubjectList, *, many: bool = False, name: str = "", made: str = "") -> str:
    """A thing in words: "a golden car", "cherries", "blue frogs". `made` words its finish otherwise than usual."""
    subject = subjects.named(thing.subject)
    noun = subject.many if many else name or subject.name
    finish = made or thing.finish
    noun = f"{finish} {noun}" if finish else noun
    return noun if many or subject.bare else article(noun)


def article(noun: str) -> str:
    """The noun with "a" or "an" before it."""
    vowel = noun[0] in "aeio" or noun.startswith(("umbrella", "hourglass"))
    return f"an {noun}" if vowel else f"a {noun}"


def fixed_words() -> tuple[str, ...]:
    """Every phrase a caption can hold beside the names of subjects, for the tests of the vocabulary."""
    grounds, known, finishes = load_grounds(), load_looks(), load_finishes()
    looks = (*known.styles.values(), *known.lighting.values(), *known.moods.values())
    phrases = (
        *(setting.phrases for setting in (*grounds.settings.values(), *grounds.photographs.values())),
        *(look.phrases for look in looks),
        *(material.words for material in finishes.materials.values()),
        *_NUMBERS.values(), *_LAYOUTS.values(), *_DRAWN.values(), grounds.plain_phrases, grounds.colours,
        finishes.colours, _FILLERS, _OPENERS, _CENTRED, ("above below left right of and with an",),
    )  # fmt: skip
    return tuple(chain.from_iterable(phrases))


def _things(scene: Scene, subjects: SubjectList, rng: Rng) -> str:
    nouns = [_noun(thing, subjects, rng) for thing in scene.things]
    if scene.layout == "count":
        number = _one(rng, _NUMBERS[len(scene.things)])
        return f"{number} {noun_phrase(scene.things[0], subjects, many=True, made=_made(scene.things[0], rng))}"
    if scene.layout == "pair":
        return _pair(scene, nouns, rng)
    if scene.layout in _LAYOUTS:
        where = _one(rng, _LAYOUTS[scene.layout])
        return f"{nouns[0]} {where}" if where.startswith(("on", "at")) else f"{nouns[0]}, {where}"
    return nouns[0]


def _pair(scene: Scene, nouns: Sequence[str], rng: Rng) -> str:
    """Both things, and how they lie to each other."""
    first, second = scene.things
    if abs(first.x - second.x) > BESIDE:
        if rng.random() < 0.25:
            return f"{nouns[0]} to the left of {nouns[1]}"
        return f"{nouns[0]} on the left and {nouns[1]} on the right"
    return f"{nouns[0]} above {nouns[1]}"


def _noun(thing: Thing, subjects: SubjectList, rng: Rng) -> str:
    subject = subjects.named(thing.subject)
    name = _one(rng, subject.also) if subject.also and rng.random() < 0.2 else subject.name
    return noun_phrase(thing, subjects, name=name, made=_made(thing, rng))


def _made(thing: Thing, rng: Rng) -> str:
    """A word for the finish; empty where there is none."""
    materials = load_finishes().materials
    if thing.finish in materials:
        words = materials[thing.finish].words
        return words[0] if rng.random() < 0.6 else _one(rng, words)
    return thing.finish


def _unsaid(scene: Scene, length: Length, rng: Rng) -> bool:
    if scene.plain and not scene.keeps_ground:
        return True
    return scene.setting == "studio" and rng.random() < {"short": 0.85, "medium": 0.5, "long": 0.1}[length]


def _one(rng: Rng, choices: Sequence[T]) -> T:
    return choices[int(rng.integers(len(choices)))]
