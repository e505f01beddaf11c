"""Looks now and then what other processes have done to jobs that are watched here. Knows rows; knows no watcher."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, final

from outcrop.jobs.board import Board
from outcrop.jobs.reporting import steps_of
from outcrop.rounds import going_round
from outcrop.store.database import Database
from outcrop.store.jobs import Version, held_elsewhere, last_turn, members_of, versions_of

LOOK_S: Final = 1.0
"""How soon it is seen what another process has done."""

logger = logging.getLogger("outcrop.jobs")


@final
class Lookout:
    """What was last seen of the jobs that are watched."""

    def __init__(self, database: Database, board: Board, own: str = "") -> None:
        """`own` is the name under which jobs are worked on here."""
        self._database = database
        self._own = own
        self._board = board
        self._seen: dict[str, Version] = {}
        self._turn = 0

    def look(self) -> None:
        """Tell the board which jobs are no longer as they were; while nobody watches, nothing is asked."""
        watched, parts = self._board.watched(), self._board.parts()
        if not watched and not parts:
            self._seen = {}
            self._board.elsewhere({})
            return
        with self._database.reading() as connection:
            grown = {part: members_of(connection, part.account_id, part.set_id) for part in parts}
            found = versions_of(connection, watched)
            elsewhere = held_elsewhere(connection, watched, self._own)
            turn = last_turn(connection)
        for part, jobs in grown.items():
            self._board.grown(part, jobs)
        self._board.elsewhere({job.id: steps_of(job) for job in elsewhere})
        moved = turn != self._turn  # somebody was taken: who waits may have come nearer
        for job, version in found.items():
            before = self._seen.get(job, version)
            if version != before or (moved and version.state == "queued"):
                self._board.changed(job)
        self._seen, self._turn = found, turn


@contextmanager
def open_lookout(database: Database, board: Board, own: str) -> Iterator[None]:
    """Look out for as long as the block lasts; `own` is the name under which jobs are worked on here."""
    lookout = Lookout(database, board, own)

    def look() -> None:
        try:
            lookout.look()
        except Exception:  # the edge of the thread: a database that is busy for long must not end it
            logger.exception("jobs that are watched cannot be looked at; trying again")

    with going_round("outcrop-lookout", look, LOOK_S):
        yield
