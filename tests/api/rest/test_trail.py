"""The audit trail over the REST: the newest first, by who, what and when, and for whom policies allow it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from outcrop.api.manner import Manner
from outcrop.catalog.load import Catalog
from outcrop.clock import unix_time
from outcrop.records.trail import Trail
from tests.api.rest.figures import send_json
from tests.conftest import CORE
from tests.serving import ACCOUNT, BEARER_ID, SIGNED, Serving, serving

PATH = "/v1/audit-events"


@pytest.fixture
def audited(catalog: Catalog, tmp_path: Path) -> Iterator[Serving]:
    """A server with a trail, in which three calls of a tester stand, one of them refused."""
    with Trail(tmp_path, unix_time) as trail, serving(catalog, manner=Manner(trail=trail)) as server:
        server.send("POST", f"/model/{CORE}/invoke", b'{"prompt": "a"}')
        server.send("GET", "/v1/models/imagen")
        server.send("GET", "/v1/costs")
        yield server


def listed(server: Serving, query: str = "", headers: dict[str, str] | None = None) -> list[dict[str, Any]]:
    """The events of a page."""
    answer = server.send("GET", PATH + query, headers=headers)
    assert answer.status == 200, answer.body
    found: list[dict[str, Any]] = answer.json["events"]
    return found


def operations(server: Serving, query: str = "") -> list[str]:
    """Their operations, without those that look at the trail."""
    return [event["operation"] for event in listed(server, query) if event["operation"] != "ListAuditEvents"]


def key_of(server: Serving, name: str) -> dict[str, str]:
    """Headers of a new user, who may look at what they have done themselves."""
    assert send_json(server, "POST", "/v1/users", {"name": name}).status == 201
    made = send_json(server, "POST", "/v1/keys", {"user": name, "kind": "bearer"})
    return {"Authorization": f"Bearer {made.json['bearerKey']}"}


def test_who_called_what_and_how_it_ended(audited: Serving) -> None:
    """The newest first; the look itself is in the trail from the next one on."""
    costs, model, invoked = listed(audited)
    assert (costs["operation"], costs["error"], costs["about"]) == ("GetCosts", None, {})
    assert (model["operation"], model["error"]) == ("GetModel", "ValidationException")
    assert invoked["about"] == {"modelId": CORE}
    assert (invoked["account"], invoked["user"], invoked["key"]) == (ACCOUNT, "tester", BEARER_ID)
    assert invoked["address"] == "127.0.0.1"
    assert "ListAuditEvents" in [event["operation"] for event in listed(audited)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?operation=InvokeModel", ["InvokeModel"]),
        ("?outcome=refused", ["GetModel"]),
        ("?model=image-core", ["InvokeModel"]),
        ("?user=tester&operation=GetCosts", ["GetCosts"]),
        ("?user=nobody", []),
        (f"?user={BEARER_ID}", []),
        ("?since=2026-01-01&operation=GetCosts", ["GetCosts"]),
        ("?until=2026-01-01", []),
        ("?account=all&operation=GetCosts", ["GetCosts"]),
    ],
)
def test_events_are_found(audited: Serving, query: str, found: list[str]) -> None:
    """By who, what, when and how it ended."""
    assert operations(audited, query) == found


def test_pages_lead_to_the_beginning(audited: Serving) -> None:
    """Each event is on one of them, though every look adds one."""
    found, cursor = [], ""
    for _ in range(4):
        answer = audited.send("GET", f"{PATH}?limit=1{cursor}").json
        found += [event["operation"] for event in answer["events"]]
        cursor = f"&cursor={answer['nextCursor']}"
    assert found == ["GetCosts", "GetModel", "InvokeModel"]
    assert cursor == "&cursor=None"


def test_everybody_sees_what_they_may(audited: Serving) -> None:
    """Oneself, or the account; calls of nobody stand among those of all accounts alone."""
    audited.send("GET", "/v1/models", headers={})
    ada = key_of(audited, "ada")
    audited.send("GET", "/v1/models", headers=ada)
    assert [event["operation"] for event in listed(audited, "?user=ada", ada)] == ["ListModels"]
    for query in ("", "?user=tester", "?account=all"):
        assert audited.send("GET", PATH + query, headers=ada).status == 403
    assert {event["user"] for event in listed(audited)} == {"ada", "tester"}
    assert {event["user"] for event in listed(audited, "?account=all")} == {"ada", "tester", None}


def test_a_trail_that_is_not_kept(catalog: Catalog) -> None:
    """Says so, to whoever may know."""
    with serving(catalog) as server:
        answer = server.send("GET", PATH)
    assert (answer.status, answer.json["code"]) == (422, "Unsupported")
    assert "keeps no audit trail" in answer.json["detail"]


def test_a_trail_that_cannot_be_read(audited: Serving, tmp_path: Path) -> None:
    """Is the disk's fault."""
    (tmp_path / "2999-01-01.jsonl").mkdir()
    assert (answer := audited.send("GET", PATH)).status == 503
    assert "cannot be read" in answer.json["detail"]


def test_lines_of_another_making(audited: Serving, tmp_path: Path) -> None:
    """What an event does not say, or says in another form, is null."""
    line = b'{"userIdentity": "me", "requestParameters": {"modelId": 3}, "eventTime": 7}\n'
    (tmp_path / "2999-01-01.jsonl").write_bytes(line)
    event = listed(audited, "?account=all&limit=1")[0]
    assert event == dict.fromkeys(event, None) | {"about": {}}


@pytest.mark.parametrize(
    "query", ["?cursor=now", "?cursor=2026-11-23.x", "?limit=0", "?limit=501", "?outcome=good", "?operation=a%20b"]
)
def test_what_breaks_the_contract_is_refused(audited: Serving, query: str) -> None:
    """By name."""
    assert audited.send("GET", PATH + query, headers=SIGNED).status == 400
