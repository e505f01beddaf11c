"""Guardrails on InvokeModel by header, over a real socket: what is blocked draws nothing, costs nothing and says so."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from outcrop.store.bookings import all_bookings
from outcrop.store.policies import UserPolicy, put_policy, remove_policy
from tests.conftest import CORE, client
from tests.serving import ACCOUNT, TESTER, Serving

NOVA, TITAN = "amazon.nova-canvas-v1:0", "amazon.titan-image-generator-v2:0"
SDXL = "stability.stable-diffusion-xl-v1"
BODIES: dict[str, Any] = {
    CORE: lambda text: {"prompt": text},
    SDXL: lambda text: {"text_prompts": [{"text": text}]},
    NOVA: lambda text: {"taskType": "TEXT_IMAGE", "textToImageParams": {"text": text}},
    TITAN: lambda text: {"taskType": "TEXT_IMAGE", "textToImageParams": {"text": text}},
}
WITHOUT_PICTURES: dict[str, dict[str, object]] = {
    CORE: {"finish_reasons": ["Filter reason: prompt"]},
    SDXL: {"result": "success", "artifacts": []},
    NOVA: {"images": []},
    TITAN: {"images": []},
}


@pytest.fixture(scope="module")
def guardrail(own: Serving) -> Iterator[str]:
    """One of a word and of addresses of mail, its version 1; its id."""
    control = client("bedrock", own)
    made = control.create_guardrail(
        name="headers",
        wordPolicyConfig={"wordsConfig": [{"text": "Acme"}]},
        sensitiveInformationPolicyConfig={"piiEntitiesConfig": [{"type": "EMAIL", "action": "ANONYMIZE"}]},
        blockedInputMessaging="Not here.",
        blockedOutputsMessaging="Not from here.",
    )
    control.create_guardrail_version(guardrailIdentifier=made["guardrailId"])
    yield made["guardrailId"]
    control.close()


def invoked(runtime: BaseClient, model: str, text: str, guardrail: str, **more: str) -> dict[str, Any]:
    """The body that is answered to a prompt under the guardrail's first version."""
    arguments = {"guardrailIdentifier": guardrail, "guardrailVersion": "1", **more}
    answer = runtime.invoke_model(modelId=model, body=json.dumps(BODIES[model](text)), **arguments)
    headers = answer["ResponseMetadata"]["HTTPHeaders"]
    assert int(headers["x-amzn-bedrock-invocation-latency"]) >= 0
    body = json.loads(answer["body"].read())
    assert isinstance(body, dict)
    return body


@pytest.mark.parametrize("model", BODIES)
def test_what_is_blocked_costs_nothing(own: Serving, runtime: BaseClient, guardrail: str, model: str) -> None:
    """Answered in its family's form without pictures, with the account's own words; nothing is set aside or drawn."""
    with own.directory.database.reading() as connection:
        before = len(all_bookings(connection))
    drawn = len(own.engine.errands)
    body = invoked(runtime, model, "an ACME rocket", guardrail)
    said = {"error": "Not here.", "amazon-bedrock-guardrailAction": "INTERVENED"}
    assert body == WITHOUT_PICTURES[model] | said
    with own.directory.database.reading() as connection:
        assert len(all_bookings(connection)) == before
    assert len(own.engine.errands) == drawn


@pytest.mark.parametrize("model", BODIES)
def test_what_may_pass_is_drawn(runtime: BaseClient, guardrail: str, model: str) -> None:
    """And the answer says that the guardrail did nothing; without one it says nothing of guardrails."""
    body = invoked(runtime, model, "an apple", guardrail)
    assert body.pop("amazon-bedrock-guardrailAction") == "NONE"
    plain = runtime.invoke_model(modelId=model, body=json.dumps(BODIES[model]("an apple")))
    assert set(json.loads(plain["body"].read())) == set(body)


def test_what_is_masked_is_drawn_without_it(own: Serving, runtime: BaseClient, guardrail: str) -> None:
    """The engine hears the mask; weights stay."""
    body = invoked(runtime, CORE, "(a letter:1.5) to bob@example.org", guardrail)
    assert body["amazon-bedrock-guardrailAction"] == "NONE"
    plans = [own.engine.under_way.get() for _ in range(own.engine.under_way.qsize())]
    assert plans[-1].prompt.written == "(a letter:1.5) to {EMAIL}"


@pytest.mark.parametrize(("trace", "topics"), [("ENABLED", False), ("ENABLED_FULL", False)])
def test_a_trace_says_what_was_found(runtime: BaseClient, guardrail: str, trace: str, topics: bool) -> None:  # noqa: FBT001
    """By the guardrail's id, with why; without one nothing is told."""
    body = invoked(runtime, CORE, "an ACME rocket", guardrail, trace=trace)
    told = body["amazon-bedrock-trace"]["guardrail"]
    assert told["actionReason"] == "Guardrail blocked."
    assert told["input"][guardrail]["wordPolicy"]["customWords"][0]["match"] == "ACME"
    assert ("topicPolicy" in told["input"][guardrail]) is topics
    assert "amazon-bedrock-trace" not in invoked(runtime, CORE, "an ACME rocket", guardrail, trace="DISABLED")


@pytest.mark.parametrize(
    "arguments",
    [
        {"guardrailIdentifier": "abc", "guardrailVersion": "1"},
        {"guardrailIdentifier": "{}", "guardrailVersion": "2"},
        {"guardrailIdentifier": "arn:aws:bedrock:us-west-2:999999999999:guardrail/{}", "guardrailVersion": "1"},
        {"guardrailIdentifier": "{}"},
        {"guardrailVersion": "1"},
        {"guardrailIdentifier": "{}", "guardrailVersion": "x"},
        {"guardrailIdentifier": "A B", "guardrailVersion": "1"},
    ],
)
def test_a_guardrail_that_is_not_there_is_refused(
    runtime: BaseClient, guardrail: str, arguments: dict[str, str]
) -> None:
    """A picture must not pass for guarded."""
    given = {name: value.format(guardrail) for name, value in arguments.items()}
    with pytest.raises(runtime.exceptions.ValidationException):
        runtime.invoke_model(modelId=CORE, body=json.dumps({"prompt": "an apple"}), **given)


def test_policies_can_ask_for_a_guardrail(own: Serving, runtime: BaseClient, guardrail: str) -> None:
    """By the condition key, with the version; and who may not apply it may not use it."""
    arn = f"arn:aws:bedrock:us-west-2:{ACCOUNT}:guardrail/{guardrail}"
    other = {"StringNotEquals": {"bedrock:GuardrailIdentifier": f"{arn}:1"}}
    for statement, passes in (
        ({"Effect": "Deny", "Action": "bedrock:InvokeModel", "Resource": "*", "Condition": other}, True),
        ({"Effect": "Deny", "Action": "bedrock:ApplyGuardrail", "Resource": arn}, False),
    ):
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        with own.directory.database.writing() as connection:
            put_policy(connection, UserPolicy(user_id=TESTER.id, name="guard", document=document, put_at=0))
        try:
            body = json.dumps({"prompt": "an apple"})
            if passes:
                assert invoked(runtime, CORE, "an apple", arn)["finish_reasons"] == [None]
                with pytest.raises(ClientError, match="explicit deny"):
                    runtime.invoke_model(modelId=CORE, body=body)
            else:
                with pytest.raises(ClientError, match="bedrock:ApplyGuardrail"):
                    invoked(runtime, CORE, "an apple", guardrail)
        finally:
            with own.directory.database.writing() as connection:
                remove_policy(connection, TESTER.id, "guard")
