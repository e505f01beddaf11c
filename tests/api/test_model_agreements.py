"""Access to models over a real socket: none at first, then asked for, used and given back, all through boto3."""

import json
from collections.abc import Iterator

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from outcrop.access.model_access import ALL, grant, revoke
from outcrop.catalog.load import Catalog
from tests.conftest import CORE, ULTRA
from tests.serving import ACCOUNT, Serving, serving

BODY = json.dumps({"prompt": "a red apple"})
NO_ACCESS = "You don't have access to the model with the specified model ID."


@pytest.fixture(scope="module")
def own(catalog: Catalog) -> Iterator[Serving]:
    """A server whose one account has been granted nothing."""
    with serving(catalog) as running:
        assert revoke(running.directory, ACCOUNT, ALL, ALL)
        yield running


def refused(call: object, **arguments: object) -> tuple[int, str, str]:
    """Status, code and message with which a call is refused."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)  # type: ignore[operator] # one of boto3's operations
    response = caught.value.response
    return response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"], response["Error"]["Message"]


def token(control: BaseClient, model: str) -> str:
    """The token of a model's one offer."""
    (offer,) = control.list_foundation_model_agreement_offers(modelId=model)["offers"]
    return str(offer["offerToken"])


def test_a_model_is_off_until_it_is_asked_for(runtime: BaseClient, control: BaseClient) -> None:
    """Refused in AWS's words, agreed to, drawn with; and off again when the agreement is given back."""
    assert refused(runtime.invoke_model, modelId=CORE, body=BODY) == (403, "AccessDeniedException", NO_ACCESS)
    before = control.get_foundation_model_availability(modelId=CORE)
    assert before["agreementAvailability"] == {"status": "NOT_AVAILABLE"}
    assert before["entitlementAvailability"] == "NOT_AVAILABLE"

    made = control.create_foundation_model_agreement(modelId=CORE, offerToken=token(control, CORE))
    assert (made["modelId"], made["ResponseMetadata"]["HTTPStatusCode"]) == (CORE, 202)
    assert control.get_foundation_model_availability(modelId=CORE)["agreementAvailability"] == {"status": "AVAILABLE"}
    assert runtime.invoke_model(modelId=CORE, body=BODY)["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert refused(runtime.invoke_model, modelId=ULTRA, body=BODY)[2] == NO_ACCESS

    control.delete_foundation_model_agreement(modelId=CORE)
    assert refused(runtime.invoke_model, modelId=CORE, body=BODY)[2] == NO_ACCESS


def test_no_access_is_said_before_anything_of_the_body(runtime: BaseClient) -> None:
    """And of every operation on the model; an unknown model is unknown first."""
    assert refused(runtime.invoke_model, modelId=CORE, body="no JSON")[2] == NO_ACCESS
    assert refused(runtime.converse, modelId=CORE, messages=[])[2] == NO_ACCESS
    assert refused(runtime.invoke_model, modelId="a.model", body=BODY)[1] == "ValidationException"


def test_what_cannot_be_agreed_is_refused(control: BaseClient) -> None:
    """Another's token, twice the same, a model that there is not."""
    create = control.create_foundation_model_agreement
    assert refused(create, modelId=ULTRA, offerToken=token(control, CORE))[:2] == (400, "ValidationException")
    create(modelId=ULTRA, offerToken=token(control, ULTRA))
    assert refused(create, modelId=ULTRA, offerToken=token(control, ULTRA))[:2] == (400, "ConflictException")
    control.delete_foundation_model_agreement(modelId=ULTRA)
    unknown = (404, "ResourceNotFoundException")
    assert refused(control.delete_foundation_model_agreement, modelId=ULTRA)[:2] == unknown
    assert refused(create, modelId="a.model", offerToken="x")[:2] == unknown
    assert refused(control.get_foundation_model_availability, modelId="a.model")[:2] == unknown
    assert refused(create, modelId="a" * 141, offerToken="x")[:2] == (400, "ValidationException")


def test_a_grant_of_everything_is_not_taken_back_by_halves(own: Serving, control: BaseClient) -> None:
    """The answer says where it can be."""
    grant(own.directory, ACCOUNT, ALL, ALL)
    status, code, message = refused(control.delete_foundation_model_agreement, modelId=CORE)
    assert (status, code) == (400, "ValidationException")
    assert "`outcrop access revoke all`" in message
    revoke(own.directory, ACCOUNT, ALL, ALL)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"modelId": 1, "offerToken": "x"}', b'{"offerToken": "x"}'])
def test_a_body_that_is_none_is_refused(own: Serving, body: bytes) -> None:
    """With the member that is missing, where one is."""
    answer = own.send("POST", "/create-foundation-model-agreement", body)
    assert (answer.status, answer.code) == (400, "ValidationException")
