"""What an account wants done about prompts: a deed a category, and lists of its own. Knows no prompt."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Literal, get_args

from outcrop.errors import InvalidRequest
from outcrop.safety.rulebook import CATEGORIES, Category

Deed = Literal["allow", "warn", "block"]
DEEDS: Final[tuple[Deed, ...]] = get_args(Deed)
MOST_TERMS, MOST_LETTERS = 1000, 100
"""Of a list of an account's own: its terms, and the letters of each."""

USUAL_DEEDS: Final[Mapping[Category, Deed]] = MappingProxyType(
    {
        "sexual": "block",
        "violence": "block",
        "hate": "block",
        "self_harm": "block",
        "minors": "block",
        "weapons": "warn",
        "drugs": "warn",
        "artists": "warn",
        "trademarks": "warn",
        "people": "warn",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What is done about prompts."""

    deeds: Mapping[Category, Deed] = field(default_factory=lambda: USUAL_DEEDS)
    """What is done about each category; minors are blocked whatever stands here."""
    deny: tuple[str, ...] = ()
    """Words and phrases that are blocked, however they are written."""
    allow: tuple[str, ...] = ()
    """Words and phrases in which nothing is found, but for minors."""

    def deed(self, category: Category) -> Deed:
        """What is done about a category."""
        return "block" if category == "minors" else self.deeds.get(category, USUAL_DEEDS[category])


USUAL: Final = Policy()
"""For accounts that have said nothing."""


def read_policy(document: str) -> Policy:
    """The policy of a document, as an account has left it.

    Raises: InvalidRequest that names the member which cannot be used, and what can be.
    """
    try:
        content = json.loads(document)
    except (ValueError, RecursionError):
        raise InvalidRequest("A policy for prompts is an object in JSON.") from None
    for wrong in _wrong(content):
        raise InvalidRequest(wrong)
    return Policy(
        deeds=MappingProxyType({**USUAL_DEEDS, **content.get("categories", {})}),
        deny=tuple(content.get("deny", [])),
        allow=tuple(content.get("allow", [])),
    )


def written(policy: Policy) -> str:
    """A policy as a document, which `read_policy` reads."""
    deeds = {category: policy.deed(category) for category in CATEGORIES}
    return json.dumps({"categories": deeds, "deny": list(policy.deny), "allow": list(policy.allow)}, ensure_ascii=False)


def _wrong(content: object) -> Iterator[str]:
    """What stands in the way of reading a document."""
    if not isinstance(content, dict):
        yield "A policy for prompts is an object in JSON."
        return
    unknown = sorted(set(content) - {"categories", "deny", "allow"})
    if unknown:
        yield f"A policy for prompts has the members categories, deny and allow; '{unknown[0][:40]}' is none of them."
    yield from _wrong_deeds(content.get("categories", {}))
    for name in ("deny", "allow"):
        yield from _wrong_list(name, content.get(name, []))


def _wrong_deeds(deeds: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON value may come
    if not isinstance(deeds, dict):
        yield '\'categories\' is an object, such as {"weapons": "block"}.'
        return
    for name, deed in deeds.items():
        if name not in CATEGORIES:
            yield f"There is no category '{name[:40]}'; there are {', '.join(CATEGORIES)}."
        if deed not in DEEDS:
            yield f"'{name[:40]}' may be {', '.join(DEEDS)}, not {str(deed)[:40]!r}."
        elif name == "minors" and deed != "block":
            yield "What sexualises minors is always blocked; leave 'minors' out, or have it say block."


def _wrong_list(name: str, terms: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON value may come
    if not isinstance(terms, list) or len(terms) > MOST_TERMS:
        yield f"'{name}' is a list of at most {MOST_TERMS} words or phrases."
        return
    for term in terms:
        if not isinstance(term, str) or not 0 < len(term) <= MOST_LETTERS or not any(map(str.isalnum, term)):
            yield f"'{name}' holds texts of 1 to {MOST_LETTERS} characters with a letter, not {str(term)[:40]!r}."
