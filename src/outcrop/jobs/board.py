"""What is to be seen of jobs while they go on, and who is watching. Knows no wire; draws and asks nothing.

Whoever tells something never waits for whoever watches: a watch is a list of what has changed since it was last looked
at, and of each picture only the newest step is kept. So a slow watcher misses steps, and holds up nobody.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Final, final

from outcrop.engine.engine import Event, Listener, Pixels, Step
from outcrop.errors import Throttled, Unavailable

MOST_WATCHES: Final = 1000
"""Watches of one process at once."""

Wake = Callable[[bool], None]
"""Tells a watcher that there is something to see; True if it is more than a step. Called from any thread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """How far a picture has come."""

    job: str
    number: int
    """Of the picture in its job, from 1."""
    step: int
    steps: int
    preview: Pixels | None = None

    def described(self) -> dict[str, int]:
        """As a job tells of it."""
        return {"number": self.number, "step": self.step, "steps": self.steps}


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """How far a job has come that is drawn here, under the lease that it is drawn under."""

    job: str
    lease: int
    pictures: Sequence[Mapping[str, int]]
    """As each is described."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A set of an account, of which there may be more jobs in a while."""

    account_id: str
    set_id: str


@final
class Watch:
    """What one watcher has not looked at yet; the board's alone to change."""

    def __init__(self, wake: Wake, part: Part | None) -> None:
        self.wake = wake
        self.part = part
        self.jobs: set[str] = set()
        self.changed: set[str] = set()
        self.stepped: set[tuple[str, int]] = set()
        self.rung = self.urgent = False


@final
class Board:
    """What one process sees."""

    def __init__(self) -> None:
        self._seen: dict[str, dict[int, Seen]] = {}
        self._leases: dict[str, int] = {}
        self._elsewhere: dict[str, dict[int, Seen]] = {}
        self._watches: dict[str, set[Watch]] = defaultdict(set)
        self._open: set[Watch] = set()
        self._lock = Lock()  # guards all of the above, and what watches hold
        self.closed = False

    def listener(self, job: str, number: int, *, lease: int = 0, previews: bool = True) -> Listener:
        """What hears the engine on behalf of a picture of a job; without previews only how far it is is told."""
        with self._lock:
            self._leases[job] = lease

        def hear(event: Event) -> None:
            if isinstance(event, Step):
                preview = event.preview if previews else None
                seen = Seen(job=job, number=number, step=event.done, steps=event.total, preview=preview)
                self._step(seen)

        return hear

    def changed(self, job: str) -> None:
        """Say that a job is no longer as it was."""
        with self._lock:
            for watch in self._watches.get(job, ()):
                watch.changed.add(job)
                _ring(watch, urgent=True)

    def forget(self, job: str) -> None:
        """Drop what there was to see of a job: nobody draws it here any more."""
        with self._lock:
            self._seen.pop(job, None)
            self._leases.pop(job, None)

    def seen(self, job: str) -> list[Seen]:
        """How far the pictures of a job have come that are drawn here, or elsewhere and watched here."""
        with self._lock:
            return [seen for _, seen in sorted(self._known(job).items())]

    def drawn(self) -> list[Drawn]:
        """How far all jobs have come that are drawn here."""
        with self._lock:
            return [
                Drawn(job=job, lease=self._leases.get(job, 0), pictures=[one.described() for one in pictures.values()])
                for job, pictures in self._seen.items()
            ]

    def elsewhere(self, told: Mapping[str, Sequence[Seen]]) -> None:
        """Say how far the watched jobs have come that other processes draw: all there are."""
        with self._lock:
            before, self._elsewhere = self._elsewhere, {job: {one.number: one for one in told[job]} for job in told}
            for job, pictures in self._elsewhere.items():
                for number, seen in pictures.items():
                    if before.get(job, {}).get(number) != seen and job not in self._seen:
                        self._stepped(seen)

    @contextmanager
    def watching(self, jobs: Collection[str], wake: Wake, part: Part | None = None) -> Iterator[Watch]:
        """A watch of some jobs, and of those that a set may get yet, for as long as the block lasts.

        All that there is counts as changed at first.

        Raises: Throttled when as many watch as may; Unavailable when the process is about to end.
        """
        watch = Watch(wake, part)
        with self._lock:
            if self.closed:
                raise Unavailable("The server is stopping. Try your request again in a moment.")
            if len(self._open) >= MOST_WATCHES:
                raise Throttled(f"{MOST_WATCHES} streams are open, and no more may be.", 5)
            self._open.add(watch)
            self._join(watch, jobs)
        try:
            yield watch
        finally:
            with self._lock:
                self._open.discard(watch)
                for job in watch.jobs:
                    self._watches[job].discard(watch)
                    if not self._watches[job]:
                        del self._watches[job]

    def look(self, watch: Watch) -> tuple[set[str], list[Seen]]:
        """What a watch has not seen yet: jobs that have changed, and the newest step of each picture."""
        with self._lock:
            changed, stepped = watch.changed, sorted(watch.stepped)
            watch.changed, watch.stepped = set(), set()
            watch.rung = watch.urgent = False
            found = (self._known(job).get(number) for job, number in stepped)
            return changed, [seen for seen in found if seen is not None]

    def watched(self) -> set[str]:
        """The jobs that anybody watches."""
        with self._lock:
            return set(self._watches)

    def parts(self) -> set[Part]:
        """The sets that anybody watches."""
        with self._lock:
            return {watch.part for watch in self._open if watch.part is not None}

    def grown(self, part: Part, jobs: Collection[str]) -> None:
        """Say which jobs a set has by now."""
        with self._lock:
            for watch in self._open:
                if watch.part == part:
                    self._join(watch, set(jobs) - watch.jobs)

    def close(self) -> None:
        """Have every watch end."""
        with self._lock:
            self.closed = True
            for watch in self._open:
                _ring(watch, urgent=True)

    def _join(self, watch: Watch, jobs: Collection[str]) -> None:
        for job in jobs:
            watch.jobs.add(job)
            self._watches[job].add(watch)
            watch.changed.add(job)
            watch.stepped |= {(job, number) for number in self._known(job)}
        if jobs:
            _ring(watch, urgent=True)

    def _step(self, seen: Seen) -> None:
        with self._lock:
            self._seen.setdefault(seen.job, {})[seen.number] = seen
            self._stepped(seen)

    def _stepped(self, seen: Seen) -> None:
        for watch in self._watches.get(seen.job, ()):
            watch.stepped.add((seen.job, seen.number))
            _ring(watch, urgent=False)

    def _known(self, job: str) -> dict[int, Seen]:
        return self._seen.get(job) or self._elsewhere.get(job, {})


def _ring(watch: Watch, *, urgent: bool) -> None:
    """Wake a watcher, unless it has been already and not yet looked."""
    if not watch.rung or (urgent and not watch.urgent):
        watch.rung, watch.urgent = True, watch.urgent or urgent
        watch.wake(urgent)
