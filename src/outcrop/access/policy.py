"""Identity policies of IAM: what their statements say of an action on a resource, and which one decides. Pure.

Knows no JSON, no operation and no HTTP. Source: IAM User Guide, "Policy evaluation logic", "JSON policy elements".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from typing import Literal, NewType

from outcrop.access.arns import resource_tokens
from outcrop.access.conditions import Condition, Context, is_met, value_of
from outcrop.access.wildcards import Pattern, Variable, fill, fits

ActionName = NewType("ActionName", str)
"""An action as IAM writes it: bedrock:InvokeModel."""


class Effect(Enum):
    """What a statement does with whatever it applies to."""

    ALLOW = "Allow"
    DENY = "Deny"


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """Actions or resources that a statement names, or all but those."""

    patterns: tuple[Pattern, ...]
    inverted: bool = False
    """NotAction or NotResource: whatever fits none of the patterns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One rule of a policy."""

    sid: str
    effect: Effect
    actions: Targets
    """Patterns in small letters: actions are compared without regard to case."""
    resources: Targets
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A policy that has been read and found valid."""

    name: str
    version: Literal["2012-10-17", "2008-10-17"]
    id: str = ""
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """May this be done, to that, under these circumstances."""

    action: ActionName
    resource: str
    """An ARN; `*` for an action that is about no resource."""
    context: Context = field(default_factory=dict)


class Verdict(Enum):
    """How the policies answer."""

    ALLOWED = "allowed"
    DENIED = "denied by a statement"
    NOT_ALLOWED = "allowed by no statement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The answer, and the statement that decided; none did where nothing allows."""

    verdict: Verdict
    question: Question
    policy: str = ""
    statement: int | None = None
    """Its place in its policy, from 0."""
    sid: str = ""

    @property
    def allowed(self) -> bool:
        """Whether it may be done."""
        return self.verdict is Verdict.ALLOWED

    def __str__(self) -> str:
        if self.statement is None:
            return self.verdict.value
        sid = f" ({self.sid})" if self.sid else ""
        return f"{self.verdict.value}: {self.policy}, Statement[{self.statement}]{sid}"


def decide(policies: Sequence[Policy], question: Question) -> Decision:
    """Answer a question by all policies together: a deny counts before any allow, and without an allow it is no."""
    applying = list(_applying(policies, question))
    for effect, verdict in ((Effect.DENY, Verdict.DENIED), (Effect.ALLOW, Verdict.ALLOWED)):
        for policy, index in applying:
            statement = policy.statements[index]
            if statement.effect is effect:
                return Decision(
                    verdict=verdict, question=question, policy=policy.name, statement=index, sid=statement.sid
                )
    return Decision(verdict=Verdict.NOT_ALLOWED, question=question)


def applies(statement: Statement, question: Question) -> bool:
    """Whether a statement has anything to say on a question: action, resource and every condition fit."""
    return (
        _names_action(statement.actions, question)
        and _names_resource(statement.resources, question)
        and all(is_met(condition, question.context) for condition in statement.conditions)
    )


def _applying(policies: Sequence[Policy], question: Question) -> Iterator[tuple[Policy, int]]:
    for policy in policies:
        for index, statement in enumerate(policy.statements):
            if applies(statement, question):
                yield policy, index


def _names_action(actions: Targets, question: Question) -> bool:
    action = question.action.lower()
    return any(_fits_action(pattern, action) for pattern in actions.patterns) != actions.inverted


@lru_cache(maxsize=16_384)
def _fits_action(pattern: Pattern, action: str) -> bool:
    """Whether an action fits a pattern: every call asks the same of the same few, and neither has a variable."""
    tokens = [token for token in pattern if not isinstance(token, Variable)]
    return len(tokens) == len(pattern) and fits(tokens, action)


def _names_resource(resources: Targets, question: Question) -> bool:
    found = any(_fits(pattern, question.resource, question) for pattern in resources.patterns)
    return found != resources.inverted


def _fits(pattern: Pattern, arn: str, question: Question) -> bool:
    """Whether an ARN fits a pattern; one with a variable that the request cannot fill fits nothing."""
    tokens = fill(pattern, lambda key: value_of(question.context, key))
    return tokens is not None and fits(resource_tokens(tokens), arn)
