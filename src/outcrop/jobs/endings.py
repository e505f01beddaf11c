"""What a webhook is told of a job's end: noted in the transaction in which it ends, so that there is one of each.

Knows which webhook a job names; sends nothing.
"""

import json
from collections.abc import Callable
from typing import Final

from outcrop.clock import moment_of
from outcrop.jobs.described import described
from outcrop.store.assets import assets_of_jobs
from outcrop.store.database import Connection
from outcrop.store.job_events import JobEvent, add_job_event
from outcrop.store.jobs import ENDS, Job
from outcrop.store.webhooks import find_webhook

EVENTS: Final = tuple(f"job.{state}" for state in ENDS)


def note_ending(connection: Connection, job: Job, new_id: Callable[[], str]) -> None:
    """Have the webhook be told that a job names, if it is there still and wants to hear of such an end."""
    name, event = job.request.get("webhook"), f"job.{job.state}"
    webhook = None if name is None else find_webhook(connection, job.account_id, name)
    if webhook is None or event not in webhook.events:
        return
    at = job.ended_at or 0
    told = described(job, assets_of_jobs(connection, [job.id]).get(job.id, ()))
    added = JobEvent(
        id=new_id(),
        account_id=job.account_id,
        webhook=webhook.name,
        job_id=job.id,
        round=job.round,
        event=event,
        body=json.dumps({"type": event, "timestamp": moment_of(at), "data": told}),
        at=at,
        due_at=at,
    )
    add_job_event(connection, added)
