"""Removes what jobs leave behind once nothing needs it: bodies, spools, and jobs that ended long ago.

Knows what each kind leaves on the shelves; leaves alone what is in the books, in the library and in buckets.
"""

import logging
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from outcrop.assets.store import Digest, Store
from outcrop.clock import UnixTime
from outcrop.rounds import going_round
from outcrop.store.database import Database, Failure
from outcrop.store.job_events import forget_job_events
from outcrop.store.jobs import bodies_needed, forget_jobs, unended

EVERY_S: Final = 3600
"""Seconds between two sweeps."""
AT_ONCE: Final = 500
"""Jobs that one transaction forgets."""
AT_ONCE_BODIES: Final = 20
"""Bodies that one removes: everybody who would write waits for it."""
MESSAGES_S: Final = 7 * 86_400
"""How long it is known what webhooks were told."""
A_DAY_S: Final = 86_400

logger = logging.getLogger("outcrop.jobs")


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What was removed."""

    jobs: int
    bodies: int
    spools: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweeper:
    """Sweeps the shelves of a database's jobs."""

    database: Database
    bodies: Store
    spool: Path
    now: UnixTime
    keep_days: int
    """How long jobs are known after their end; 0 is for ever. Those of a set stay with it."""

    def sweep(self) -> Swept:
        """Remove what nothing needs; whoever is stopped half-way leaves the rest to the next one.

        Raises: StorageFailed when a file cannot be removed.
        """
        return Swept(jobs=self._forget(), bodies=self._sweep_bodies(), spools=self._sweep_spools())

    def _forget(self) -> int:
        now = int(self.now())
        with self.database.writing() as connection:
            forget_job_events(connection, now - MESSAGES_S)
        gone, before = 0, now - self.keep_days * A_DAY_S
        while self.keep_days:
            with self.database.writing() as connection:
                some = forget_jobs(connection, before, AT_ONCE)
            gone += some
            if some < AT_ONCE:
                break
        return gone

    def _sweep_bodies(self) -> int:
        """Bodies whose jobs are done or forgotten: one that ended otherwise may begin anew.

        Whoever adds a job looks whether its body is there while nobody else may write, and nobody else may while some
        are removed here: so none goes that a job has.
        """
        there = list(self.bodies.digests())
        with self.database.reading() as connection:
            seen, needed = bodies_needed(connection)
        left = [digest for digest in there if digest not in needed]
        for some in batched(left, AT_ONCE_BODIES):
            with self.database.writing() as connection:
                seen, added = bodies_needed(connection, after=seen)
                needed |= added
                for digest in some:
                    if digest not in needed:
                        self.bodies.delete(digest)
        return len(left)

    def _sweep_spools(self) -> int:
        """The spools of batches that have ended: their output is where it belongs."""
        folders = list(self.spool.iterdir()) if self.spool.is_dir() else []
        with self.database.reading() as connection:
            going_on = unended(connection, {folder.name.partition(".")[0] for folder in folders})
        old = [one for one in folders if one.name.partition(".")[0] not in going_on]
        for folder in old:
            shutil.rmtree(folder, ignore_errors=True)  # what another server removes meanwhile is removed
        return len(old)


def batched(some: Sequence[Digest], size: int) -> Iterator[Sequence[Digest]]:
    """Those in order, so many at once."""
    return (some[at : at + size] for at in range(0, len(some), size))


@contextmanager
def open_sweeping(sweeper: Sweeper) -> Iterator[None]:
    """Sweep at once and then now and again, for as long as the block lasts."""

    def sweep() -> None:
        try:
            swept = sweeper.sweep()
            logger.info("swept %d jobs, %d bodies, %d spools", swept.jobs, swept.bodies, swept.spools)
        except Failure as error:
            logger.error("what jobs have left cannot be swept: %s", error)  # noqa: TRY400 - the line says it all

    with going_round("outcrop-sweeping", sweep, EVERY_S, at_once=True):
        yield
