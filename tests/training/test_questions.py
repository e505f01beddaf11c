"""The fixed questions say what they ask for, and every setting and colour is asked for."""

from collections import Counter

import pytest

from outcrop.training.captions import article
from outcrop.training.finishes import load_finishes
from outcrop.training.grounds import load_grounds
from outcrop.training.pool import SQUARE
from outcrop.training.questions import (
    TRUE_SEEDS,
    Question,
    asked_scene,
    asked_thing,
    load_questions,
    load_showcase,
    truth,
)
from outcrop.training.sprites import Sprites
from outcrop.training.subjects import load_subjects

SUBJECTS = load_subjects()
QUESTIONS = load_questions(SUBJECTS)


def _of(kind: str) -> list[Question]:
    return [question for question in QUESTIONS if question.kind == kind]


def test_there_are_fifty_of_each_kind_and_one_for_every_subject() -> None:
    """Two hundred questions, then all subjects in their order."""
    counts = Counter(question.kind for question in QUESTIONS)
    assert [counts[kind] for kind in ("colour", "count", "side", "setting")] == [50, 50, 50, 50]
    assert [q.asked.things[0].subject for q in _of("subject")] == [subject.name for subject in SUBJECTS.subjects]


def test_no_question_is_asked_twice() -> None:
    """Prompts differ, and so do the seeds of the true scenes."""
    assert len({question.prompt for question in QUESTIONS if question.kind != "subject"}) == 200
    assert len({question.asked.seed for question in QUESTIONS}) == len(QUESTIONS)


def test_colours_are_asked_for_evenly() -> None:
    """Ten colours, five times for a thing and five times for a ground, never the same for both."""
    asked = [question.asked for question in _of("colour")]
    assert set(Counter(scene.things[0].finish for scene in asked).values()) == {5}
    assert set(Counter(scene.plain for scene in asked).values()) == {5}
    assert all(scene.plain != scene.things[0].finish for scene in asked)
    assert {scene.things[0].finish for scene in asked} <= set(load_finishes().colours)


def test_every_painted_setting_is_asked_for() -> None:
    """And the number of things, the sides and the pairs are spread."""
    assert {question.asked.setting for question in _of("setting")} == set(load_grounds().settings)
    assert Counter(len(question.asked.things) for question in _of("count")) == {2: 13, 3: 13, 4: 12, 5: 12}
    assert Counter(question.asked.layout for question in _of("side")) == {"left": 13, "right": 12, "pair": 25}


@pytest.mark.parametrize("question", QUESTIONS[:200], ids=lambda question: str(question.asked.seed))
def test_a_prompt_names_what_is_asked(question: Question) -> None:
    """Things by their name or plural, colours, and one of the phrases of the setting."""
    asked = question.asked
    for thing in asked.things:
        subject = SUBJECTS.named(thing.subject)
        assert (subject.many if asked.layout == "count" else subject.name) in question.prompt
        assert thing.finish in question.prompt
    assert asked.plain in question.prompt
    if asked.setting:
        assert any(phrase in question.prompt for phrase in load_grounds().settings[asked.setting].phrases)


def test_the_prompts_of_the_sheets_are_there() -> None:
    """Sixty-four for the contact sheet, eight for the tiers, eight edits at four strengths."""
    showcase = load_showcase()
    assert len(set(showcase.sheet)) == 64
    assert (len(showcase.tiers), len(showcase.edits), len(showcase.strengths)) == (8, 8, 4)


def test_true_scenes_are_not_of_the_pool(sprites: Sprites) -> None:
    """Their seeds are far beyond; another number is another scene of the same."""
    asked = asked_scene("count", (asked_thing("apple"),) * 3, "blue", "", 7)
    first, second = truth(asked, sprites, SQUARE), truth(asked, sprites, SQUARE, 1)
    assert min(first.seed, second.seed) >= TRUE_SEEDS
    assert first != second
    assert first == truth(asked, sprites, SQUARE)
    assert [thing.subject for thing in first.things] == ["apple"] * 3
    assert first.things[0].size > 0.0


def test_articles_fit() -> None:
    """Prompts are written as people write."""
    assert not any(f" a {word}" in f" {q.prompt}" for q in QUESTIONS for word in ("orange", "apple", "owl", "umbrella"))
    assert article("orange") == "an orange"
