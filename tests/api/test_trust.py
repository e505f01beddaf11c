"""End to end: a blocked prompt, a blocked output and a rejected review each cost nothing and leave their records."""

import json

from tests.api.rest.jobs import FOX, ended, post_job
from tests.api.test_looking import bookings, states
from tests.api.test_moderation import BLOCKED
from tests.api.watched import SURE, StandIn, Watched
from tests.conftest import CORE, client
from tests.serving import ACCOUNT


def spent(watched: Watched) -> str:
    """What the caller's account has spent, as the REST tells it."""
    told = watched.server.send("GET", "/v1/costs?by=model")
    assert told.status == 200
    return str(told.json["total"])


def test_what_is_held_back_costs_nothing_and_is_on_record(watched: Watched, judge: StandIn) -> None:
    """Prompt, picture and review, on one account; what it has spent in the end is what one picture costs it."""
    runtime = client("bedrock-runtime", watched.server)
    invoked = runtime.invoke_model(modelId=CORE, body=json.dumps({"prompt": "a red apple"}))
    assert json.loads(invoked["body"].read())["finish_reasons"] == [None]
    before, since = spent(watched), bookings(watched)

    blocked = runtime.invoke_model(modelId=CORE, body=json.dumps({"prompt": BLOCKED}))
    assert json.loads(blocked["body"].read()) == {"finish_reasons": ["Filter reason: prompt"]}
    assert watched.last_event()["additionalEventData"] == {"filtered": "prompt", "categories": ["sexual"]}
    assert states(watched, since) == []

    judge.scores.append(SURE)
    withheld = runtime.invoke_model(modelId=CORE, body=json.dumps({"prompt": "a red apple"}))
    assert json.loads(withheld["body"].read()) == {"finish_reasons": ["Filter reason: output image"]}
    assert watched.last_event()["additionalEventData"] == {"filtered": "output image", "categories": ["sexual"]}
    assert states(watched, since) == ["released"]

    policy = json.dumps({"rules": [{"campaign": "spring"}]}).encode()
    assert watched.server.send("PUT", "/v1/review-policy", policy).status == 200
    job = ended(watched.server, post_job(watched.server, FOX | {"campaign": "spring"}).json["id"])
    (asset,) = job["assets"]
    decision = json.dumps({"decision": "reject", "reason": "Off brand.", "comment": "The old green."}).encode()
    assert watched.server.send("POST", f"/v1/reviews/{asset}", decision).status == 200
    event = watched.last_event()
    assert (event["eventName"], event["additionalEventData"]) == ("DecideReview", {"decision": "reject"})
    review = watched.server.send("GET", f"/v1/reviews/{asset}").json
    assert (review["state"], review["reason"], review["comment"]) == ("rejected", "Off brand.", "The old green.")
    assert review["decidedBy"] == f"arn:aws:iam::{ACCOUNT}:user/tester"
    assert states(watched, since) == ["refunded", "released"]
    assert watched.server.send("GET", f"/v1/assets/{asset}/content").status == 403

    assert spent(watched) == before
    assert watched.counted("FilteredCount", CORE, Stage="prompt") == 1
    assert watched.counted("FilteredCount", CORE, Stage="output image") == 1
    runtime.close()
