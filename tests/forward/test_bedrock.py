"""Passing calls on over a real socket: what leaves, what comes back, and every way in which that can fail."""

import asyncio
import socket
from contextlib import suppress

import pytest
from botocore.credentials import Credentials

from outcrop.access.sigv4 import Signed, check_signature, read_claim
from outcrop.errors import ModelFailed, NotInTime, RefusedElsewhere, Throttled, Unavailable
from outcrop.forward.bedrock import CONNECTS, MAX_BYTES, Bedrock, Place
from outcrop.forward.credentials import Signer
from outcrop.forward.upstream import Answer, Call
from tests.elsewhere import (
    ANSWER,
    OPERATOR_ID,
    OPERATOR_SECRET,
    PICTURE,
    THEIR_ID,
    Elsewhere,
    elsewhere,
    refused,
    reply,
)
from tests.serving import REGION
from tests.toy_engine import PATIENCE_S

BODY = b' {"prompt" : "a fox \xf0\x9f\xa6\x8a", "unknown": 1.0} \n'
CALL = Call(model="us.stability.a-model-v1:0", headers={"x-amzn-bedrock-trace": "ENABLED"}, body=BODY)


def invoke(upstream: Bedrock, call: Call = CALL) -> Answer:
    """Pass a call on and wait."""
    return asyncio.run(upstream.invoke(call))


def test_a_call_arrives_as_it_was_sent_and_signed_by_the_operator() -> None:
    """The body byte for byte, the path encoded once, and a signature over both that the operator's secret makes."""
    with elsewhere() as there:
        answer = invoke(there.upstream())
        call = there.call()
    assert (call.method, call.path) == ("POST", "/model/us.stability.a-model-v1%3A0/invoke")
    assert call.body == BODY
    assert call.header("x-amzn-bedrock-trace") == "ENABLED"
    claim = read_claim(call.header("authorization") or "", call.headers)
    assert (claim.key_id, claim.region, claim.service) == (OPERATOR_ID, REGION, "bedrock")
    assert "x-amzn-bedrock-trace" in claim.signed_headers
    signed = Signed(method="POST", path=call.path, query="", headers=call.headers, body=call.body)
    check_signature(claim, signed, OPERATOR_SECRET)
    assert answer.body == ANSWER
    assert answer.request_id == THEIR_ID
    assert answer.headers == {"content-type": "application/json", "x-amzn-bedrock-invocation-latency": "1234"}


def test_a_session_s_token_goes_along() -> None:
    """And is signed, as AWS wants it."""
    with elsewhere() as there:
        place = Place(region=REGION, endpoint=there.url, timeout_s=PATIENCE_S, calls=1)
        invoke(Bedrock(place, Signer(Credentials("ASIA", "secret", "the token"), REGION)))
        call = there.call()
    assert call.header("x-amz-security-token") == "the token"
    assert "x-amz-security-token" in read_claim(call.header("authorization") or "", call.headers).signed_headers


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("400 Bad Request", "ValidationException"),
        ("403 Forbidden", "AccessDeniedException"),
        ("404 Not Found", "ResourceNotFoundException"),
        ("429 Too Many Requests", "ThrottlingException"),
        ("429 Too Many Requests", "ModelNotReadyException"),
        ("424 Failed Dependency", "ModelErrorException"),
        ("408 Request Timeout", "ModelTimeoutException"),
        ("500 Internal Server Error", "InternalServerException"),
        ("503 Service Unavailable", "ServiceUnavailableException"),
    ],
)
def test_a_refusal_is_kept_and_never_repeated(status: str, code: str) -> None:
    """Clients repeat what may be repeated by themselves: doing it here as well would multiply the two."""
    with elsewhere(refused(status, code, "In their own words.")) as there:
        with pytest.raises(RefusedElsewhere, match=r"In their own words\.") as caught:
            invoke(there.upstream())
        assert there.count == 1
    told = caught.value.refused
    assert (told.status, told.code, told.request_id) == (int(status[:3]), code, THEIR_ID)


