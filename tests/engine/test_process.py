"""The engine in its own process draws the same pictures, and its death is survived."""

import os
import signal
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import torch

from outcrop.catalog.card import CheckpointCard
from outcrop.clock import now
from outcrop.engine.engine import Errand, Started
from outcrop.engine.local import LocalEngine
from outcrop.engine.process import ProcessEngine
from outcrop.errors import BadCheckpoint, Cancelled, Overdue, Unavailable
from outcrop.plan import Plan, Start
from outcrop.request import Bitmap
from outcrop.units import Size
from tests.engine.listening import PATIENCE_S, Ear

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def engine(tiny_card: CheckpointCard) -> Iterator[ProcessEngine]:
    """An engine in a process of its own."""
    engine = ProcessEngine({"tiny": tiny_card}, threads=torch.get_num_threads())  # they decide the last bits
    yield engine
    engine.close()


def endless(plan: Plan) -> Plan:
    """The same picture in so many steps that it does not end during a test."""
    return replace(plan, sigmas=tuple(1 - step / 200_000 for step in range(200_001)))


def test_the_picture_is_the_one_of_this_process(
    engine: ProcessEngine, tiny_card: CheckpointCard, tiny_plan: Plan
) -> None:
    """The command line, the server and a test draw the same bytes."""
    there, here = Ear(), Ear()
    engine.submit(tiny_plan, there)
    local = LocalEngine({"tiny": tiny_card}, now)
    local.submit(tiny_plan, here)
    assert np.array_equal(there.drawn().pixels, here.drawn().pixels)
    local.close()
    assert isinstance(there.events[0], Started)
    assert [step.done for step in there.steps] == [1, 2, 3, 4]


@pytest.mark.timeout(60)
def test_a_picture_is_taken_at_once_by_a_process_that_does_not_read(engine: ProcessEngine, tiny_plan: Plan) -> None:
    """A start picture larger than any pipe does not hold up its sender, and arrives whole when it can."""
    size = Size(width=768, height=512)
    start = Start(image=Bitmap(size=size, rgb=bytes(3 * size.pixels)), strength=1.0)
    ear = Ear()
    assert engine.pid is not None
    os.kill(engine.pid, signal.SIGSTOP)
    try:
        engine.submit(replace(tiny_plan, native=size, delivered=size, start=start), ear)
    finally:
        os.kill(engine.pid, signal.SIGCONT)
    assert ear.drawn().pixels.shape == (512, 768, 3)


def test_a_picture_can_be_cancelled_across_processes(engine: ProcessEngine, tiny_plan: Plan) -> None:
    """The ticket reaches the other side."""
    ear = Ear()
    ticket = engine.submit(endless(tiny_plan), ear)
    assert ear.first_step.wait(PATIENCE_S)
    ticket.cancel()
    assert isinstance(ear.failed().error, Cancelled)


def test_an_error_comes_back_as_itself(tiny_card: CheckpointCard, tiny_plan: Plan) -> None:
    """Domain errors keep their class and text on the way."""
    lost = ProcessEngine({"tiny": replace(tiny_card, folder=tiny_card.folder / "nowhere")}, threads=2)
    ear = Ear()
    lost.submit(tiny_plan, ear)
    error = ear.failed().error
    lost.close()
    assert isinstance(error, BadCheckpoint)
    assert "nowhere" in str(error)


def test_a_killed_process_fails_its_pictures_and_the_next_one_is_drawn(engine: ProcessEngine, tiny_plan: Plan) -> None:
    """After kill -9 in the middle: who waited is told to try again, and trying again works."""
    ear, after = Ear(), Ear()
    engine.submit(endless(tiny_plan), ear)
    assert ear.first_step.wait(PATIENCE_S)
    pid = engine.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert isinstance(ear.failed().error, Unavailable)
    engine.submit(tiny_plan, after)
    assert after.drawn()
    assert engine.pid != pid


def test_too_much_for_the_memory_there_fails_alone(engine: ProcessEngine, tiny_plan: Plan) -> None:
    """The process lives on, and who asked may try again."""
    ear, neighbour = Ear(), Ear()
    pid = engine.pid
    engine.submit(replace(tiny_plan, native=Size(width=2**24, height=2**24)), ear)
    engine.submit(tiny_plan, neighbour)
    assert isinstance(ear.failed().error, Unavailable)
    assert neighbour.drawn()
    assert engine.pid == pid


def test_an_errand_reaches_the_process(engine: ProcessEngine, tiny_plan: Plan) -> None:
    """A deadline means the same instant on both sides."""
    late, in_time = Ear(), Ear()
    engine.submit(endless(tiny_plan), late, Errand(deadline=now() + 1.0))
    engine.submit(tiny_plan, in_time, Errand(deadline=now() + PATIENCE_S))
    assert isinstance(late.failed().error, Overdue)
    assert in_time.drawn()


def test_closing_fails_what_is_left_and_refuses_more(tiny_card: CheckpointCard, tiny_plan: Plan) -> None:
    """A closed engine leaves no process and no one waiting."""
    engine = ProcessEngine({"tiny": tiny_card}, threads=torch.get_num_threads())  # they decide the last bits
    ear, late = Ear(), Ear()
    engine.submit(endless(tiny_plan), ear)
    assert ear.first_step.wait(PATIENCE_S)
    engine.close()
    assert isinstance(ear.failed().error, Unavailable)
    engine.submit(tiny_plan, late)
    assert isinstance(late.failed().error, Unavailable)
    assert engine.pid is None
