"""Policies over a real socket: what boto3 hears when a user may not, and when they may again."""

import json

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from starlette.applications import Starlette

from outcrop.access.user_policies import FULL_ACCESS, put_managed_policy, put_user_policy
from outcrop.api import not_built
from outcrop.api.rest.contract import contract
from outcrop.store.accounts import User
from outcrop.store.policies import policies_of, remove_policy
from tests.conftest import CORE, ULTRA
from tests.serving import ACCOUNT, REGION, SIGNED, Serving

TESTER = User(id="AIDATEST", account_id=ACCOUNT, name="tester", created_at=0)
WHO = f"User: arn:aws:iam::{ACCOUNT}:user/tester is not authorized to perform: "
MODEL = f"arn:aws:bedrock:{REGION}::foundation-model/"
BECAUSE = "because no identity-based policy allows the"
SERVICE = "stability.stable-image-inpaint-v1:0"
BODY = json.dumps({"prompt": "a red apple"})


def only(server: Serving, *documents: dict[str, object] | list[dict[str, object]] | str) -> None:
    """Leave the user these policies: documents, or names of those that come with the installation."""
    with server.directory.database.writing() as connection:
        for row in policies_of(connection, TESTER.id):
            remove_policy(connection, TESTER.id, row.name)
        for index, document in enumerate(documents):
            if isinstance(document, str):
                put_managed_policy(server.directory, connection, TESTER, document)
            else:
                text = json.dumps({"Version": "2012-10-17", "Statement": document})
                put_user_policy(server.directory, connection, TESTER, f"p{index}", text)


def refusal(error: ClientError) -> tuple[int, str, str]:
    """Status, code and message."""
    response = error.response
    return response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"], response["Error"]["Message"]


def test_one_model_alone(own: Serving, runtime: BaseClient, control: BaseClient) -> None:
    """The policy of least privilege lets one model draw; all else is refused in AWS's words."""
    only(own, "BedrockOneImageModel")
    answer = json.loads(runtime.invoke_model(modelId=CORE, body=BODY)["body"].read())
    assert answer["finish_reasons"] == [None]
    with pytest.raises(ClientError) as caught:
        runtime.invoke_model(modelId=ULTRA, body=BODY)
    assert refusal(caught.value) == (
        403,
        "AccessDeniedException",
        f"{WHO}bedrock:InvokeModel on resource: {MODEL}{ULTRA} {BECAUSE} bedrock:InvokeModel action",
    )
    with pytest.raises(ClientError) as caught:
        control.list_foundation_models()
    assert refusal(caught.value)[2] == (
        f"{WHO}bedrock:ListFoundationModels "
        "because no identity-based policy allows the bedrock:ListFoundationModels action"
    )


def test_a_profile_needs_itself_and_the_model_in_all_its_regions(own: Serving, runtime: BaseClient) -> None:
    """What AWS asks of a policy for an image service; the model may be allowed through the profile alone."""
    model = "stability.stable-image-inpaint-v1:0"
    profile = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:inference-profile/us.{model}"
    everywhere = [
        f"arn:aws:bedrock:{region}::foundation-model/{model}" for region in ("us-east-1", "us-east-2", "us-west-2")
    ]
    invoke: dict[str, object] = {"Effect": "Allow", "Action": "bedrock:InvokeModel"}
    through: dict[str, object] = {"Condition": {"StringEquals": {"bedrock:InferenceProfileArn": profile}}}

    def answer() -> str:
        """What is said to a body that is none, once it is read."""
        with pytest.raises(ClientError) as caught:
            runtime.invoke_model(modelId=f"us.{model}", body=b"x")
        return refusal(caught.value)[1]

    only(own, [invoke | {"Resource": profile}, invoke | through | {"Resource": everywhere}])
    assert answer() == "ValidationException"
    for lacking in (
        [invoke | {"Resource": profile}],
        [invoke | {"Resource": everywhere}],
        [invoke | {"Resource": [profile, *everywhere[:2]]}],
    ):
        only(own, lacking)
        assert answer() == "AccessDeniedException"


