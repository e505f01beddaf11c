"""Who is let in while this machine is trusted: any well-formed header from a loopback address."""

import pytest
from starlette.datastructures import Headers

from outcrop.api.identity import Caller, identify
from outcrop.errors import BadCredentials, Denied, NoCredentials
from tests.serving import AUTHORIZATION, SIGNED, Serving

HOME = "127.0.0.1"


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1", None])
def test_this_machine_is_answered(peer: str | None) -> None:
    """Every loopback address, in either protocol, and a Unix socket, which has no address."""
    assert identify(Headers(SIGNED), peer) == Caller(scheme="sigv4", key="AKIDTEST")


@pytest.mark.parametrize("peer", ["10.0.0.1", "192.168.1.2", "::ffff:10.0.0.1", "2001:db8::1", "0.0.0.0", "", "host"])
def test_no_other_machine_is_answered(peer: str) -> None:
    """Whatever keys it shows: nobody verifies them yet."""
    with pytest.raises(Denied, match="only its own machine"):
        identify(Headers(SIGNED), peer)


def test_a_bearer_token_is_taken() -> None:
    """The token itself is kept nowhere."""
    caller = identify(Headers({"authorization": "Bearer bedrock-api-key-secret"}), HOME)
    assert caller == Caller(scheme="bearer", key="")
    assert "secret" not in f"{caller} {caller!r}"


def test_the_parts_of_a_signature_may_stand_without_spaces_or_in_another_order() -> None:
    """SDKs differ in both."""
    authorization = (
        "AWS4-HMAC-SHA256 Signature=0a,SignedHeaders=host,Credential=AKID/20261123/eu-west-1/bedrock/aws4_request"
    )
    assert str(identify(Headers({"authorization": authorization, "date": "today"}), HOME)) == "AKID"


def test_no_header_is_no_credentials() -> None:
    """The text of AWS."""
    with pytest.raises(NoCredentials, match=r"^Missing Authentication Token$"):
        identify(Headers({}), HOME)


BROKEN = {
    "another scheme": ("Basic dXNlcjpwYXNz", "begins with 'Basic'"),
    "no token": ("Bearer ", "no token"),
    "nothing after the algorithm": ("AWS4-HMAC-SHA256", "requires 'Credential' parameter"),
    "no signature": (
        AUTHORIZATION.partition(", Signature")[0],
        "^Authorization header requires 'Signature' parameter.$",
    ),
    "no scope": ("AWS4-HMAC-SHA256 Credential=AKID, SignedHeaders=host, Signature=0a", "must have the form"),
    "a key that is none": (AUTHORIZATION.replace("AKIDTEST", "AKID\x1b[2J"), "must have the form"),
    "an endless key": (AUTHORIZATION.replace("AKIDTEST", "A" * 129), "must have the form"),
    "old algorithm": (AUTHORIZATION.replace("SHA256", "SHA1"), "begins with 'AWS4-HMAC-SHA1'"),
}


@pytest.mark.parametrize(("authorization", "text"), BROKEN.values(), ids=BROKEN)
def test_a_broken_header_is_refused(authorization: str, text: str) -> None:
    """The message says what is missing, and never repeats a secret."""
    with pytest.raises(BadCredentials, match=text) as caught:
        identify(Headers({"authorization": authorization, "x-amz-date": "20261123T000000Z"}), HOME)
    assert "dXNlcjpwYXNz" not in str(caught.value)


def test_a_signature_needs_a_date() -> None:
    """Without one it could be replayed for ever."""
    with pytest.raises(BadCredentials, match="'X-Amz-Date' or a 'Date' header"):
        identify(Headers({"authorization": AUTHORIZATION}), HOME)


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({}, 403, "MissingAuthenticationTokenException"),
        ({"Authorization": "Basic dXNlcjpwYXNz"}, 400, "IncompleteSignature"),
        ({"Authorization": "Bearer anything"}, 200, ""),
    ],
)
def test_the_server_asks_who_it_is_before_anything_else(
    server: Serving, headers: dict[str, str], status: int, code: str
) -> None:
    """Over the wire, on an operation and on a path that there is not."""
    answer = server.send("GET", "/foundation-models", headers=headers)
    assert (answer.status, answer.headers.get("x-amzn-errortype", "").partition(":")[0]) == (status, code)
    assert status == 200 or server.send("GET", "/nothing", headers=headers).code == code
