"""Pictures that are held for a review: delivered by no route until somebody approves, and paid back when rejected."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from outcrop.catalog.load import Catalog
from outcrop.store.bookings import all_bookings
from outcrop.store.policies import UserPolicy, put_policy, remove_policy
from tests.api.rest.drafts import drafted, post, seen_through
from tests.api.rest.jobs import FOX, TWO, ended, post_job
from tests.conftest import CORE, TITAN, client
from tests.serving import ACCOUNT, SIGNED, TESTER, Serving, serving

ME = f"arn:aws:iam::{ACCOUNT}:user/tester"


@pytest.fixture(scope="module")
def own(catalog: Catalog) -> Iterator[Serving]:
    """A server of these tests' own, whose account holds what is for the campaign spring."""
    with serving(catalog) as running:
        assert rules(running, {"campaign": "spring"}).status == 200
        yield running


def rules(own: Serving, *wanted: dict[str, str]) -> Any:  # noqa: ANN401 - an answer
    """Say what is held."""
    return own.send("PUT", "/v1/review-policy", json.dumps({"rules": wanted}).encode())


def held(own: Serving, **changes: object) -> str:
    """The id of a picture that a job has left and that is held."""
    job = ended(own, post_job(own, FOX | {"campaign": "spring"} | changes).json["id"])
    assert job["state"] == "done"
    (asset,) = job["assets"]
    return str(asset)


def decide(own: Serving, asset: str, decision: str, reason: str = "Seen.") -> Any:  # noqa: ANN401 - an answer
    """Decide."""
    body = json.dumps({"decision": decision, "reason": reason}).encode()
    return own.send("POST", f"/v1/reviews/{asset}", body)


def paid(own: Serving, job: str) -> list[str]:
    """What became of the bookings of an asset's job."""
    with own.directory.database.reading() as connection:
        return [str(each.state) for each in all_bookings(connection) if each.request_id.startswith(f"{job}.")]


def job_of(own: Serving, asset: str) -> str:
    """The job that left an asset."""
    return str(own.send("GET", f"/v1/assets/{asset}").json["job"])


def deliveries(own: Serving, asset: str) -> dict[str, int]:
    """Each route by which a picture could leave, to the status that it answers."""
    archive = json.dumps({"assets": [asset]}).encode()
    named = json.dumps({"assets": [asset], "renditions": [{"name": "small", "width": 32}]}).encode()
    link = json.dumps({"expiresInSeconds": 60}).encode()
    ranged = SIGNED | {"Range": "bytes=0-9"}
    return {
        "content": own.send("GET", f"/v1/assets/{asset}/content").status,
        "part": own.send("GET", f"/v1/assets/{asset}/content", headers=ranged).status,
        "rendition": own.send("GET", f"/v1/assets/{asset}/content?width=32&format=webp").status,
        "archive": own.send("POST", "/v1/asset-archives", archive).status,
        "archive of renditions": own.send("POST", "/v1/asset-archives", named).status,
        "link": own.send("POST", f"/v1/assets/{asset}/links", link).status,
    }


def test_what_is_held_leaves_by_no_route(own: Serving) -> None:
    """Neither while it waits nor when it is rejected; by all once it is approved."""
    asset = held(own)
    assert own.send("GET", f"/v1/assets/{asset}").json["held"] == "held"
    routes = deliveries(own, asset)
    assert routes == dict.fromkeys(routes, 403)
    assert decide(own, asset, "approve").status == 200
    routes = deliveries(own, asset)
    assert set(routes.values()) <= {200, 201, 206}
    other = held(own)
    assert decide(own, other, "reject").status == 200
    assert own.send("GET", f"/v1/assets/{other}").json["held"] == "rejected"
    routes = deliveries(own, other)
    assert routes == dict.fromkeys(routes, 403)


