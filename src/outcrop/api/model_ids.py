"""The forms in which a path names a model: its id, an inference profile's, or an ARN of either, percent-encoded or not.

Knows no operation. Source: Amazon Bedrock API reference, "InvokeModel", `modelId`; texts as the live service has them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote

from outcrop.access.arns import bedrock_arn
from outcrop.api.constraints import at_most, refuse
from outcrop.catalog.card import ModelCard
from outcrop.catalog.load import Catalog
from outcrop.errors import InvalidRequest, NoSuchModel, NoSuchResource
from outcrop.units import ModelId

MAX_CHARS: Final = 2048

PROFILE_REGIONS: Final = {"us": ("us-east-1", "us-east-2", "us-west-2")}
"""Part of the world to the regions that its inference profiles lead to."""

# Any region will do: code that was written against another one should run here unchanged.
_ARN = re.compile(r"arn:aws[a-z-]*:bedrock:[a-z0-9-]+::foundation-model/(?P<id>.+)")
_PROFILE_ARN = re.compile(r"arn:aws[a-z-]*:bedrock:[a-z0-9-]+:[0-9]{12}:inference-profile/(?P<id>.+)")
_OWN_ARN = re.compile(
    r"arn:aws[a-z-]*:bedrock:[a-z0-9-]+:[0-9]{12}:"
    r"((application-inference-profile|provisioned-model|custom-model-deployment|imported-model|prompt-router)"
    r"|custom-model/[a-z0-9-]{1,63}\.[a-z0-9-]{1,63}([.:][a-z0-9-]{1,63}){0,3})/[a-z0-9]{12}"
)

_OWN_PROFILE = re.compile(
    r"(arn:aws[a-z-]*:bedrock:[a-z0-9-]+:(?P<account>[0-9]{12}):application-inference-profile/)?(?P<id>[a-z0-9]{12})"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What a path names for invocation."""

    card: ModelCard
    profile: str | None = None
    """Id of the inference profile that leads to the model; None where the model itself was named."""
    own: str | None = None
    """Id of the profile of an account's own that leads to all this."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """What is tagged on that one."""

    def profile_arn(self, region: str, account: str) -> str | None:
        """The ARN of the profile that was named; None where the model itself was."""
        if self.own is not None:
            return bedrock_arn("application-inference-profile", region, account, self.own)
        return None if self.profile is None else bedrock_arn("inference-profile", region, account, self.profile)

    def model_arns(self, region: str) -> list[str]:
        """The model's ARN in every region that it leads to."""
        regions = (region,) if self.profile is None else PROFILE_REGIONS[self.profile.partition(".")[0]]
        return [model_arn(self.card, leads_to) for leads_to in regions]


def find_model(catalog: Catalog, segment: str) -> ModelCard:
    """The model that a path segment names.

    Raises: NoSuchModel when the catalogue has none of that name; InvalidRequest when the name is too long for one.
    """
    identifier = _identifier(segment)
    arn = _ARN.fullmatch(identifier)
    return catalog.model(arn["id"] if arn else identifier)


def find_invoked(catalog: Catalog, segment: str) -> Named:
    """The model, or the inference profile of one, that a path segment names to be invoked.

    Raises: NoSuchModel when nothing has that name; NoSuchResource when it is an ARN of something that an account would
    have made, such as provisioned throughput; InvalidRequest when the name is too long, or the model is only invoked
    through an inference profile.
    """
    identifier = _identifier(segment)
    arn = _PROFILE_ARN.fullmatch(identifier)
    profile = arn["id"] if arn else identifier
    part, _, model_id = profile.partition(".")
    card = catalog.models.get(ModelId(model_id))
    if card is not None and part in card.profiles:
        return Named(card=card, profile=profile)
    if arn:
        raise NoSuchModel("The provided model identifier is invalid.")
    if _OWN_ARN.fullmatch(identifier):
        raise NoSuchResource(f"Could not resolve the foundation model from the model identifier: {identifier}")
    card = find_model(catalog, segment)
    if "INFERENCE_PROFILE" in card.inference_types:
        raise InvalidRequest(
            f"Invocation of model ID {card.id} with on-demand throughput isn\u2019t supported. "
            "Retry your request with the ID or ARN of an inference profile that contains this model."
        )
    return Named(card=card)


def own_profile(segment: str, account: str) -> str | None:
    """The id of an inference profile of an account's own, if a path segment may name one."""
    named = _OWN_PROFILE.fullmatch(_identifier(segment))
    return named["id"] if named and named["account"] in {None, account} else None


def model_arn(card: ModelCard, region: str) -> str:
    """The ARN of a model; foundation models belong to no account."""
    return f"arn:aws:bedrock:{region}::foundation-model/{card.id}"


def _identifier(segment: str) -> str:
    identifier = unquote(segment)
    refuse([*at_most("modelId", len(identifier), MAX_CHARS)])
    return identifier
