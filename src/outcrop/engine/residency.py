"""Which checkpoints are in memory: loaded when wanted, beside the passes, and dropped by bytes. Knows no picture.

Belongs to the engine's thread; only the loading itself happens in another. Checkpoints are loaded one at a time, the
one first that the oldest picture wants. Before that, those used longest ago make room, never one in use. One that alone
is larger than the budget is still loaded, when nothing else is in memory.

So that a checkpoint is neither kept out by a stream of pictures on another nor dropped before it has drawn anything,
`turn` parts the pictures that go before the next load from those that go after it.
"""

from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Generic, TypeVar, final

Loaded = TypeVar("Loaded")


@dataclass(frozen=True, slots=True, kw_only=True)
class Loader(Generic[Loaded]):
    """How checkpoints get into memory."""

    load: Callable[[str], Loaded]
    """Called in a thread of its own; what it raises is the failure."""
    weigh: Callable[[str], int]
    """About how many bytes one will take, told before it is loaded."""


@final
class Residency(Generic[Loaded]):
    """The checkpoints in memory, and those on their way."""

    def __init__(self, loader: Loader[Loaded], budget: int, wake: Callable[[], None]) -> None:
        """`budget` is in bytes; `wake` is called from another thread when there is something to collect."""
        self._load = loader.load
        self._weigh = cache(loader.weigh)
        self._budget = budget
        self._wake = wake
        self._resident: dict[str, Loaded] = {}  # the one used longest ago first
        self._wanted: dict[str, int] = {}  # each with the number of the oldest picture that wanted it
        self._horizon = 0
        self._loading: tuple[str, Future[Loaded]] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="outcrop-load")

    @property
    def turn(self) -> int | None:
        """Pictures with smaller numbers go before the checkpoint that is wanted next; None when none is.

        Those are the pictures that were there before anyone wanted it, and before the last one was loaded: whatever
        waited for that is drawn, and then it is the next one's turn.
        """
        return max(min(self._wanted.values()), self._horizon) if self._wanted else None

    @property
    def blocked(self) -> bool:
        """Whether the checkpoint that is wanted next waits for others to be out of use."""
        return self._loading is None and bool(self._wanted)

    def get(self, name: str) -> Loaded | None:
        """A checkpoint that is in memory, which is used now; None for any other."""
        found = self._resident.pop(name, None)
        if found is not None:
            self._resident[name] = found
        return found

    def want(self, name: str, number: int) -> None:
        """Have a checkpoint loaded, unless it is there or on its way."""
        on_its_way = self._loading is not None and self._loading[0] == name
        if name not in self._resident and not on_its_way:
            self._wanted.setdefault(name, number)

    def collect(self, arrived: int) -> Mapping[str, BaseException]:
        """Take what has been loaded; returns what could not be, and why. `arrived` is the number of the next picture.

        What failed is forgotten: who wants it again has it tried again.
        """
        if self._loading is None or not self._loading[1].done():
            return {}
        name, loading = self._loading
        self._loading, self._horizon = None, arrived
        error = loading.exception()
        if error is not None:
            return {name: error}
        self._resident[name] = loading.result()
        return {}

    def proceed(self, in_use: Collection[str]) -> None:
        """Begin to load what is wanted next, once there is room for it without those in use."""
        if not self.blocked:
            return
        name = min(self._wanted, key=self._wanted.__getitem__)
        if self._make_room(self._weigh(name), in_use):
            del self._wanted[name]
            self._loading = (name, self._thread.submit(self._load, name))
            self._loading[1].add_done_callback(lambda _: self._wake())

    def close(self) -> None:
        """Begin with no further checkpoint; does not wait for the one under way."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _make_room(self, needed: int, in_use: Collection[str]) -> bool:
        """Drop checkpoints that are not in use until there is room; False when those in use leave too little."""
        while self._resident and needed + sum(map(self._weigh, self._resident)) > self._budget:
            idle = next((name for name in self._resident if name not in in_use), None)
            if idle is None:
                return False
            del self._resident[idle]
        return True
