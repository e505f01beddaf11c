"""The audit trail of a real server: every call is in it, refused ones too, and no secret or word of a body."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from outcrop.api.audit import NOT_KEPT
from outcrop.api.manner import Manner
from outcrop.catalog.load import Catalog
from outcrop.clock import unix_time
from outcrop.records.trail import Trail, Wanted, read_trail
from outcrop.store.model_access import ALL, remove_grant
from tests.conftest import CORE, client
from tests.serving import ACCOUNT, KEY_ID, REGION, SECRET, SIGNED, TOKEN, Serving, serving
from tests.signing import Signer

INVOKE = f"/model/{CORE}/invoke"
WORD = "rhododendron"


@contextmanager
def audited(catalog: Catalog, folder: Path, *, strict: bool = False) -> Iterator[Serving]:
    """A server with a trail."""
    with Trail(folder, unix_time, strict=strict) as trail, serving(catalog, manner=Manner(trail=trail)) as server:
        yield server


def events(folder: Path) -> list[dict[str, Any]]:
    """All that is written."""
    found = list(read_trail(folder, Wanted()))
    assert None not in found
    return [dict(event) for event in found if event is not None]


def test_a_call_is_an_event_of_cloudtrail(catalog: Catalog, tmp_path: Path) -> None:
    """Signed by boto3: who, when, from where, what, and the id that the client has; there before the answer is."""
    with audited(catalog, tmp_path) as server:
        runtime = client("bedrock-runtime", server)
        answer = runtime.invoke_model(modelId=CORE, body=json.dumps({"prompt": WORD}))
        (event,) = events(tmp_path)
        runtime.close()
    assert event.pop("eventTime").startswith("20")
    assert len(event.pop("eventID")) == 36
    assert "Boto3" in event.pop("userAgent")
    assert event == {
        "eventVersion": "1.09",
        "userIdentity": {
            "type": "IAMUser",
            "principalId": "AIDATEST",
            "arn": f"arn:aws:iam::{ACCOUNT}:user/tester",
            "accountId": ACCOUNT,
            "accessKeyId": KEY_ID,
            "userName": "tester",
        },
        "eventSource": "bedrock.amazonaws.com",
        "eventName": "InvokeModel",
        "awsRegion": REGION,
        "sourceIPAddress": "127.0.0.1",
        "requestParameters": {"modelId": CORE},
        "responseElements": None,
        "requestID": answer["ResponseMetadata"]["RequestId"],
        "readOnly": True,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": ACCOUNT,
        "eventCategory": "Management",
    }


def test_a_refused_call_is_in_it(catalog: Catalog, tmp_path: Path) -> None:
    """For its signature, with the key that was tried; for its model; for its body, whose words are not kept."""
    with audited(catalog, tmp_path) as server:
        host = f"127.0.0.1:{server.port}"
        forged = dict(Signer(secret="no such secret").headers("POST", INVOKE, b"{}", host=host))
        assert server.send("POST", INVOKE, b"{}", forged).status == 403
        assert server.send("POST", INVOKE, b"{}", {}).status == 403
        assert server.send("POST", "/model/no.such-model/invoke", b"{}").status == 400
        assert server.send("POST", INVOKE, json.dumps({"prompt": "a", "aspect_ratio": WORD}).encode()).status == 400
        assert server.send("PATCH", "/nowhere", b"{}").status == 404
    kept = events(tmp_path)
    assert [(event["eventName"], event["errorCode"]) for event in kept] == [
        ("InvokeModel", "InvalidSignatureException"),
        ("InvokeModel", "MissingAuthenticationTokenException"),
        ("InvokeModel", "ValidationException"),
        ("InvokeModel", "ValidationException"),
        ("Unknown", "UnknownOperationException"),
    ]
    assert kept[0]["userIdentity"] == {"type": "Unknown", "accessKeyId": KEY_ID}
    assert kept[0]["requestParameters"] == {"modelId": CORE}
    assert kept[1]["userIdentity"] == {"type": "Unknown"}
    assert kept[1]["recipientAccountId"] is None
    assert kept[2]["errorMessage"] == "The provided model identifier is invalid."
    assert kept[3]["errorMessage"] == NOT_KEPT


def test_no_secret_and_no_word_of_a_body_is_in_it(catalog: Catalog, tmp_path: Path) -> None:
    """Whether the call is good, bad, or shows its secret in the wrong place."""
    bodies = [
        {"prompt": WORD},
        {"prompt": "a", "negative_prompt": WORD},
        {"prompt": 1, "mode": WORD},
        {WORD: 1},
        {"prompt": "a", "image": WORD},
    ]
    with audited(catalog, tmp_path) as server:
        for body in bodies:
            server.send("POST", INVOKE, json.dumps(body).encode())
            server.send("POST", INVOKE, json.dumps(body).encode(), {"Authorization": f"{SECRET} {WORD}"})
        server.send("POST", INVOKE, WORD.encode())
        for headers in (
            {"Authorization": SECRET},
            {"Authorization": f"Bearer {SECRET}"},
            {"Authorization": f"AWS4-HMAC-SHA256 Credential={SECRET}/x"},
            SIGNED | {"Content-Type": WORD},
            SIGNED | {"X-Amzn-Bedrock-Trace": WORD},
        ):
            server.send("POST", f"{INVOKE}?secret={SECRET}", b"{}", headers)
        server.send("GET", f"/foundation-models?byProvider={WORD}")
    written = "".join(file.read_text(encoding="utf-8") for file in tmp_path.iterdir())
    assert len(events(tmp_path)) == 2 * len(bodies) + 7
    for hidden in (WORD, SECRET, SECRET[:20], TOKEN, TOKEN[4:]):
        assert hidden not in written


@pytest.mark.parametrize("strict", [False, True])
def test_a_trail_that_cannot_be_written(catalog: Catalog, tmp_path: Path, *, strict: bool) -> None:
    """Answers all the same, or, when it must be written, not: and then an error is answered as the error it is."""
    folder = tmp_path / "audit"
    folder.write_text("in the way", encoding="utf-8")
    with audited(catalog, folder, strict=strict) as server:
        answer = server.send("POST", INVOKE, b'{"prompt":"a"}')
        assert (answer.status, "x-amzn-requestid" in answer.headers) == (503 if strict else 200, True)
        assert server.send("POST", INVOKE, b"{}", {}).status == 403
        folder.unlink()
        assert server.send("POST", INVOKE, b'{"prompt":"a"}').status == 200
    assert len(events(folder)) == 1


def test_a_denied_call_keeps_aws_s_words(catalog: Catalog, tmp_path: Path) -> None:
    """A model without access, by boto3."""
    with audited(catalog, tmp_path) as server:
        with server.directory.database.writing() as connection:
            remove_grant(connection, ACCOUNT, ALL, ALL)
        runtime = client("bedrock-runtime", server)
        with pytest.raises(ClientError):
            runtime.invoke_model(modelId=CORE, body=b"{}")
        runtime.close()
    (event,) = events(tmp_path)
    assert event["errorCode"] == "AccessDeniedException"
    assert event["errorMessage"] == "You don't have access to the model with the specified model ID."
    assert event["userIdentity"]["userName"] == "tester"
