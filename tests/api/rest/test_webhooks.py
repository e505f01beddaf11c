"""Webhooks over the REST: their life, what is refused, and a job that names one."""

from collections.abc import Iterator

import pytest

from outcrop.catalog.load import Catalog
from outcrop.records.webhook import read_secret
from outcrop.store.job_events import addressees_due, end_job_attempt, list_job_events
from outcrop.store.webhooks import find_webhook, secret_name
from tests.api.rest.figures import send_json
from tests.api.rest.jobs import FOX, ended, post_job
from tests.serving import ACCOUNT, Serving, serving

URL = {"url": "https://example.com/hook"}


@pytest.fixture
def own(catalog: Catalog) -> Iterator[Serving]:
    """A server of one's own."""
    with serving(catalog) as running:
        yield running


def kept_secret(own: Serving, name: str) -> str:
    """The secret that messages are signed under."""
    with own.directory.database.reading() as connection:
        kept = find_webhook(connection, ACCOUNT, name)
    assert kept is not None
    return own.directory.seal.open(kept.secret, secret_name(ACCOUNT, name))


def test_a_webhook_s_life(own: Serving) -> None:
    """Its secret is told when it is made or asked for anew, and never else."""
    made = send_json(own, "PUT", "/v1/webhooks/mine", URL)
    assert (made.status, made.headers["cache-control"]) == (201, "no-store")
    assert made.json["events"] == ["job.done", "job.failed", "job.cancelled", "job.dead"]
    assert len(read_secret(made.json["secret"])) == 32
    assert kept_secret(own, "mine") == made.json["secret"]
    changed = send_json(own, "PUT", "/v1/webhooks/mine", URL | {"events": ["job.done"]})
    assert (changed.status, changed.json["events"], "secret" in changed.json) == (200, ["job.done"], False)
    assert kept_secret(own, "mine") == made.json["secret"]
    anew = send_json(own, "PUT", "/v1/webhooks/mine", URL | {"newSecret": True})
    assert kept_secret(own, "mine") == anew.json["secret"] != made.json["secret"]
    listed = own.send("GET", "/v1/webhooks").json["webhooks"]
    assert [one["name"] for one in listed] == ["mine"]
    assert "secret" not in listed[0]
    assert own.send("GET", "/v1/webhooks/mine").json["messages"] == []
    assert own.send("DELETE", "/v1/webhooks/mine").status == 204
    assert own.send("GET", "/v1/webhooks/mine").status == 404
    assert own.send("DELETE", "/v1/webhooks/mine").status == 404


def test_the_end_of_a_job_is_due_for_its_webhook(own: Serving) -> None:
    """Once, with its assets; what is due for one that is deleted is not."""
    send_json(own, "PUT", "/v1/webhooks/mine", URL)
    job = ended(own, post_job(own, FOX | {"webhook": "mine"}).json["id"])
    (message,) = own.send("GET", "/v1/webhooks/mine").json["messages"]
    assert (message["job"], message["event"], message["attempts"], message["takenAt"]) == (
        job["id"],
        "job.done",
        0,
        None,
    )
    with own.directory.database.reading() as connection:
        (event,) = list_job_events(connection, (ACCOUNT, "mine"), 10)
        assert addressees_due(connection, event.at) == [(ACCOUNT, "mine")]
    assert job["assets"][0] in event.body
    own.send("DELETE", "/v1/webhooks/mine")
    with own.directory.database.reading() as connection:
        assert addressees_due(connection, event.at) == []


def test_a_message_is_sent_once_more(own: Serving) -> None:
    """Under its id, with as many attempts as at first; one of another webhook is none."""
    for name in ("mine", "other"):
        send_json(own, "PUT", f"/v1/webhooks/{name}", URL)
    ended(own, post_job(own, FOX | {"webhook": "mine"}).json["id"])
    (told,) = own.send("GET", "/v1/webhooks/mine").json["messages"]
    with own.directory.database.writing() as connection:
        end_job_attempt(connection, told["id"], sent_at=1, due_at=None, why="")
    again = own.send("POST", f"/v1/webhooks/mine/messages/{told['id']}/repeat")
    assert (again.status, again.json["id"], again.json["attempts"]) == (202, told["id"], 0)
    with own.directory.database.reading() as connection:
        (event,) = list_job_events(connection, (ACCOUNT, "mine"), 10)
        assert addressees_due(connection, int(own.directory.now())) == [(ACCOUNT, "mine")]
    assert event.due_at is not None
    assert own.send("POST", f"/v1/webhooks/other/messages/{told['id']}/repeat").status == 404


def test_a_job_cannot_name_a_webhook_that_is_not_there(own: Serving) -> None:
    """And is no job then."""
    refused = post_job(own, FOX | {"webhook": "none"})
    assert (refused.status, "There is no webhook 'none'" in refused.json["detail"]) == (404, True)
    assert own.send("GET", "/v1/jobs").json["jobs"] == []


@pytest.mark.parametrize(
    ("wanted", "status"),
    [
        ({"url": "http://example.com/"}, 422),
        ({"url": "https://me@example.com/"}, 422),
        ({"url": "ftp://example.com/"}, 400),
        ({}, 400),
        (URL | {"events": []}, 400),
        (URL | {"events": ["job.begun"]}, 400),
    ],
)
def test_what_is_no_webhook(own: Serving, wanted: dict[str, object], status: int) -> None:
    """Is refused, and nothing is kept."""
    assert send_json(own, "PUT", "/v1/webhooks/mine", wanted).status == status
    assert own.send("GET", "/v1/webhooks").json["webhooks"] == []
