"""Checkpoints come into memory when they are wanted, and go by bytes; here they are words of so many letters."""

from queue import SimpleQueue
from typing import final

from hypothesis import given
from hypothesis import strategies as st

from outcrop.engine.residency import Loader, Residency
from tests.engine.listening import PATIENCE_S


@final
class Shelf:
    """A residency whose loads end when the test says so."""

    def __init__(self, budget: int) -> None:
        self.loads: list[str] = []
        self._answers: SimpleQueue[BaseException | None] = SimpleQueue()
        self._woken: SimpleQueue[None] = SimpleQueue()
        loader = Loader(load=self._load, weigh=len)
        self.residency = Residency(loader, budget, lambda: self._woken.put(None))

    def _load(self, name: str) -> str:
        self.loads.append(name)
        answer = self._answers.get(timeout=PATIENCE_S)
        if answer is not None:
            raise answer
        return name.upper()

    def finish(self, error: BaseException | None = None, in_use: set[str] | None = None) -> dict[str, BaseException]:
        """Let the load under way end, and tend to what comes of it."""
        self._answers.put(error)
        self._woken.get(timeout=PATIENCE_S)
        return self.tend(in_use or set())

    def tend(self, in_use: set[str], arrived: int = 100) -> dict[str, BaseException]:
        """What the engine does between two passes."""
        failed = self.residency.collect(arrived)
        self.residency.proceed(in_use)
        return dict(failed)

    def fetch(self, name: str, in_use: set[str] | None = None) -> None:
        """Have one loaded."""
        self.residency.want(name, 0)
        self.tend(in_use or set())
        self.finish(in_use=in_use)


def test_what_is_wanted_is_loaded_once() -> None:
    """Wanted twice, before and while it is loaded, it comes once; nobody waits for it meanwhile."""
    shelf = Shelf(100)
    shelf.residency.want("fox", 1)
    shelf.residency.want("fox", 2)
    assert shelf.tend(set()) == {}
    shelf.residency.want("fox", 3)
    assert shelf.residency.get("fox") is None
    assert shelf.finish() == {}
    assert shelf.residency.get("fox") == "FOX"
    shelf.residency.want("fox", 4)
    assert shelf.tend(set()) == {}
    assert shelf.loads == ["fox"]


def test_the_one_used_longest_ago_makes_room() -> None:
    """Using one keeps it."""
    shelf = Shelf(9)
    for name in ("ant", "bee", "cat"):
        shelf.fetch(name)
    assert shelf.residency.get("ant")
    shelf.fetch("dog")
    assert [shelf.residency.get(name) for name in ("ant", "bee", "cat", "dog")] == ["ANT", None, "CAT", "DOG"]


def test_one_in_use_is_never_dropped() -> None:
    """A larger one waits until it is out of use; nothing else is begun meanwhile."""
    shelf = Shelf(6)
    shelf.fetch("ant")
    shelf.residency.want("bee", 108)
    shelf.residency.want("walrus", 107)
    shelf.tend({"ant"})
    assert shelf.residency.blocked
    assert shelf.residency.turn == 107, "the oldest picture says what comes next"
    assert shelf.residency.get("ant") == "ANT"
    shelf.tend(set())
    assert not shelf.residency.blocked
    shelf.finish(in_use={"walrus"})
    assert shelf.residency.turn == 108
    assert (shelf.residency.get("ant"), shelf.residency.get("walrus")) == (None, "WALRUS")


def test_one_larger_than_the_budget_is_loaded_alone() -> None:
    """The budget says what is kept, not what can be drawn with."""
    shelf = Shelf(4)
    shelf.fetch("ant")
    shelf.fetch("hippopotamus")
    assert (shelf.residency.get("ant"), shelf.residency.get("hippopotamus")) == (None, "HIPPOPOTAMUS")


def test_a_failure_is_told_once_and_tried_again_when_wanted_again() -> None:
    """Others that are wanted come all the same."""
    shelf = Shelf(100)
    shelf.residency.want("fox", 1)
    shelf.residency.want("bee", 2)
    shelf.tend(set())
    failed = shelf.finish(MemoryError())
    assert isinstance(failed["fox"], MemoryError)
    assert shelf.finish() == {}
    assert shelf.residency.get("bee") == "BEE"
    shelf.fetch("fox")
    assert shelf.residency.get("fox") == "FOX"
    assert shelf.loads == ["fox", "bee", "fox"]


def test_whatever_waits_for_one_is_drawn_before_the_next_is_loaded() -> None:
    """All that has arrived by the time it is there goes first, however early the next one was wanted."""
    shelf = Shelf(3)
    shelf.residency.want("ant", 1)
    shelf.tend(set())
    shelf.residency.want("bee", 2)
    assert shelf.residency.turn == 2
    shelf.finish(in_use={"ant"})
    assert shelf.residency.turn == 100
    assert shelf.residency.blocked


words = st.text("abc", min_size=1, max_size=5)


@given(st.lists(st.tuples(words, st.sets(words, max_size=2)), max_size=12))
def test_the_budget_holds_but_for_a_single_one(wanted: list[tuple[str, set[str]]]) -> None:
    """Whatever is wanted in whatever order, and whatever of it is in use."""
    shelf = Shelf(8)
    for name, in_use in wanted:
        there = {word for word, _ in wanted if shelf.residency.get(word)}
        shelf.residency.want(name, 0)
        shelf.tend(in_use & there)
        if name not in there:
            if shelf.residency.blocked:
                shelf.tend(set())
            shelf.finish()
        now = {word for word, _ in wanted if shelf.residency.get(word)}
        assert name in now
        assert len(now) == 1 or sum(map(len, now)) <= 8
