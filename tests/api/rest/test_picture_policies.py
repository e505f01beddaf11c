"""What accounts want done about pictures, over the REST: kept, in force with the next call, and on record."""

import json
from typing import Any

import pytest
from botocore.client import BaseClient

from outcrop.catalog.load import Catalog
from tests.api.test_looking import invoke
from tests.api.test_moderation import JSON
from tests.api.watched import SURE, StandIn, Watched
from tests.conftest import CORE
from tests.serving import ACCOUNT, SIGNED, Answer, Serving, serving

POLICY = "/v1/picture-policy"
USUAL = {"made": "blur", "sent": "withhold", "threshold": 0.8, "own": False, "inForce": True}


def put(server: Serving, **policy: Any) -> Answer:  # noqa: ANN401 - any JSON
    """Set the account's policy."""
    return server.send("PUT", POLICY, json.dumps(policy).encode(), JSON)


def test_a_policy_is_kept_holds_at_once_and_is_on_record(
    watched: Watched, watched_runtime: BaseClient, judge: StandIn
) -> None:
    """What is left out is as usual; the trail has who set what; taken away, the usual one holds."""
    assert watched.server.send("GET", POLICY, headers=SIGNED).json == USUAL
    kept = put(watched.server, made="allow", threshold=0.5)
    assert kept.json == USUAL | {"made": "allow", "threshold": 0.5, "own": True}
    event = watched.last_event()
    assert (event["eventName"], event["userIdentity"]["userName"]) == ("PutPicturePolicy", "tester")
    policy = {"made": "allow", "sent": "withhold", "threshold": 0.5}
    assert event["additionalEventData"] == {"account": ACCOUNT, "policy": policy}
    assert watched.server.send("GET", POLICY, headers=SIGNED).json == kept.json
    judge.scores.append(SURE)
    assert invoke(watched_runtime, CORE)["finish_reasons"] == [None]
    assert watched.server.send("DELETE", POLICY, headers=SIGNED).status == 204
    assert watched.last_event()["eventName"] == "DeletePicturePolicy"
    assert watched.server.send("GET", POLICY, headers=SIGNED).json == USUAL
    judge.scores.clear()
    judge.scores.append(SURE)
    assert invoke(watched_runtime, CORE) == {"finish_reasons": ["Filter reason: output image"]}


@pytest.mark.parametrize(
    "policy",
    [{"made": "hide"}, {"sent": "blur"}, {"threshold": 0}, {"threshold": 1.1}, {"threshold": "high"}, {"a": 1}],
)
def test_what_is_no_policy_is_refused(watched: Watched, policy: dict[str, Any]) -> None:
    """And nothing is kept of it."""
    assert put(watched.server, **policy).status == 400
    assert watched.server.send("GET", POLICY, headers=SIGNED).json == USUAL


def test_another_account_is_another_account(watched: Watched) -> None:
    """There is none for an account that there is not."""
    assert watched.server.send("GET", f"{POLICY}?account=nobody", headers=SIGNED).status == 404


def test_a_server_that_looks_at_no_picture_says_so(catalog: Catalog) -> None:
    """The policy is kept, and waits."""
    with serving(catalog) as server:
        assert put(server, made="withhold").json == USUAL | {"made": "withhold", "own": True, "inForce": False}
