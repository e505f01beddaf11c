"""The policies that come with the installation: each can be read and does what its name says."""

import pytest

from outcrop.access.arns import bedrock_arn, foundation_model_arn
from outcrop.access.authorization import authorize
from outcrop.access.bedrock_calls import Call, Circumstances, Principal, action_tables
from outcrop.access.managed_policies import managed_policy, managed_policy_names
from outcrop.errors import Denied, NoSuchResource

ALICE = Principal(account="123456789012", user_name="alice")
NOW = Circumstances(at=0)
CORE = foundation_model_arn("us-west-2", "stability.stable-image-core-v1:1")
ULTRA = foundation_model_arn("us-west-2", "stability.stable-image-ultra-v1:1")
GUARDRAIL = bedrock_arn("guardrail", "us-west-2", "123456789012", "abcdef123456")
OPERATIONS = {**action_tables().on_arns, **action_tables().on_nothing}
ABOUT = {"ApplyGuardrail": GUARDRAIL, "CreateGuardrailVersion": GUARDRAIL, "DeleteGuardrail": GUARDRAIL}


def allowed(name: str, operation: str, *, arn: str = CORE, principal: Principal = ALICE) -> bool:
    """Whether a managed policy alone allows a call."""
    call = Call(operation=operation, region="us-west-2", arns=(ABOUT.get(operation, arn),))
    try:
        authorize([managed_policy(name)], call, principal, NOW)
    except Denied:
        return False
    return True


def test_full_access_is_full() -> None:
    """Every operation that there is."""
    assert all(allowed("BedrockFullAccess", operation) for operation in OPERATIONS)


def test_read_only_only_reads() -> None:
    """What is called Get and List, and nothing else."""
    may = {operation for operation in OPERATIONS if allowed("BedrockReadOnly", operation)}
    assert may == {operation for operation in OPERATIONS if operation.startswith(("Get", "List"))}


def test_limited_access_runs_and_looks() -> None:
    """It changes no setting, guardrail, profile or agreement."""
    may = {operation for operation in OPERATIONS if allowed("BedrockLimitedAccess", operation)}
    runs = {"InvokeModel", "InvokeModelWithResponseStream", "Converse", "ConverseStream", "CountTokens"}
    jobs = {"StartAsyncInvoke", "CreateModelInvocationJob", "StopModelInvocationJob"}
    looks = {operation for operation in OPERATIONS if operation.startswith(("Get", "List"))}
    assert may == runs | jobs | looks | {"ApplyGuardrail"}


def test_limited_access_takes_short_term_keys_alone() -> None:
    """A bearer key that lasts for ever is for those who may do everything."""
    for kind, may in (("SHORT_TERM", True), ("LONG_TERM", False)):
        bearer = Principal(account="123456789012", user_name="alice", bearer=kind)  # type: ignore[arg-type]  # one of two
        assert allowed("BedrockLimitedAccess", "InvokeModel", principal=bearer) is may


def test_the_least_privilege_is_least() -> None:
    """One action on one model."""
    may = {operation for operation in OPERATIONS if allowed("BedrockOneImageModel", operation)}
    assert may == {operation for operation, action in OPERATIONS.items() if action == "bedrock:InvokeModel"}
    assert not allowed("BedrockOneImageModel", "InvokeModel", arn=ULTRA)


def test_an_unknown_name_lists_those_there_are() -> None:
    """So that nobody has to look for them."""
    with pytest.raises(NoSuchResource, match=", ".join(managed_policy_names())):
        managed_policy("AdministratorAccess")