def test_a_broken_answer_is_not_one_to_repeat() -> None:
    """The picture was made, and a client that asked again would have AWS make another."""
    with elsewhere(PICTURE[:-10]) as there:
        with pytest.raises(ModelFailed, match="broke while its answer came"):
            invoke(there.upstream())
        assert there.count == 1


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nA\x00: b\r\n\r\n"])
def test_without_a_head_of_an_answer_it_is_unavailable(answer: bytes) -> None:
    """Whether the other side has worked nobody knows; it is asked once."""
    with elsewhere(answer) as there:
        with pytest.raises(Unavailable, match="cannot be reached"):
            invoke(there.upstream())
        assert there.count == 1


def test_a_connection_is_tried_more_than_once() -> None:
    """Nothing was sent on one that did not come about, so another try costs nobody anything."""
    tried = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    place = Place(region=REGION, endpoint=f"http://127.0.0.1:{port}", timeout_s=PATIENCE_S, calls=1)
    upstream = Bedrock(place, Signer(Credentials("AKIA", "secret"), REGION))
    send = upstream._send

    async def counted(url: str, headers: dict[str, str], body: bytes) -> Answer:
        tried.append(url)
        return await send(url, headers, body)

    upstream._send = counted  # type: ignore[method-assign, assignment]  # counts, and does what it did
    with pytest.raises(Unavailable, match="cannot be reached"):
        invoke(upstream)
    assert len(tried) == CONNECTS


def test_an_answer_that_does_not_come_in_time() -> None:
    """Ends as a model's timeout, which clients do not repeat; the connection is closed."""
    with elsewhere(None) as there:
        with pytest.raises(NotInTime, match=r"within 0\.2 seconds"):
            invoke(there.upstream(timeout_s=0.2))
        assert there.left.wait(PATIENCE_S)


def test_an_answer_is_bounded() -> None:
    """By what Bedrock's service model allows."""
    with elsewhere(reply("200 OK", b"x" * (MAX_BYTES + 1))) as there, pytest.raises(ModelFailed, match="longer than"):
        invoke(there.upstream())


def test_a_redirect_is_not_followed() -> None:
    """Credentials and bodies go to the endpoint that the operator named and nowhere else."""
    with elsewhere() as target:
        away = reply("307 Temporary Redirect", headers={"Location": f"{target.url}/model/x/invoke"})
        with elsewhere(away) as there, pytest.raises(ModelFailed, match="status 307"):
            invoke(there.upstream())
        assert target.count == 0


@pytest.mark.parametrize("model", ["../../../secret", "a/b?c#d", "x\r\nHost: evil", "@evil.example/", "%2e%2e"])
def test_a_model_s_name_cannot_lead_elsewhere(model: str) -> None:
    """Whatever it is, it stays one segment of the path."""
    with elsewhere() as there:
        invoke(there.upstream(), Call(model=model, headers={}, body=b"{}"))
        call = there.call()
    assert call.path.startswith("/model/")
    assert call.path.endswith("/invoke")
    assert call.path.count("/") == 3
    assert call.header("host") == f"127.0.0.1:{there.port}"


def test_too_many_at_once_are_throttled() -> None:
    """Before anything is sent."""

    async def both(there: Elsewhere) -> None:
        upstream = there.upstream(calls=1)
        first = asyncio.ensure_future(upstream.invoke(CALL))
        await asyncio.to_thread(there.call)
        with pytest.raises(Throttled):
            await upstream.invoke(CALL)
        first.cancel()
        with suppress(asyncio.CancelledError):
            await first
        assert await asyncio.to_thread(there.left.wait, PATIENCE_S)

    with elsewhere(None) as there:
        asyncio.run(both(there))
        assert there.count == 1


def test_credentials_are_in_no_line_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """When they are not taken the client learns that alone; the log has Bedrock's words, and no secret."""
    words = "User: arn:aws:iam::999999999999:user/operator has no such key"
    with elsewhere(refused("403 Forbidden", "UnrecognizedClientException", words)) as there:
        upstream = there.upstream()
        with pytest.raises(ModelFailed, match="does not take the server's credentials") as caught:
            invoke(upstream)
    assert "999999999999" not in str(caught.value)
    assert "arn:aws:iam::999999999999:user/operator" in caplog.text
    assert OPERATOR_SECRET not in caplog.text
    assert "Authorization" not in caplog.text
