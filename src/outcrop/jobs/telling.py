"""Jobs with all that is known of them: their places, their steps, their assets. Knows where to ask; changes nothing."""

from collections.abc import Sequence

from outcrop.jobs.described import described
from outcrop.jobs.desk import PLACES, Desk
from outcrop.jobs.queue import Standing
from outcrop.store.assets import assets_of_jobs
from outcrop.store.jobs import Job


def told(desk: Desk, jobs: Sequence[Job]) -> list[dict[str, object]]:
    """What is told of some jobs, as `described` has it."""
    done = [job.id for job in jobs if job.state == "done"]
    with desk.library.database.reading() as connection:
        left = assets_of_jobs(connection, done) if done else {}
    return [
        described(job, left.get(job.id, ()), _standing(desk, job), [one.described() for one in desk.board.seen(job.id)])
        for job in jobs
    ]


def _standing(desk: Desk, job: Job) -> Standing | None:
    return desk.queue.place(job, PLACES.get(job.kind, 1)) if job.state == "queued" else None
