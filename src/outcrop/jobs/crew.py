"""Works on jobs in threads of this process, as many of each kind at once as it has places for. Knows no kind of job."""

import logging
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Lock, Thread
from typing import Final, final

from outcrop.clock import Clock
from outcrop.jobs.leases import BEAT_S
from outcrop.jobs.queue import Queue
from outcrop.jobs.worker import Worker
from outcrop.store.jobs import Job

POLL_S: Final = 1
"""How soon a job is seen that another process has added, where no call of it is heard."""

logger = logging.getLogger("outcrop.jobs")


@final
class Crew:
    """A worker and its threads."""

    def __init__(self, worker: Worker, queue: Queue, places: Mapping[str, int], clock: Clock) -> None:
        """`places` is how many jobs of a kind are worked on at once."""
        self._worker = worker
        self._queue = queue
        self._places = places
        self._clock = clock
        self._busy: Counter[str] = Counter()
        self._lock = Lock()  # guards _busy
        self._closing = False
        self._hands = ThreadPoolExecutor(sum(places.values()), thread_name_prefix="outcrop-job")
        self._chief = Thread(target=self._lead, name="outcrop-jobs", daemon=True)
        self._chief.start()

    def close(self) -> None:
        """Put back what is under way, and stop."""
        self._closing = True
        self._worker.close()
        self._queue.ring()
        self._chief.join()
        self._hands.shutdown()
        self._worker.leave()

    def _lead(self) -> None:
        attended: float | None = None
        while not self._closing:
            try:
                if attended is None or self._clock() - attended >= BEAT_S:
                    self._worker.attend()
                    attended = self._clock()
                self._worker.hear()
                if self._take():
                    continue
            except Exception:  # the edge of the thread: a database that is busy for long must not end the work
                logger.exception("jobs cannot be taken; trying again")
            self._queue.wait(POLL_S)

    def _take(self) -> bool:
        with self._lock:
            free = [kind for kind, places in self._places.items() if self._busy[kind] < places]
        job = self._worker.take(free) if free else None
        if job is None:
            return False
        with self._lock:
            self._busy[job.kind] += 1
        self._hands.submit(self._see_to, job)
        return True

    def _see_to(self, job: Job) -> None:
        try:
            self._worker.see_to(job)
        except Exception:  # the edge of the thread: what could not be written is taken up again by whoever hears
            logger.exception("job %s could not be ended", job.id)
        finally:
            with self._lock:
                self._busy[job.kind] -= 1
            self._queue.ring()


@contextmanager
def open_crew(worker: Worker, queue: Queue, places: Mapping[str, int], clock: Clock) -> Iterator[Crew]:
    """A crew that works for as long as the block lasts."""
    crew = Crew(worker, queue, places, clock)
    try:
        yield crew
    finally:
        crew.close()
