"""Advice on a prompt by a brand's own words. Knows words; forbids nothing."""

from collections.abc import Sequence
from itertools import islice

from outcrop.prompting.craft import terms_of, words_of
from outcrop.prompting.lint import MOST_FOUND, Advice


def lint_brand(prompt: str, avoid: Sequence[str]) -> tuple[Advice, ...]:
    """Each place of a prompt where words stand that the brand avoids, in the order of the prompt."""
    known = [text for text in avoid if words_of(text).places]
    if not known:
        return ()
    places = islice(words_of(prompt).find(terms_of(known)), MOST_FOUND)
    return tuple(
        Advice(
            rule="brand",
            severity="warning",
            message=f"'{prompt[place.start : place.end][:80]}' is a word that the brand avoids.",
            suggestion="Say it otherwise, or leave it out.",
            start=place.start,
            end=place.end,
        )
        for place in places
    )
