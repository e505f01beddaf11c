"""Draft sets on a real server, ordered over the REST and seen to their end. Knows no promise."""

import json
from typing import Any

from tests.serving import SIGNED, Answer, Serving
from tests.toy_engine import PATIENCE_S

FOX: dict[str, Any] = {"prompt": "a fox in the snow", "count": 3, "seed": 7}
ENDED = {"done", "failed", "cancelled", "dead"}


def post(server: Serving, path: str, wanted: object, key: str | None = None) -> Answer:
    """Ask for something, under an idempotency key if one is given."""
    headers = SIGNED | ({} if key is None else {"Idempotency-Key": key})
    return server.send("POST", path, json.dumps(wanted).encode(), headers)


def set_of(server: Serving, set_id: str) -> dict[str, Any]:
    """What the server tells of a set."""
    return server.send("GET", f"/v1/drafts/{set_id}").json


def seen_through(server: Serving, set_id: str) -> dict[str, Any]:
    """What it tells once all its pictures have ended; the queue's bell is waited for, no time."""
    for _ in range(PATIENCE_S * 10):
        told = set_of(server, set_id)
        if all(one["state"] in ENDED for one in (*told["drafts"], *told["finals"])):
            return told
        server.desk.queue.wait(0.1)
    raise AssertionError(f"{set_id} has not ended")


def drafted(server: Serving, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any member of an order
    """A set whose drafts are there."""
    return seen_through(server, post(server, "/v1/drafts", FOX | changes).json["id"])
