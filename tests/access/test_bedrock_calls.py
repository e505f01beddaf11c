"""What each operation of Bedrock asks IAM for, held against the operations that botocore knows."""

import re
from pathlib import Path

import botocore.session
import pytest

from outcrop.access.arns import bedrock_arn, foundation_model_arn
from outcrop.access.bedrock_calls import Call, Circumstances, Principal, action_of, action_tables, questions
from outcrop.errors import NoSuchOperation

ALICE = Principal(account="123456789012", user_name="alice", user_id="AIDAEXAMPLE", tags={"Team": "red"})
NOW = Circumstances(at=1_795_413_600, source_ip="10.0.0.1", secure=True, user_agent="curl/8")
CORE = foundation_model_arn("us-west-2", "stability.stable-image-core-v1:1")
PROFILE = bedrock_arn("inference-profile", "us-west-2", "123456789012", "us.stability.stable-outpaint-v1:0")
GUARDRAIL = bedrock_arn("guardrail", "us-west-2", "123456789012", "abcdef123456")
SERVICES = ("bedrock", "bedrock-runtime")
PREVIEWS = Path(__file__).parents[2] / "examples" / "models"


def known_operations() -> set[str]:
    """Every operation of both services, and of the preview that AWS has put into no SDK."""
    session = botocore.session.get_session()
    session.get_component("data_loader").search_paths.append(str(PREVIEWS))
    return {name for service in SERVICES for name in session.get_service_model(service).operation_names}


def asked(call: Call, principal: Principal = ALICE) -> list[tuple[str, str]]:
    """Actions and resources that a call is held against."""
    return [(each.action, each.resource) for each in questions(call, principal, NOW)]


def test_every_operation_of_the_table_is_one() -> None:
    """By AWS's names, each in one table, each with an action of Bedrock."""
    tables = action_tables()
    assert set(tables.on_arns) & set(tables.on_nothing) == set()
    assert set(tables.on_arns) | set(tables.on_nothing) <= known_operations()
    assert all(
        re.fullmatch("bedrock:[A-Z][A-Za-z]+", action)
        for action in (*tables.on_arns.values(), *tables.on_nothing.values())
    )


@pytest.mark.parametrize(
    ("operation", "action"),
    [
        ("InvokeModel", "bedrock:InvokeModel"),
        ("InvokeModelWithResponseStream", "bedrock:InvokeModelWithResponseStream"),
        ("Converse", "bedrock:InvokeModel"),
        ("ConverseStream", "bedrock:InvokeModelWithResponseStream"),
        ("StartAsyncInvoke", "bedrock:InvokeModel"),
        ("ListFoundationModels", "bedrock:ListFoundationModels"),
    ],
)
def test_an_operation_has_its_action(operation: str, action: str) -> None:
    """Those whose action is not called like them among them."""
    assert action_of(operation) == action


def test_a_model_is_one_question() -> None:
    """The model's ARN, without an account."""
    assert asked(Call(operation="InvokeModel", region="us-west-2", arns=(CORE,))) == [
        ("bedrock:InvokeModel", "arn:aws:bedrock:us-west-2::foundation-model/stability.stable-image-core-v1:1")
    ]


def test_a_profile_is_a_question_and_each_of_its_models_another() -> None:
    """All with the profile as a condition key."""
    models = tuple(foundation_model_arn(region, "stability.x-v1:0") for region in ("us-east-1", "us-west-2"))
    call = Call(operation="InvokeModel", region="us-west-2", arns=(PROFILE, *models), profile=PROFILE)
    assert [resource for _, resource in asked(call)] == [PROFILE, *models]
    assert {each.context["bedrock:inferenceprofilearn"] for each in questions(call, ALICE, NOW)} == {(PROFILE,)}


def test_a_guardrail_is_a_question_of_its_own() -> None:
    """Without its version, which conditions see."""
    call = Call(operation="InvokeModel", region="us-west-2", arns=(CORE,), guardrail=f"{GUARDRAIL}:3")
    assert asked(call) == [("bedrock:InvokeModel", CORE), ("bedrock:ApplyGuardrail", GUARDRAIL)]
    assert questions(call, ALICE, NOW)[0].context["bedrock:guardrailidentifier"] == (f"{GUARDRAIL}:3",)
    applied = Call(operation="ApplyGuardrail", region="us-west-2", arns=(GUARDRAIL,), guardrail=GUARDRAIL)
    assert asked(applied) == [("bedrock:ApplyGuardrail", GUARDRAIL)]


def test_a_bearer_key_is_a_question_of_its_own() -> None:
    """Which comes first, with the kind of key as a condition key."""
    bearer = Principal(account="123456789012", user_name="alice", bearer="SHORT_TERM")
    call = Call(operation="ListFoundationModels", region="us-west-2")
    assert asked(call, bearer) == [("bedrock:CallWithBearerToken", "*"), ("bedrock:ListFoundationModels", "*")]
    assert questions(call, bearer, NOW)[0].context["bedrock:bearertokentype"] == ("SHORT_TERM",)


def test_condition_keys_have_the_request_s_values() -> None:
    """Every key with a value, by its name in small letters; those without one are not there."""
    call = Call(
        operation="InvokeModel", region="us-west-2", arns=(CORE,), service_tier="default", tags={"Cost": "1", "A": "b"}
    )
    assert questions(call, ALICE, NOW)[0].context == {
        "aws:username": ("alice",),
        "aws:userid": ("AIDAEXAMPLE",),
        "aws:principalarn": ("arn:aws:iam::123456789012:user/alice",),
        "aws:principalaccount": ("123456789012",),
        "aws:principaltype": ("User",),
        "aws:principaltag/team": ("red",),
        "aws:requestedregion": ("us-west-2",),
        "aws:currenttime": ("2026-11-23T06:00:00Z",),
        "aws:epochtime": ("1795413600",),
        "aws:securetransport": ("true",),
        "aws:sourceip": ("10.0.0.1",),
        "aws:useragent": ("curl/8",),
        "aws:requesttag/cost": ("1",),
        "aws:requesttag/a": ("b",),
        "aws:tagkeys": ("Cost", "A"),
        "bedrock:servicetier": ("default",),
    }


def test_a_call_about_nothing_is_not_asked() -> None:
    """Where an operation is about something, being asked about nothing would be allowed by everybody."""
    with pytest.raises(ValueError, match="must name what it is about"):
        questions(Call(operation="InvokeModel", region="us-west-2"), ALICE, NOW)


def test_an_unknown_operation_is_none() -> None:
    """And so is allowed to nobody."""
    with pytest.raises(NoSuchOperation, match="'DoAnything'"):
        questions(Call(operation="DoAnything", region="us-west-2"), ALICE, NOW)
