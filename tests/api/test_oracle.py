"""Botocore as the oracle: what every operation answers, well or badly asked, is what its service model says.

One program uses them all; a hook holds each answer against the shapes of botocore's own files.
"""

import json
import tomllib
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import botocore.session
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from botocore.model import OperationModel
from botocore.validate import ParamValidator

from outcrop.api import not_built
from outcrop.assets.buckets import S3Uri
from outcrop.catalog.load import Catalog
from tests.conftest import CORE, client
from tests.serving import ACCOUNT, serving

OUTPUT = {"s3OutputDataConfig": {"s3Uri": "s3://pictures/today/"}}
NOWHERE = "arn:aws:bedrock:us-west-2:123456789012:inference-profile/us.stability.no-such-v1:0"
NO_INVOCATION = "arn:aws:bedrock:us-west-2:123456789012:async-invoke/aaaaaaaaaaaa"
NO_BATCH = "arn:aws:bedrock:us-west-2:123456789012:model-invocation-job/aaaaaaaaaaaa"
NO_GUARDRAIL = "aaaaaaaaaaaa"
WORDS = {"prompt": "a red apple"}
RECORDS = b"".join(json.dumps({"modelInput": WORDS | {"seed": seed}}).encode() + b"\n" for seed in range(1, 101))
LOGGING = {"s3Config": {"bucketName": "logs-of-calls"}, "textDataDeliveryEnabled": True}
ALWAYS_REFUSED = {"InvokeModelWithResponseStream", "Converse", "ConverseStream", "CountTokens"}
"""Operations that no image model has."""
NEVER_REFUSED = {
    "ListInferenceProfiles",
    "ListAsyncInvokes",
    "ListGuardrails",
    "ListModelInvocationJobs",
    "ListFoundationModels",
    "GetModelInvocationLoggingConfiguration",
    "DeleteModelInvocationLoggingConfiguration",
}
"""Operations that take nothing which boto3 would let through and the service would not."""


@dataclass(slots=True)
class Oracle:
    """What was answered so far, each time held against the model."""

    answered: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    breaches: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def hear(self, http_response: Any, parsed: dict[str, Any], model: OperationModel, **_: object) -> None:  # noqa: ANN401
        """Botocore's hook after a call."""
        if http_response.status_code >= 300:
            self.refused.add(model.name)
            self.breaches[model.name] += _wrong_error(http_response.status_code, parsed, model)
            return
        self.answered.add(model.name)
        members = {name: value for name, value in parsed.items() if name != "ResponseMetadata"}
        if model.output_shape is not None:
            report = ParamValidator().validate(members, model.output_shape)
            # The live service answers INFERENCE_PROFILE, which is not in botocore's list, and longer names.
            self.breaches[model.name] += [str(report.generate_report())] if report.has_errors() else []
        if http_response.status_code != model.http.get("responseCode", 200):
            self.breaches[model.name].append(f"status {http_response.status_code}")
        if not parsed["ResponseMetadata"].get("RequestId"):
            self.breaches[model.name].append("no request id")


def _wrong_error(status: int, parsed: dict[str, Any], model: OperationModel) -> list[str]:
    code, message = parsed["Error"]["Code"], parsed["Error"]["Message"]
    statuses = {shape.name: shape.metadata["error"]["httpStatusCode"] for shape in model.error_shapes}
    if statuses.get(code) != status:
        return [f"{status} {code} is not among {statuses}"]
    return [] if message else [f"{code} says nothing"]


@pytest.fixture(scope="module")
def oracle(catalog: Catalog) -> Oracle:
    """What botocore thinks of every answer to the program below."""
    found = Oracle()
    with serving(catalog) as server:
        clients = [client(name, server) for name in ("bedrock", "bedrock-runtime")]
        for one in clients:
            one.meta.events.register("after-call.*.*", found.hear)
        _use_models(*clients)
        _use_profiles(clients[0])
        _use_documents(clients[0])
        _use_guardrails(*clients)
        _draw(clients[1])
        server.desk.shelves.buckets.put(ACCOUNT, S3Uri(bucket="work", key="in.jsonl"), RECORDS)
        _use_batches(clients[0])
        for one in clients:
            one.close()
    return found


def _refused(call: Callable[..., object], **params: object) -> None:
    with pytest.raises(ClientError):
        call(**params)


def _use_models(control: BaseClient, _: BaseClient) -> None:
    control.list_foundation_models(byOutputModality="IMAGE", byInferenceType="ON_DEMAND")
    control.get_foundation_model(modelIdentifier=CORE)
    _refused(control.get_foundation_model, modelIdentifier="stability.no-such-v1:0")
    control.get_foundation_model_availability(modelId=CORE)
    _refused(control.get_foundation_model_availability, modelId="stability.no-such-v1:0")
    offers = control.list_foundation_model_agreement_offers(modelId=CORE)["offers"]
    _refused(control.list_foundation_model_agreement_offers, modelId="stability.no-such-v1:0")
    control.create_foundation_model_agreement(modelId=CORE, offerToken=offers[0]["offerToken"])
    _refused(control.create_foundation_model_agreement, modelId=CORE, offerToken="another")
    control.delete_foundation_model_agreement(modelId=CORE)
    _refused(control.delete_foundation_model_agreement, modelId="stability.no-such-v1:0")


