"""Advice on a prompt: what keeps a picture from being what was meant. Knows the craft; forbids nothing.

Source: the prompt guides of Stability AI for Stable Diffusion 3.5, and of Amazon for Titan and Nova Canvas.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal

from outcrop.prompting.craft import WORD, Craft, Place, Words, craft, words_of

Severity = Literal["advice", "warning", "blocked"]
Field = Literal["prompt", "negativePrompt"]

MOST_SOUP: Final = 3
"""Words of praise in a prompt that say nothing yet."""
MOST_UNWANTED: Final = 12
"""Things that a negative prompt may name."""
MOST_REPEATS: Final = 3
TOKENS_A_WORD: Final = 1.35
"""Of CLIP's on English prompts; commas are tokens as well."""
SHORTEST_REPEATED: Final = 4
MOST_FOUND: Final = 20
"""Findings of one kind that are told."""
FRAGMENTS: Final = 8
"""Commas from which on a prompt of bare keywords is one."""
FLAG: Final = re.compile(r"(?<!\S)--[a-z]{1,12}\b(?:\s+[\d:.]{1,12}(?!\w))?", re.IGNORECASE)
DOUBLED: Final = re.compile(r"\({2,}[^()]{1,200}\){2,}|\[{1,}[^\[\]]{1,200}\]{1,}|\{{1,}[^{}]{1,200}\}{1,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """Something about a prompt that could be better."""

    rule: str
    severity: Severity
    message: str
    suggestion: str
    start: int
    """Where it begins in the text; characters from 0. What is missing stands at 0, 0."""
    end: int
    field: Field = "prompt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reads:
    """How much of a prompt a model's text encoders read. Units: tokens."""

    window: int = 75
    """At once."""
    windows: int = 8


def lint(prompt: str, negative: str = "", reads: Reads = Reads()) -> tuple[Advice, ...]:
    """Advice on a prompt, in the order of the prompt."""
    known, words = craft(), words_of(prompt)
    if not words.places:
        return (_missing("empty", "The prompt says nothing.", "Say what is to be seen, such as 'a ceramic teapot'."),)
    rules = (
        _absent(words, known),
        _soup(prompt, words, known),
        _negated(prompt, words, known),
        _at_odds(words, known),
        _repeated(words),
        _foreign(prompt),
        _too_long(prompt, words, reads),
        _unwanted(negative, words, known),
    )
    found = [advice for rule in rules for advice in islice(rule, MOST_FOUND)]
    return tuple(sorted(found, key=lambda advice: (advice.field == "negativePrompt", advice.start, advice.rule)))


def _absent(words: Words, known: Craft) -> Iterator[Advice]:
    if words.any(known.flat):
        return
    if not words.any(known.light):
        light = known.light_outdoors if words.any(known.outdoors) else known.light_indoors
        yield _missing("no-light", "Nothing says how it is lit.", f"Name the light, such as '{light}'.")
    if not words.any(known.framing):
        yield _missing(
            "no-framing",
            "Nothing says how it is framed.",
            "Name the view, such as 'close-up', 'wide shot' or 'from above'.",
        )


def _soup(prompt: str, words: Words, known: Craft) -> Iterator[Advice]:
    praise = list(words.find(known.soup))
    fragments = [part.split() for part in prompt.split(",") if part.strip()]
    short = sum(len(part) <= 2 for part in fragments)
    if len(praise) >= MOST_SOUP:
        yield _at(
            "keyword-soup",
            "advice",
            Place(text="", start=praise[0].start, end=praise[-1].end),
            f"{len(praise)} words of praise ('{praise[0].text}', '{praise[1].text}' …) say nothing of what is seen.",
            "Leave them out, and describe the thing, its surroundings and the light instead.",
        )
    elif len(fragments) >= FRAGMENTS and short >= 0.7 * len(fragments):
        yield _at(
            "keyword-soup",
            "advice",
            Place(text="", start=0, end=len(prompt)),
            f"It is a list of {len(fragments)} keywords.",
            "Say in a sentence how they belong together: who or what, where, in which light.",
        )


def _negated(prompt: str, words: Words, known: Craft) -> Iterator[Advice]:
    excused = {place.start for place in words.find(known.no_negations)}
    for place in words.find(known.negations):
        unwanted = None if place.start in excused else words.after(place, prompt)
        if unwanted is not None:
            yield _at(
                "negation",
                "warning",
                unwanted,
                f"'{prompt[unwanted.start : unwanted.end]}' makes a network draw what it names.",
                f"Put '{unwanted.text}' into the negative prompt, or say what is there instead.",
            )


def _at_odds(words: Words, known: Craft) -> Iterator[Advice]:
    for one, other in known.contradictions:
        first, second = next(words.find(one), None), next(words.find(other), None)
        if first is not None and second is not None:
            early, late = sorted((first, second), key=lambda place: place.start)
            yield _at(
                "contradiction",
                "warning",
                Place(text="", start=early.start, end=late.end),
                f"'{early.text}' and '{late.text}' are at odds.",
                "Keep one of them, or say which part of the picture each is about.",
            )


def _repeated(words: Words) -> Iterator[Advice]:
    counted = Counter(place.text for place in words.places if len(place.text) >= SHORTEST_REPEATED)
    firsts = {place.text: place for place in reversed(words.places)}
    for text, number in counted.items():
        if number > MOST_REPEATS:
            yield _at(
                "repetition",
                "advice",
                firsts[text],
                f"'{text}' stands there {number} times.",
                "Once is enough; to stress it, weigh it where the model reads weights, as in '(word:1.3)'.",
            )


def _foreign(prompt: str) -> Iterator[Advice]:
    for found in FLAG.finditer(prompt):
        yield _at(
            "foreign-syntax",
            "warning",
            Place(text="", start=found.start(), end=found.end()),
            f"'{found.group()}' is another program's option, and is read as words here.",
            "Leave it out; size, seed and style are fields of the request.",
        )
    for found in DOUBLED.finditer(prompt):
        yield _at(
            "foreign-syntax",
            "advice",
            Place(text="", start=found.start(), end=found.end()),
            "Brackets without a weight are read as text.",
            "Weigh words as in '(word:1.3)', where the model reads weights, or leave the brackets out.",
        )


def _too_long(prompt: str, words: Words, reads: Reads) -> Iterator[Advice]:
    tokens = round(len(words.places) * TOKENS_A_WORD) + prompt.count(",") + prompt.count(".")
    whole = Place(text="", start=0, end=len(prompt))
    if tokens > reads.window * reads.windows:
        yield _at(
            "too-long",
            "warning",
            whole,
            f"It has about {tokens} tokens, and the model reads {reads.window * reads.windows}: the end is not read.",
            "Say it in fewer words, the most important first.",
        )
    elif tokens > reads.window:
        yield _at(
            "too-long",
            "advice",
            whole,
            f"It has about {tokens} tokens, and text encoders read {reads.window} at once: the rest counts less.",
            "Say it in fewer words, the most important first.",
        )


def _unwanted(negative: str, words: Words, known: Craft) -> Iterator[Advice]:
    unwanted = [part.strip() for part in negative.split(",") if part.strip()]
    if len(unwanted) > MOST_UNWANTED:
        yield Advice(
            rule="overstuffed-negative",
            severity="advice",
            message=f"The negative prompt names {len(unwanted)} things; a dozen leaves the picture freer.",
            suggestion="Keep what you have seen go wrong in this picture, and leave the rest out.",
            start=0,
            end=len(negative),
            field="negativePrompt",
        )
    for place in words_of(negative).find(known.negations):
        yield Advice(
            rule="negation",
            severity="warning",
            message=f"'{negative[place.start : place.end]}' in a negative prompt turns round what is meant.",
            suggestion="Name the thing alone: what stands there is what is not wanted.",
            start=place.start,
            end=place.end,
            field="negativePrompt",
        )
    asked = {place.text: place for place in reversed(words.places) if len(place.text) >= SHORTEST_REPEATED}
    for text in dict.fromkeys(" ".join(WORD.findall(part.lower())) for part in unwanted):
        if text in asked:
            yield _at(
                "contradiction",
                "warning",
                asked[text],
                f"'{text}' is asked for and unwanted at once.",
                "Take it out of the prompt or out of the negative prompt.",
            )


def _missing(rule: str, message: str, suggestion: str) -> Advice:
    return Advice(rule=rule, severity="advice", message=message, suggestion=suggestion, start=0, end=0)


def _at(rule: str, severity: Severity, place: Place, message: str, suggestion: str) -> Advice:
    return Advice(
        rule=rule, severity=severity, message=message, suggestion=suggestion, start=place.start, end=place.end
    )
