"""A job as the server's own REST tells of it, and as webhooks do. Knows a job's members; asks nobody."""

from collections.abc import Mapping, Sequence

from outcrop.catalog.prices import to_dollars
from outcrop.clock import moment_of
from outcrop.jobs.queue import Standing
from outcrop.store.jobs import Job
from outcrop.units import Micros


def described(
    job: Job,
    assets: Sequence[str] = (),
    standing: Standing | None = None,
    steps: Sequence[Mapping[str, int]] = (),
) -> dict[str, object]:
    """All that is told of a job.

    `assets` are the ids of what it has left, `standing` is its place while it waits, `steps` how far its pictures have
    come.
    """
    asked = job.request
    price = asked.get("price")
    return {
        "id": job.id,
        "kind": job.kind,
        "model": job.model_id,
        "name": job.name,
        "state": job.state,
        "priority": job.priority,
        "position": None if standing is None else standing.position,
        "waitSeconds": None if standing is None else standing.wait_s,
        "createdAt": moment_of(job.created_at),
        "startedAt": None if job.started_at is None else moment_of(job.started_at),
        "endedAt": None if job.ended_at is None else moment_of(job.ended_at),
        "progress": {"pictures": list(steps)},
        "assets": list(assets),
        "reason": job.reason,
        "price": None if price is None else to_dollars(Micros(price)),
        "campaign": asked.get("campaign"),
        "set": job.set_id,
        "tags": asked.get("tags", {}),
    }
