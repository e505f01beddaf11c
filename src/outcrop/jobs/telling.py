"""Jobs with all that is known of them: their places, their steps, their assets. Knows where to ask; changes nothing."""

from collections.abc import Sequence

from outcrop.jobs.board import Seen
from outcrop.jobs.described import described
from outcrop.jobs.desk import PLACES, Desk
from outcrop.jobs.queue import Standing
from outcrop.jobs.reporting import steps_of
from outcrop.store.assets import assets_of_jobs
from outcrop.store.jobs import Job


def told(desk: Desk, jobs: Sequence[Job]) -> list[dict[str, object]]:
    """What is told of some jobs, as `described` has it."""
    done = [job.id for job in jobs if job.state == "done"]
    with desk.library.database.reading() as connection:
        left = assets_of_jobs(connection, done) if done else {}
    return [
        described(job, left.get(job.id, ()), _standing(desk, job), [one.described() for one in _steps(desk, job)])
        for job in jobs
    ]


def _standing(desk: Desk, job: Job) -> Standing | None:
    return desk.queue.place(job, PLACES.get(job.kind, 1)) if job.state == "queued" else None


def _steps(desk: Desk, job: Job) -> list[Seen]:
    """How far its pictures have come, here or wherever they are drawn."""
    return desk.board.seen(job.id) or steps_of(job)
