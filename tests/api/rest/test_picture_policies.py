"""What accounts want done about pictures, over the REST: kept, in force with the next call, and on record."""

import json
from typing import Any

import pytest
from botocore.client import BaseClient

from outcrop.catalog.load import Catalog
from tests.api.test_looking import SURE, StandIn, invoke, judge, own, runtime
from tests.api.test_moderation import JSON, Watched
from tests.conftest import CORE
from tests.serving import ACCOUNT, SIGNED, Answer, Serving, serving

__all__ = ["judge", "own", "runtime"]  # fixtures: a server with a judge that is told what to find

POLICY = "/v1/picture-policy"
USUAL = {"made": "blur", "sent": "withhold", "threshold": 0.8, "own": False, "inForce": True}


def put(server: Serving, **policy: Any) -> Answer:  # noqa: ANN401 - any JSON
    """Set the account's policy."""
    return server.send("PUT", POLICY, json.dumps(policy).encode(), JSON)


def test_a_policy_is_kept_holds_at_once_and_is_on_record(own: Watched, runtime: BaseClient, judge: StandIn) -> None:
    """What is left out is as usual; the trail has who set what; taken away, the usual one holds."""
    assert own.server.send("GET", POLICY, headers=SIGNED).json == USUAL
    kept = put(own.server, made="allow", threshold=0.5)
    assert kept.json == USUAL | {"made": "allow", "threshold": 0.5, "own": True}
    event = own.last_event()
    assert (event["eventName"], event["userIdentity"]["userName"]) == ("PutPicturePolicy", "tester")
    policy = {"made": "allow", "sent": "withhold", "threshold": 0.5}
    assert event["additionalEventData"] == {"account": ACCOUNT, "policy": policy}
    assert own.server.send("GET", POLICY, headers=SIGNED).json == kept.json
    judge.scores.append(SURE)
    assert invoke(runtime, CORE)["finish_reasons"] == [None]
    assert own.server.send("DELETE", POLICY, headers=SIGNED).status == 204
    assert own.last_event()["eventName"] == "DeletePicturePolicy"
    assert own.server.send("GET", POLICY, headers=SIGNED).json == USUAL
    judge.scores.clear()
    judge.scores.append(SURE)
    assert invoke(runtime, CORE) == {"finish_reasons": ["Filter reason: output image"]}


@pytest.mark.parametrize(
    "policy",
    [{"made": "hide"}, {"sent": "blur"}, {"threshold": 0}, {"threshold": 1.1}, {"threshold": "high"}, {"a": 1}],
)
def test_what_is_no_policy_is_refused(own: Watched, policy: dict[str, Any]) -> None:
    """And nothing is kept of it."""
    assert put(own.server, **policy).status == 400
    assert own.server.send("GET", POLICY, headers=SIGNED).json == USUAL


def test_another_account_is_another_account(own: Watched) -> None:
    """There is none for an account that there is not."""
    assert own.server.send("GET", f"{POLICY}?account=nobody", headers=SIGNED).status == 404


def test_a_server_that_looks_at_no_picture_says_so(catalog: Catalog) -> None:
    """The policy is kept, and waits."""
    with serving(catalog) as server:
        assert put(server, made="withhold").json == USUAL | {"made": "withhold", "own": True, "inForce": False}
