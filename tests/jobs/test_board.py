"""The board: whoever watches sees the newest of everything, and whoever tells waits for nobody."""

import numpy as np
import pytest

from outcrop.engine.engine import Queued, Started, Step
from outcrop.errors import Throttled, Unavailable
from outcrop.jobs.board import MOST_WATCHES, Board, Part, Seen


def step(done: int) -> Step:
    """A step of ten, with a picture that says which."""
    return Step(done=done, total=10, preview=np.full((1, 1, 3), done, np.uint8))


def told(found: list[Seen]) -> list[tuple[str, int, int]]:
    """Job, picture and step of what was seen."""
    return [(one.job, one.number, one.step) for one in found]


def test_all_there_is_counts_as_changed_at_first() -> None:
    """Also for whoever comes late."""
    board = Board()
    board.listener("a", 1)(step(3))
    with board.watching(["a", "b"], lambda _: None) as watch:
        changed, steps = board.look(watch)
        assert (changed, told(steps)) == ({"a", "b"}, [("a", 1, 3)])
        assert board.look(watch) == (set(), [])


def test_a_slow_watcher_has_the_newest_step_of_each_picture() -> None:
    """However many there were; it is woken once, and once more when a state changes."""
    board = Board()
    calls: list[bool] = []
    with board.watching(["a"], calls.append) as watch:
        board.look(watch)
        calls.clear()
        for done in range(1, 11):
            for number in (1, 2):
                board.listener("a", number)(step(done))
        assert calls == [False]
        board.changed("a")
        board.changed("a")
        assert calls == [False, True]
        assert len(watch.stepped) == 2
        changed, steps = board.look(watch)
        assert (changed, told(steps)) == ({"a"}, [("a", 1, 10), ("a", 2, 10)])
        board.listener("a", 1)(step(1))
        assert calls == [False, True, False]


def test_each_hears_of_its_own_jobs() -> None:
    """And of nothing once it is gone; what is not watched costs nothing."""
    board = Board()
    calls: list[str] = []
    with (
        board.watching(["a"], lambda _: calls.append("a")) as first,
        board.watching(["b"], lambda _: calls.append("b")) as second,
    ):
        board.look(first)
        board.look(second)
        calls.clear()
        board.changed("b")
        assert calls == ["b"]
        assert board.watched() == {"a", "b"}
    board.changed("a")
    assert (calls, board.watched()) == (["b"], set())


def test_only_steps_are_kept_and_only_while_it_is_drawn() -> None:
    """Not that it waits or has begun."""
    board = Board()
    board.listener("a", 1)(Queued(position=1))
    board.listener("a", 1)(Started())
    assert board.seen("a") == []
    board.listener("a", 2)(step(1))
    board.listener("a", 1)(step(2))
    assert [one.described() for one in board.seen("a")] == [
        {"number": 1, "step": 2, "steps": 10},
        {"number": 2, "step": 1, "steps": 10},
    ]
    board.forget("a")
    assert board.seen("a") == []


def test_a_set_grows() -> None:
    """What it gets is watched by whoever watches the set, and by nobody else."""
    board, part = Board(), Part(account_id="1", set_id="s")
    with board.watching(["a"], lambda _: None, part) as whole, board.watching(["a"], lambda _: None) as one:
        board.look(whole)
        board.look(one)
        assert board.parts() == {part}
        board.grown(part, ["a", "b"])
        assert board.look(whole) == ({"b"}, [])
        assert board.look(one) == (set(), [])
        board.changed("b")
        assert board.look(whole) == ({"b"}, [])


def test_a_board_that_closes() -> None:
    """Wakes everybody, and takes nobody any more."""
    board = Board()
    calls: list[bool] = []
    with board.watching([], calls.append):
        board.close()
        assert (calls, board.closed) == ([True], True)
    with pytest.raises(Unavailable, match="stopping"), board.watching([], calls.append):
        pass


def test_watches_are_bounded() -> None:
    """One more than there may be is refused; one that ends leaves its place."""
    board = Board()
    every = [board.watching(["a"], lambda _: None) for _ in range(MOST_WATCHES)]
    for one in every:
        one.__enter__()
    with pytest.raises(Throttled, match="1000 streams"), board.watching(["a"], lambda _: None):
        pass
    every[0].__exit__(None, None, None)
    with board.watching(["a"], lambda _: None):
        pass
