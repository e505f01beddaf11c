"""Pictures counted in answers that were written elsewhere."""

import json

import pytest

from outcrop.dialects.delivered import delivered
from outcrop.dialects.dialect import Filtered, Outcome, Result
from outcrop.dialects.table import DIALECTS
from outcrop.units import Seed

PICTURE = Result(seed=Seed(1), file=b"a picture")


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("number", [1, 5])
def test_every_family_s_answers_are_counted(dialect: str, number: int) -> None:
    """As this server writes them itself."""
    assert delivered(DIALECTS[dialect].render([PICTURE] * number)) == number


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_a_filter_held_back_is_no_picture(dialect: str) -> None:
    """Nor are those beside it where a family then sends none."""
    outcomes: list[Outcome] = [PICTURE, Filtered(stage="output image")]
    left = 0 if dialect in {"stable_image", "image_services"} else 1
    assert delivered(DIALECTS[dialect].render(outcomes)) == left


@pytest.mark.parametrize(
    "answer",
    [
        {"finish_reasons": ["Filter reason: prompt"]},
        {"finish_reasons": ["Filter reason: prompt"], "images": ["aGVsbG8="], "seeds": [1]},
        {"images": [], "error": "All of the generated images have been blocked by our content filters."},
        {"images": None},
        {"images": [None, 5, ""]},
        {"artifacts": [{"finishReason": "ERROR"}, None]},
        {"errors": ["x"]},
        [],
        None,
        "text",
    ],
)
def test_other_answers_hold_none(answer: object) -> None:
    """Whatever they are."""
    assert delivered(json.dumps(answer).encode()) == 0


@pytest.mark.parametrize("answer", [b"", b"<html>", b"\xff", b"[" * 100_000])
def test_what_is_no_json_holds_none(answer: bytes) -> None:
    """And costs nothing to say so."""
    assert delivered(answer) == 0
