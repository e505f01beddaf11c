"""Every domain error has its place in Bedrock's protocol, and botocore agrees on the statuses."""

import json

import botocore.session
import pytest

from outcrop import errors
from outcrop.api.problems import BEDROCK, UNEXPECTED, problem

ALL_ERRORS = sorted(errors.OutcropError.__subclasses__(), key=lambda error: error.__name__)

UNMODELLED = {
    "ExpiredTokenException",
    "IncompleteSignature",
    "InvalidSignatureException",
    "MissingAuthenticationTokenException",
    "UnknownOperationException",
    "UnrecognizedClientException",
}
"""Codes that come before any operation is known, and therefore stand in no service model."""


def modelled_statuses() -> dict[str, int]:
    """Every exception of both services with the status that botocore has for it."""
    session = botocore.session.get_session()
    found = {}
    for service in ("bedrock", "bedrock-runtime"):
        model = session.get_service_model(service)
        for shape in model.error_shapes:
            found[shape.name] = int(shape.metadata["error"]["httpStatusCode"])
    return found


@pytest.mark.parametrize("error", ALL_ERRORS, ids=lambda error: error.__name__)
def test_every_domain_error_has_an_answer(error: type[errors.OutcropError]) -> None:
    """None falls through to the answer for defects by being forgotten."""
    assert error in BEDROCK


@pytest.mark.parametrize("error", BEDROCK, ids=lambda error: error.__name__)
def test_statuses_are_botocores(error: type[Exception]) -> None:
    """A code of the service model goes with the service model's status."""
    status, code = BEDROCK[error]
    assert code in UNMODELLED or modelled_statuses()[code] == status


def test_an_answer_has_the_form_of_the_service() -> None:
    """Lower-case message, JSON, and the header whose first part is the code."""
    response = problem(errors.InvalidRequest("Too much."), "")
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/json"
    assert response.headers["x-amzn-errortype"] == (
        "ValidationException:http://internal.amazon.com/coral/com.amazon.bedrock/"
    )
    assert json.loads(bytes(response.body)) == {"message": "Too much."}


def test_a_model_error_names_its_cause_and_its_model() -> None:
    """The two members that only this exception has."""
    content = json.loads(bytes(problem(errors.Unsupported("Not yet."), "a.model").body))
    assert content == {"message": "Not yet.", "originalStatusCode": 501, "resourceName": "a.model"}
    assert "resourceName" not in json.loads(bytes(problem(errors.ModelFailed("No."), "").body))


@pytest.mark.parametrize(("seconds", "header"), [(0.2, "1"), (1, "1"), (1.5, "2"), (60, "60")])
def test_who_is_throttled_hears_when_to_come_again(seconds: float, header: str) -> None:
    """In whole seconds, rounded up, at least one; nobody else does."""
    assert problem(errors.Throttled("No.", retry_after_s=seconds), "").headers["retry-after"] == header
    assert "retry-after" not in problem(errors.Denied("No."), "").headers


@pytest.mark.parametrize("error", [ValueError("a secret"), errors.BadSettings("/a/path")])
def test_what_is_the_servers_fault_stays_in_its_log(error: Exception) -> None:
    """A client learns that it may try again, and nothing else."""
    response = problem(error, "a.model")
    assert response.status_code == 500
    assert json.loads(bytes(response.body)) == {"message": UNEXPECTED}


def test_only_what_may_soon_work_is_retried() -> None:
    """boto3 repeats 429 and every 5xx: a request that can never work must not be among them."""
    repeated = {error for error, (status, _) in BEDROCK.items() if status == 429 or status >= 500}
    internal = {errors.BadSettings, errors.ImpossibleBooking}
    passing = {errors.Throttled, errors.Loading, errors.Overdue, errors.Unavailable, errors.StorageFailed}
    assert repeated == passing | internal
