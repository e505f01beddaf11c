"""Takes jobs and sees each to its end, or back into the queue. Knows errors that pass and errors that stay; knows no
kind of job, and starts no thread.
"""

import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from threading import Lock
from typing import Any, Final, Literal, Protocol, final

from outcrop.clock import Clock
from outcrop.errors import Cancelled, Loading, OutcropError, Overdue, StorageFailed, Throttled, Unavailable
from outcrop.jobs.queue import MOST_ATTEMPTS, Booked, Ending, Queue
from outcrop.store.database import Connection
from outcrop.store.jobs import Job

PASSING: Final = (Cancelled, Loading, Overdue, StorageFailed, Throttled, Unavailable)
"""Errors after which the same job may well succeed."""
UNEXPECTED: Final = "The system encountered an unexpected error during processing."
DIED: Final = "Whoever worked on it ended in the middle, as often as it may."

logger = logging.getLogger("outcrop.jobs")

Why = Literal["cancelled", "closing", "lost"]


class LeaseLost(Exception):
    """Somebody else has the job by now: what is done for it here is of no use."""


@final
class Hand:
    """What the work on a job can say and hear while it goes on."""

    def __init__(self, job: Job, queue: Queue) -> None:
        self.job = job
        """As it was when it was taken, or last got on."""
        self._queue = queue
        self._stops: list[Callable[[], None]] = []
        self._lock = Lock()
        self.why: Why | None = None
        """Why it is to stop; None while it is not."""

    def note(self, progress: Mapping[str, Any], *, further: bool = True) -> None:
        """Note how far it has come, and whether that is further than in any attempt before.

        Raises: LeaseLost when somebody else has the job by now.
        """
        if not self._queue.get_on(self.job, progress, further=further):
            self.stop("lost")
            raise LeaseLost
        self.job = replace(self.job, attempts=1 if further else self.job.attempts, progress=progress)

    def stop(self, why: Why) -> None:
        """Have it stop soon."""
        with self._lock:
            self.why = self.why or why
            stops = list(self._stops)
        for stop in stops:
            stop()

    @contextmanager
    def stopping(self, stop: Callable[[], None]) -> Iterator[None]:
        """Within the block, `stop` is called when it is to stop; at once if it already is. It may be called twice.

        Raises: Cancelled when it is to stop before the block has begun.
        """
        with self._lock:
            if self.why is not None:
                raise Cancelled("The job is to stop.")
            self._stops.append(stop)
        try:
            yield
        finally:
            with self._lock:
                self._stops.remove(stop)


class Work(Protocol):
    """What there is to do for the jobs of a kind."""

    def do(self, job: Job, hand: Hand) -> Booked:
        """Do it; what was done before, and by whom, changes nothing. Returns what holds once the job is done.

        Raises: Cancelled when it was told to stop; LeaseLost; any domain error that says why it cannot be done.
        """
        ...

    def give_up(self, connection: Connection, job: Job) -> None:
        """Undo what is booked for a job that ends without a result."""
        ...


@final
class Worker:
    """One who works, under a name of its own."""

    def __init__(self, name: str, queue: Queue, works: Mapping[str, Work], clock: Clock) -> None:
        self._name = name
        self._queue = queue
        self._works = works
        self._clock = clock
        self._hands: dict[str, Hand] = {}
        self._no_room: dict[str, str] = {}
        """Jobs to be parked, when the database has room for that, and why."""
        self._closing = False
        self._lock = Lock()  # guards all three

    def take(self, kinds: Collection[str]) -> Job | None:
        """Take the job whose turn it is; whoever takes one must see to it."""
        job = self._queue.take(self._name, kinds)
        if job is not None:
            hand = Hand(job, self._queue)
            with self._lock:
                self._hands[job.id] = hand
                closing = self._closing
            if closing:
                hand.stop("closing")
        return job

    def see_to(self, job: Job) -> None:
        """Work on a job that was taken, until it has ended or is back in the queue."""
        hand, began = self._hands[job.id], self._clock()
        try:
            booked = self._works[job.kind].do(job, hand)
            ending = Ending(state="done", took_ms=round((self._clock() - began) * 1000))
            self._queue.end(job, ending, booked)
        except LeaseLost:
            logger.warning("job %s was taken over by somebody else", job.id)
        except OutcropError as error:
            self._after(hand, error)
        except Exception as error:  # the worker's edge: the log gets the traceback, the job another attempt
            logger.exception("job %s failed unexpectedly", job.id)
            self._after(hand, error)
        finally:
            with self._lock:
                del self._hands[job.id]

    def hear(self) -> None:
        """Hear which jobs are to end, and take up what this worker has itself let fall.

        For the thread that takes: a job is not to be taken meanwhile.
        """
        for job in self._queue.held(self._name):
            with self._lock:
                hand = self._hands.get(job.id)
            if hand is None:
                self._take_up(job)
            elif job.cancelling:
                hand.stop("cancelled")

    def attend(self) -> None:
        """Say that this worker is there, and take up what others have left behind."""
        self._queue.beat(self._name)
        for job in self._queue.lost():
            self._take_up(job)

    def _take_up(self, job: Job) -> None:
        logger.warning("job %s was left behind", job.id)
        if job.cancelling:
            self._give_up(job, Ending(state="cancelled"))
        elif job.id in self._no_room:
            self._park(job, self._no_room[job.id])
        elif job.attempts >= MOST_ATTEMPTS:
            self._give_up(job, Ending(state="dead", reason=DIED))
        else:
            self._queue.put_back(job, counted=True)

    def close(self) -> None:
        """Have every job stop and go back into the queue."""
        with self._lock:
            self._closing = True
            hands = list(self._hands.values())
        for hand in hands:
            hand.stop("closing")

    def leave(self) -> None:
        """Say that this worker goes; it has no job any more."""
        self._queue.leave(self._name)

    def _after(self, hand: Hand, error: Exception) -> None:
        job = hand.job
        reason = str(error) if isinstance(error, OutcropError) else UNEXPECTED
        match hand.why:
            case "lost":
                return
            case "closing":
                self._queue.put_back(job, counted=False)
            case "cancelled":
                self._give_up(job, Ending(state="cancelled"))
            case _ if isinstance(error, OutcropError) and not isinstance(error, PASSING):
                self._give_up(job, Ending(state="failed", reason=reason))
            case _ if isinstance(error, StorageFailed) and error.full:
                self._park(job, f"Parked until there is room, and tried again every minute: {reason}")
            case _ if job.attempts >= MOST_ATTEMPTS:
                self._give_up(job, Ending(state="dead", reason=reason))
            case _:
                self._queue.put_off(job, reason)

    def _park(self, job: Job, reason: str) -> None:
        with self._lock:
            self._no_room[job.id] = reason
        self._queue.park(job, reason)  # which may find no room either
        with self._lock:
            del self._no_room[job.id]

    def _give_up(self, job: Job, ending: Ending) -> None:
        self._queue.end(job, ending, partial(self._works[job.kind].give_up, job=job))
