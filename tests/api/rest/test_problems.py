"""Errors of the REST: every domain error has its status, and none tells what it should not."""

import json

import pytest

from outcrop import errors
from outcrop.api.problems import UNEXPECTED
from outcrop.api.rest.problems import STATUSES, is_rest, rest_problem
from tests.serving import SIGNED, Serving

EVERY = [
    error
    for error in vars(errors).values()
    if isinstance(error, type) and issubclass(error, errors.OutcropError) and error is not errors.OutcropError
]


REFUSED = errors.Refused(status=400, code="ValidationException")


def test_every_error_has_its_status() -> None:
    """One line each, and no line for anything else."""
    assert set(EVERY) == set(STATUSES)


@pytest.mark.parametrize("error", EVERY, ids=lambda error: error.__name__)
def test_an_error_is_a_problem_of_rfc_9457(error: type[errors.OutcropError]) -> None:
    """With what is wrong, unless it is the server's own fault."""
    made = error("Some words.", *([REFUSED] if error is errors.RefusedElsewhere else []))
    answer = rest_problem(made, "an-id")
    content = json.loads(bytes(answer.body))
    assert answer.headers["content-type"] == "application/problem+json"
    assert (content["type"], content["instance"]) == ("about:blank", "urn:uuid:an-id")
    assert content["status"] == answer.status_code
    assert content["title"]
    own = answer.status_code == 500
    assert content["detail"] == (UNEXPECTED if own else "Some words.")
    assert content["code"] == ("Unexpected" if own else error.__name__)


def test_what_is_no_domain_error_tells_nothing() -> None:
    """Neither its words nor its name."""
    answer = rest_problem(KeyError("secret"), "an-id")
    assert answer.status_code == 500
    assert b"secret" not in bytes(answer.body)
    assert b"KeyError" not in bytes(answer.body)


PATHS = {
    **dict.fromkeys(["/v1", "/v1/models", "/v1/projects"], True),
    **dict.fromkeys(["/", "/v1x", "/v1/data_retention/storage/a", "/v1/projects/a/data_retention/storage/b"], False),
}


@pytest.mark.parametrize(("path", "answer"), PATHS.items())
def test_what_belongs_to_the_rest(path: str, *, answer: bool) -> None:
    """By its path alone, so that a request without a key is answered in the form of where it went; some are AWS's."""
    assert is_rest(path) is answer


def test_another_method_is_told_which_there_are(server: Serving) -> None:
    """405 with Allow where the path is one; 404 where it is none; Bedrock's own paths stay as they are."""
    answer = server.send("DELETE", "/v1/models", b"")
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")
    assert answer.json["detail"] == "There is no operation DELETE /v1/models here. Here one can GET, HEAD."
    assert server.send("GET", "/v1/nowhere").status == 404
    assert server.send("GET", "/v1").json["code"] == "NoSuchOperation"
    assert server.send("DELETE", "/foundation-models").code == "UnknownOperationException"


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "NoCredentials"),
        ({"Authorization": "Basic eA=="}, "BadCredentials"),
        ({"Authorization": "Bearer ABSKx"}, "UnknownKey"),
        ({"Authorization": SIGNED["Authorization"][:-1]}, "UnknownKey"),
    ],
)
def test_who_does_not_say_who_they_are(server: Serving, headers: dict[str, str], code: str) -> None:
    """401, with how to say it."""
    answer = server.send("GET", "/v1/models", headers=headers)
    assert (answer.status, answer.json["code"]) == (401, code)
    assert answer.headers["www-authenticate"] == "AWS4-HMAC-SHA256, Bearer"
