"""What a call of Amazon Bedrock asks IAM for: actions, resources and condition keys. Knows no policy and no HTTP.

The actions of the operations are data: `data/bedrock_actions.toml`, and for Outcrop's own REST, which is asked about in
the same way, `data/outcrop_actions.toml`. Source: the service authorization reference of Amazon Bedrock; IAM User
Guide, "AWS global condition context keys".
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import Final, Literal

from outcrop.access.arns import account_of, user_arn
from outcrop.access.conditions import Context
from outcrop.access.policy import ActionName, Question
from outcrop.errors import NoSuchOperation

DATA = resources.files("outcrop.access") / "data"
APPLY_GUARDRAIL: Final = ActionName("bedrock:ApplyGuardrail")
CALL_WITH_BEARER_TOKEN: Final = ActionName("bedrock:CallWithBearerToken")


BearerKind = Literal["LONG_TERM", "SHORT_TERM"]
"""Whether a bearer key lasts or carries its own end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who asks, as conditions know them."""

    account: str
    user_name: str
    user_id: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    bearer: BearerKind | None = None
    """The kind of bearer key that was shown; None for a signature."""

    @property
    def arn(self) -> str:
        """Their name throughout AWS."""
        return user_arn(self.account, self.user_name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What is asked for."""

    operation: str
    region: str
    arns: tuple[str, ...] = ()
    """What it is about. Through an inference profile: the profile and the model in every region that it leads to."""
    profile: str | None = None
    """The ARN of the inference profile that leads to the models."""
    guardrail: str | None = None
    """The ARN of the guardrail to apply, with `:version` where one is named."""
    service_tier: str | None = None
    tags: Mapping[str, str | None] = field(default_factory=dict)
    """Tags that the call would put on something; None for a key that it would take off."""
    tagged: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """ARN to what is tagged on it already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """How and when it is asked. Units: `at` in seconds since 1970."""

    at: float
    source_ip: str | None = None
    secure: bool = False
    user_agent: str | None = None


def questions(call: Call, principal: Principal, circumstances: Circumstances) -> tuple[Question, ...]:
    """Everything that must be allowed for a call to go ahead; never nothing.

    Raises: NoSuchOperation when Bedrock has no operation of that name; ValueError when the call lacks its ARNs.
    """
    context = _context(call, principal, circumstances)
    action = action_of(call.operation)
    asked = [(action, arn) for arn in _about(call)]
    if principal.bearer is not None:
        asked.insert(0, (CALL_WITH_BEARER_TOKEN, "*"))
    if call.guardrail is not None and action != APPLY_GUARDRAIL:
        asked.append((APPLY_GUARDRAIL, without_version(call.guardrail)))
    return tuple(
        Question(action=action, resource=resource, context={**context, **_about_resource(resource, call.tagged)})
        for action, resource in asked
    )


def action_of(operation: str) -> ActionName:
    """The action that an operation needs.

    Raises: NoSuchOperation when neither Bedrock nor the REST has an operation of that name.
    """
    for tables in (action_tables(), outcrop_action_tables()):
        for table in (tables.on_arns, tables.on_nothing):
            if operation in table:
                return ActionName(table[operation])
    raise NoSuchOperation(f"No action is known for the operation {operation[:80]!r}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionTables:
    """Operation to action."""

    on_arns: Mapping[str, str]
    """Of those that are about something."""
    on_nothing: Mapping[str, str]
    """Of those that know no resource."""


@cache
def action_tables() -> ActionTables:
    """Those of Bedrock's operations."""
    return ActionTables(**tomllib.loads((DATA / "bedrock_actions.toml").read_text(encoding="utf-8")))


@cache
def outcrop_action_tables() -> ActionTables:
    """Those of the operations of Outcrop's own REST."""
    return ActionTables(**tomllib.loads((DATA / "outcrop_actions.toml").read_text(encoding="utf-8")))


def _about(call: Call) -> Sequence[str]:
    if call.operation in action_tables().on_nothing or call.operation in outcrop_action_tables().on_nothing:
        return ("*",)
    if not call.arns:  # asked about nothing, every policy would agree
        raise ValueError(f"A call of {call.operation} must name what it is about.")
    return call.arns


def _about_resource(resource: str, tagged: Mapping[str, Mapping[str, str]]) -> Context:
    """The condition keys that a resource has by itself: its tags, and the account it belongs to, if it does to one."""
    account = account_of(resource)
    context = {f"aws:resourcetag/{key.lower()}": (value,) for key, value in tagged.get(resource, {}).items()}
    return {**context, "aws:resourceaccount": (account,)} if account else context


def without_version(guardrail: str) -> str:
    """A guardrail's ARN without the version: IAM's resource is the guardrail."""
    return ":".join(guardrail.split(":")[:6])


def _context(call: Call, principal: Principal, circumstances: Circumstances) -> Context:
    """Every condition key with a value, by its name in small letters."""
    at = datetime.fromtimestamp(circumstances.at, UTC)
    single = {
        "aws:username": principal.user_name,
        "aws:userid": principal.user_id,
        "aws:PrincipalArn": principal.arn,
        "aws:PrincipalAccount": principal.account,
        "aws:PrincipalType": "User",
        "aws:RequestedRegion": call.region,
        "aws:CurrentTime": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "aws:EpochTime": str(int(circumstances.at)),
        "aws:SecureTransport": str(circumstances.secure).lower(),
        "aws:SourceIp": circumstances.source_ip,
        "aws:UserAgent": circumstances.user_agent,
        "bedrock:InferenceProfileArn": call.profile,
        "bedrock:GuardrailIdentifier": call.guardrail,
        "bedrock:ServiceTier": call.service_tier,
        "bedrock:BearerTokenType": principal.bearer,
        **{f"aws:PrincipalTag/{key}": value for key, value in principal.tags.items()},
        **{f"aws:RequestTag/{key}": value for key, value in call.tags.items()},
    }
    context = {key.lower(): (value,) for key, value in single.items() if value is not None}
    return context | {"aws:tagkeys": tuple(call.tags)} if call.tags else context
