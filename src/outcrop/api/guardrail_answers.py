"""What is said of a guardrail's findings, in the words of `bedrock-runtime`. Knows values; finds nothing itself.

Source: Amazon Bedrock API reference, "ApplyGuardrail"; botocore's `bedrock-runtime` service model.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from outcrop.safety.guardrail import Assessment, Finding, Policy, Rules

UNIT: Final = 1000
"""Characters of a unit of text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """Content that was held against a guardrail, as far as it is counted."""

    texts: Sequence[str]
    images: int = 0
    took_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """Which guardrail was applied."""

    id: str
    version: str
    arn: str


def usage(rules: Rules, weighed: Weighed) -> dict[str, int]:
    """How much text and how many pictures each policy has read."""
    units = sum(math.ceil(len(text) / UNIT) for text in weighed.texts)
    masks = {mask.policy for mask in rules.masks}
    reading = {
        "topicPolicyUnits": bool(rules.topics),
        "contentPolicyUnits": rules.reads_contents,
        "wordPolicyUnits": bool(rules.words),
        "sensitiveInformationPolicyUnits": "entity" in masks,
        "sensitiveInformationPolicyFreeUnits": "regex" in masks,
        "contextualGroundingPolicyUnits": False,
    }
    pictures = weighed.images if rules.reads_pictures else 0
    return {name: units if reads else 0 for name, reads in reading.items()} | {"contentPolicyImageUnits": pictures}


def coverage(rules: Rules, weighed: Weighed) -> dict[str, object]:
    """How much of the content was read, and how much there was."""
    characters = sum(len(text) for text in weighed.texts)
    answer: dict[str, object] = {"textCharacters": {"guarded": characters, "total": characters}}
    if weighed.images:
        answer["images"] = {"guarded": weighed.images if rules.reads_pictures else 0, "total": weighed.images}
    return answer


def assessment(
    rules: Rules, found: Assessment, weighed: Weighed, applied: Applied, *, full: bool = False
) -> dict[str, object]:
    """One assessment; `full` tells of topics and filters that found nothing as well."""
    answer = _policies([finding for finding in found.findings if full or finding.detected])
    answer["invocationMetrics"] = {
        "guardrailProcessingLatency": weighed.took_ms,
        "usage": usage(rules, weighed),
        "guardrailCoverage": coverage(rules, weighed),
    }
    answer["appliedGuardrailDetails"] = {
        "guardrailId": applied.id,
        "guardrailVersion": applied.version,
        "guardrailArn": applied.arn,
        "guardrailOrigin": ["REQUEST"],
        "guardrailOwnership": "SELF",
    }
    return answer


def reason(found: Assessment) -> str:
    """Why a guardrail did what it did."""
    if found.blocked:
        return "Guardrail blocked."
    return "Guardrail masked." if found.masked else "No action."


_SECTIONS: Final[Mapping[str, Mapping[str, Policy]]] = {
    "topicPolicy": {"topics": "topic"},
    "contentPolicy": {"filters": "content"},
    "wordPolicy": {"customWords": "word", "managedWordLists": "list"},
    "sensitiveInformationPolicy": {"piiEntities": "entity", "regexes": "regex"},
}
"""Section of an assessment to its lists, each of the findings of one policy."""


def _policies(findings: Sequence[Finding]) -> dict[str, object]:
    """The sections of an assessment in which something stands."""
    sections = {
        section: {name: _told(findings, policy) for name, policy in lists.items()}
        for section, lists in _SECTIONS.items()
    }
    return {section: lists for section, lists in sections.items() if any(lists.values())}


def _told(findings: Iterable[Finding], policy: Policy) -> list[dict[str, object]]:
    return [_WORDS[policy](finding) for finding in findings if finding.policy == policy]


def _topic(finding: Finding) -> dict[str, object]:
    return {"name": finding.name, "type": "DENY", "action": finding.action, "detected": finding.detected}


def _filter(finding: Finding) -> dict[str, object]:
    return {
        "type": finding.name,
        "confidence": finding.confidence,
        "filterStrength": finding.strength,
        "action": finding.action,
        "detected": finding.detected,
    }


def _word(finding: Finding) -> dict[str, object]:
    return {"match": finding.match, "action": finding.action, "detected": True}


def _kind(finding: Finding) -> dict[str, object]:
    return {"match": finding.match, "type": finding.name, "action": finding.action, "detected": True}


def _regex(finding: Finding) -> dict[str, object]:
    return {
        "name": finding.name,
        "match": finding.match,
        "regex": finding.pattern,
        "action": finding.action,
        "detected": True,
    }


_WORDS: Final[Mapping[Policy, Callable[[Finding], dict[str, object]]]] = {
    "topic": _topic,
    "content": _filter,
    "word": _word,
    "list": _kind,
    "entity": _kind,
    "regex": _regex,
}
"""Policy to how what it finds is told."""
