"""Amazon Resource Names: their forms at Bedrock and IAM, and how a pattern of one is held against one.

Knows no policy. Source: IAM User Guide, "Resource" and "Condition operators" (ARN); the service authorization
reference of Amazon Bedrock for the forms.
"""

from collections.abc import Iterator, Sequence
from typing import Final, Literal

from outcrop.access.wildcards import Token, Wildcard

SEGMENTS: Final = 6
"""arn, partition, service, region, account and the resource, which may have colons of its own."""

Kind = Literal[
    "inference-profile",
    "application-inference-profile",
    "provisioned-model",
    "custom-model",
    "imported-model",
    "guardrail",
    "async-invoke",
    "model-invocation-job",
]
"""What an account has at Bedrock."""


def foundation_model_arn(region: str, model_id: str) -> str:
    """The ARN of a foundation model, which belongs to no account."""
    return f"arn:aws:bedrock:{region}::foundation-model/{model_id}"


def bedrock_arn(kind: Kind, region: str, account: str, name: str) -> str:
    """The ARN of something that an account has at Bedrock."""
    return f"arn:aws:bedrock:{region}:{account}:{kind}/{name}"


def user_arn(account: str, name: str) -> str:
    """The ARN of a user; IAM is in no region."""
    return f"arn:aws:iam::{account}:user/{name}"


def outcrop_arn(region: str, account: str, name: str) -> str:
    """The ARN of something that only Outcrop knows; what belongs to the whole installation has no account."""
    return f"arn:aws:outcrop:{region}:{account}:{name}"


def account_of(arn: str) -> str:
    """The account that an ARN names; empty where it names none, or is no ARN."""
    return arn.split(":")[4] if is_arn(arn) else ""


def is_arn(text: str) -> bool:
    """Whether a text has an ARN's six parts."""
    return text.startswith("arn:") and text.count(":") >= SEGMENTS - 1


def resource_tokens(tokens: Sequence[Token]) -> list[Token]:
    """A policy's resource, with each wildcard as wide as IAM has it.

    Before the fifth colon, a wildcard stays within its segment, save a `*` that ends it, which goes on beyond the
    colons; after the fifth colon both mean any character, colons and slashes included.
    """
    return list(_walled(tokens, last_goes_on=True))


def arn_tokens(tokens: Sequence[Token]) -> list[Token]:
    """A condition's ARN: each of the six parts is held against its own; no wildcard before the fifth colon goes on."""
    return list(_walled(tokens, last_goes_on=False))


def _walled(tokens: Sequence[Token], *, last_goes_on: bool) -> Iterator[Token]:
    colons = 0
    for index, token in enumerate(tokens):
        if isinstance(token, str):
            colons += token.count(":")
            yield token
        elif colons >= SEGMENTS - 1:
            yield token
        elif token is Wildcard.ONE:
            yield Wildcard.ONE_WITHIN
        else:
            rest = tokens[index + 1 : index + 2]
            ends = not rest or (isinstance(rest[0], str) and rest[0].startswith(":"))
            yield Wildcard.MANY if ends and last_goes_on else Wildcard.MANY_WITHIN
