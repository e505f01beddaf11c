"""The measure is right about pictures whose content is known."""

import numpy as np
import pytest

from outcrop.training.evaluate import Questions, ask, ceiling, evaluate, load_questions
from outcrop.training.judge import border_colour, descriptor, nearest_colour, to_lab
from outcrop.training.scenes import Palette


@pytest.fixture(scope="module")
def questions() -> Questions:
    """The real questions on three colours and the two synthetic drawings."""
    full = load_questions()
    return Questions(
        prompt=full.prompt,
        colours=("blue", "yellow", "gray"),
        subjects=("apple", "car"),
        seeds=(1,),
        sheet=full.sheet,
        sheet_seed=full.sheet_seed,
    )


def test_lab_of_known_colours() -> None:
    """White is 100, black 0, and pure red as published."""
    lab = to_lab(np.array([[1.0, 1.0, 1.0], [0.0, 0.0, 0.0], [1.0, 0.0, 0.0]]))
    assert np.allclose(lab, [[100.0, 0.0, 0.0], [0.0, 0.0, 0.0], [53.24, 80.09, 67.20]], atol=0.1)


def test_the_border_outvotes_the_middle() -> None:
    """A large subject does not change the ground's colour."""
    picture = np.full((64, 64, 3), 255, dtype=np.uint8)
    picture[8:56, 8:56] = (200, 0, 0)
    assert np.allclose(border_colour(picture), [100.0, 0.0, 0.0], atol=0.1)
    assert nearest_colour(picture, {"red": (0.8, 0.0, 0.0), "white": (1.0, 1.0, 1.0)}) == "white"


def test_a_descriptor_ignores_the_ground() -> None:
    """Grey over white and the same form over black are nearer than two different forms over white."""
    square, bar = np.full((2, 64, 64, 3), 255, dtype=np.uint8)
    square[20:44, 20:44] = 128
    bar[28:36, 4:60] = 128
    shifted = square.copy()
    shifted[21:45, 20:44] = 128
    assert np.linalg.norm(descriptor(square) - descriptor(shifted)) < np.linalg.norm(
        descriptor(square) - descriptor(bar)
    )


def test_true_scenes_score_full_marks(questions: Questions, palette: Palette) -> None:
    """The ceiling of unmistakable drawings is one."""
    score = ceiling(questions, palette)
    assert (score.colour_right, score.subject_right) == (1.0, 1.0)


def test_blank_pictures_score_by_chance(questions: Questions, palette: Palette) -> None:
    """A white page has no asked colour and is no better than one subject for all."""
    asked = ask(questions)
    score = evaluate(questions, palette, np.full((len(asked), 64, 64, 3), 255, dtype=np.uint8))
    assert score.colour_right <= 1 / 3
    assert score.subject_right <= 0.5
    assert score.pictures == 6


def test_the_fixed_questions_are_a_hundred_and_twenty() -> None:
    """Ten colours, six subjects, two seeds: the measure that the model card quotes."""
    asked = ask(load_questions())
    assert len(asked) == 120
    assert len({(question.wish.prompt, question.wish.seed) for question in asked}) == 120
    assert asked[0].wish.prompt == "an apple on a red background"
