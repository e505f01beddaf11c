"""True scenes get full marks, other scenes get what chance gives, and shares have their intervals."""

from collections.abc import Sequence

import pytest
import torch

from outcrop.training.autoencoder import AutoencoderShape, build_autoencoder
from outcrop.training.evaluate import Share, as_report, examine, reconstruction, shares
from outcrop.training.pool import SQUARE
from outcrop.training.questions import Kind, Question, asked_scene, asked_thing
from outcrop.training.recognise import Recogniser
from outcrop.training.references import References
from outcrop.training.scenes import Layout
from outcrop.training.sprites import Sprites

SETTINGS = ("meadow", "desert", "space", "library", "stripes", "snow")


@pytest.fixture(scope="module")
def references(sprites: Sprites) -> References:
    """True scenes of the synthetic drawings."""
    return References(sprites, SQUARE, SETTINGS)


def _question(kind: Kind, layout: Layout, things: Sequence[str], place: str, finish: str = "") -> Question:
    things_ = tuple(asked_thing(name, finish) for name in things)
    plain, setting = ("", place) if place in SETTINGS else (place, "")
    seed = sum(map(ord, f"{kind}{layout}{things}{place}"))
    return Question(
        kind=kind,
        prompt=f"{layout} {things} {place}",
        seed=seed,
        asked=asked_scene(layout, things_, plain, setting, seed),
    )


PAINTED = (("blue", "yellow"), ("white", "green"), ("yellow", "purple"), ("gray", "red"), ("black", "pink"))
COLOURS = [_question("colour", "one", ["apple"], ground, finish) for ground, finish in PAINTED]
COUNTS = [_question("count", "count", ["apple"] * number, "white") for number in (2, 3, 4, 5)]
SIDES = [
    *(_question("side", side, ["car"], place) for side in ("left", "right") for place in ("yellow", "meadow")),
    *(_question("side", "pair", pair, "white") for pair in (["apple", "car"], ["car", "apple"])),
]
WHERE = [_question("setting", "one", ["house"], setting) for setting in SETTINGS]


@pytest.mark.parametrize("questions", [COLOURS, COUNTS, SIDES, WHERE], ids=["colour", "count", "side", "setting"])
def test_true_scenes_get_full_marks(questions: list[Question], references: References) -> None:
    """The ceiling of unmistakable drawings is one, and of the same pictures in another order far from it."""
    pictures = references.true([question.asked for question in questions])
    right = shares(examine(questions, pictures, references, None))
    assert all(share.right == share.of for share in right.values())
    turned = shares(examine(questions, pictures[1:] + pictures[:1], references, None))
    assert all(share.share <= 0.5 for share in turned.values())


def test_subjects_are_told_where_there_is_a_recogniser(references: References) -> None:
    """The first guess is one of the five."""
    torch.manual_seed(1)
    recogniser = Recogniser(6)
    recogniser.eval()
    questions = [_question("subject", "one", [name], "blue") for name in ("apple", "car", "cat")]
    marks = examine(questions, references.true([question.asked for question in questions]), references, recogniser)
    for mark in marks:
        assert set(mark) == {"subject, first guess", "subject, five guesses"}
        assert mark["subject, five guesses"] or not mark["subject, first guess"]


def test_wilson_intervals_are_as_published() -> None:
    """Ten of ten lies between 72 and 100 %, half of a hundred between 40 and 60 %."""
    assert Share(right=10, of=10).interval == pytest.approx((0.7225, 1.0), abs=1e-4)
    assert Share(right=50, of=100).interval == pytest.approx((0.4038, 0.5962), abs=1e-4)
    assert Share(right=0, of=10).interval[0] == 0.0


def test_a_report_lists_what_was_missed() -> None:
    """By measure, with the prompts."""
    report = as_report(COUNTS[:2], [{"number": True}, {"number": False}])
    assert report["missed"] == {"number": [COUNTS[1].prompt]}
    assert report["shares"]["number"]["share"] == 0.5


def test_reconstruction_is_measured_in_decibels(references: References) -> None:
    """An untaught autoencoder gives back next to nothing."""
    torch.manual_seed(1)
    vae = build_autoencoder(AutoencoderShape(channels=8, encoder_blocks=(0, 1, 1, 1), decoder_blocks=(1, 1, 1, 0)))
    assert 0.0 < reconstruction(vae, references.true([COUNTS[0].asked])) < 20.0
