"""Picture jobs on a real server, handed in over the REST and seen to their end. Knows no promise."""

import json
from typing import Any

from tests.serving import SIGNED, Answer, Serving
from tests.toy_engine import PATIENCE_S

FOX: dict[str, Any] = {"model": "core", "body": {"prompt": "a fox", "seed": 7}}
TWO: dict[str, Any] = {
    "model": "amazon.titan-image-generator-v2:0",
    "body": {
        "taskType": "TEXT_IMAGE",
        "textToImageParams": {"text": "a fox"},
        "imageGenerationConfig": {"numberOfImages": 2},
    },
}
"""Two pictures by one body."""


def post_job(server: Serving, wanted: object, key: str | None = None) -> Answer:
    """Hand a job in, under an idempotency key if one is given."""
    headers = SIGNED | ({} if key is None else {"Idempotency-Key": key})
    return server.send("POST", "/v1/jobs", json.dumps(wanted).encode(), headers)


def job_of(server: Serving, job_id: str) -> dict[str, Any]:
    """What the server tells of a job."""
    return server.send("GET", f"/v1/jobs/{job_id}").json


def ended(server: Serving, job_id: str) -> dict[str, Any]:
    """What it tells once the job has ended; the queue's bell is waited for, no time."""
    for _ in range(PATIENCE_S * 10):
        told = job_of(server, job_id)
        if told["state"] not in {"queued", "running"}:
            return told
        server.desk.queue.wait(0.1)
    raise AssertionError(f"{job_id} has not ended")
