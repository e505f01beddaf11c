"""How a request of the REST is read: signed by botocore, held against the contract, bounded. On a real server."""

import json

import pytest

from outcrop.api.rest.contract import SHORT_BYTES, contract
from tests.conftest import CORE
from tests.serving import SIGNED, Serving
from tests.signing import Signer

QUOTE = json.dumps({"model": "core", "body": {"prompt": "a fox"}}).encode()


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/v1/models", b""),
        ("GET", f"/v1/models/{CORE.replace(':', '%3A')}", b""),
        ("GET", "/v1/costs?by=day&by=tag%3Acampaign&month=2026-11", b""),
        ("POST", "/v1/quote", QUOTE),
    ],
)
def test_a_signature_of_botocore_opens_it(server: Serving, method: str, path: str, body: bytes) -> None:
    """With whatever is in its path and query; and with another signature it stays shut."""
    host = f"127.0.0.1:{server.port}"
    signed = dict(Signer().headers(method, path, body, host=host))
    assert server.send(method, path, body, signed).status == 200
    forged = dict(Signer(secret="no such secret").headers(method, path, body, host=host))
    answer = server.send(method, path, body, forged)
    assert (answer.status, answer.json["code"]) == (401, "BadSignature")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "The body is no JSON that can be read; send one object, in UTF-8."),
        (b"{", "The body is no JSON that can be read"),
        (b"\xff{}", "The body is no JSON that can be read"),
        (b"[" * 100_000, "The body is no JSON that can be read"),
        (b'{"model":"core","model":"core"}', "The body is no JSON that can be read"),
        (b"[]", "body: [] is not of type 'object'"),
        (b'{"body":1}', "body: 'model' is a required property; body/body: 1 is not of type 'object'"),
        (
            b'{"model":"core","body":{},"work":{}}',
            "body: body and work exclude each other; give one of them",
        ),
        (b'{"model":1,"body":{}}', "body/model: 1 is not of type 'string'"),
        (b'{"model":"core","body":{},"x":1}', "body: Additional properties are not allowed ('x' was unexpected)"),
    ],
    ids=lambda value: repr(value[:24]),
)
def test_a_body_that_breaks_the_contract(server: Serving, body: bytes, words: str) -> None:
    """400, with every place and what is wrong there."""
    answer = server.send("POST", "/v1/quote", body)
    assert (answer.status, answer.json["code"]) == (400, "MalformedRequest")
    assert words in answer.json["detail"]


def test_places_are_json_pointers(server: Serving) -> None:
    """For programs that mark a field."""
    errors = server.send("POST", "/v1/quote", b'{"model":1,"body":2}').json["errors"]
    assert errors == [
        {"pointer": "#/body/model", "detail": "1 is not of type 'string'"},
        {"pointer": "#/body/body", "detail": "2 is not of type 'object'"},
    ]


def test_an_answer_to_much_is_short(server: Serving) -> None:
    """However much is wrong, and however long it is."""
    errors = server.send("POST", "/v1/quote", json.dumps({"model": "x" * 10_000, "body": {}}).encode()).json["errors"]
    assert len(errors[0]["detail"]) <= 201
    many = "&".join(f"p{number}=1" for number in range(500))
    assert len(server.send("GET", f"/v1/models?{many}").json["errors"]) == 10


def test_another_content_type_is_refused(server: Serving) -> None:
    """Nothing but JSON comes in."""
    answer = server.send("POST", "/v1/quote", QUOTE, SIGNED | {"Content-Type": "text/plain"})
    assert (answer.status, answer.json["detail"]) == (400, "The content type is 'text/plain'; send application/json.")
    assert (
        server.send("POST", "/v1/quote", QUOTE, SIGNED | {"Content-Type": "application/json; charset=utf-8"}).status
        == 200
    )


def test_bodies_are_short_unless_the_contract_says_otherwise() -> None:
    """A quote, a job and pictures take what InvokeModel takes; prompts, their policy and grids what people write."""
    longer = {each.id: each.most_bytes for each in contract().operations if each.most_bytes != SHORT_BYTES}
    invocations = dict.fromkeys(("GetQuote", "CreateJob", "UploadAsset", "VerifyPicture"), 25_000_000)
    words = {"LintPrompt": 200_000, "BuildPrompt": 200_000, "PutPromptPolicy": 1_000_000, "CreateComparison": 1_000_000}
    assert longer == invocations | words


def test_a_body_that_is_too_long_is_refused(server: Serving) -> None:
    """By what it declares, before it is read."""
    connection = server.connect()
    connection.putrequest("POST", "/v1/quote")
    for name, value in (SIGNED | {"Content-Length": "25000001"}).items():
        connection.putheader(name, value)
    connection.endheaders()
    response = connection.getresponse()
    assert response.status == 400
    assert json.loads(response.read())["detail"] == "The body is longer than 25,000,000 bytes, the most there may be."
    connection.close()
