"""Who am I, over the REST: account, user, key, and permissions that are those that other operations find."""

from pathlib import Path

from outcrop.access.user_policies import OWN_USE, put_managed_policy
from outcrop.api.manner import Manner
from outcrop.catalog.load import Catalog
from outcrop.clock import unix_time
from outcrop.records.trail import Trail, Wanted, read_trail
from outcrop.store.policies import policies_of, remove_policy
from tests.serving import ACCOUNT, BEARER_ID, KEY_ID, REGION, TESTER, Serving, serving
from tests.signing import Signer


def permissions(server: Serving, operation: str) -> tuple[bool, bool, bool]:
    """What is said of an operation: on one's own, one's account's and everybody's."""
    signed = dict(Signer().headers("GET", "/v1/caller", host=f"127.0.0.1:{server.port}"))
    every = server.send("GET", "/v1/caller", headers=signed).json["permissions"]
    (found,) = (one for one in every if one["operation"] == operation)
    return found["user"], found["account"], found["installation"]


def test_who_am_i(server: Serving) -> None:
    """By a bearer key and by a signature."""
    found = server.send("GET", "/v1/caller").json
    assert found["account"] == {"id": ACCOUNT, "name": "test"}
    assert (found["user"]["name"], found["user"]["arn"]) == ("tester", f"arn:aws:iam::{ACCOUNT}:user/tester")
    assert (found["key"], found["region"]) == ({"id": BEARER_ID, "scheme": "bearer"}, REGION)
    signed = dict(Signer().headers("GET", "/v1/caller", host=f"127.0.0.1:{server.port}"))
    assert server.send("GET", "/v1/caller", headers=signed).json["key"] == {"id": KEY_ID, "scheme": "sigv4"}


def test_permissions_are_those_of_the_policies(catalog: Catalog) -> None:
    """Full access is all of it; one's own use is looking at that; without policies one still learns who one is."""
    with serving(catalog) as server:
        assert permissions(server, "GetCosts") == (True, True, True)
        assert permissions(server, "PutBudget") == (False, True, True)  # no budget is one's own
        assert permissions(server, "GetCreditPool") == (False, False, True)
        with server.directory.database.writing() as connection:
            for row in policies_of(connection, TESTER.id):
                remove_policy(connection, TESTER.id, row.name)
        assert permissions(server, "GetCosts") == (False, False, False)
        assert permissions(server, "ListModels") == (False, False, False)
        with server.directory.database.writing() as connection:
            put_managed_policy(server.directory, connection, TESTER, OWN_USE)
        assert permissions(server, "GetCosts") == (True, False, False)
        assert permissions(server, "ListModels") == (True, True, True)
        assert permissions(server, "DeleteUser") == (False, False, False)
        assert permissions(server, "CreateJob") == (True, True, False)
        assert permissions(server, "ListAssets") == (True, True, False)
        assert permissions(server, "DeleteAsset") == (True, False, False)
        assert permissions(server, "DeleteComparison") == permissions(server, "DeleteBallot") == (True, False, False)
        assert permissions(server, "GetComparison") == permissions(server, "CastVote") == (True, True, False)
        assert permissions(server, "ListBudgets") == (False, False, False)


def test_calls_are_in_the_audit_trail(catalog: Catalog, tmp_path: Path) -> None:
    """By their operations' names, refused ones too; what was asked in a body or a query is not."""
    with Trail(tmp_path, unix_time) as trail, serving(catalog, manner=Manner(trail=trail)) as server:
        server.send("GET", "/v1/models/core")
        server.send("GET", "/v1/costs?user=rhododendron")
        server.send("PUT", "/v1/budgets/mine", b'{"scope":"tag","value":"a=rhododendron","period":"day","limit":"1"}')
        server.send("DELETE", "/v1/budgets/nobodys")
        server.send("GET", "/v1/models", headers={})
    events = [dict(event) for event in read_trail(tmp_path, Wanted()) if event is not None]
    assert [(one["eventName"], one["readOnly"], one.get("errorCode"), one["requestParameters"]) for one in events] == [
        ("GetModel", True, None, {"model": "core"}),
        ("GetCosts", True, None, None),
        ("PutBudget", False, None, {"name": "mine"}),
        ("DeleteBudget", False, "ResourceNotFoundException", {"name": "nobodys"}),
        ("ListModels", True, "MissingAuthenticationTokenException", None),
    ]
    assert {one["eventSource"] for one in events} == {"outcrop"}
    assert "rhododendron" not in "".join(file.read_text(encoding="utf-8") for file in tmp_path.iterdir())


def test_too_many_calls_are_told_to_wait(catalog: Catalog) -> None:
    """Of the REST alone: drawing has quotas of its own."""
    with serving(catalog, manner=Manner(rest_per_minute=2), clock=lambda: 0.0) as server:
        assert [server.send("GET", "/v1/models").status for _ in range(3)] == [200, 200, 429]
        answer = server.send("GET", "/v1/costs")
        assert (answer.status, answer.headers["retry-after"]) == (429, "30")
        assert "2 requests a minute are taken from an account here" in answer.json["detail"]
        assert server.send("GET", "/foundation-models").status == 200
