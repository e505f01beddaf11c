"""Queries on who works on jobs. Knows rows; knows no job."""

from sqlalchemy import delete, insert, select, update

from outcrop.store.database import Connection
from outcrop.store.job_tables import job_workers


def beat(connection: Connection, worker: str) -> None:
    """Note that a worker is still there."""
    same = job_workers.c.id == worker
    if connection.execute(update(job_workers).where(same).values(beats=job_workers.c.beats + 1)).rowcount == 0:
        connection.execute(insert(job_workers).values(id=worker, beats=1))


def all_beats(connection: Connection) -> dict[str, int]:
    """How often each worker has said so."""
    return {row.id: row.beats for row in connection.execute(select(job_workers))}


def remove_worker(connection: Connection, worker: str) -> None:
    """Forget a worker; one that is not there is forgotten already."""
    connection.execute(delete(job_workers).where(job_workers.c.id == worker))