def _use_profiles(control: BaseClient) -> None:
    source = {"copyFrom": f"arn:aws:bedrock:us-west-2::foundation-model/{CORE}"}
    made = control.create_inference_profile(inferenceProfileName="mine", modelSource=source)["inferenceProfileArn"]
    _refused(control.create_inference_profile, inferenceProfileName="mine", modelSource=source)
    control.get_inference_profile(inferenceProfileIdentifier=made)
    _refused(control.get_inference_profile, inferenceProfileIdentifier=NOWHERE)
    control.list_inference_profiles(maxResults=3)
    control.tag_resource(resourceARN=made, tags=[{"key": "team", "value": "garden"}])
    control.list_tags_for_resource(resourceARN=made)
    control.untag_resource(resourceARN=made, tagKeys=["team"])
    elsewhere = made[:-1] + ("a" if made[-1] != "a" else "b")
    _refused(control.tag_resource, resourceARN=elsewhere, tags=[{"key": "team", "value": "garden"}])
    _refused(control.list_tags_for_resource, resourceARN=elsewhere)
    _refused(control.untag_resource, resourceARN=elsewhere, tagKeys=["team"])
    control.delete_inference_profile(inferenceProfileIdentifier=made)
    _refused(control.delete_inference_profile, inferenceProfileIdentifier=made)


def _use_documents(control: BaseClient) -> None:
    control.put_model_invocation_logging_configuration(loggingConfig=LOGGING)
    _refused(control.put_model_invocation_logging_configuration, loggingConfig={"s3Config": {"bucketName": "a" * 64}})
    control.get_model_invocation_logging_configuration()
    control.delete_model_invocation_logging_configuration()
    _refused(control.get_use_case_for_model_access)
    control.put_use_case_for_model_access(formData=b'{"companyName": "Outcrop"}')
    _refused(control.put_use_case_for_model_access, formData=b"short")
    control.get_use_case_for_model_access()


def _use_guardrails(control: BaseClient, runtime: BaseClient) -> None:
    asked = {
        "name": "shop",
        "blockedInputMessaging": "Not in this shop.",
        "blockedOutputsMessaging": "Not from this shop.",
        "wordPolicyConfig": {"wordsConfig": [{"text": "forbidden"}]},
    }
    made = control.create_guardrail(**asked)["guardrailId"]
    _refused(control.create_guardrail, **asked)
    control.update_guardrail(guardrailIdentifier=made, **asked)
    _refused(control.update_guardrail, guardrailIdentifier=NO_GUARDRAIL, **asked)
    version = control.create_guardrail_version(guardrailIdentifier=made)["version"]
    _refused(control.create_guardrail_version, guardrailIdentifier=NO_GUARDRAIL)
    control.get_guardrail(guardrailIdentifier=made, guardrailVersion=version)
    _refused(control.get_guardrail, guardrailIdentifier=NO_GUARDRAIL)
    control.list_guardrails(maxResults=3)
    said = {"source": "INPUT", "content": [{"text": {"text": "a forbidden apple"}}]}
    runtime.apply_guardrail(guardrailIdentifier=made, guardrailVersion=version, **said)
    _refused(runtime.apply_guardrail, guardrailIdentifier=NO_GUARDRAIL, guardrailVersion=version, **said)
    control.delete_guardrail(guardrailIdentifier=made)
    _refused(control.delete_guardrail, guardrailIdentifier=made)


def _draw(runtime: BaseClient) -> None:
    body = json.dumps(WORDS)
    runtime.invoke_model(modelId=CORE, body=body)
    _refused(runtime.invoke_model, modelId=CORE, body="{}")
    _refused(runtime.invoke_model_with_response_stream, modelId=CORE, body=body)
    messages = [{"role": "user", "content": [{"text": "a red apple"}]}]
    _refused(runtime.converse, modelId=CORE, messages=messages)
    _refused(runtime.converse_stream, modelId=CORE, messages=messages)
    _refused(runtime.count_tokens, modelId=CORE, input={"invokeModel": {"body": body.encode()}})
    arn = runtime.start_async_invoke(modelId=CORE, modelInput=WORDS, outputDataConfig=OUTPUT)["invocationArn"]
    _refused(runtime.start_async_invoke, modelId=CORE, modelInput={}, outputDataConfig=OUTPUT)
    runtime.get_async_invoke(invocationArn=arn)
    _refused(runtime.get_async_invoke, invocationArn=NO_INVOCATION)
    runtime.list_async_invokes(maxResults=3)


def _use_batches(control: BaseClient) -> None:
    asked = {
        "jobName": "batch",
        "roleArn": "arn:aws:iam::123456789012:role/batch",
        "modelId": CORE,
        "inputDataConfig": {"s3InputDataConfig": {"s3Uri": "s3://work/in.jsonl"}},
        "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://work/out/"}},
    }
    arn = control.create_model_invocation_job(**asked)["jobArn"]
    _refused(control.create_model_invocation_job, **asked | {"modelId": "stability.no-such-v1:0"})
    control.stop_model_invocation_job(jobIdentifier=arn)
    control.get_model_invocation_job(jobIdentifier=arn)
    _refused(control.get_model_invocation_job, jobIdentifier=NO_BATCH)
    _refused(control.stop_model_invocation_job, jobIdentifier=NO_BATCH)
    control.list_model_invocation_jobs(maxResults=3)


def test_every_answer_is_what_the_service_model_says(oracle: Oracle) -> None:
    """Members, types, limits and statuses of successes; codes and statuses of errors."""
    assert {name: found for name, found in oracle.breaches.items() if found} == {}


def test_every_operation_that_is_built_was_asked(oracle: Oracle) -> None:
    """A new one has to be used above, well and badly."""
    page = tomllib.loads(not_built.DATA.read_text(encoding="utf-8"))["missing"]
    missing = {name for part in page for name in part["operations"]}
    models = map(botocore.session.get_session().get_service_model, ("bedrock", "bedrock-runtime"))
    used = oracle.answered | oracle.refused
    assert used == {name for model in models for name in model.operation_names} - missing
    assert oracle.answered == used - ALWAYS_REFUSED
    assert oracle.refused == used - NEVER_REFUSED
