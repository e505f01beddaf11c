"""Words for a scene, true by construction, in several wordings and lengths. Knows no pixels."""

import numpy as np

from outcrop.training.grounds import load_grounds
from outcrop.training.scenes import Scene
from outcrop.training.subjects import Subject, SubjectList

_STYLE_WORDS = {
    "3D render": ("3D render", "3D", "a 3D render", "3D rendering"),
    "flat vector": ("flat vector", "flat illustration", "flat vector illustration", "vector art"),
}
_FILLERS = (
    "highly detailed", "beautiful", "high quality", "cute", "colorful", "cinematic", "professional", "4k", "sharp",
)  # fmt: skip
_OPENERS = ("a picture of", "an image of", "a photo of", "a drawing of", "an illustration of")
EMPTY_SHARE = 0.1


def article(noun: str) -> str:
    """The noun with "a" or "an" before it."""
    return f"an {noun}" if noun[0] in "aeio" or noun.startswith("umbrella") else f"a {noun}"


def subject_phrase(subject: Subject, name: str, colour: str) -> str:
    """The subject as a noun phrase: "a blue car", "cherries"."""
    noun = f"{colour} {name}" if colour else name
    return noun if subject.plural else article(noun)


def ground_phrases(scene: Scene) -> tuple[str, ...]:
    """Every phrase that calls for the scene's ground."""
    grounds = load_grounds()
    if scene.plain:
        return tuple(phrase.format(colour=scene.plain) for phrase in grounds.plain_phrases)
    return grounds.settings[scene.setting].phrases


def caption(scene: Scene, subjects: SubjectList, rng: np.random.Generator) -> str:
    """One caption of the scene; now and then an empty one, which teaches guidance.

    The ground is left unsaid only where it is the studio backdrop, the style only where it is the usual one.
    """
    if rng.random() < EMPTY_SHARE:
        return ""
    ground = "" if _ground_unsaid(rng, scene) else _one(rng, ground_phrases(scene))
    parts = _ordered(rng, _noun(rng, scene, subjects.named(scene.subject)), ground)
    if scene.style != subjects.styles[0] or rng.random() < 0.6:
        style = _style(rng, scene)
        parts = [style, *parts] if rng.random() < 0.15 else [*parts, style]
    if rng.random() < 0.12:
        parts.append(_one(rng, _FILLERS))
    return ", ".join(parts)


def vocabulary_texts(subjects: SubjectList) -> tuple[str, ...]:
    """Every word that a caption can hold, for the tokenizer."""
    grounds = load_grounds()
    names = [name for subject in subjects.subjects for name in (subject.name, *subject.also)]
    phrases = [phrase for setting in grounds.settings.values() for phrase in setting.phrases]
    styles = [word for words in _STYLE_WORDS.values() for word in words]
    return (
        *names,
        *phrases,
        *grounds.plain_phrases,
        *grounds.colours,
        *styles,
        *_FILLERS,
        *_OPENERS,
        "a an the and of with",
    )


def _one(rng: np.random.Generator, choices: tuple[str, ...]) -> str:
    return choices[int(rng.integers(len(choices)))]


def _noun(rng: np.random.Generator, scene: Scene, subject: Subject) -> str:
    name = _one(rng, subject.also) if subject.also and rng.random() < 0.2 else subject.name
    said = scene.own_colour != subject.own or rng.random() < 0.5
    return subject_phrase(subject, name, scene.own_colour if said else "")


def _style(rng: np.random.Generator, scene: Scene) -> str:
    words = _STYLE_WORDS[scene.style]
    return words[0] if rng.random() < 0.6 else _one(rng, words)


def _ground_unsaid(rng: np.random.Generator, scene: Scene) -> bool:
    return scene.setting == "studio" and rng.random() < 0.6


def _ordered(rng: np.random.Generator, noun: str, ground: str) -> list[str]:
    opener = f"{_one(rng, _OPENERS)} " if rng.random() < 0.08 else ""
    if not ground:
        return [f"{opener}{noun}"]
    if ground[:3] in ("on ", "in ", "at ") or ground.startswith(("against ", "among ")):
        return [f"{opener}{noun} {ground}"] if rng.random() < 0.85 else [f"{opener}{noun}", ground]
    return [f"{opener}{noun}", ground]
