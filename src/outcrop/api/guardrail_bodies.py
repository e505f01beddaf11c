"""What a body may say of a guardrail, and how that is kept and given back. Knows shapes; knows no row and no finding.

A policy that could not be kept to is refused, never passed over. Source: Amazon Bedrock API reference,
"CreateGuardrail"; botocore's `bedrock` service model.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from outcrop.api.constraints import refuse
from outcrop.api.json_object import Text
from outcrop.api.shapes import YES_OR_NO, Choice, Items, Members, Shape, known, misfits
from outcrop.errors import InvalidRequest
from outcrop.safety.patterns import entity, entity_kinds, pattern_of

TOKEN: Final = Text(most=256, pattern="[a-zA-Z0-9]([-a-zA-Z0-9]{0,254}[a-zA-Z0-9])?", required=False)
DESCRIPTION: Final = Text(most=200, required=False)

_BLOCK = Choice(words=("BLOCK", "NONE"), required=False)
_MASK, _MUST_MASK = (
    Choice(words=("BLOCK", "ANONYMIZE", "NONE"), required=False),
    Choice(words=("BLOCK", "ANONYMIZE", "NONE")),
)
_EITHER_WAY: Mapping[str, Shape] = {"inputEnabled": YES_OR_NO, "outputEnabled": YES_OR_NO}
_BLOCKS: Mapping[str, Shape] = {"inputAction": _BLOCK, "outputAction": _BLOCK, **_EITHER_WAY}
_MASKS: Mapping[str, Shape] = {"action": _MUST_MASK, "inputAction": _MASK, "outputAction": _MASK, **_EITHER_WAY}
_STRENGTH = Choice(words=("NONE", "LOW", "MEDIUM", "HIGH"))
_MODALITIES = Items(member=Choice(words=("TEXT", "IMAGE")), least=1, most=2, required=False)
_TIER = Members(fields={"tierName": Choice(words=("CLASSIC", "STANDARD"))}, required=False)

_TOPIC = Members(
    fields={
        "name": Text(most=100, pattern="[0-9a-zA-Z-_ !?.]+"),
        "definition": Text(most=200),
        "examples": Items(member=Text(most=100), most=5, required=False),
        "type": Choice(words=("DENY",)),
        **_BLOCKS,
    }
)
_FILTER = Members(
    fields={
        "type": Choice(words=("SEXUAL", "VIOLENCE", "HATE", "INSULTS", "MISCONDUCT", "PROMPT_ATTACK")),
        "inputStrength": _STRENGTH,
        "outputStrength": _STRENGTH,
        "inputModalities": _MODALITIES,
        "outputModalities": _MODALITIES,
        **_BLOCKS,
    }
)
_REGEX = Members(
    fields={
        "name": Text(most=100),
        "description": Text(most=1000, required=False),
        "pattern": Text(most=500),
        **_MASKS,
    }
)

_POLICIES: Final[Mapping[str, Shape]] = {
    "topicPolicyConfig": Members(
        fields={"topicsConfig": Items(member=_TOPIC, least=1, most=30), "tierConfig": _TIER}, required=False
    ),
    "contentPolicyConfig": Members(
        fields={"filtersConfig": Items(member=_FILTER, least=1, most=6), "tierConfig": _TIER}, required=False
    ),
    "wordPolicyConfig": Members(
        fields={
            "wordsConfig": Items(
                member=Members(fields={"text": Text(most=100), **_BLOCKS}), least=1, most=10_000, required=False
            ),
            "managedWordListsConfig": Items(
                member=Members(fields={"type": Choice(words=("PROFANITY",)), **_BLOCKS}), most=1, required=False
            ),
        },
        required=False,
    ),
    "sensitiveInformationPolicyConfig": Members(
        fields={
            "piiEntitiesConfig": Items(
                member=Members(fields={"type": Text(most=50), **_MASKS}), least=1, most=40, required=False
            ),
            "regexesConfig": Items(member=_REGEX, least=1, most=30, required=False),
        },
        required=False,
    ),
}

GUARDRAIL: Final = Members(
    fields={
        "name": Text(most=50, pattern="[0-9a-zA-Z-_]+"),
        "description": DESCRIPTION,
        **_POLICIES,
        "blockedInputMessaging": Text(most=500),
        "blockedOutputsMessaging": Text(most=500),
    }
)
"""The body of CreateGuardrail and of UpdateGuardrail, but for what is refused."""

NO_JUDGE: Final = 'nobody here looks at pictures: `outcrop fetch moderation`, then picture_moderation = "on".'

MISSING: Final = {
    "contextualGroundingPolicyConfig": "Contextual grounding is not built here: no image model answers with a text.",
    "automatedReasoningPolicyConfig": "Automated reasoning is not built here.",
    "kmsKeyId": "Nothing is encrypted with keys of KMS here; leave 'kmsKeyId' out.",
    "crossRegionConfig": "There is one region here, so nothing is inferred in another; leave 'crossRegionConfig' out.",
}
"""Member to why it is refused."""

_LISTS = {
    "topicsConfig": "topics",
    "filtersConfig": "filters",
    "tierConfig": "tier",
    "wordsConfig": "words",
    "managedWordListsConfig": "managedWordLists",
    "piiEntitiesConfig": "piiEntities",
    "regexesConfig": "regexes",
}
"""A member of a policy as it is sent, to its name when it is given back."""


def check_guardrail(body: Mapping[str, object], *, pictured: bool) -> None:
    """Let the body of a guardrail pass that can be kept to in full; `pictured` is whether somebody looks at pictures.

    Raises: InvalidRequest when it breaks the service model, or a policy cannot be kept to.
    """
    refuse([*misfits("", body, GUARDRAIL)])
    for member, why in MISSING.items():
        if body.get(member) is not None:
            raise InvalidRequest(why)
    content = kept_content(body)
    policies = [name for name in content if name.endswith("Policy") and any(content[name].values())]
    if not policies:
        raise InvalidRequest(
            "A guardrail needs at least one policy: of topics, content, words or sensitive information."
        )
    for problem in _unkeepable(content, pictured=pictured):
        raise InvalidRequest(problem)


def kept_content(body: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of a body that fits: its policies and messages, in the form in which they are given back."""
    fitting = known(body, GUARDRAIL)
    content: dict[str, Any] = {}
    for member in _POLICIES:
        if member in fitting:
            policy = fitting[member].items()
            content[member.removesuffix("Config")] = {_LISTS[name]: value for name, value in policy}
    return content | {name: fitting[name] for name in ("blockedInputMessaging", "blockedOutputsMessaging")}


