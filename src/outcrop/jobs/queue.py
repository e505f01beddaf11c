"""The seam to whatever keeps jobs: add, take, end. One implementation keeps them in the database of one machine.

What every implementation promises: a job that was added ends exactly once, whoever dies meanwhile; whoever takes it has
a lease, and what is said of it under an older lease is not heard. Its work may begin more than once. Knows no kind of
job.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from outcrop.store.database import Connection
from outcrop.store.jobs import Job, State

Booked = Callable[[Connection], None]
"""What is to hold if and only if a change of a job holds: it is done in the same transaction."""

MOST_ATTEMPTS = 5
"""How often a job is taken that gets no further, before it is dead."""
FIRST_DELAY_S, MOST_DELAY_S = 2, 300
"""How long a job waits after its first attempt; each further wait is twice as long, up to the most."""

PARKED_S = 60
"""How long a job waits for room each time; somebody has to make it."""


def nothing(_: Connection) -> None:
    """For whoever has nothing to book."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a job ends."""

    state: State
    reason: str | None = None
    took_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a job stands that waits."""

    position: int
    """1 is the next to be taken."""
    wait_s: int | None
    """How long it may take until then; None while nothing of its kind has been done yet."""


class Queue(Protocol):
    """Jobs that wait, are worked on, and have ended."""

    def add(self, job: Job, booked: Booked) -> Job:
        """Add a job; one that the same request has added before is as good, and nothing is booked again.

        Raises: AlreadyThere when its token was used for another request; NoRoom when its account has as many that wait
        as it may; whatever `booked` raises, and then there is no job.
        """
        ...

    def add_all(self, jobs: Sequence[Job], booked: Booked) -> None:
        """Add jobs that no request of a token makes, all or none.

        Raises: NoRoom when an account would have more that wait than it may; whatever `booked` raises, and then there
        is none of them.
        """
        ...

    def take(self, worker: str, kinds: Collection[str]) -> Job | None:
        """Lease the job whose turn it is; None when none is due."""
        ...

    def get_on(self, job: Job, progress: Mapping[str, Any], *, further: bool = True) -> bool:
        """Note how far a job has come; tells whether the lease still holds.

        One that has come `further` than whoever had it before has all its attempts again.
        """
        ...

    def end(self, job: Job, ending: Ending, booked: Booked) -> bool:
        """End a job that is leased; tells whether the lease still held."""
        ...

    def put_off(self, job: Job, reason: str) -> bool:
        """Give a leased job back to be tried again later; tells whether the lease still held."""
        ...

    def park(self, job: Job, reason: str) -> bool:
        """Give a leased job back to be tried again in a while, however often; tells whether the lease still held."""
        ...

    def put_back(self, job: Job, *, counted: bool) -> bool:
        """Give a leased job back to be taken at once; tells whether the lease still held.

        Unless it is `counted`, it is as if it had not been taken.
        """
        ...

    def cancel(self, job_id: str, booked: Booked) -> Job:
        """End a job that waits; have one that is leased end soon. One that has ended stays as it is.

        Raises: NoSuchResource when there is none.
        """
        ...

    def retry(self, job_id: str) -> Job:
        """Begin a job anew that ended without a result.

        Raises: NoSuchResource when there is none; AlreadyThere when it has not ended so.
        """
        ...

    def beat(self, worker: str) -> None:
        """Say that a worker is still there."""
        ...

    def held(self, worker: str) -> list[Job]:
        """The jobs that a worker has leased."""
        ...

    def lost(self) -> list[Job]:
        """The leased jobs of workers that are no more."""
        ...

    def leave(self, worker: str) -> None:
        """Say that a worker goes."""
        ...

    def place(self, job: Job, slots: int) -> Standing:
        """Where a job stands that waits, where so many of its kind are worked on at once."""
        ...

    def wait(self, seconds: float) -> None:
        """Return as soon as something may have changed here, or after some seconds."""
        ...

    def ring(self) -> None:
        """Have whoever waits look again."""
        ...
