"""The how-to on policies: its examples are read from the page and do what the page says of them."""

import json
import re
from pathlib import Path

from outcrop.access.arns import foundation_model_arn
from outcrop.access.authorization import authorize
from outcrop.access.bedrock_calls import Call, Circumstances, Principal
from outcrop.access.managed_policies import managed_policy, managed_policy_names
from outcrop.access.policy import Policy
from outcrop.access.policy_reading import read_policy
from outcrop.errors import Denied

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "least-privilege-policy.md").read_text(encoding="utf-8")
EXAMPLES = [
    read_policy(block, "example") for block in re.findall(r"^```json\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
]
FULL = managed_policy("BedrockFullAccess")
CORE, ULTRA, NOVA = (
    foundation_model_arn("us-west-2", name)
    for name in ("stability.stable-image-core-v1:1", "stability.stable-image-ultra-v1:1", "amazon.nova-canvas-v1:0")
)


def may(
    policies: list[Policy], operation: str, *arns: str, address: str = "10.1.2.3", principal: Principal | None = None
) -> bool:
    """Whether a user with these policies may do that."""
    principal = principal or Principal(account="123456789012", user_name="alice")
    try:
        authorize(
            policies,
            Call(operation=operation, region="us-west-2", arns=arns),
            principal,
            Circumstances(at=0, source_ip=address),
        )
    except Denied:
        return False
    return True


def test_one_action_on_one_model() -> None:
    """The first example: that, and nothing else; it is the policy that comes with the installation."""
    one, _, _ = EXAMPLES
    assert may([one], "InvokeModel", CORE)
    assert not may([one], "InvokeModel", ULTRA)
    assert not may([one], "InvokeModel", CORE.replace("us-west-2", "us-east-1"))
    assert not may([one], "InvokeModelWithResponseStream", CORE)
    assert not may([one], "ListFoundationModels")
    assert one.statements == managed_policy("BedrockOneImageModel").statements


def test_a_vendor_s_models_and_the_list() -> None:
    """The second example."""
    _, vendor, _ = EXAMPLES
    assert may([vendor], "InvokeModel", CORE)
    assert may([vendor], "InvokeModel", ULTRA)
    assert not may([vendor], "InvokeModel", NOVA)
    assert may([vendor], "ListFoundationModels")
    assert may([vendor], "GetFoundationModel", NOVA)
    assert not may([vendor], "ListFoundationModelAgreementOffers")


def test_from_where_and_by_what() -> None:
    """The third example: alone nothing, beside another what that allows from within and not by a key that lasts."""
    _, _, fence = EXAMPLES
    lasting, ending = (
        Principal(account="123456789012", user_name="alice", bearer="LONG_TERM"),
        Principal(account="123456789012", user_name="alice", bearer="SHORT_TERM"),
    )
    assert not may([fence], "InvokeModel", CORE)
    assert may([FULL, fence], "InvokeModel", CORE)
    assert not may([FULL, fence], "InvokeModel", CORE, address="203.0.113.1")
    assert not may([FULL, fence], "InvokeModel", CORE, principal=lasting)
    assert may([FULL, fence], "InvokeModel", CORE, principal=ending)


def test_the_page_names_what_comes_with_the_installation() -> None:
    """Each in its table, and no other."""
    assert set(re.findall(r"^\| `((?:Bedrock|Outcrop)\w+)` \|", PAGE, re.MULTILINE)) == set(managed_policy_names())


def test_every_example_is_json_that_aws_would_take_as_well() -> None:
    """Nothing in it that only this reader knows."""
    blocks = re.findall(r"^```json\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    assert [json.loads(block)["Version"] for block in blocks] == ["2012-10-17"] * len(EXAMPLES)
