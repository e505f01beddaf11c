"""The recogniser learns a few drawings from augmented views, and the same lesson gives the same network."""

from pathlib import Path

import pytest
import torch

from outcrop.training.recognise import (
    SIDE,
    Lesson,
    Recogniser,
    RecogniserRun,
    augmented,
    load_recogniser,
    ranking,
    save_recogniser,
    teach,
)

RUN = RecogniserRun(steps=40, batch=16, rate=4e-3, report_every=20)


@pytest.fixture(scope="module")
def lesson() -> Lesson:
    """A disc, a bar and a frame, each red and each green."""
    y, x = torch.meshgrid(torch.linspace(-1, 1, SIDE), torch.linspace(-1, 1, SIDE), indexing="ij")
    frame = (x.abs().maximum(y.abs()) < 0.9) & (x.abs().maximum(y.abs()) > 0.5)
    forms = (x**2 + y**2 < 0.8, y.abs() < 0.25, frame)
    drawings = [
        torch.stack([form * red, form * green, form * 0.1, form * 1.0])
        for form in forms
        for red, green in ((0.9, 0.2), (0.2, 0.8))
    ]
    return Lesson(drawings=torch.stack(drawings), labels=torch.tensor([0, 0, 1, 1, 2, 2]))


@pytest.fixture(scope="module")
def taught(lesson: Lesson) -> Recogniser:
    """A recogniser of the three forms."""
    return teach(lesson, 3, RUN, lambda _: None)


def test_it_tells_what_it_was_taught(lesson: Lesson, taught: Recogniser) -> None:
    """Views that it never saw."""
    views = augmented(lesson.drawings.repeat(4, 1, 1, 1), torch.Generator().manual_seed(99))
    order = ranking(taught, (views * 255.0).to(torch.uint8).permute(0, 2, 3, 1))
    assert order.shape == (24, 3)
    assert (order[:, 0] == lesson.labels.repeat(4)).float().mean() >= 0.9


def test_the_same_lesson_gives_the_same_network(lesson: Lesson) -> None:
    """And it leaves the global chance as it was."""
    torch.manual_seed(5)
    before = torch.get_rng_state()
    short = RecogniserRun(steps=3, batch=8)
    first, second = (teach(lesson, 3, short, lambda _: None).state_dict() for _ in range(2))
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert torch.equal(before, torch.get_rng_state())


def test_views_differ_and_stay_pictures(lesson: Lesson) -> None:
    """One drawing gives many views, all between black and white."""
    views = augmented(lesson.drawings[:1].repeat(8, 1, 1, 1), torch.Generator().manual_seed(1))
    assert views.shape == (8, 3, SIDE, SIDE)
    assert float(views.min()) >= 0.0
    assert float(views.max()) <= 1.0
    assert float(views.std(dim=0).mean()) > 0.05


def test_weights_come_back(taught: Recogniser, tmp_path: Path) -> None:
    """Saved and read, it ranks as before; for another number of subjects it is refused."""
    save_recogniser(taught, tmp_path / "work" / "recogniser.pt")
    again = load_recogniser(tmp_path / "work" / "recogniser.pt", 3)
    pictures = torch.randint(0, 256, (5, 64, 96, 3), dtype=torch.uint8)
    assert torch.equal(ranking(again, pictures), ranking(taught, pictures))
    with pytest.raises(RuntimeError):
        load_recogniser(tmp_path / "work" / "recogniser.pt", 4)