def _unkeepable(content: Mapping[str, Any], *, pictured: bool) -> Iterator[str]:
    for each in content.get("contentPolicy", {}).get("filters", ()):
        yield from _unkeepable_filter(each, pictured=pictured)
    for name, each in _named(content):
        if sum(1 for _, other in _named(content) if other == each) > 1:
            yield f"The {name} '{each}' stands in its policy more than once."
    sensitive = content.get("sensitiveInformationPolicy", {})
    for kind in sensitive.get("piiEntities", ()):
        if entity(kind["type"]) is None:
            yield (
                f"The entity {kind['type'][:50]} is not found reliably without a model of language, so it is refused; "
                f"those that are: {', '.join(entity_kinds())}. A pattern of your own may stand in 'regexesConfig'."
            )
    for regex in sensitive.get("regexes", ()):
        pattern_of(regex["pattern"])


def _unkeepable_filter(each: Mapping[str, Any], *, pictured: bool) -> Iterator[str]:
    if each["type"] == "PROMPT_ATTACK" and each["outputStrength"] != "NONE":
        yield "PROMPT_ATTACK is about what comes in: its 'outputStrength' must be NONE."
    if "IMAGE" in (*each.get("inputModalities", ()), *each.get("outputModalities", ())):
        if each["type"] != "SEXUAL":
            yield f"Pictures are looked at for SEXUAL alone; leave IMAGE out of the modalities of {each['type']}."
        elif not pictured:
            yield f"A filter of pictures cannot be kept to: {NO_JUDGE}"


def _named(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What must stand in a policy only once, with its kind."""
    kinds = (
        ("topic", "topicPolicy", "topics", "name"),
        ("filter", "contentPolicy", "filters", "type"),
        ("entity", "sensitiveInformationPolicy", "piiEntities", "type"),
        ("pattern", "sensitiveInformationPolicy", "regexes", "name"),
    )
    return [
        (kind, each[name]) for kind, policy, group, name in kinds for each in content.get(policy, {}).get(group, ())
    ]
