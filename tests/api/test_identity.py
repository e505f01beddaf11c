"""Who is let in, over the wire: those whom the directory knows, by a signature or a bearer key, and nobody else."""

import asyncio
import time
from dataclasses import replace

import pytest
from starlette.requests import Request

from outcrop.access.accounts import make_user
from outcrop.access.keys import NewKey, create_key
from outcrop.api.identity import Identity, is_this_machine
from outcrop.errors import Denied, UnknownKey
from outcrop.store.access_keys import deactivate_access_key, delete_access_key
from tests.serving import ACCOUNT, KEY_ID, REGION, SIGNED, TOKEN, Answer, Serving
from tests.signing import Signer

PATH = "/foundation-models"
INVALID = "The security token included in the request is invalid."


def ask(server: Serving, signer: Signer, path: str = PATH, **sent: str) -> Answer:
    """A signed GET; `sent` replaces headers after they were signed."""
    headers = dict(signer.headers("GET", path, host=f"127.0.0.1:{server.port}"))
    return server.send("GET", path, headers=headers | {name.replace("_", "-"): value for name, value in sent.items()})


def new_key(server: Serving, lasts_s: int | None = None, *, this_machine_only: bool = False) -> NewKey:
    """A key of a user of its own."""
    directory = server.directory
    with directory.database.writing() as connection:
        user = make_user(directory, connection, directory.random(8).hex(), "others")
        return create_key(directory, connection, user, lasts_s=lasts_s, this_machine_only=this_machine_only)


def signer(key: NewKey) -> Signer:
    """Who signs with a key."""
    return Signer(key_id=key.id, secret=key.secret, token=key.session_token)


def test_a_signature_lets_in(own: Serving) -> None:
    """With the key of a user who is there."""
    assert ask(own, Signer()).status == 200


def test_a_wrong_secret_does_not(own: Serving) -> None:
    """In AWS's words."""
    answer = ask(own, Signer(secret="wrong"))
    assert (answer.status, answer.code) == (403, "InvalidSignatureException")
    assert answer.json["message"].startswith("The request signature we calculated does not match the signature")


def test_an_unknown_key_does_not(own: Serving) -> None:
    """The answer repeats nothing of it."""
    answer = ask(own, Signer(key_id="AKIANOBODYHASTHISKEY"))
    assert (answer.status, answer.code, answer.json["message"]) == (403, "UnrecognizedClientException", INVALID)


@pytest.mark.parametrize("switch", [deactivate_access_key, delete_access_key])
def test_a_key_that_is_switched_off_opens_nothing_at_once(own: Serving, switch: object) -> None:
    """Not at the next start: with the next request."""
    key = new_key(own)
    assert ask(own, signer(key)).status == 200
    with own.directory.database.writing() as connection:
        assert switch(connection, key.id)  # type: ignore[operator] # one of the two queries
    assert ask(own, signer(key)).code == "UnrecognizedClientException"


def test_a_session_needs_its_token(own: Serving) -> None:
    """Its own, neither another's nor none; and a lasting key takes none."""
    key = new_key(own, lasts_s=3600)
    assert key.id.startswith("ASIA")
    assert ask(own, signer(key)).status == 200
    for token in (None, "another", new_key(own, lasts_s=3600).session_token):
        assert ask(own, replace(signer(key), token=token)).code == "UnrecognizedClientException"
    assert ask(own, Signer(token="any")).code == "UnrecognizedClientException"


def test_a_session_that_is_over_is_called_expired(own: Serving) -> None:
    """So that a client knows to fetch another."""
    answer = ask(own, signer(new_key(own, lasts_s=0)))
    assert (answer.status, answer.code) == (403, "ExpiredTokenException")
    assert answer.json["message"] == "The security token included in the request is expired"


@pytest.mark.parametrize(("offset", "says"), [(-400, "Signature expired: "), (400, "Signature not yet current: ")])
def test_a_signature_is_good_for_five_minutes(own: Serving, offset: int, says: str) -> None:
    """Before and after; so a request cannot be played again later."""
    assert ask(own, Signer(at=time.time() + offset / 2)).status == 200  # noqa: TID251 - what the server reads
    answer = ask(own, Signer(at=time.time() + offset))  # noqa: TID251
    assert (answer.status, answer.code) == (403, "InvalidSignatureException")
    assert answer.json["message"].startswith(says)
    assert "5 min.)" in answer.json["message"]


@pytest.mark.parametrize(
    ("other", "says"),
    [
        (Signer(region="eu-west-1"), "Credential should be scoped to a valid region, not 'eu-west-1'"),
        (Signer(service="s3"), "Credential should be scoped to correct service: 'bedrock'."),
    ],
)
def test_a_signature_is_for_one_region_and_service(own: Serving, other: Signer, says: str) -> None:
    """Those of this server."""
    answer = ask(own, other)
    assert (answer.status, answer.code) == (403, "InvalidSignatureException")
    assert answer.json["message"].startswith(says)


