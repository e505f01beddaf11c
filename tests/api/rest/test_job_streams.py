"""Streams of jobs from a real server: what is there comes first, then what changes, and the last state ends them."""

import base64
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from outcrop.catalog.load import Catalog
from outcrop.engine.engine import Step
from tests.api.rest.jobs import FOX, ended, post_job
from tests.api.rest.streams import Sent, stream
from tests.conftest import CORE
from tests.serving import Serving, serving
from tests.toy_engine import HANG, PATIENCE_S, PREVIEW


def hanging(own: Serving, set_id: str = "hanging") -> str:
    """A job that is drawn until it is cancelled."""
    job_id: str = post_job(own, {"model": CORE, "body": {"prompt": HANG}, "set": set_id}).json["id"]
    own.engine.begun(HANG)
    return job_id


def until(events: Iterator[Sent], state: str) -> Sent:
    """The next event that tells of a state."""
    return next(one for one in events if one.data.get("state") == state)


def cancel(own: Serving, job_id: str) -> None:
    """End a job."""
    assert own.send("POST", f"/v1/jobs/{job_id}/cancel").status == 200


def test_a_job_from_its_first_step_to_its_end(own: Serving) -> None:
    """Its state, its steps with a picture each, its last state; nothing comes after."""
    job_id = hanging(own)
    with stream(own, f"/v1/jobs/{job_id}/events") as events:
        first = next(events)
        assert (first.event, first.data["id"]) == ("state", job_id)
        if first.data["state"] == "queued":
            until(events, "running")
        own.desk.board.listener(job_id, 1)(Step(done=3, total=8, preview=PREVIEW))
        step = next(events)
        assert (step.event, step.data | {"preview": ""}) == (
            "step",
            {"job": job_id, "picture": 1, "step": 3, "steps": 8, "preview": ""},
        )
        kind, _, content = step.data["preview"].partition(",")
        assert kind == "data:image/webp;base64"
        shown = Image.open(BytesIO(base64.b64decode(content)))
        assert (shown.format, shown.size) == ("WEBP", (8, 8))
        cancel(own, job_id)
        assert [one.data["state"] for one in events if one.event == "state"] == ["cancelled"]


def test_whoever_comes_again_has_what_is_there_first(own: Serving) -> None:
    """The state with the steps so far, then the newest step; whatever the browser says it saw last."""
    job_id = hanging(own)
    own.desk.board.listener(job_id, 1)(Step(done=5, total=8))
    for _ in range(2):
        with stream(own, f"/v1/jobs/{job_id}/events") as events:
            state = until(events, "running")
            assert state.data["progress"] == {"pictures": [{"number": 1, "step": 5, "steps": 8}]}
            assert next(events).data == {"job": job_id, "picture": 1, "step": 5, "steps": 8}
    cancel(own, job_id)


def test_a_job_that_has_ended_is_told_once(own: Serving) -> None:
    """With its assets."""
    told = ended(own, post_job(own, FOX).json["id"])
    with stream(own, f"/v1/jobs/{told['id']}/events") as events:
        assert [(one.event, one.data) for one in events] == [("state", told)]


def test_several_jobs_on_one_connection(own: Serving) -> None:
    """Until the last has ended."""
    first, second = hanging(own), hanging(own)
    with stream(own, f"/v1/events?jobs={first},{second}") as events:
        assert {next(events).data["id"], next(events).data["id"]} == {first, second}
        cancel(own, first)
        assert until(events, "cancelled").data["id"] == first
        cancel(own, second)
        assert [one.data["id"] for one in events if one.data.get("state") == "cancelled"] == [second]


def test_a_set_has_in_its_stream_what_it_gets_later(own: Serving) -> None:
    """Such as the finals of drafts."""
    first = hanging(own, "growing")
    with stream(own, "/v1/events?set=growing") as events:
        assert next(events).data["id"] == first
        second = post_job(own, FOX | {"set": "growing"}).json["id"]
        assert until(events, "done").data["id"] == second
        cancel(own, first)
        assert [one.data["id"] for one in events] == [first]


def test_two_hundred_streams_and_one_that_is_not_read(own: Serving) -> None:
    """Each has its last state; whoever does not read holds up nobody, and costs no more than the newest step."""
    job_id = hanging(own)
    noise = np.random.default_rng(0).integers(0, 255, (128, 128, 3), dtype=np.uint8)

    def last(events: Iterator[Sent]) -> str:
        return str([one.data["state"] for one in events if one.event == "state"][-1])

    with ExitStack() as stack, ThreadPoolExecutor(200) as threads:
        every = [stack.enter_context(stream(own, f"/v1/jobs/{job_id}/events")) for _ in range(201)]
        for one in every:
            next(one)
        ends = [threads.submit(last, one) for one in every[1:]]
        for done in range(1, 2001):
            own.desk.board.listener(job_id, 1)(Step(done=done, total=2000, preview=noise))
        cancel(own, job_id)
        assert {end.result(PATIENCE_S) for end in ends} == {"cancelled"}


def test_streams_end_when_the_server_stops(catalog: Catalog) -> None:
    """At once, not after the time that requests get; the job goes on with the next server."""
    with ExitStack() as stack:
        with serving(catalog) as own:
            job_id = hanging(own)
            events = stack.enter_context(stream(own, f"/v1/jobs/{job_id}/events"))
            assert next(events).event == "state"
        assert {one.data["state"] for one in events if one.event == "state"} <= {"queued", "running"}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/jobs/aaaaaaaaaaaa/events", 404),
        ("/v1/events?jobs=aaaaaaaaaaaa", 404),
        ("/v1/events", 422),
        ("/v1/events?jobs=aaaaaaaaaaaa&set=x", 422),
        ("/v1/events?jobs=a", 400),
    ],
)
def test_what_is_no_stream(own: Serving, path: str, status: int) -> None:
    """Is a problem like any other."""
    assert own.send("GET", path).status == status
