"""May this caller do that: the one function that the edge asks, and the words in which it is refused.

Knows no key and no HTTP. Source: answers of the live service that users have published, for the wording.
"""

from collections.abc import Sequence

from outcrop.access.bedrock_calls import Call, Circumstances, Principal, questions
from outcrop.access.policy import Decision, Policy, Verdict, decide
from outcrop.errors import Denied


def authorize(
    policies: Sequence[Policy], call: Call, principal: Principal, circumstances: Circumstances
) -> tuple[Decision, ...]:
    """Hold a call against all policies of whoever asks; returns the decisions, one for each action and resource.

    Raises: Denied when one of them is no, in the words of AWS; NoSuchOperation when Bedrock has no such operation.
    """
    decisions = tuple(decide(policies, question) for question in questions(call, principal, circumstances))
    for decision in decisions:
        if not decision.allowed:
            raise Denied(refusal(decision, principal.arn))
    return decisions


def refusal(decision: Decision, principal_arn: str) -> str:
    """AWS's sentence on a decision that is no; an action without a resource is refused without one."""
    question = decision.question
    resource = "" if question.resource == "*" else f" on resource: {question.resource}"
    why = (
        "with an explicit deny in an identity-based policy"
        if decision.verdict is Verdict.DENIED
        else f"because no identity-based policy allows the {question.action} action"
    )
    return f"User: {principal_arn} is not authorized to perform: {question.action}{resource} {why}"
