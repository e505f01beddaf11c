"""What a reservation belongs to that no process owns: a job, which lives until it has ended. Knows names alone."""

from typing import Final

JOB: Final = "job:"
"""How the owners begin that are jobs."""


def job_owner(job: str) -> str:
    """What reservations of a job belong to."""
    return JOB + job


def is_job(owner_id: str) -> bool:
    """Whether a reservation belongs to a job."""
    return owner_id.startswith(JOB)