def test_a_link_that_was_made_before_leads_nowhere(own: Serving) -> None:
    """To a picture that is held after all."""
    job = ended(own, post_job(own, FOX).json["id"])
    (asset,) = job["assets"]
    made = own.send("POST", f"/v1/assets/{asset}/links", json.dumps({"expiresInSeconds": 600}).encode()).json["url"]
    path = "/" + made.partition("://")[2].partition("/")[2]
    assert own.send("GET", path, headers={}).status == 200
    from outcrop.store.assets import hold_asset  # noqa: PLC0415

    with own.directory.database.writing() as connection:
        hold_asset(connection, asset, "held")
    assert own.send("GET", path, headers={}).status in {403, 404}


def test_a_decision_is_written_down_once(own: Serving) -> None:
    """Who, when and why; the second is told of the first; what was never held has no review."""
    asset = held(own)
    queue = own.send("GET", "/v1/reviews").json["reviews"]
    assert asset in [each["asset"]["id"] for each in queue]
    waiting = own.send("GET", f"/v1/reviews/{asset}").json
    assert (waiting["state"], waiting["decidedBy"], waiting["reason"]) == ("held", None, None)
    decided = decide(own, asset, "approve", "On brand.").json
    assert (decided["state"], decided["decidedBy"], decided["reason"]) == ("approved", ME, "On brand.")
    assert decided["decidedAt"] is not None
    again = decide(own, asset, "reject")
    assert (again.status, "decided already" in again.json["detail"]) == (409, True)
    assert own.send("GET", f"/v1/reviews/{asset}").json == decided
    assert asset in [each["asset"]["id"] for each in own.send("GET", "/v1/reviews?state=approved").json["reviews"]]
    job = ended(own, post_job(own, FOX).json["id"])
    assert own.send("GET", f"/v1/reviews/{job['assets'][0]}").status == 404
    assert decide(own, job["assets"][0], "approve").status == 404


def test_what_is_rejected_costs_nothing(own: Serving) -> None:
    """Its price is paid back; of two pictures of a job only that of the one."""
    asset = held(own)
    assert paid(own, job_of(own, asset)) == ["settled"]
    decide(own, asset, "reject", "Six fingers.")
    assert paid(own, job_of(own, asset)) == ["refunded"]
    job = ended(own, post_job(own, TWO | {"campaign": "spring"}).json["id"])
    decide(own, job["assets"][1], "reject")
    decide(own, job["assets"][0], "approve")
    assert sorted(paid(own, job["id"])) == ["refunded", "settled"]


def test_what_is_deleted_waits_no_longer(own: Serving) -> None:
    """It is in no queue, cannot be decided, and stays paid; what was decided before it was deleted stays listed."""
    undecided, rejected = held(own), held(own)
    job = job_of(own, undecided)
    assert decide(own, rejected, "reject").status == 200
    for asset in (undecided, rejected):
        assert own.send("DELETE", f"/v1/assets/{asset}").status == 204
    listed = {
        state: [each["asset"]["id"] for each in own.send("GET", f"/v1/reviews?state={state}").json["reviews"]]
        for state in ("held", "rejected")
    }
    assert undecided not in listed["held"]
    assert rejected in listed["rejected"]
    told = decide(own, undecided, "reject")
    assert told.status == 404
    assert "was deleted before anybody decided" in told.json["detail"]
    assert own.send("GET", f"/v1/reviews/{undecided}").json["decidedAt"] is None
    assert paid(own, job) == ["settled"]


