"""All there is to say of a prompt to whoever writes it: what a policy is about, and the craft. Holds nothing back."""

from collections.abc import Sequence
from typing import Final

from outcrop.prompting.brand import lint_brand
from outcrop.prompting.lint import Advice, Reads, Severity, lint
from outcrop.safety.policy import USUAL, Policy
from outcrop.safety.prompts import Finding, check

MOST_FOUND: Final = 50
"""Findings of a policy that are told."""
USUAL_READS: Final = Reads()
PREVIEW_READS: Final = Reads(window=30)
"""Of the text encoders of the model that ships."""


def reads_of(*, preview: bool) -> Reads:
    """What a checkpoint's text encoders read."""
    return PREVIEW_READS if preview else USUAL_READS


def advise(
    prompt: str,
    negative: str = "",
    policy: Policy = USUAL,
    reads: Reads = USUAL_READS,
    avoid: Sequence[str] = (),
) -> tuple[Advice, ...]:
    """Findings of a policy, of a brand that avoids some words, and of the craft: what blocks first, then what warns.

    Each in the order of the prompt.
    """
    findings = check(prompt, policy, negative=negative).findings
    held = [_advice(finding) for finding in sorted(findings, key=lambda each: each.deed != "block")[:MOST_FOUND]]
    order: tuple[Severity, ...] = ("blocked", "warning", "advice")
    return tuple(
        sorted(
            [*held, *lint_brand(prompt, avoid), *lint(prompt, negative, reads)],
            key=lambda advice: order.index(advice.severity),
        )
    )


def _advice(finding: Finding) -> Advice:
    severity: Severity = "warning" if finding.deed == "warn" else "blocked"
    return Advice(
        rule=finding.category.replace("_", "-"),
        severity="advice" if severity == "warning" and finding.confidence == "low" else severity,
        message=f"'{finding.term[:80]}': {finding.reason}" if finding.term else finding.reason,
        suggestion=finding.suggestion,
        start=finding.start,
        end=finding.end,
    )
