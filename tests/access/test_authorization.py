"""A whole call against whole policies, and the sentences of AWS for those that may not."""

import pytest

from outcrop.access.arns import foundation_model_arn
from outcrop.access.authorization import authorize
from outcrop.access.bedrock_calls import Call, Circumstances, Principal
from outcrop.access.policy import Policy
from outcrop.access.policy_reading import read_policy
from outcrop.errors import Denied

ALICE = Principal(account="123456789012", user_name="alice")
NOW = Circumstances(at=0)
CORE = foundation_model_arn("us-west-2", "stability.stable-image-core-v1:1")
INVOKE = Call(operation="InvokeModel", region="us-west-2", arns=(CORE,))
USER = "User: arn:aws:iam::123456789012:user/alice is not authorized to perform: "


def one(effect: str, action: str, resource: str = "*") -> Policy:
    """A policy of one statement."""
    return read_policy(
        f'{{"Statement": {{"Effect": "{effect}", "Action": "{action}", "Resource": "{resource}"}}}}', effect
    )


def refusal_of(policies: list[Policy], call: Call) -> str:
    """What a caller hears."""
    with pytest.raises(Denied) as caught:
        authorize(policies, call, ALICE, NOW)
    return str(caught.value)


def test_what_is_allowed_goes_ahead() -> None:
    """With the decision on each question."""
    (decision,) = authorize([one("Allow", "bedrock:InvokeModel", CORE)], INVOKE, ALICE, NOW)
    assert (decision.policy, decision.statement) == ("Allow", 0)


def test_without_an_allow_the_sentence_is_aws_s() -> None:
    """Word for word as the live service was seen to say it."""
    assert refusal_of([], INVOKE) == (
        f"{USER}bedrock:InvokeModel on resource: {CORE} "
        "because no identity-based policy allows the bedrock:InvokeModel action"
    )


def test_a_deny_is_named_as_one() -> None:
    """Likewise."""
    assert refusal_of([one("Allow", "*"), one("Deny", "bedrock:Invoke*")], INVOKE) == (
        f"{USER}bedrock:InvokeModel on resource: {CORE} with an explicit deny in an identity-based policy"
    )


def test_an_action_without_a_resource_is_refused_without_one() -> None:
    """Likewise."""
    assert refusal_of([one("Allow", "bedrock:Get*")], Call(operation="ListFoundationModels", region="us-west-2")) == (
        f"{USER}bedrock:ListFoundationModels "
        "because no identity-based policy allows the bedrock:ListFoundationModels action"
    )


def test_one_no_among_several_is_no() -> None:
    """A profile whose models may be used only in part may not be used."""
    east, west = (foundation_model_arn(region, "stability.x-v1:0") for region in ("us-east-1", "us-west-2"))
    profile = "arn:aws:bedrock:us-west-2:123456789012:inference-profile/us.stability.x-v1:0"
    call = Call(operation="InvokeModel", region="us-west-2", arns=(profile, east, west), profile=profile)
    policies = [one("Allow", "bedrock:InvokeModel", resource) for resource in (profile, east)]
    assert f"on resource: {west} because" in refusal_of(policies, call)
    assert len(authorize([*policies, one("Allow", "bedrock:InvokeModel", west)], call, ALICE, NOW)) == 3
