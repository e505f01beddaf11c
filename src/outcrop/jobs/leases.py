"""Which workers are no more: those whose count of beats has stood still, as seen from here. Knows no job.

No clock of the machine is read that anybody can set, and none is compared between machines: each process measures on
its own how long it has seen no beat.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final, final

from outcrop.clock import Clock

LEASE_S: Final = 30
"""How long a worker may be silent."""
BEAT_S: Final = 5
"""How often it says that it is there."""


@final
class Watch:
    """What one process has seen of the others."""

    def __init__(self, clock: Clock, is_dead: Callable[[str], bool]) -> None:
        """`is_dead` knows of some workers at once that they are no more, such as those of this machine."""
        self._clock = clock
        self._is_dead = is_dead
        self._seen: dict[str, tuple[int, float]] = {}

    def gone(self, workers: Iterable[str], beats: Mapping[str, int]) -> set[str]:
        """Those of some workers that are no more."""
        now, asked = self._clock(), set(workers)
        for worker in asked:
            count = beats.get(worker, 0)
            if worker not in self._seen or self._seen[worker][0] != count:
                self._seen[worker] = (count, now)
        self._seen = {worker: seen for worker, seen in self._seen.items() if worker in asked}
        return {worker for worker in asked if self._is_dead(worker) or now - self._seen[worker][1] > LEASE_S}