def test_a_reviewer_sees_it(own: Serving) -> None:
    """By a route of its own, which nobody may keep; who may not review does not."""
    asset = held(own)
    seen = own.send("GET", f"/v1/reviews/{asset}/content")
    assert (seen.status, seen.headers["content-type"], seen.headers["cache-control"]) == (200, "image/png", "no-store")
    deny = {"Effect": "Deny", "Action": ["outcrop:*Review*"], "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [deny]})
    with own.directory.database.writing() as connection:
        put_policy(connection, UserPolicy(user_id=TESTER.id, name="no-reviews", document=document, put_at=0))
    try:
        assert own.send("GET", f"/v1/reviews/{asset}/content").status == 403
        assert decide(own, asset, "approve").status == 403
        assert own.send("GET", "/v1/reviews").status == 403
        assert rules(own).status == 403
    finally:
        with own.directory.database.writing() as connection:
            remove_policy(connection, TESTER.id, "no-reviews")


def test_held_drafts_are_on_no_sheet_and_are_finished_by_nobody(own: Serving) -> None:
    """Until they are approved."""
    told = drafted(own, campaign="spring", count=2)
    assert [one["asset"] for one in told["drafts"]] == [None, None]
    waiting = [
        each["asset"]["id"]
        for each in own.send("GET", "/v1/reviews").json["reviews"]
        if each["asset"]["set"] == told["id"]
    ]
    assert len(waiting) == 2
    before = own.send("GET", f"/v1/drafts/{told['id']}/sheet").body
    finish = post(own, f"/v1/drafts/{told['id']}/finish", {"picks": [1]})
    assert finish.status in {403, 409, 422}
    for asset in waiting:
        decide(own, asset, "approve")
    assert own.send("GET", f"/v1/drafts/{told['id']}/sheet").body != before
    assert all(one["asset"] for one in seen_through(own, told["id"])["drafts"])


def test_steps_are_told_without_what_they_show(own: Serving) -> None:
    """A preview of what is held would be a delivery."""
    job = post_job(own, FOX | {"campaign": "spring"}).json["id"]
    events = own.send("GET", f"/v1/jobs/{job}/events").body
    assert b"event: state" in events
    assert b"data:image" not in events


def test_a_rule_names_a_model_by_any_of_its_names(own: Serving) -> None:
    """It holds by the id; one that names no model there is would hold nothing, and is refused."""
    try:
        assert rules(own, {"model": "core"}).json == {"rules": [{"model": CORE}]}
        assert own.send("GET", f"/v1/assets/{held(own, campaign='none')}").json["held"] == "held"
        refused = rules(own, {"model": "cores"})
        assert (refused.status, "There is no model 'cores'" in refused.json["detail"]) == (422, True)
        assert own.send("GET", "/v1/review-policy").json == {"rules": [{"model": CORE}]}
    finally:
        assert rules(own, {"campaign": "spring"}).status == 200


@pytest.mark.parametrize("rule", [{}, {"model": CORE}, {"tag": "team:a"}, {"tag": "team"}, {"campaign": "autumn"}])
def test_what_is_delivered_at_once_is_refused(own: Serving, rule: dict[str, str]) -> None:
    """By rule: of InvokeModel and of asynchronous invocations; nothing is drawn or set aside."""
    runtime = client("bedrock-runtime", own)
    with own.directory.database.reading() as connection:
        before = len(all_bookings(connection))
    metadata = json.dumps({"team": "a", "campaign": "autumn"})
    body = json.dumps({"prompt": "a fox"})
    assert rules(own, rule).json == {"rules": [rule]}
    try:
        with pytest.raises(ClientError, match="POST /v1/jobs"):
            runtime.invoke_model(modelId=CORE, body=body, requestMetadata=metadata)
        with own.directory.database.reading() as connection:
            assert len(all_bookings(connection)) == before
        if "model" in rule:
            with pytest.raises(ClientError, match="POST /v1/jobs"):
                runtime.start_async_invoke(
                    modelId=CORE,
                    modelInput={"prompt": "a fox"},
                    outputDataConfig={"s3OutputDataConfig": {"s3Uri": "s3://pictures/"}},
                )
            other = {"taskType": "TEXT_IMAGE", "textToImageParams": {"text": "a fox"}}
            runtime.invoke_model(modelId=TITAN, body=json.dumps(other))
    finally:
        assert rules(own, {"campaign": "spring"}).status == 200
        runtime.close()
    assert own.send("GET", "/v1/review-policy").json == {"rules": [{"campaign": "spring"}]}
