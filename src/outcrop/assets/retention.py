"""How long an account keeps its assets: rules, and what they say of an asset. Knows rules; deletes nothing.

An asset that several rules speak of is kept for the longest of their times, one that none speaks of for good. What is
pinned, was finished from a draft or waits for a review stays, whatever rules say.
"""

import json
from dataclasses import asdict, dataclass
from typing import Any, Final, Self

from outcrop.errors import InvalidRequest
from outcrop.store.assets import Asset

A_DAY_S: Final = 86_400
MOST_DAYS: Final = 36_500
MOST_RULES: Final = 50
FINAL: Final = "draft"
"""The role of the parent that makes an asset a final."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How long some assets are kept."""

    days: int
    """From 1."""
    tag: str | None = None
    """Only those with this tag, as key or key:value."""
    campaign: str | None = None
    """Only those of this campaign."""
    kind: str | None = None
    """Only pictures, or only uploads."""

    def speaks_of(self, asset: Asset) -> bool:
        """Whether it is about an asset."""
        if self.tag is not None:
            key, colon, value = self.tag.partition(":")
            if key not in asset.tags or (colon and asset.tags[key] != value):
                return False
        return self.campaign in {None, asset.campaign} and self.kind in {None, asset.kind}


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """An account's rules."""

    rules: tuple[Rule, ...] = ()

    @classmethod
    def read(cls, content: str) -> Self:
        """The rules of a document.

        Raises: InvalidRequest when it is none; the message names the place in it.
        """
        try:
            document = json.loads(content)
        except ValueError:
            raise InvalidRequest('Retention rules are JSON, such as {"rules": [{"days": 30}]}.') from None
        rules = document.get("rules") if isinstance(document, dict) else None
        if not isinstance(rules, list) or len(rules) > MOST_RULES or set(document) != {"rules"}:
            raise InvalidRequest(f"Retention is one object with 'rules', a list of at most {MOST_RULES}.")
        return cls(rules=tuple(_rule(number, rule) for number, rule in enumerate(rules, 1)))

    def written(self) -> str:
        """The document."""
        return json.dumps(self.described())

    def described(self) -> dict[str, Any]:
        """As JSON has it."""
        rules = ({name: value for name, value in asdict(rule).items() if value is not None} for rule in self.rules)
        return {"rules": list(rules)}

    def ends(self, asset: Asset) -> int | None:
        """When an asset is no longer kept, in seconds since 1970; None is never."""
        is_final = any(parent.role == FINAL for parent in asset.parents)
        times = [rule.days for rule in self.rules if rule.speaks_of(asset)]
        if asset.pinned or is_final or asset.held == "held" or not times:
            return None
        return asset.created_at + max(times) * A_DAY_S

    @property
    def shortest_s(self) -> int | None:
        """How old an asset is at least before it may go; None where nothing ever does."""
        return min((rule.days for rule in self.rules), default=0) * A_DAY_S or None


def _rule(number: int, given: object) -> Rule:
    known = {"days": int, "tag": str, "campaign": str, "kind": str}
    if not isinstance(given, dict) or not set(given) <= set(known) or "days" not in given:
        raise InvalidRequest(f"Rule {number} says 'days' and may say 'tag', 'campaign' and 'kind', and nothing else.")
    for name, value in given.items():
        if not isinstance(value, known[name]) or isinstance(value, bool) or value == "":
            raise InvalidRequest(f"'{name}' of rule {number} is {str(value)[:80]!r}, which it cannot be.")
    if not 1 <= given["days"] <= MOST_DAYS:
        raise InvalidRequest(f"'days' of rule {number} is {given['days']}; give 1 to {MOST_DAYS:,}.")
    if given.get("kind") not in {None, "picture", "upload"}:
        raise InvalidRequest(f"'kind' of rule {number} is {given['kind'][:80]!r}; give picture or upload.")
    return Rule(**given)
