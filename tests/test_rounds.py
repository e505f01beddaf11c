"""Rounds begin at once or after a wait, go on, and end with the block."""

import threading
from queue import SimpleQueue

from outcrop.rounds import going_round
from tests.toy_engine import PATIENCE_S


def test_they_go_on_until_the_block_ends() -> None:
    """In a thread of their own, which is gone then."""
    said: SimpleQueue[str] = SimpleQueue()
    with going_round("rounds", lambda: said.put(threading.current_thread().name), 0.0):
        assert [said.get(timeout=PATIENCE_S) for _ in range(3)] == ["rounds"] * 3
    assert "rounds" not in {thread.name for thread in threading.enumerate()}


def test_the_first_waits_unless_it_is_wanted_at_once() -> None:
    """And the end of the block interrupts a wait, however long."""
    said: SimpleQueue[str] = SimpleQueue()
    patient = going_round("patient", lambda: said.put("too soon"), 3600.0)
    with patient, going_round("eager", lambda: said.put("at once"), 3600.0, at_once=True):
        assert said.get(timeout=PATIENCE_S) == "at once"
    assert said.empty()


def test_the_end_waits_for_what_is_being_done() -> None:
    """A round is never cut off."""
    begun, may_end, done = threading.Event(), threading.Event(), threading.Event()

    def round_() -> None:
        begun.set()
        may_end.wait(PATIENCE_S)
        done.set()

    with going_round("slow", round_, 3600.0, at_once=True):
        assert begun.wait(PATIENCE_S)
        may_end.set()
    assert done.is_set()
