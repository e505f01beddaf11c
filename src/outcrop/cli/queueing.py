"""Looks after jobs for the command line. Knows the queue and the screen; knows no options."""

import json
from functools import partial
from typing import get_args

import typer

from outcrop.cli.accounting import opened
from outcrop.cli.tables import day_and_time, print_table
from outcrop.clock import now, unix_time
from outcrop.errors import InvalidRequest, NoSuchResource
from outcrop.jobs.desk import PLACES, open_queue
from outcrop.settings import Settings
from outcrop.store.accounts import find_account
from outcrop.store.assets import assets_of_jobs
from outcrop.store.database import Connection
from outcrop.store.jobs import Job, Sought, State, find_job, list_jobs

REASON_CHARS = 60


def show_jobs(settings: Settings, account: str | None, state: str | None, most: int) -> None:
    """Print the newest jobs.

    Raises: InvalidRequest when there is no such state; NoSuchResource when there is no such account.
    """
    states: tuple[State, ...] = get_args(State)
    if state is not None and state not in states:
        raise InvalidRequest(f"There is no state '{state}'; there are {', '.join(states)}.")
    with opened(settings) as (database, _), database.reading() as connection:
        sought = Sought(
            account_id=None if account is None else _account(connection, account),
            states=[one for one in states if one == state] or None,
            most=most,
        )
        rows = [
            (job.id, job.kind, _state(job), job.account_id, job.model_id, day_and_time(job.created_at), _short(job))
            for job in list_jobs(connection, sought)
        ]
    print_table(
        ("job", "kind", "state", "account", "model", "handed in", "reason"),
        rows,
        sought={"account": account, "state": state},
    )


def show_job(settings: Settings, job_id: str) -> None:
    """Print all there is to know of a job.

    Raises: NoSuchResource when there is none of that id.
    """
    with opened(settings) as (database, _):
        with database.reading() as connection:
            job = find_job(connection, job_id)
            left = assets_of_jobs(connection, [job_id])
        if job is None:
            raise NoSuchResource(f"There is no job {job_id[:40]}.")
        told = {
            "job": job.id,
            "kind": job.kind,
            "state": _state(job),
            "account": job.account_id,
            "user": job.user_name,
            "model": job.model_id,
            "priority": job.priority,
            "handed in": day_and_time(job.created_at),
            "last changed": day_and_time(job.changed_at),
            "ended": day_and_time(job.ended_at),
            "attempts": f"{job.attempts}, begun anew {job.round} times",
            "reason": job.reason or "none",
            "set": job.set_id or "none",
            "assets": ", ".join(left.get(job_id, ())) or "none",
            "request": json.dumps(job.request, sort_keys=True),
            "progress": json.dumps(job.progress, sort_keys=True),
        }
        if job.state == "queued":
            place = open_queue(database, unix_time, now).place(job, PLACES.get(job.kind, 1))
            told["place"] = str(place.position)
            told["wait"] = "unknown: none was done yet" if place.wait_s is None else f"about {place.wait_s} s"
    width = max(map(len, told))
    for name, value in told.items():
        typer.echo(f"{name:{width}}  {value}")


def cancel_job(settings: Settings, job_id: str) -> None:
    """End a job without its result.

    Raises: NoSuchResource when there is none of that id.
    """
    with opened(settings) as (database, books):
        job = open_queue(database, unix_time, now).cancel(job_id, partial(books.give_up_within, job=job_id))
    said = "is to end as soon as its server hears" if job.state == "running" else f"is {job.state}"
    typer.echo(f"Job {job.id} {said}.")


def retry_job(settings: Settings, job_id: str) -> None:
    """Begin a job anew that ended without a result.

    Raises: NoSuchResource when there is none of that id; AlreadyThere when it has not ended so.
    """
    with opened(settings) as (database, _):
        job = open_queue(database, unix_time, now).retry(job_id)
    typer.echo(f"Job {job.id} waits again.")


def _account(connection: Connection, named: str) -> str:
    account = find_account(connection, named)
    if account is None:
        raise NoSuchResource(f"There is no account '{named}'; `outcrop users list` shows them.")
    return account.id


def _state(job: Job) -> str:
    return f"{job.state}, to end" if job.cancelling and job.state == "running" else job.state


def _short(job: Job) -> str:
    reason = (job.reason or "").replace("\n", " ")
    return reason if len(reason) <= REASON_CHARS else reason[: REASON_CHARS - 1] + "…"