def test_a_deny_and_its_condition(own: Serving, runtime: BaseClient) -> None:
    """An explicit deny by address; this machine's is another one."""
    deny = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    inside = {"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}}
    only(own, FULL_ACCESS, deny | {"Condition": inside})
    with pytest.raises(ClientError) as caught:
        runtime.invoke_model(modelId=CORE, body=BODY)
    assert refusal(caught.value)[2] == (
        f"{WHO}bedrock:InvokeModel on resource: {MODEL}{CORE} with an explicit deny in an identity-based policy"
    )
    only(own, FULL_ACCESS, deny | {"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}})
    assert runtime.invoke_model(modelId=CORE, body=BODY)["ResponseMetadata"]["HTTPStatusCode"] == 200


JOB = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:async-invoke/abcdef123456"
PATHS = [
    ("POST", f"/model/{CORE}/invoke", "bedrock:InvokeModel"),
    ("POST", f"/model/{CORE}/invoke-with-response-stream", "bedrock:InvokeModelWithResponseStream"),
    ("POST", f"/model/{CORE}/converse", "bedrock:InvokeModel"),
    ("POST", f"/model/{CORE}/converse-stream", "bedrock:InvokeModelWithResponseStream"),
    ("POST", f"/model/{CORE}/count-tokens", "bedrock:CountTokens"),
    ("GET", "/foundation-models", "bedrock:ListFoundationModels"),
    ("GET", f"/foundation-models/{CORE}", "bedrock:GetFoundationModel"),
    ("GET", f"/list-foundation-model-agreement-offers/{CORE}", "bedrock:ListFoundationModelAgreementOffers"),
    ("GET", f"/foundation-model-availability/{CORE}", "bedrock:GetFoundationModelAvailability"),
    ("POST", "/create-foundation-model-agreement", "bedrock:CreateFoundationModelAgreement"),
    ("POST", "/delete-foundation-model-agreement", "bedrock:DeleteFoundationModelAgreement"),
    ("POST", "/inference-profiles", "bedrock:CreateInferenceProfile"),
    ("GET", "/inference-profiles", "bedrock:ListInferenceProfiles"),
    ("GET", f"/inference-profiles/us.{SERVICE}", "bedrock:GetInferenceProfile"),
    ("DELETE", f"/inference-profiles/us.{SERVICE}", "bedrock:DeleteInferenceProfile"),
    ("POST", "/guardrails", "bedrock:CreateGuardrail"),
    ("GET", "/guardrails", "bedrock:ListGuardrails"),
    ("POST", "/guardrails/abc", "bedrock:CreateGuardrailVersion"),
    ("GET", "/guardrails/abc", "bedrock:GetGuardrail"),
    ("PUT", "/guardrails/abc", "bedrock:UpdateGuardrail"),
    ("DELETE", "/guardrails/abc", "bedrock:DeleteGuardrail"),
    ("POST", "/guardrail/abc/version/1/apply", "bedrock:ApplyGuardrail"),
    ("POST", "/detectGeneratedContent", "bedrock:DetectGeneratedContent"),
    ("POST", "/tagResource", "bedrock:TagResource"),
    ("POST", "/untagResource", "bedrock:UntagResource"),
    ("POST", "/listTagsForResource", "bedrock:ListTagsForResource"),
    ("PUT", "/logging/modelinvocations", "bedrock:PutModelInvocationLoggingConfiguration"),
    ("GET", "/logging/modelinvocations", "bedrock:GetModelInvocationLoggingConfiguration"),
    ("DELETE", "/logging/modelinvocations", "bedrock:DeleteModelInvocationLoggingConfiguration"),
    ("POST", "/use-case-for-model-access", "bedrock:PutUseCaseForModelAccess"),
    ("GET", "/use-case-for-model-access", "bedrock:GetUseCaseForModelAccess"),
    ("POST", "/async-invoke", "bedrock:InvokeModel"),
    ("GET", f"/async-invoke/{JOB.replace(':', '%3A').replace('/', '%2F')}", "bedrock:GetAsyncInvoke"),
    ("GET", "/async-invoke", "bedrock:ListAsyncInvokes"),
    ("POST", "/model-invocation-job", "bedrock:CreateModelInvocationJob"),
    ("GET", "/model-invocation-job/abcdef123456", "bedrock:GetModelInvocationJob"),
    ("GET", "/model-invocation-jobs", "bedrock:ListModelInvocationJobs"),
    ("POST", "/model-invocation-job/abcdef123456/stop", "bedrock:StopModelInvocationJob"),
]
TAGGED = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:application-inference-profile/abcdef123456"
BODIES = {
    "/model-invocation-job": {
        "jobName": "a",
        "roleArn": f"arn:aws:iam::{ACCOUNT}:role/a",
        "modelId": CORE,
        "inputDataConfig": {"s3InputDataConfig": {"s3Uri": "s3://pictures/in.jsonl"}},
        "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://pictures/"}},
    },
    "/async-invoke": {
        "modelId": CORE,
        "modelInput": {"prompt": "a fox"},
        "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://pictures"}},
    },
    "/detectGeneratedContent": {"foundationModelId": CORE, "content": {"imageContent": {"bytes": "none"}}},
    "/inference-profiles": {"inferenceProfileName": "a", "modelSource": {"copyFrom": MODEL + CORE}},
    "/tagResource": {"resourceARN": TAGGED, "tags": []},
    "/untagResource": {"resourceARN": TAGGED, "tagKeys": []},
    "/listTagsForResource": {"resourceARN": TAGGED},
}
"""Of those operations whose body says what they are about."""


@pytest.mark.parametrize(("method", "path", "action"), PATHS)
def test_every_operation_asks(own: Serving, method: str, path: str, action: str) -> None:
    """Without its action none is answered."""
    only(own, {"Effect": "Allow", "NotAction": action, "Resource": "*"})
    answer = own.send(method, path, json.dumps(BODIES.get(path, {})).encode() if method == "POST" else None)
    assert (answer.status, answer.code) == (403, "AccessDeniedException")
    assert f"not authorized to perform: {action}" in answer.json["message"]


def test_no_operation_is_without_its_line(own: Serving) -> None:
    """A new one belongs into the table above, unless it is refused to everybody, or is a link, which opens itself."""
    app = own.server.config.app
    assert isinstance(app, Starlette)
    asking = [route for route in app.routes if getattr(route, "name", "") != "GetLinkedAsset"]
    assert len(asking) == len(PATHS) + len([*not_built.routes()]) + len(contract().operations)


def test_a_bearer_key_is_asked_for_its_kind(own: Serving) -> None:
    """The long-term key of the tests may be kept out by its kind."""
    only(own, "BedrockLimitedAccess")
    answer = own.send("GET", "/foundation-models", headers=SIGNED)
    assert answer.status == 403
    assert "not authorized to perform: bedrock:CallWithBearerToken because" in answer.json["message"]
    only(own, FULL_ACCESS)
    assert own.send("GET", "/foundation-models", headers=SIGNED).status == 200
