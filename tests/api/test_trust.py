"""End to end: a blocked prompt, a blocked output and a rejected review each cost nothing and leave their records."""

import json
from collections.abc import Iterator

import pytest

from outcrop.api.manner import Manner
from outcrop.catalog.load import Catalog
from outcrop.clock import unix_time
from outcrop.records.metrics import Metrics
from outcrop.records.trail import Trail
from tests.api.rest.jobs import FOX, ended, post_job
from tests.api.test_looking import SURE, StandIn, bookings, states
from tests.api.test_moderation import BLOCKED, Watched
from tests.conftest import CORE, client
from tests.serving import ACCOUNT, serving


@pytest.fixture(scope="module")
def judge() -> StandIn:
    """Who looks at this file's pictures."""
    return StandIn()


@pytest.fixture(scope="module")
def own(catalog: Catalog, judge: StandIn, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """A server of this file's own, with a trail, metrics and that judge."""
    folder, metrics = tmp_path_factory.mktemp("trail"), Metrics()
    with (
        Trail(folder, unix_time) as trail,
        serving(catalog, manner=Manner(trail=trail, metrics=metrics), judge=judge) as running,
    ):
        yield Watched(server=running, metrics=metrics, trail=folder)


def spent(own: Watched) -> str:
    """What the caller's account has spent, as the REST tells it."""
    told = own.server.send("GET", "/v1/costs?by=model")
    assert told.status == 200
    return str(told.json["total"])


def test_what_is_held_back_costs_nothing_and_is_on_record(own: Watched, judge: StandIn) -> None:
    """Prompt, picture and review, on one account; what it has spent in the end is what one picture costs it."""
    runtime = client("bedrock-runtime", own.server)
    invoked = runtime.invoke_model(modelId=CORE, body=json.dumps({"prompt": "a red apple"}))
    assert json.loads(invoked["body"].read())["finish_reasons"] == [None]
    before, since = spent(own), bookings(own)

    blocked = runtime.invoke_model(modelId=CORE, body=json.dumps({"prompt": BLOCKED}))
    assert json.loads(blocked["body"].read()) == {"finish_reasons": ["Filter reason: prompt"]}
    assert own.last_event()["additionalEventData"] == {"filtered": "prompt", "categories": ["sexual"]}
    assert states(own, since) == []

    judge.scores.append(SURE)
    withheld = runtime.invoke_model(modelId=CORE, body=json.dumps({"prompt": "a red apple"}))
    assert json.loads(withheld["body"].read()) == {"finish_reasons": ["Filter reason: output image"]}
    assert own.last_event()["additionalEventData"] == {"filtered": "output image", "categories": ["sexual"]}
    assert states(own, since) == ["released"]

    policy = json.dumps({"rules": [{"campaign": "spring"}]}).encode()
    assert own.server.send("PUT", "/v1/review-policy", policy).status == 200
    job = ended(own.server, post_job(own.server, FOX | {"campaign": "spring"}).json["id"])
    (asset,) = job["assets"]
    decision = json.dumps({"decision": "reject", "reason": "Off brand.", "comment": "The old green."}).encode()
    assert own.server.send("POST", f"/v1/reviews/{asset}", decision).status == 200
    event = own.last_event()
    assert (event["eventName"], event["additionalEventData"]) == ("DecideReview", {"decision": "reject"})
    review = own.server.send("GET", f"/v1/reviews/{asset}").json
    assert (review["state"], review["reason"], review["comment"]) == ("rejected", "Off brand.", "The old green.")
    assert review["decidedBy"] == f"arn:aws:iam::{ACCOUNT}:user/tester"
    assert states(own, since) == ["refunded", "released"]
    assert own.server.send("GET", f"/v1/assets/{asset}/content").status == 403

    assert spent(own) == before
    assert own.counted("FilteredCount", CORE, Stage="prompt") == 1
    assert own.counted("FilteredCount", CORE, Stage="output image") == 1
    runtime.close()
