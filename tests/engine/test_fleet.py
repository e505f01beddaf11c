"""Engines side by side: who gets which picture, when another is started, and that the pictures are the same."""

import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import final

import numpy as np
import pytest

from outcrop.catalog.card import CheckpointCard
from outcrop.engine.engine import OWN, Errand, Failed, Listener, Ticket
from outcrop.engine.fleet import Fleet
from outcrop.engine.process import ProcessEngine
from outcrop.engine.threads import SMALL
from outcrop.errors import Unavailable
from outcrop.plan import Plan
from outcrop.prompt import plain
from tests.engine.listening import PATIENCE_S, Ear
from tests.toy_engine import HANG, ToyEngine


@final
class Toy:
    """A member that draws toys, and is up when the test says so."""

    def __init__(self, device: str | None) -> None:
        self.device = device
        self.woken = 0
        self.engine = ToyEngine()

    def submit(self, plan: Plan, listen: Listener, errand: Errand = OWN) -> Ticket:
        """Draw."""
        return self.engine.submit(plan, listen, errand)

    def wake(self) -> None:
        """Count."""
        self.woken += 1

    def close(self) -> None:
        """Stop."""
        self.engine.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A picture that a member draws."""

    by: int
    ticket: Ticket
    ear: Ear

    def end(self) -> None:
        """Stop drawing it."""
        self.ticket.cancel()
        self.ear.failed()


@final
class Yard:
    """A fleet, and its members in the order of their start."""

    def __init__(self, cards: Mapping[str, CheckpointCard], *, most: int = 3, device: str | None = "cpu") -> None:
        self.members: list[Toy] = []
        self._device = device
        self.fleet = Fleet(self._start, most, cards)
        self._device = None  # later ones take a while

    def begin(self, plan: Plan) -> Begun:
        """Submit a picture that goes on until it is cancelled."""
        before = [len(each.engine.errands) for each in self.members]
        ear = Ear()
        ticket = self.fleet.submit(replace(plan, prompt=plain(HANG)), ear)
        (by,) = (at for at, count in enumerate(before) if len(self.members[at].engine.errands) != count)
        return Begun(by=by, ticket=ticket, ear=ear)

    def _start(self) -> Toy:
        self.members.append(Toy(self._device))
        return self.members[-1]


@pytest.fixture
def cards(tiny_card: CheckpointCard) -> dict[str, CheckpointCard]:
    """A small checkpoint."""
    return {"tiny": tiny_card}


def test_another_is_started_for_a_second_picture_and_takes_part_once_it_is_up(
    cards: dict[str, CheckpointCard], tiny_plan: Plan
) -> None:
    """Until then the first draws; from then on, whoever has least to do."""
    yard = Yard(cards)
    first = yard.begin(tiny_plan)
    assert (first.by, len(yard.members)) == (0, 1)
    second = yard.begin(tiny_plan)
    third = yard.begin(tiny_plan)
    assert (second.by, third.by, len(yard.members)) == (0, 0, 2)  # one start at a time
    assert yard.members[1].woken == 1
    yard.members[1].device = "cpu"
    assert [yard.begin(tiny_plan).by for _ in range(4)] == [1, 1, 1, 0]
    for each in (first, second, third):
        each.end()
    assert yard.begin(tiny_plan).by == 0
    yard.fleet.close()


def test_there_are_never_more_than_there_may(cards: dict[str, CheckpointCard], tiny_plan: Plan) -> None:
    """However many pictures come."""
    yard = Yard(cards, most=2)
    yard.begin(tiny_plan)
    for _ in range(5):
        yard.begin(tiny_plan)
        yard.members[-1].device = "cpu"
    assert len(yard.members) == 2
    yard.fleet.close()


def test_one_picture_after_the_other_needs_one(cards: dict[str, CheckpointCard], tiny_plan: Plan) -> None:
    """Nothing is started that nobody waits for."""
    yard = Yard(cards)
    for _ in range(3):
        yard.begin(tiny_plan).end()
    assert len(yard.members) == 1
    yard.fleet.close()


@pytest.mark.parametrize("device", ["cuda", None])
def test_nothing_is_started_beside_a_gpu_nor_before_the_first_is_up(
    device: str | None, cards: dict[str, CheckpointCard], tiny_plan: Plan
) -> None:
    """A GPU is one engine's, and who is not up yet may find one."""
    yard = Yard(cards, device=device)
    assert [yard.begin(tiny_plan).by for _ in range(3)] == [0, 0, 0]
    assert len(yard.members) == 1
    yard.fleet.close()


def test_a_large_network_is_the_first_ones(tmp_path: Path, cards: dict[str, CheckpointCard], tiny_plan: Plan) -> None:
    """It is loaded once, and has all threads."""
    (tmp_path / "unet").mkdir()
    with (tmp_path / "unet" / "diffusion_pytorch_model.safetensors").open("wb") as file:
        file.truncate(SMALL + 1)
    cards["large"] = replace(cards["tiny"], name="large", folder=tmp_path)
    yard = Yard(cards)
    yard.begin(tiny_plan)
    yard.begin(tiny_plan)
    yard.members[1].device = "cpu"
    large = replace(tiny_plan, checkpoint="large")
    assert [yard.begin(large).by for _ in range(3)] == [0, 0, 0]
    assert yard.begin(tiny_plan).by == 1
    yard.fleet.close()


@pytest.mark.slow
def test_real_ones_draw_the_same_and_die_alone(cards: dict[str, CheckpointCard], tiny_plan: Plan) -> None:
    """Two processes on one checkpoint: equal bytes, and a kill that costs one picture."""
    members: list[ProcessEngine] = []

    def start() -> ProcessEngine:
        members.append(ProcessEngine(cards, threads=2))
        return members[-1]

    fleet = Fleet(start, 2, cards)
    endless = replace(tiny_plan, sigmas=tuple(1 - step / 200_000 for step in range(200_001)))
    alone, first, beside, second, ended = Ear(), Ear(), Ear(), Ear(), Ear()
    try:
        fleet.submit(tiny_plan, alone)
        pixels = alone.drawn().pixels
        fleet.submit(endless, first)
        fleet.submit(tiny_plan, Ear())  # the second is started for it, though the first draws it
        while members[1].device is None:
            meanwhile = Ear()
            members[0].submit(tiny_plan, meanwhile)
            meanwhile.drawn()
        fleet.submit(tiny_plan, beside)
        assert np.array_equal(beside.drawn().pixels, pixels)
        fleet.submit(endless, second)
        assert second.first_step.wait(PATIENCE_S)
        assert members[1].pid is not None
        os.kill(members[1].pid, signal.SIGKILL)
        assert isinstance(second.failed().error, Unavailable)
        fleet.submit(tiny_plan, ended)
        assert np.array_equal(ended.drawn().pixels, pixels)
        assert not any(isinstance(event, Failed) for event in first.events)
    finally:
        fleet.close()
