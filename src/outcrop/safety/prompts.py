"""Whether a prompt may be drawn, by its words alone: no network reads it, and most are read in microseconds.

Words are looked up in a dictionary of phrases; only what looks as if it hid something is read a second time. Time is
linear in the text. Knows no wire and no account.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate
from typing import Final, Literal, get_args

from outcrop.safety.policy import USUAL, Policy
from outcrop.safety.reading import WORD, Vocabulary, Word, fold, looks_odd, places, uncovered, words_of
from outcrop.safety.rulebook import UNSPACED, Category, Confidence, Phrases, Rule, Rulebook, phrases, rulebook

NEAR: Final = 6
"""Words to either side that a rule looks at."""
BESIDE: Final = 2
"""Words just before or after that make a term innocent."""
DENIED: Final = "denied"
SURER: Final = get_args(Confidence)
"""Each surer than the one before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something in a prompt that a policy is about."""

    category: Category | Literal["denied"]
    """`denied` is what stands on a list of the account's own."""
    confidence: Confidence
    deed: Literal["warn", "block"]
    term: str
    """As it is written in the prompt."""
    start: int
    """Where it begins there; characters from 0."""
    end: int
    reason: str
    suggestion: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is to be thought of a prompt."""

    findings: tuple[Finding, ...] = ()
    """In the order of the prompt; those of categories that the policy allows are not among them."""

    @property
    def blocked(self) -> bool:
        """Whether it may not be drawn."""
        return any(finding.deed == "block" for finding in self.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hit:
    category: Category | Literal["denied"]
    confidence: Confidence
    start: int
    end: int


CLEAN: Final = Verdict()


def check(text: str, policy: Policy = USUAL, negative: str = "") -> Verdict:
    """Read a prompt. Of what shall not be drawn, `negative`, only that counts which takes people's clothes off them.

    What is found with low confidence is never blocked by a category: it warns. Minors always block.
    """
    book, own = rulebook(), _own(policy.deny, policy.allow)
    folded = fold(text)
    plain = WORD.findall(folded)
    undressed = _undresses(plain, negative, book)
    odd = looks_odd(folded, plain)
    if not (odd or undressed) and _says_nothing(folded, plain, book, own):
        return CLEAN
    readings = [words_of(folded), *([uncovered(folded, own.vocabulary)] if odd else [])]
    hits = [*undressed, *_whole(folded, book), *(hit for words in readings for hit in _hits(words, book, own))]
    return _verdict(text, [*hits, *_minors(folded, readings, hits, book)], policy, book)


def _undresses(plain: Sequence[str], negative: str, book: Rulebook) -> list[_Hit]:
    """A finding at no place in the prompt, where what is not wanted are somebody's clothes."""
    if not negative or book.people.isdisjoint(plain) or book.undressing.isdisjoint(WORD.findall(fold(negative))):
        return []
    return [_Hit(category="sexual", confidence="medium", start=0, end=0)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Own:
    """The lists of an account."""

    deny: Phrases[None]
    allow: Phrases[None]
    vocabulary: Vocabulary
    """Everybody's, with the words that are denied."""


@lru_cache(maxsize=256)
def _own(deny: tuple[str, ...], allow: tuple[str, ...]) -> _Own:
    common = rulebook().vocabulary
    denied = phrases((_plain(term), None) for term in deny)
    return _Own(
        deny=denied,
        allow=phrases((_plain(term), None) for term in allow),
        vocabulary=replace(common, words=common.words.union(*(text.split(" ") for text in denied.whole))),
    )


def _plain(term: str) -> str:
    """A term of a list, of which no letter has a meaning of its own."""
    return term.replace("|", " ").replace("{", " ")


def _says_nothing(folded: str, plain: Sequence[str], book: Rulebook, own: _Own) -> bool:
    return (
        book.terms.first.isdisjoint(plain)
        and own.deny.first.isdisjoint(plain)
        and not any(term in folded for term in book.anywhere)
        and (folded.isascii() or UNSPACED.search(folded) is None)
    )


def _hits(words: Sequence[Word], book: Rulebook, own: _Own) -> Iterator[_Hit]:
    """What the words say, without what is innocent where it stands."""
    texts = [word.text for word in words]
    if book.terms.first.isdisjoint(texts) and own.deny.first.isdisjoint(texts):
        return
    excused = _reach(texts, book.innocent, own.allow)
    for begin, end, _ in own.deny.find(texts):
        yield _Hit(category=DENIED, confidence="high", start=words[begin].start, end=words[end - 1].end)
    for begin, end, rules in book.terms.find(texts):
        if end <= excused[begin]:
            continue
        for rule in rules:
            if _holds(rule, texts, begin, end, book):
                yield _hit(rule, words[begin].start, words[end - 1].end)


def _reach(texts: Sequence[str], *innocent: Phrases[None]) -> list[int]:
    """For each word, how far what is innocent there or before reaches: what ends by then and begins here is in it."""
    ends = [0] * len(texts)
    for begin, end, _ in (found for kind in innocent for found in kind.find(texts)):
        ends[begin] = max(ends[begin], end)
    return list(accumulate(ends, max))


def _holds(rule: Rule, texts: Sequence[str], begin: int, end: int, book: Rulebook) -> bool:
    """Whether a rule means what stands at a place, by the words around it."""
    if not rule.after.isdisjoint(texts[max(0, begin - BESIDE) : begin]):
        return False
    for word in texts[end : end + BESIDE]:
        if word in book.people:
            break
        if word in rule.before:
            return False
    around = [*texts[max(0, begin - NEAR) : begin], *texts[end : end + NEAR]]
    return not rule.near or not rule.near.isdisjoint(around)


def _whole(folded: str, book: Rulebook) -> Iterator[_Hit]:
    """What stands inside of words, or in scripts that do not part them."""
    for term in book.anywhere:
        at = folded.find(term)
        if at >= 0:
            yield _Hit(category="sexual", confidence="high", start=at, end=at + len(term))
    for found in book.unspaced_pattern.finditer(folded):
        yield from (_hit(rule, found.start(), found.end()) for rule in book.unspaced[found.group()])


def _minors(folded: str, readings: Iterable[Sequence[Word]], hits: Sequence[_Hit], book: Rulebook) -> Iterator[_Hit]:
    """Those who are no adults, where something is sexual; where it plainly is, those too who may be none."""
    sexual = [hit.confidence for hit in hits if hit.category == "sexual"]
    if not sexual:
        return
    plainly = any(confidence != "low" for confidence in sexual)
    for words in readings:
        yield from _called(words, [book.children, book.maybe_children] if plainly else [book.children], book)
    for found in book.unspaced_children.finditer(folded):
        yield _Hit(category="minors", confidence="high", start=found.start(), end=found.end())


def _called(words: Sequence[Word], kinds: Iterable[Phrases[None]], book: Rulebook) -> Iterator[_Hit]:
    texts = [word.text for word in words]
    excused = _reach(texts, book.innocent)
    for begin, end, _ in (found for kind in kinds for found in kind.find(texts)):
        if end > excused[begin]:
            yield _Hit(category="minors", confidence="high", start=words[begin].start, end=words[end - 1].end)


def _hit(rule: Rule, start: int, end: int) -> _Hit:
    return _Hit(category=rule.category, confidence=rule.confidence, start=start, end=end)


def _verdict(text: str, hits: Iterable[_Hit], policy: Policy, book: Rulebook) -> Verdict:
    place = places(text)
    told: list[Finding] = []
    for hit in _outermost(hits):
        deed = _deed(hit, policy)
        if deed == "allow":
            continue
        start, end = place(hit.start, hit.end) if hit.end else (0, 0)
        reason, suggestion = _said(hit, book)
        told.append(
            Finding(
                category=hit.category,
                confidence=hit.confidence,
                deed=deed,
                term=text[start:end],
                start=start,
                end=end,
                reason=reason,
                suggestion=suggestion,
            )
        )
    return Verdict(findings=tuple(told)) if told else CLEAN


def _outermost(hits: Iterable[_Hit]) -> list[_Hit]:
    """Hits in the order of the text, without those inside another of their category that is as sure."""
    kept: list[_Hit] = []
    last: dict[tuple[str, Confidence], int] = {}
    for hit in sorted(set(hits), key=lambda hit: (hit.start, -hit.end, hit.category)):
        as_sure = SURER[SURER.index(hit.confidence) :]
        if all(last.get((hit.category, confidence), -1) < hit.end for confidence in as_sure):
            kept.append(hit)
            last[hit.category, hit.confidence] = hit.end
    return kept


def _deed(hit: _Hit, policy: Policy) -> Literal["allow", "warn", "block"]:
    if hit.category == DENIED:
        return "block"
    deed = policy.deed(hit.category)
    return "warn" if deed == "block" and hit.confidence == "low" else deed


def _said(hit: _Hit, book: Rulebook) -> tuple[str, str]:
    if hit.category == DENIED:
        return "It is on this account's list of what is not drawn.", "Leave it out, or ask whoever keeps the list."
    about = book.about[hit.category]
    return about.reason, about.suggestion
