"""Tags of whatever an account makes, over a real socket with unmodified boto3, and policies that go by them."""

import json
from collections.abc import Callable
from functools import partial

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from outcrop.access.user_policies import put_user_policy
from outcrop.assets.buckets import S3Uri
from outcrop.store.policies import policies_of, remove_policy
from tests.conftest import CORE
from tests.serving import ACCOUNT, REGION, TESTER, Serving

MODEL = f"arn:aws:bedrock:{REGION}::foundation-model/{CORE}"
WORDS = {"prompt": "a red apple"}
OUTPUT = {"s3OutputDataConfig": {"s3Uri": "s3://work/out/"}}
TAGS = {"team": "a", "cost center": "4711"}
RECORD = json.dumps({"modelInput": WORDS}).encode()


def only(server: Serving, *statements: dict[str, object]) -> None:
    """Leave the user one policy."""
    text = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow"} | each for each in statements]})
    with server.directory.database.writing() as connection:
        for row in policies_of(connection, TESTER.id):
            remove_policy(connection, TESTER.id, row.name)
        put_user_policy(server.directory, connection, TESTER, "p", text)


def denied(call: Callable[..., object], **arguments: object) -> bool:
    """Whether a policy refuses a call; any other error is one of the test."""
    try:
        call(**arguments)
    except ClientError as error:
        if error.response["Error"]["Code"] != "AccessDeniedException":
            raise
        return True
    return False


@pytest.fixture(autouse=True)
def _everything(own: Serving) -> None:
    """Each test begins with all permissions."""
    only(own, {"Action": "bedrock:*", "Resource": "*"})


def make_profile(control: BaseClient, name: str, **more: object) -> str:
    """An inference profile; its ARN."""
    made = control.create_inference_profile(inferenceProfileName=name, modelSource={"copyFrom": MODEL}, **more)
    return str(made["inferenceProfileArn"])


def make_guardrail(control: BaseClient, name: str, **more: object) -> str:
    """A guardrail; its ARN."""
    messages = {f"blocked{way}Messaging": "No." for way in ("Input", "Outputs")}
    words = {"wordsConfig": [{"text": "forbidden"}]}
    return str(control.create_guardrail(name=name, wordPolicyConfig=words, **messages, **more)["guardrailArn"])


def test_everything_that_is_made_has_tags(own: Serving, control: BaseClient, runtime: BaseClient) -> None:
    """Given with it, read, added to and taken off in the same way; what was not made has none."""
    own.desk.shelves.buckets.put(ACCOUNT, S3Uri(bucket="work", key="in.jsonl"), RECORD)
    tags = [{"key": key, "value": value} for key, value in TAGS.items()]
    made = [
        make_profile(control, "Tagged", tags=tags),
        make_guardrail(control, "tagged", tags=tags),
        runtime.start_async_invoke(modelId=CORE, modelInput=WORDS, outputDataConfig=OUTPUT, tags=tags)["invocationArn"],
        control.create_model_invocation_job(
            jobName="tagged",
            roleArn=f"arn:aws:iam::{ACCOUNT}:role/batch",
            modelId=CORE,
            inputDataConfig={"s3InputDataConfig": {"s3Uri": "s3://work/in.jsonl"}},
            outputDataConfig=OUTPUT,
            tags=tags,
        )["jobArn"],
    ]

    def read(arn: str) -> dict[str, str]:
        return {tag["key"]: tag["value"] for tag in control.list_tags_for_resource(resourceARN=arn)["tags"]}

    for arn in made:
        assert read(arn) == TAGS
        control.tag_resource(resourceARN=arn, tags=[{"key": "team", "value": "b"}, {"key": "more", "value": ""}])
        control.untag_resource(resourceARN=arn, tagKeys=["cost center"])
        assert read(arn) == {"team": "b", "more": ""}
    for arn in (MODEL, made[0].rpartition("/")[0] + "/aaaaaaaaaaaa"):
        with pytest.raises(control.exceptions.ResourceNotFoundException):
            read(arn)


def test_a_policy_goes_by_the_tags_of_what_is_asked_about(
    own: Serving, control: BaseClient, runtime: BaseClient
) -> None:
    """`aws:ResourceTag`: what is tagged so may be used, looked at, tagged and deleted, and nothing else may."""
    ours, theirs = ([{"key": "team", "value": value}] for value in "ab")
    own_profile, other_profile = make_profile(control, "Ours", tags=ours), make_profile(control, "Theirs", tags=theirs)
    own_guard, other_guard = make_guardrail(control, "ours", tags=ours), make_guardrail(control, "theirs", tags=theirs)
    start = partial(runtime.start_async_invoke, modelId=CORE, modelInput=WORDS, outputDataConfig=OUTPUT)
    own_job, other_job = (start(tags=tags)["invocationArn"] for tags in (ours, theirs))
    only(
        own,
        {"Action": "bedrock:InvokeModel", "Resource": "arn:aws:bedrock:*::foundation-model/*"},
        {
            "Action": "bedrock:*",
            "Resource": f"arn:aws:bedrock:*:{ACCOUNT}:*",
            "Condition": {"StringEquals": {"aws:ResourceTag/team": "a"}},
        },
    )
    invoke = partial(runtime.invoke_model, body=json.dumps(WORDS))
    said = {"guardrailVersion": "DRAFT", "source": "INPUT", "content": [{"text": {"text": "an apple"}}]}
    for profile, guard, job, refused in (
        (own_profile, own_guard, own_job, False),
        (other_profile, other_guard, other_job, True),
    ):
        assert denied(invoke, modelId=profile) is refused
        assert denied(invoke, modelId=CORE, guardrailIdentifier=guard, guardrailVersion="DRAFT") is refused
        assert denied(runtime.apply_guardrail, guardrailIdentifier=guard, **said) is refused
        assert denied(runtime.get_async_invoke, invocationArn=job) is refused
        assert denied(control.get_inference_profile, inferenceProfileIdentifier=profile) is refused
        assert denied(control.get_guardrail, guardrailIdentifier=guard) is refused
        assert denied(control.list_tags_for_resource, resourceARN=guard) is refused
        assert denied(control.delete_guardrail, guardrailIdentifier=guard) is refused
        assert denied(control.delete_inference_profile, inferenceProfileIdentifier=profile) is refused
    assert not denied(invoke, modelId=CORE)


def test_a_policy_goes_by_the_keys_that_are_taken_off(own: Serving, control: BaseClient) -> None:
    """`aws:TagKeys` has them for UntagResource as it has those that TagResource puts on; `aws:RequestTag` has none."""
    arn = make_profile(control, "Keys", tags=[{"key": key, "value": "x"} for key in ("team", "note")])
    untag, tag = partial(control.untag_resource, resourceARN=arn), partial(control.tag_resource, resourceARN=arn)
    only(
        own,
        {
            "Action": ["bedrock:TagResource", "bedrock:UntagResource"],
            "Resource": "*",
            "Condition": {"ForAllValues:StringEquals": {"aws:TagKeys": ["note"]}, "Null": {"aws:TagKeys": "false"}},
        },
    )
    assert denied(untag, tagKeys=["team"])
    assert denied(untag, tagKeys=["note", "team"])
    assert not denied(untag, tagKeys=["note"])
    assert denied(tag, tags=[{"key": "team", "value": "y"}])
    assert not denied(tag, tags=[{"key": "note", "value": "y"}])
    condition = {"Null": {"aws:RequestTag/note": "false"}}
    only(own, {"Action": "bedrock:*", "Resource": "*", "Condition": condition})
    assert denied(untag, tagKeys=["note"])
