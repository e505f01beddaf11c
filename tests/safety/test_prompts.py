"""A prompt is blocked for what it asks for, not for a word that looks like it, and the verdict says what and why."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcrop.safety.policy import Policy
from outcrop.safety.prompts import CLEAN, check


def found(prompt: str, policy: Policy | None = None) -> set[str]:
    """The categories of a prompt's findings."""
    return {finding.category for finding in (check(prompt, policy) if policy else check(prompt)).findings}


@pytest.mark.parametrize(
    ("prompt", "category"),
    [
        ("a nude woman on a sofa", "sexual"),
        ("a n4ked man", "sexual"),
        ("severed head on a pike", "violence"),
        ("a sieg heil in front of a crowd", "hate"),
        ("a man hanging himself", "self_harm"),
    ],
)
def test_what_is_asked_for_is_blocked(prompt: str, category: str) -> None:
    """Categories that the usual policy blocks are blocked, with a reason and a way out."""
    verdict = check(prompt)
    assert verdict.blocked
    [finding] = [finding for finding in verdict.findings if finding.category == category]
    assert finding.reason
    assert finding.suggestion
    assert finding.term == prompt[finding.start : finding.end]


@pytest.mark.parametrize(
    "prompt",
    [
        "breast of chicken with rosemary",
        "shooting stars over a mountain lake",
        "a nude lipstick palette on marble",
        "a cock of the walk, a proud rooster",
        "a kid's toy gun on a carpet",
        "killer whales leaping at dawn",
        "a bloody mary with celery",
        "a blue-footed booby on a rock",
        "bath bombs in a basket",
        "crack of dawn over the hills",
        "a man with a naked eye sees the comet",
        "head shot of a businesswoman, studio light",
        "Essex and Sussex on an old map",
    ],
)
def test_what_only_looks_like_it_passes(prompt: str) -> None:
    """Innocent prompts that naive filters block have no finding at all."""
    assert check(prompt) == CLEAN


def test_a_warning_does_not_block() -> None:
    """Weapons warn unless a policy says otherwise."""
    assert not check("a revolver on a table").blocked
    assert found("a revolver on a table") == {"weapons"}
    assert check("a revolver on a table", Policy(deeds={"weapons": "block"})).blocked
    assert found("a revolver on a table", Policy(deeds={"weapons": "allow"})) == set()


def test_doubtful_findings_warn_where_the_category_blocks() -> None:
    """What is found with low confidence is told, not held against anybody."""
    [finding] = check("a woman in a bikini on the beach").findings
    assert (finding.confidence, finding.deed) == ("low", "warn")


@pytest.mark.parametrize(
    "prompt", ["a nude child", "a 15 year old, topless", "n u d e t33n", "sexy schoolgirl", "naked girl"]
)
def test_minors_are_blocked_under_any_policy(prompt: str) -> None:
    """No policy and no list of an account lets a minor be sexualised."""
    policy = Policy(deeds={"sexual": "allow", "minors": "allow"}, allow=("child", "teen", "girl", "schoolgirl"))
    verdict = check(prompt, policy)
    assert verdict.blocked
    assert {finding.category for finding in verdict.findings} == {"minors"}


def test_children_are_drawn() -> None:
    """A child alone is nothing to hold back."""
    for prompt in ("a child with a kite", "two teenagers on bicycles", "a baby asleep in a cot, bare feet"):
        assert check(prompt) == CLEAN


def test_an_account_s_own_lists_count() -> None:
    """What it denies is found however it is written; what it allows is found no more."""
    policy = Policy(deny=("Acme Cola",), allow=("nude study", "life drawing, nude"))
    [finding] = check("a can of ACME C0la", policy).findings
    assert (finding.category, finding.term, finding.deed) == ("denied", "ACME C0la", "block")
    assert check("a nude study in charcoal", policy) == CLEAN
    assert check("a nude person", policy).blocked


def test_a_negative_prompt_says_what_is_not_wanted() -> None:
    """Words there are no finding, unless they take somebody's clothes away."""
    assert check("a portrait of a woman", negative="nude, nsfw, blood, gore") == CLEAN
    verdict = check("a portrait of a woman", negative="clothes, clothing")
    assert [finding.category for finding in verdict.findings] == ["sexual"]
    assert verdict.blocked
    assert check("a red apple", negative="clothes") == CLEAN
    assert {finding.category for finding in check("a young girl", negative="clothes").findings} == {"sexual", "minors"}


def test_places_are_those_of_the_prompt_as_it_was_written() -> None:
    """Even where characters fold into none or several."""
    prompt = "ﬁne \u200bart: a nu\u200bde woman"
    [finding] = check(prompt).findings
    assert finding.term == prompt[finding.start : finding.end] == "nu\u200bde"


@given(st.text(max_size=300))
def test_any_text_has_a_verdict(text: str) -> None:
    """No text raises, and every finding stands where it says."""
    for finding in check(text).findings:
        assert finding.term == text[finding.start : finding.end]


@given(st.sampled_from("abcdefghijklmnopqrstuvwxyz "), st.integers(0, 60))
def test_what_stands_around_it_hides_nothing(letter: str, number: int) -> None:
    """A plain term is found wherever it stands."""
    assert check(f"{letter * number} gory scene").blocked
