"""Jobs of each kind for workers that die amid them, and how they are handed in. Knows nobody who works on them."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from outcrop.assets.buckets import S3Uri
from outcrop.assets.store import digest_of
from outcrop.clock import unix_time
from outcrop.jobs import batch, pictures
from outcrop.jobs.async_invoke import KIND, request_of, task_of
from outcrop.jobs.canonical import canonical
from outcrop.jobs.desk import Desk
from outcrop.jobs.handing_in import Wanted, made_ready
from outcrop.jobs.handing_in import hand_in as hand_in_job
from outcrop.jobs.pictures import About
from outcrop.jobs.queue import nothing
from outcrop.store.database import Connection
from outcrop.store.jobs import Job
from tests.conftest import CANVAS, CORE
from tests.serving import ACCOUNT, TESTER
from tests.toy_engine import FAIL

TWO: Mapping[str, Any] = {
    "taskType": "TEXT_IMAGE",
    "textToImageParams": {"text": "a fox"},
    "imageGenerationConfig": {"numberOfImages": 2, "width": 320, "height": 320},
}
BODIES: tuple[tuple[str, Mapping[str, Any], int], ...] = (
    (CORE, {"prompt": "a fox"}, 1),
    (CANVAS, TWO, 2),
    (CORE, {"prompt": FAIL}, 0),
)
"""Model, body and how many pictures come of it."""
RECORDS = (
    b'{"recordId": "a", "modelInput": {"prompt": "a fox"}}',
    b'{"recordId": "b", "modelInput": {"prompt": "' + FAIL.encode() + b'"}}',
    b'{"recordId": "c", "modelInput": {"prompt": "a fox", "seed": 3}}',
    b'{"recordId": "d", "modelIn',
    b'{"recordId": "e", "modelInput": {"prompt": "a fox"}}',
)
"""Three that can be drawn, and two that cannot."""


def reserve(desk: Desk, job: Job, text: bytes, connection: Connection) -> None:
    """Set the price of an invocation aside."""
    desk.maker.reserve(connection, desk.maker.plan(task_of(job, text)))


def hand_in_invocations(desk: Desk, number: int) -> None:
    """Hand in an invocation of each body, with what it costs."""
    for place, (model, body, _) in enumerate(BODIES):
        text, at = canonical(body).encode(), int(unix_time())
        job = Job(
            id=f"job{number * len(BODIES) + place:09d}",
            kind=KIND,
            account_id=ACCOUNT,
            user_name="tester",
            model_id=model,
            digest="any",
            request=request_of(digest_of(text), {"s3Uri": "s3://pictures"}, {}),
            priority="standard",
            created_at=at,
            due_at=at,
            changed_at=at,
        )
        desk.shelves.store.put(text)
        desk.queue.add(job, partial(reserve, desk, job, text))


def hand_in_batch(desk: Desk, number: int) -> None:
    """Hand in a batch."""
    desk.shelves.buckets.put(ACCOUNT, S3Uri(bucket="work", key="in.jsonl"), b"\n".join(RECORDS))
    at = int(unix_time())
    places = {"input": {"s3Uri": "s3://work/in.jsonl"}, "output": {"s3Uri": "s3://work/out"}}
    job = Job(
        id=f"job{number:09d}",
        kind=batch.KIND,
        account_id=ACCOUNT,
        user_name="tester",
        model_id=CORE,
        digest="any",
        request={**places, "role": "", "hours": 24, "type": None, "tags": {}},
        priority=batch.PRIORITY,
        created_at=at,
        due_at=at,
        changed_at=at,
    )
    desk.queue.add(job, nothing)


def hand_in_pictures(desk: Desk, number: int) -> None:
    """Hand in a picture job of each body; the webhook is to be told how they end."""
    for place, (model, body, _) in enumerate(BODIES):
        name = f"job{number * len(BODIES) + place:09d}"
        wanted = Wanted(id=name, model_id=model, body=body, about=About(webhook="hook"))
        hand_in_job(desk, made_ready(desk, TESTER, wanted))


HANDING_IN: Mapping[str, Callable[[Desk, int], None]] = {
    KIND: hand_in_invocations,
    batch.KIND: hand_in_batch,
    pictures.KIND: hand_in_pictures,
}
"""Of each kind of job, how the so-manieth round of it is handed in."""
