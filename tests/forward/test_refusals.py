"""Answers of Bedrock that are no success, and the errors that they are here."""

import json

import pytest

from outcrop.errors import ModelFailed, NotInTime, OutcropError, RefusedElsewhere, Throttled, Unavailable
from outcrop.forward.refusals import OF_CREDENTIALS, refusal

MAY_NOT = "is not authorized to perform: bedrock:InvokeModel on arn:aws:bedrock:us-west-2::foundation-model/a.model"


def body(message: str, **more: object) -> bytes:
    """An error's body."""
    return json.dumps({"message": message} | more).encode()


def kept(error: OutcropError) -> RefusedElsewhere:
    """An error that is in the other side's words."""
    assert isinstance(error, RefusedElsewhere)
    return error


@pytest.mark.parametrize("code", sorted(OF_CREDENTIALS))
@pytest.mark.parametrize("status", [400, 403])
def test_what_is_said_of_the_operator_s_credentials_stays_here(code: str, status: int) -> None:
    """A client would look for the mistake in its own."""
    error = refusal(status, {"x-amzn-errortype": code}, body("The security token included in the request is invalid."))
    assert isinstance(error, ModelFailed)
    assert "token" not in str(error)


@pytest.mark.parametrize(
    ("headers", "content"),
    [
        ({"x-amzn-errortype": "ThrottlingException:http://internal.amazon.com/coral/"}, {}),
        ({"x-amzn-errortype": "ThrottlingException"}, {}),
        ({}, {"__type": "com.amazon.bedrock#ThrottlingException"}),
        ({}, {"code": "ThrottlingException"}),
    ],
)
def test_a_code_is_read_wherever_botocore_reads_it(headers: dict[str, str], content: dict[str, str]) -> None:
    """In the header, with or without its suffix, or in the body."""
    error = kept(refusal(429, headers | {"retry-after": "7"}, body("Too many.", **content)))
    assert (error.refused.code, error.refused.status, error.refused.retry_after_s) == ("ThrottlingException", 429, 7)


def test_members_of_a_model_error_are_kept() -> None:
    """Its cause and its model; of another type they are not."""
    headers = {"x-amzn-errortype": "ModelErrorException"}
    error = kept(refusal(424, headers, body("No.", originalStatusCode=500, resourceName="a.model", other="x")))
    assert error.refused.members == {"originalStatusCode": 500, "resourceName": "a.model"}
    error = kept(refusal(424, headers, body("No.", originalStatusCode="500", resourceName=["a"])))
    assert error.refused.members == {}


@pytest.mark.parametrize(
    ("said", "read"),
    [
        (f"User: arn:aws:sts::999999999999:assumed-role/Gateway/i-0a1 {MAY_NOT}", f"User: (this server) {MAY_NOT}"),
        ("on arn:aws:bedrock:us-west-2:999999999999:inference-profile/us.a", None),
        ("You don't have access to the model with the specified model ID.", None),
    ],
)
def test_the_operator_is_named_to_nobody(said: str, read: str | None) -> None:
    """Neither its principal nor its account's number; every other word is kept."""
    error = refusal(403, {"x-amzn-errortype": "AccessDeniedException"}, body(said))
    assert str(error) == (read or said.replace("999999999999", "(account)"))


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, ModelFailed),
        (403, ModelFailed),
        (204, ModelFailed),
        (302, ModelFailed),
        (413, ModelFailed),
        (408, NotInTime),
        (504, NotInTime),
        (429, Throttled),
        (500, Unavailable),
        (502, Unavailable),
        (503, Unavailable),
        (529, Unavailable),
    ],
)
@pytest.mark.parametrize("content", [b"", b"<html>Bad gateway</html>", b"[]", b"[" * 100_000, b'{"message":5}'])
def test_what_stands_between_knows_no_code(status: int, kind: type[OutcropError], content: bytes) -> None:
    """A proxy's page is an error of Bedrock's protocol all the same."""
    assert type(refusal(status, {}, content)) is kind


@pytest.mark.parametrize("code", ["Two Words", "x" * 101, "A\r\nB", "é", "<script>"])
def test_a_code_that_is_none_goes_into_no_header(code: str) -> None:
    """Whatever answers there cannot write the client's headers."""
    assert type(refusal(400, {"x-amzn-errortype": code}, body("x"))) is ModelFailed
