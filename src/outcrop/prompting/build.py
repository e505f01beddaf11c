"""A prompt in parts as one clear sentence, in the order and the words that networks have learned. Knows no model."""

import re
from dataclasses import astuple, dataclass
from typing import Final

from outcrop.prompting.craft import craft, words_of

VOWELS: Final = "aeio"
ARTICLES: Final = ("a", "an", "the", "one", "some")
ALONE: Final = re.compile(r"[^\W\d_]+")
JOINED: Final = re.compile(
    r"(?:on|in|at|against|among|over|under|inside|between|by|behind|beside|near|above|below|before|outside|within)\s",
    re.IGNORECASE,
)
"""What a setting begins with that follows without a comma."""
EDGES: Final = " \t\r\n.,;"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a picture shall be, part by part; any may be blank."""

    subject: str = ""
    details: str = ""
    setting: str = ""
    composition: str = ""
    lighting: str = ""
    style: str = ""
    mood: str = ""


def build(parts: Parts) -> str:
    """One sentence: who or what with its details, how it is framed, where; then style, light and mood.

    A detail that is an adjective stands before its noun: "an apple" that is "red" is "a red apple".
    """
    given = Parts(**dict(zip(Parts.__slots__, (_clean(part) for part in astuple(parts)), strict=True)))
    said = [part for part in (*_described(given.subject, given.details), given.composition) if part]
    joint = " " if len(said) == 1 and JOINED.match(given.setting) else ", "
    scene = joint.join(part for part in (", ".join(said), given.setting) if part)
    return ", ".join(part for part in (scene, given.style, given.lighting, _mood(given.mood)) if part)


def refine(prompt: str) -> str:
    """The prompt with the light and the framing that it does not name; as it is where nothing is missing.

    What stands there stays, word by word, so that the same prompt is refined alike and a refined one not again.
    """
    known, words = craft(), words_of(prompt)
    if not words.places or words.any(known.flat):
        return prompt
    added = []
    if not words.any(known.framing):
        added.append(known.framing_added)
    if not words.any(known.light):
        added.append(known.light_outdoors if words.any(known.outdoors) else known.light_indoors)
    return ", ".join([prompt.rstrip(EDGES), *added]) if added else prompt


def _described(subject: str, details: str) -> tuple[str, ...]:
    """The subject with those of its details before it that can stand there, and the others."""
    before: list[str] = []
    after: list[str] = []
    for detail in (_clean(part) for part in details.split(",")):
        fits = detail.lower() in craft().adjectives.whole and subject
        (before if fits else after).append(detail)
    if not before:
        return (subject, *after)
    article, _, noun = subject.partition(" ")
    if article.lower() not in ARTICLES or not noun:
        return (" ".join([*before, subject]), *after)
    if article.lower() in {"a", "an"}:
        article = "an" if before[0][0].lower() in VOWELS else "a"
    return (" ".join([article, *before, noun]), *after)


def _mood(mood: str) -> str:
    """A mood of one word is said to be one."""
    return f"{mood} mood" if ALONE.fullmatch(mood) and not words_of(mood).any(craft().light) else mood


def _clean(part: str) -> str:
    return " ".join(part.split()).strip(EDGES)
