"""What a guardrail finds: words, topics, patterns and filters, each way, with its action. No wire."""

import json
from typing import Any

import pytest

from outcrop.safety.contents import LEVELS, Kind, Level
from outcrop.safety.guardrail import Assessment, Seen, Source, assess, read_rules

TOPIC = {
    "name": "Investment advice",
    "definition": "Guidance or recommendations about how to invest money in stocks, funds or other assets",
    "examples": ["Should I buy Tesla stock?"],
    "type": "DENY",
}


def held(policies: dict[str, Any], *texts: str, source: Source = "INPUT", seen: Seen | None = None) -> Assessment:
    """Texts held against a guardrail of those policies."""
    content = json.dumps({**policies, "blockedInputMessaging": "in", "blockedOutputsMessaging": "out"})
    return assess(read_rules(content, source), texts, seen or Seen())


@pytest.mark.parametrize(
    ("text", "on_topic"),
    [
        ("a poster: buy some stock of Tesla", True),
        ("Investment advice, as a mural", True),
        ("recommendations how to invest money", True),
        ("a Tesla in front of a stockyard", False),
        ("a man who gives advice", False),
        (
            "an old bank with money in a painting of funds above a stocked shop near assets and many other fine things",
            False,
        ),
        ("", False),
    ],
)
def test_a_topic_is_found_by_its_words(text: str, on_topic: bool) -> None:  # noqa: FBT001
    """All of its name or of an example, or most of a text's in its definition."""
    assessed = held({"topicPolicy": {"topics": [TOPIC]}}, text)
    assert assessed.blocked is on_topic
    assert [finding.detected for finding in assessed.findings] == [on_topic]


def test_words_are_named_as_they_stand() -> None:
    """The account's own and the managed list."""
    policy = {"wordPolicy": {"words": [{"text": "Acme"}], "managedWordLists": [{"type": "PROFANITY"}]}}
    found = [(each.policy, each.match, each.action) for each in held(policy, "ACME is bullshit, ACME").findings]
    assert found == [("word", "ACME", "BLOCKED"), ("list", "bullshit", "BLOCKED")]


@pytest.mark.parametrize("source", ["INPUT", "OUTPUT"])
def test_each_way_has_its_own_action(source: Source) -> None:
    """Switched off, looked for alone, or blocked."""
    way, other = ("input", "output") if source == "INPUT" else ("output", "input")
    off = {"text": "red", f"{way}Enabled": False}
    seen = {"text": "green", f"{way}Action": "NONE"}
    blocked = {"text": "blue", f"{other}Action": "NONE", f"{other}Enabled": False}
    words = {"wordPolicy": {"words": [off, seen, blocked]}}
    found = {each.match: each.action for each in held(words, "red green blue", source=source).findings}
    assert found == {"green": "NONE", "blue": "BLOCKED"}
    assert not held(words, "red green", source=source).blocked


def test_patterns_are_masked_or_blocked() -> None:
    """What is masked stands under its name, once where two overlap; blocked is blocked."""
    regex = {"name": "ticket", "pattern": "[A-Z]+-[0-9]+", "action": "ANONYMIZE"}
    kinds = [{"type": "EMAIL", "action": "ANONYMIZE"}, {"type": "IP_ADDRESS", "action": "BLOCK"}]
    policy = {"sensitiveInformationPolicy": {"piiEntities": kinds, "regexes": [regex]}}
    masked = held(policy, "ask a@example.org about ABC-12", "nothing")
    assert masked.texts == ("ask {EMAIL} about {ticket}", "nothing")
    assert (masked.masked, masked.blocked) == (True, False)
    both = held(policy, "a@example.org at 10.0.0.1")
    assert (both.masked, both.blocked) == (False, True)
    overlapping = {"piiEntities": [kinds[0]], "regexes": [regex | {"pattern": "[a-z]+@[a-z.]+ now"}]}
    assert held({"sensitiveInformationPolicy": overlapping}, "a@example.org now").texts == ("{ticket}",)


@pytest.mark.parametrize("strength", LEVELS)
@pytest.mark.parametrize("confidence", LEVELS)
def test_a_filter_is_as_strict_as_its_strength(strength: Level, confidence: Level) -> None:
    """NONE lets all pass, LOW blocks what is certain, HIGH all that is suspected."""
    each = {"type": "VIOLENCE", "inputStrength": strength, "outputStrength": "NONE"}
    policy = {"contentPolicy": {"filters": [each]}}
    assessed = held(policy, "text", seen=Seen(text={"VIOLENCE": confidence}))
    caught = {"NONE": [], "LOW": ["HIGH"], "MEDIUM": ["HIGH", "MEDIUM"], "HIGH": ["HIGH", "MEDIUM", "LOW"]}
    assert assessed.blocked is (confidence in caught[strength])
    assert not held(policy, "text", source="OUTPUT", seen=Seen(text={"VIOLENCE": "HIGH"})).blocked


def test_a_filter_reads_what_its_modalities_say() -> None:
    """Texts, pictures, or both; texts where nothing is said."""
    both = {"type": "SEXUAL", "inputStrength": "HIGH", "outputStrength": "HIGH"}
    pictures = both | {"inputModalities": ["IMAGE"]}
    bad: dict[Kind, Level] = {"SEXUAL": "HIGH"}
    for each, in_text, in_picture in ((both, True, False), (pictures, False, True)):
        policy = {"contentPolicy": {"filters": [each]}}
        assert held(policy, "text", seen=Seen(text=bad)).blocked is in_text
        assert held(policy, "text", seen=Seen(images=({}, bad))).blocked is in_picture
