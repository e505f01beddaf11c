"""What a guardrail finds in texts and pictures, and what follows: nothing, a mask, or that all of it is blocked.

Reads a guardrail as it is kept; knows no wire and no account. Topics are found by words: a text is on a topic when it
has every word of the topic's name or of one of its examples, or when most of its words stand in the definition.

Source: Amazon Bedrock user guide, "Detect and filter harmful content by using Amazon Bedrock Guardrails", for what each
policy does and for the strengths of filters.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, Literal

from outcrop.safety.contents import LEVELS, Kind, Level
from outcrop.safety.patterns import Pattern, entity, pattern_of
from outcrop.safety.words import Phrases, Place, Word, phrases, places, read_list, stems, words_of

Source = Literal["INPUT", "OUTPUT"]
"""Whether something came from who asks, or was made for them."""
Policy = Literal["topic", "content", "word", "list", "entity", "regex"]
Action = Literal["BLOCKED", "ANONYMIZED", "NONE"]
_ACTIONS: Final[Mapping[str, Action]] = {"BLOCK": "BLOCKED", "ANONYMIZE": "ANONYMIZED", "NONE": "NONE"}
_KEPT: Final = 64
"""Guardrails that stay read, each way."""
_IN_COMMON, _MOST = 3, 0.5
"""Words that a text has with a topic's definition, at least, and their part of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that a policy looked for, and what became of it."""

    policy: Policy
    name: str
    """Of the topic, the filter, the list, the entity or the pattern."""
    action: Action = "NONE"
    match: str = ""
    """The words of the text, where words are what was found."""
    confidence: Level = "NONE"
    strength: Level = "NONE"
    pattern: str = ""
    detected: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What all policies of a guardrail say of some content."""

    findings: tuple[Finding, ...]
    texts: tuple[str, ...]
    """The texts, with what is anonymized masked."""

    @property
    def blocked(self) -> bool:
        """Whether nothing of it may pass."""
        return any(finding.action == "BLOCKED" for finding in self.findings)

    @property
    def masked(self) -> bool:
        """Whether it may pass with parts of it masked."""
        return not self.blocked and any(finding.action == "ANONYMIZED" for finding in self.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What is not to be spoken of."""

    name: str
    action: Action
    asked: tuple[frozenset[str], ...]
    """What its name and each example are about."""
    definition: frozenset[str]

    def found(self, about: frozenset[str]) -> bool:
        """Whether a text that is about this is on the topic."""
        if any(wanted and wanted <= about for wanted in self.asked):
            return True
        shared = len(about & self.definition)
        return shared >= _IN_COMMON and shared >= _MOST * len(about)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Words of which each is named when it is found."""

    policy: Literal["word", "list"]
    name: str
    action: Action
    wanted: Phrases


@dataclass(frozen=True, slots=True, kw_only=True)
class Masked:
    """A pattern, and what stands in place of what it finds."""

    policy: Literal["entity", "regex"]
    name: str
    action: Action
    pattern: Pattern
    written: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A kind of content, from which degree of certainty on it is not wanted."""

    name: Kind
    action: Action
    strength: Level
    text: bool
    image: bool

    def finding(self, confidence: Level) -> Finding:
        """What it says of content that is of its kind with such certainty."""
        caught = confidence != "NONE" and LEVELS.index(confidence) + LEVELS.index(self.strength) >= len(LEVELS)
        return Finding(
            policy="content",
            name=self.name,
            action=self.action if caught else "NONE",
            confidence=confidence,
            strength=self.strength,
            detected=caught,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """A guardrail as it holds for what comes in, or for what goes out."""

    message: str
    """What is said in place of what is blocked."""
    topics: tuple[Topic, ...] = ()
    words: tuple[Words, ...] = ()
    filters: tuple[Filter, ...] = ()
    masks: tuple[Masked, ...] = ()

    @property
    def reads_contents(self) -> bool:
        """Whether texts are held against its filters."""
        return any(rule.text for rule in self.filters)

    @property
    def reads_pictures(self) -> bool:
        """Whether pictures are held against it."""
        return any(rule.image for rule in self.filters)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What classifiers say of content: kind of filter to certainty. A kind that is left out was not found."""

    text: Mapping[Kind, Level] = field(default_factory=dict)
    images: tuple[Mapping[Kind, Level], ...] = ()


NOTHING_SEEN: Final = Seen()


@lru_cache(maxsize=_KEPT)
def read_rules(content: str, source: Source) -> Rules:
    """A guardrail that is kept, as it holds for one direction.

    Raises: InvalidRequest when a pattern cannot be used, which was checked before it was kept.
    """
    kept = json.loads(content)
    reader = _Reader(source=source)
    return Rules(
        message=kept["blockedInputMessaging" if source == "INPUT" else "blockedOutputsMessaging"],
        topics=tuple(reader.topics(kept.get("topicPolicy", {}))),
        words=tuple(reader.words(kept.get("wordPolicy", {}))),
        filters=tuple(reader.filters(kept.get("contentPolicy", {}))),
        masks=tuple(reader.masks(kept.get("sensitiveInformationPolicy", {}))),
    )


def assess(rules: Rules, texts: Sequence[str], seen: Seen = NOTHING_SEEN) -> Assessment:
    """Hold content against every policy of a guardrail."""
    findings: list[Finding] = []
    for text in texts:
        words = words_of(text)
        findings += _words(rules.words, text, words)
        findings += _topics(rules.topics, words)
    findings += _contents(rules.filters, bool(texts), seen)
    passed = []
    for text in texts:
        found, masked = _mask(rules.masks, text)
        findings += found
        passed.append(masked)
    return Assessment(findings=tuple(dict.fromkeys(findings)), texts=tuple(passed))


def _words(rules: Sequence[Words], text: str, words: list[Word]) -> Iterator[Finding]:
    for rule in rules:
        for place in places(rule.wanted, words):
            match = text[place.start : place.end]
            yield Finding(policy=rule.policy, name=rule.name, action=rule.action, match=match)


def _topics(rules: Sequence[Topic], words: list[Word]) -> Iterator[Finding]:
    about = stems(words) if rules else frozenset[str]()
    for rule in rules:
        there = rule.found(about)
        yield Finding(policy="topic", name=rule.name, action=rule.action if there else "NONE", detected=there)


def _contents(rules: Sequence[Filter], any_text: bool, seen: Seen) -> Iterator[Finding]:  # noqa: FBT001  of two kinds
    for rule in rules:
        certain = [seen.text.get(rule.name, "NONE")] if rule.text and any_text else []
        if rule.image:
            certain += [image.get(rule.name, "NONE") for image in seen.images]
        yield rule.finding(max(certain, key=LEVELS.index, default="NONE"))


def _mask(rules: Sequence[Masked], text: str) -> tuple[list[Finding], str]:
    """What patterns find in a text, and the text with each found part under its mask."""
    findings: list[Finding] = []
    covered: list[tuple[Place, str]] = []
    for rule in rules:
        for place in rule.pattern.places(text):
            match = text[place.start : place.end]
            findings.append(
                Finding(policy=rule.policy, name=rule.name, action=rule.action, match=match, pattern=rule.written)
            )
            if rule.action == "ANONYMIZED":
                covered.append((place, f"{{{rule.name}}}"))
    return findings, _covered(text, covered)


def _covered(text: str, masks: Sequence[tuple[Place, str]]) -> str:
    parts: list[str] = []
    end = 0
    for place, mask in sorted(masks, key=lambda each: (each[0].start, -each[0].end)):
        if place.start >= end:
            parts += [text[end : place.start], mask]
            end = place.end
    return "".join([*parts, text[end:]])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """Reads the policies of a guardrail for one direction; what is switched off for it is not there."""

    source: Source

    def topics(self, policy: Mapping[str, Any]) -> Iterator[Topic]:
        """What is not to be spoken of."""
        for topic in policy.get("topics", ()):
            if self._on(topic):
                asked = (topic["name"], *topic.get("examples", ()))
                yield Topic(
                    name=topic["name"],
                    action=self._action(topic),
                    asked=tuple(stems(words_of(text)) for text in asked),
                    definition=stems(words_of(topic["definition"])),
                )

    def words(self, policy: Mapping[str, Any]) -> Iterator[Words]:
        """Words of its own and lists that come with Outcrop."""
        own: dict[Action, list[str]] = {}
        for word in policy.get("words", ()):
            if self._on(word):
                own.setdefault(self._action(word), []).append(word["text"])
        for action, texts in own.items():
            yield Words(policy="word", name="", action=action, wanted=phrases(texts))
        for kept in policy.get("managedWordLists", ()):
            if self._on(kept):
                wanted = phrases(read_list(kept["type"].lower()))
                yield Words(policy="list", name=kept["type"], action=self._action(kept), wanted=wanted)

    def filters(self, policy: Mapping[str, Any]) -> Iterator[Filter]:
        """Kinds of content."""
        way = self.source.lower()
        for each in policy.get("filters", ()):
            strength = each[f"{way}Strength"]
            modalities = each.get(f"{way}Modalities", ["TEXT"])
            if self._on(each) and strength != "NONE":
                yield Filter(
                    name=each["type"],
                    action=self._action(each),
                    strength=strength,
                    text="TEXT" in modalities,
                    image="IMAGE" in modalities,
                )

    def masks(self, policy: Mapping[str, Any]) -> Iterator[Masked]:
        """Patterns."""
        for kind in policy.get("piiEntities", ()):
            pattern = entity(kind["type"])
            if self._on(kind) and pattern is not None:
                yield Masked(policy="entity", name=kind["type"], action=self._action(kind), pattern=pattern)
        for each in policy.get("regexes", ()):
            if self._on(each):
                yield Masked(
                    policy="regex",
                    name=each["name"],
                    action=self._action(each),
                    pattern=pattern_of(each["pattern"]),
                    written=each["pattern"],
                )

    def _on(self, rule: Mapping[str, Any]) -> bool:
        return bool(rule.get(f"{self.source.lower()}Enabled", True))

    def _action(self, rule: Mapping[str, Any]) -> Action:
        asked = rule.get(f"{self.source.lower()}Action") or rule.get("action") or "BLOCK"
        return _ACTIONS[asked]
