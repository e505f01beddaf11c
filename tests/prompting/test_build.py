"""Parts become one sentence that networks read, and what is missing is added once."""

from dataclasses import astuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcrop.prompting.build import Parts, build, refine
from outcrop.prompting.craft import craft, words_of
from outcrop.training.captions import fixed_words

TEXTS = st.text(alphabet="abc ,.", max_size=12)


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        (Parts(subject="an apple", details="red", setting="on a wooden table"), "a red apple on a wooden table"),
        (Parts(subject="a car", details="old, with rust"), "an old car, with rust"),
        (Parts(subject="apples", details="green"), "green apples"),
        (Parts(subject="the door", details="blue, round"), "the blue round door"),
        (Parts(subject="a fox", composition="close-up", setting="in a forest"), "a fox, close-up, in a forest"),
        (Parts(subject="a fox", setting="forest floor"), "a fox, forest floor"),
        (
            Parts(subject=" a fox. ", lighting="at sunset,", style="watercolor", mood="calm"),
            "a fox, watercolor, at sunset, calm mood",
        ),
        (Parts(subject="a fox", mood="in warm tones"), "a fox, in warm tones"),
        (Parts(subject="a fox", mood="moody"), "a fox, moody"),
        (Parts(setting="a kitchen", details="red"), "red, a kitchen"),
        (Parts(), ""),
    ],
)
def test_parts_stand_in_the_order_that_networks_have_learned(parts: Parts, sentence: str) -> None:
    """Who or what, how framed, where; then style, light and mood, with adjectives before their noun."""
    assert build(parts) == sentence


@given(st.builds(Parts, **dict.fromkeys(Parts.__slots__, TEXTS)))
def test_no_word_of_a_part_is_lost(parts: Parts) -> None:
    """And nothing is left over where a part is blank."""
    sentence = build(parts)
    said = {place.text for place in words_of(sentence).places}
    for part in astuple(parts):
        words = {place.text for place in words_of(part).places}
        assert words - said <= {"a"}  # an article may become another one
    assert sentence == sentence.strip(" ,.")


@pytest.mark.parametrize(
    ("prompt", "refined"),
    [
        ("a red apple.", "a red apple, centered, soft studio lighting"),
        ("a fox in a forest", "a fox in a forest, centered, golden hour light"),
        ("a fox at night", "a fox at night, centered"),
        ("close-up of a fox", "close-up of a fox, soft studio lighting"),
        ("close-up of a fox at dusk", "close-up of a fox at dusk"),
        ("flat vector icon of a fox", "flat vector icon of a fox"),
        ("", ""),
    ],
)
def test_what_is_missing_is_added(prompt: str, refined: str) -> None:
    """Light and framing, unless the picture has neither; the rest stays word by word."""
    assert refine(prompt) == refined


@given(st.text(max_size=80))
def test_a_refined_prompt_is_not_refined_again(prompt: str) -> None:
    """What was added is found."""
    assert refine(refine(prompt)) == refine(prompt)


def test_what_is_added_are_words_of_the_embedded_model() -> None:
    """It has learned them from captions."""
    learned = fixed_words()
    assert {craft().light_indoors, craft().light_outdoors, craft().framing_added} <= set(learned)
