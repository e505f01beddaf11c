"""Writes down now and then how far the jobs have come that are drawn here, for other processes to see.

Knows the board and the row; knows no watcher. No preview is written down: it would be a row of kilobytes a second.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final, final

from outcrop.jobs.board import Board, Drawn, Seen
from outcrop.rounds import going_round
from outcrop.store.database import Database, Failure
from outcrop.store.jobs import Job, put_steps

REPORT_S: Final = 1.0
"""How soon it is written down what was drawn."""

logger = logging.getLogger("outcrop.jobs")


@final
class Reporter:
    """What was last written down of the jobs that are drawn here."""

    def __init__(self, database: Database, board: Board) -> None:
        self._database = database
        self._board = board
        self._last: dict[str, Drawn] = {}

    def report(self) -> None:
        """Write down which jobs have come further; while none has, nothing is written."""
        drawn = {one.job: one for one in self._board.drawn()}
        further = [one for job, one in drawn.items() if self._last.get(job) != one]
        if further:
            with self._database.writing() as connection:
                for one in further:
                    put_steps(connection, one.job, one.lease, written(one))
        self._last = drawn


def written(drawn: Drawn) -> Mapping[str, object]:
    """How far a job has come, as its row tells of it."""
    return {"lease": drawn.lease, "pictures": list(drawn.pictures)}


def steps_of(job: Job) -> list[Seen]:
    """What is written down of a job, if whoever has it now has written it."""
    if job.state != "running" or job.progress.get("lease") != job.lease:
        return []
    pictures: Sequence[Mapping[str, int]] = job.progress["pictures"]
    return [Seen(job=job.id, number=one["number"], step=one["step"], steps=one["steps"]) for one in pictures]


@contextmanager
def open_reporting(database: Database, board: Board) -> Iterator[None]:
    """Report for as long as the block lasts."""
    reporter = Reporter(database, board)

    def report() -> None:
        try:
            reporter.report()
        except Failure as error:  # such as a database that is busy for long, or a full disk
            logger.error("how far jobs have come cannot be written down: %s", error)  # noqa: TRY400 - the line says it

    with going_round("outcrop-reporting", report, REPORT_S):
        yield