def test_the_body_is_part_of_what_is_signed(own: Serving) -> None:
    """Another body under the same signature is another request."""
    path = "/model/none/invoke"
    headers = dict(Signer().headers("POST", path, b'{"prompt":"a"}', host=f"127.0.0.1:{own.port}"))
    assert own.send("POST", path, b'{"prompt":"a"}', headers).code == "ValidationException"
    assert own.send("POST", path, b'{"prompt":"b"}', headers).code == "InvalidSignatureException"


def test_a_long_body_is_verified_like_a_short_one(own: Serving) -> None:
    """Also where a thread of its own digests it."""
    path, body = "/model/none/invoke", b"x" * 1_000_000
    headers = dict(Signer().headers("POST", path, body, host=f"127.0.0.1:{own.port}"))
    assert own.send("POST", path, body, headers).code == "ValidationException"
    assert own.send("POST", path, body[:-1] + b"y", headers).code == "InvalidSignatureException"


def test_a_bearer_key_is_taken_on_loopback(own: Serving) -> None:
    """Without TLS: its way leads through no network."""
    assert own.send("GET", PATH, headers=SIGNED).status == 200


@pytest.mark.parametrize("token", ["anything", "ABSK", "ABSK!", TOKEN[:-4] + "AAAA", "bedrock-api-key-", "x" * 9000])
def test_another_bearer_key_is_not(own: Serving, token: str) -> None:
    """None of them is repeated in the answer."""
    answer = own.send("GET", PATH, headers={"Authorization": f"Bearer {token}"})
    assert (answer.status, answer.code, answer.json["message"]) == (403, "UnrecognizedClientException", INVALID)


def asked_from(own: Serving, peer: str, headers: dict[str, str], scheme: str = "http") -> str:
    """Who asks, when the request comes from an address."""
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": scheme,
        "path": PATH,
        "raw_path": PATH.encode(),
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "client": (peer, 1),
    }

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    caller, _ = asyncio.run(Identity(own.directory, REGION).identify(Request(scope, receive)))
    return str(caller)


def test_a_bearer_key_needs_tls_from_elsewhere(own: Serving) -> None:
    """A signature does not: it shows no secret."""
    with pytest.raises(Denied, match="without TLS"):
        asked_from(own, "10.0.0.1", SIGNED)
    assert asked_from(own, "10.0.0.1", SIGNED, "https") == f"BedrockAPIKey-test-at-{ACCOUNT}"
    assert asked_from(own, "10.0.0.1", dict(Signer().headers("GET", PATH))) == KEY_ID


def test_the_key_of_a_first_start_opens_nothing_to_others(own: Serving) -> None:
    """It has been shown on a terminal."""
    key = new_key(own, this_machine_only=True)
    assert asked_from(own, "127.0.0.1", dict(signer(key).headers("GET", PATH))) == key.id
    with pytest.raises(UnknownKey):
        asked_from(own, "10.0.0.1", dict(signer(key).headers("GET", PATH)))


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1", None])
def test_this_machine_is_known(peer: str | None) -> None:
    """Every loopback address, in either protocol, and a Unix socket, which has no address."""
    assert is_this_machine(peer)


@pytest.mark.parametrize("peer", ["10.0.0.1", "192.168.1.2", "::ffff:10.0.0.1", "2001:db8::1", "0.0.0.0", "", "host"])
def test_other_machines_are_known(peer: str) -> None:
    """Whatever is no loopback address is elsewhere."""
    assert not is_this_machine(peer)


GOOD = dict(Signer().headers("GET", PATH))["Authorization"]
BROKEN = {
    "another scheme": ("Basic dXNlcjpwYXNz", "begins with 'Basic'"),
    "no token": ("Bearer ", "no token"),
    "nothing after the algorithm": ("AWS4-HMAC-SHA256", "requires 'Credential' parameter"),
    "no signature": (GOOD.partition(", Signature")[0], "Authorization header requires 'Signature' parameter."),
    "no scope": ("AWS4-HMAC-SHA256 Credential=AKID, SignedHeaders=host, Signature=0a", "must have the form"),
    "an endless key": (GOOD.replace(KEY_ID, "A" * 129), "must have the form"),
    "two of one part": (GOOD + ", Signature=0a", "more than once"),
    "old algorithm": (GOOD.replace("SHA256", "SHA1"), "begins with 'AWS4-HMAC-SHA1'"),
}


@pytest.mark.parametrize(("authorization", "text"), BROKEN.values(), ids=BROKEN)
def test_a_broken_header_is_refused(own: Serving, authorization: str, text: str) -> None:
    """The message says what is missing, and never repeats a secret."""
    answer = ask(own, Signer(), Authorization=authorization)
    assert (answer.status, answer.code) == (400, "IncompleteSignature")
    assert text in answer.json["message"]
    assert "dXNlcjpwYXNz" not in answer.json["message"]


def test_no_header_is_no_credentials(server: Serving) -> None:
    """The text of AWS, on an operation and on a path that there is not."""
    for path in (PATH, "/nothing"):
        answer = server.send("GET", path, headers={})
        assert (answer.status, answer.code) == (403, "MissingAuthenticationTokenException")
        assert answer.json["message"] == "Missing Authentication Token"
