"""Which statement decides: explicit deny, allow, neither; over one policy and over several; and what always holds."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outcrop.access.policy import ActionName, Policy, Question, Verdict, decide
from outcrop.access.policy_reading import read_policy

CORE = "arn:aws:bedrock:us-west-2::foundation-model/stability.stable-image-core-v1:1"
ULTRA = "arn:aws:bedrock:us-west-2::foundation-model/stability.stable-image-ultra-v1:1"
GUARDRAIL = "arn:aws:bedrock:us-west-2:123456789012:guardrail/abcdef123456"
INVOKE = "bedrock:InvokeModel"

YES, DENIED, NO = Verdict.ALLOWED, Verdict.DENIED, Verdict.NOT_ALLOWED


def rule(effect: str = "Allow", **elements: object) -> dict[str, Any]:
    """A statement; every action on everything unless said otherwise."""
    found: dict[str, Any] = {"Effect": effect, **elements}
    for key in ("Action", "Resource"):
        if key not in found and f"Not{key}" not in found:
            found[key] = "*"
    return found


def policy(*statements: Mapping[str, object], name: str = "test") -> Policy:
    """A policy of these statements."""
    return read_policy(json.dumps({"Version": "2012-10-17", "Statement": list(statements)}), name)


def question(action: str = INVOKE, resource: str = CORE, **keys: str) -> Question:
    """May this be done, with these condition keys, written with `_` for `:`."""
    context = {key.replace("_", ":", 1).lower(): (value,) for key, value in keys.items()}
    return Question(action=ActionName(action), resource=resource, context=context)


CASES: list[tuple[list[dict[str, Any]], Question, Verdict, str]] = [
    ([rule("Deny", Action="s3:*")], question(), NO, "nothing allows it"),
    ([rule()], question(), YES, "everything is allowed"),
    ([rule("Deny")], question(), DENIED, "everything is denied"),
    ([rule(), rule("Deny")], question(), DENIED, "a deny counts before an allow"),
    ([rule("Deny"), rule()], question(), DENIED, "in any order"),
    ([rule(Action=INVOKE)], question(), YES, "the action by its name"),
    ([rule(Action="BEDROCK:invokemodel")], question(), YES, "without regard to case"),
    ([rule(Action=INVOKE)], question("Bedrock:INVOKEmodel"), YES, "on either side"),
    ([rule(Action="bedrock:Invoke*")], question("bedrock:InvokeModelWithResponseStream"), YES, "a wildcard"),
    ([rule(Action=INVOKE)], question("bedrock:InvokeModelWithResponseStream"), NO, "not by its beginning"),
    ([rule(Action="bedrock:Invoke?odel")], question(), YES, "one character"),
    ([rule(Action="*")], question("s3:GetObject"), YES, "every service"),
    ([rule(Action="bedrock:*")], question("bedrock-agent:ListAgents"), NO, "one service"),
    ([rule(Action=["bedrock:Get*", INVOKE])], question(), YES, "one of several"),
    ([rule(NotAction="bedrock:Delete*")], question(), YES, "all actions but some"),
    ([rule(NotAction="bedrock:Delete*")], question("bedrock:DeleteGuardrail"), NO, "one of those"),
    ([rule(NotAction=["iam:*", INVOKE])], question(), NO, "none of several"),
    ([rule("Deny", NotAction=INVOKE), rule()], question(), YES, "a deny of all but one leaves that one"),
    ([rule("Deny", NotAction=INVOKE), rule()], question("bedrock:GetGuardrail"), DENIED, "and denies the others"),
    ([rule(Resource=CORE)], question(), YES, "the model by its ARN"),
    ([rule(Resource=CORE)], question(resource=ULTRA), NO, "another model"),
    ([rule(Resource=CORE.upper().replace("ARN:AWS:BEDROCK", "arn:aws:bedrock"))], question(), NO, "case counts"),
    ([rule(Resource=[ULTRA, CORE])], question(), YES, "one of several"),
    ([rule(Resource="arn:aws:bedrock:*::foundation-model/stability.*")], question(), YES, "a vendor's, anywhere"),
    ([rule(Resource="arn:aws:bedrock:us-east-1::foundation-model/*")], question(), NO, "another region"),
    ([rule(NotResource=ULTRA)], question(), YES, "all but one"),
    ([rule(NotResource=ULTRA)], question(resource=ULTRA), NO, "that one"),
    ([rule(), rule("Deny", NotResource=CORE)], question(resource=ULTRA), DENIED, "a deny of all but one"),
    ([rule()], question("bedrock:ListGuardrails", "*"), YES, "no resource fits a star"),
    ([rule(Resource=CORE)], question("bedrock:ListGuardrails", "*"), NO, "and no ARN"),
    ([rule(Resource="arn:aws:bedrock:*")], question("bedrock:ListGuardrails", "*"), NO, "however wide"),
    ([rule(NotResource=CORE)], question("bedrock:ListGuardrails", "*"), YES, "but it is not that one either"),
    ([rule(Action=INVOKE, Resource=ULTRA), rule(Action="s3:*")], question(), NO, "each statement for itself"),
    (
        [rule(Resource="arn:aws:s3:::b/${aws:username}/*")],
        question("s3:GetObject", "arn:aws:s3:::b/al/x", aws_username="al"),
        YES,
        "a variable of the request",
    ),
    (
        [rule(Resource="arn:aws:s3:::b/${aws:username}/*")],
        question("s3:GetObject", "arn:aws:s3:::b/bo/x", aws_username="*"),
        NO,
        "whose value is no wildcard",
    ),
    ([rule(Resource="arn:aws:s3:::${aws:username}")], question("s3:X", "arn:aws:s3:::a"), NO, "or is missing"),
    (
        [rule(Condition={"StringEquals": {"aws:RequestedRegion": "us-west-2"}})],
        question(aws_RequestedRegion="us-west-2"),
        YES,
        "a condition that is met",
    ),
    (
        [rule(Condition={"StringEquals": {"aws:RequestedRegion": "us-west-2"}})],
        question(aws_RequestedRegion="eu-west-1"),
        NO,
        "one that is not",
    ),
    (
        [rule(), rule("Deny", Condition={"Null": {"bedrock:GuardrailIdentifier": "true"}})],
        question(),
        DENIED,
        "a guardrail is demanded",
    ),
    (
        [rule(), rule("Deny", Condition={"Null": {"bedrock:GuardrailIdentifier": "true"}})],
        question(bedrock_GuardrailIdentifier=GUARDRAIL),
        YES,
        "and given",
    ),
    (
        [rule(), rule("Deny", Condition={"ArnNotLike": {"bedrock:GuardrailIdentifier": f"{GUARDRAIL}*"}})],
        question(),
        DENIED,
        "a negated operator denies where the key is missing",
    ),
    (
        [rule(), rule("Deny", Condition={"ArnNotLikeIfExists": {"bedrock:GuardrailIdentifier": f"{GUARDRAIL}*"}})],
        question(),
        DENIED,
        "and IfExists does not change that: missing is then met",
    ),
    (
        [rule(), rule("Deny", Condition={"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}})],
        question(aws_SourceIp="10.1.1.1"),
        YES,
        "from within",
    ),
    (
        [rule(), rule("Deny", Condition={"Bool": {"aws:SecureTransport": "false"}})],
        question(aws_SecureTransport="false"),
        DENIED,
        "without TLS",
    ),
]


@pytest.mark.parametrize(("statements", "asked", "verdict", "reason"), CASES, ids=range(len(CASES)))
def test_policies_decide(statements: list[dict[str, Any]], asked: Question, verdict: Verdict, reason: str) -> None:
    """Each line of the table, for the reason that stands in it: as one policy, and as one policy a statement."""
    assert decide([policy(*statements)], asked).verdict is verdict, reason
    assert decide([policy(each) for each in statements], asked).verdict is verdict, reason


def test_no_policy_allows_nothing() -> None:
    """Whoever has none may do nothing."""
    assert decide([], question()).verdict is NO


def test_the_answer_says_which_statement_decided() -> None:
    """By policy, place and Sid; the first of several."""
    allow = policy(rule(Action="s3:*"), rule(Sid="Pictures"), name="allow")
    deny = policy(rule("Deny", Action=INVOKE), rule("Deny"), name="deny")
    decision = decide([allow], question())
    assert (decision.policy, decision.statement, decision.sid) == ("allow", 1, "Pictures")
    assert str(decision) == "allowed: allow, Statement[1] (Pictures)"
    assert str(decide([allow, deny], question())) == "denied by a statement: deny, Statement[0]"
    assert str(decide([], question())) == "allowed by no statement"


ACTIONS = st.sampled_from(["*", "bedrock:*", INVOKE, "bedrock:Get*", "s3:GetObject"])
ARNS = st.sampled_from(["*", CORE, ULTRA, "arn:aws:bedrock:*", "arn:aws:bedrock:*::foundation-model/*core*"])
CONDITIONS = st.dictionaries(
    st.sampled_from(["StringEquals", "StringNotEquals", "StringLikeIfExists", "ForAllValues:StringEquals"]),
    st.dictionaries(st.sampled_from(["aws:username", "t:k"]), st.sampled_from(["a", "b", "${aws:username}"])),
    max_size=2,
)
STATEMENTS = st.builds(
    lambda effect, not_action, action, not_resource, arn, condition: {
        "Effect": effect,
        "NotAction" if not_action else "Action": action,
        "NotResource" if not_resource else "Resource": arn,
        "Condition": condition,
    },
    st.sampled_from(["Allow", "Deny"]),
    st.booleans(),
    ACTIONS,
    st.booleans(),
    ARNS,
    CONDITIONS,
)
LISTS = st.lists(STATEMENTS, min_size=1, max_size=4)
QUESTIONS = st.builds(
    lambda action, resource, context: Question(action=ActionName(action), resource=resource, context=context),
    st.sampled_from([INVOKE, "bedrock:GetGuardrail", "s3:GetObject"]),
    st.sampled_from([CORE, ULTRA, GUARDRAIL, "*"]),
    st.dictionaries(st.sampled_from(["aws:username", "t:k"]), st.sampled_from([("a",), ("b",), ("a", "b"), ()])),
)


def naive(statements: Sequence[Policy], asked: Question) -> Verdict:
    """The rule in two lines: what each statement says alone, then deny before allow before neither."""
    alone = {decide([statement], asked).verdict for statement in statements}
    return DENIED if DENIED in alone else YES if YES in alone else NO


@given(LISTS, QUESTIONS)
@settings(max_examples=60)
def test_deny_before_allow_before_neither(statements: list[dict[str, Any]], asked: Question) -> None:
    """For any policies, whatever the statements say alone."""
    each = [policy(statement) for statement in statements]
    assert decide([policy(*statements)], asked).verdict is naive(each, asked)


@given(LISTS, STATEMENTS, QUESTIONS)
@settings(max_examples=60)
def test_a_deny_never_allows_more(statements: list[dict[str, Any]], more: dict[str, Any], asked: Question) -> None:
    """Whatever is allowed with a further deny was allowed without it."""
    with_more = decide([policy(*statements, {**more, "Effect": "Deny"})], asked)
    assert not with_more.allowed or decide([policy(*statements)], asked).allowed


@given(LISTS, STATEMENTS, QUESTIONS)
@settings(max_examples=60)
def test_an_allow_never_denies_more(statements: list[dict[str, Any]], more: dict[str, Any], asked: Question) -> None:
    """Whatever was allowed without a further allow still is."""
    without = decide([policy(*statements)], asked)
    assert not without.allowed or decide([policy(*statements, {**more, "Effect": "Allow"})], asked).allowed


@given(st.permutations(range(4)), st.lists(STATEMENTS, min_size=4, max_size=4), QUESTIONS)
@settings(max_examples=60)
def test_order_does_not_matter(order: list[int], statements: list[dict[str, Any]], asked: Question) -> None:
    """Neither of statements nor of policies."""
    shuffled = [statements[index] for index in order]
    verdict = decide([policy(*statements)], asked).verdict
    assert decide([policy(*shuffled)], asked).verdict is verdict
    assert decide([policy(each) for each in shuffled], asked).verdict is verdict


@given(QUESTIONS)
def test_a_policy_of_stars_allows_everything(asked: Question) -> None:
    """And one that denies everything, nothing."""
    assert decide([policy(rule())], asked).allowed
    assert not decide([policy(rule(), rule("Deny"))], asked).allowed
