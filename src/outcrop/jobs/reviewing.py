"""Pictures that somebody must approve before they are delivered: which, and what follows from a decision.

What is decided is decided once. What is rejected is paid back, in the transaction that writes it down. Knows no wire
and no file.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from outcrop.assets.library import Library
from outcrop.errors import AlreadyThere, InvalidRequest, NoSuchResource
from outcrop.ledger.books import Books
from outcrop.store.assets import Asset, hold_asset
from outcrop.store.database import Connection, Database
from outcrop.store.documents import find_document
from outcrop.store.reviews import Decision, Review, decide_review, find_review, open_review

MOST_RULES: Final = 100
DOCUMENT: Final = "review_policy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Which pictures are held: those that have all that it names; one that names nothing holds every picture."""

    model: str | None = None
    campaign: str | None = None
    tag: str | None = None
    """A key, or a key and a value with a colon between."""

    def holds(self, model: str, tags: Mapping[str, str], campaign: str | None) -> bool:
        """Whether it holds a picture."""
        key, colon, value = (self.tag or "").partition(":")
        return (
            self.model in {None, model}
            and self.campaign in {None, campaign}
            and (self.tag is None or (key in tags and (not colon or tags[key] == value)))
        )


RulesOf = Callable[[str], tuple[Rule, ...]]
"""The rules of an account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Which pictures of which account wait for a review."""

    rules_of: RulesOf = lambda _: ()

    def holds(self, account: str, model: str, tags: Mapping[str, str], campaign: str | None) -> bool:
        """Whether a picture to come is held."""
        return any(rule.holds(model, tags, campaign) for rule in self.rules_of(account))

    def refuse_at_once(self, account: str, model: str, tags: Mapping[str, str]) -> None:
        """Let pictures be asked for that are delivered as soon as they are drawn.

        Raises: InvalidRequest when they would be held: nobody can look in time, so none is drawn.
        """
        if self.holds(account, model, tags, tags.get("campaign")):
            raise InvalidRequest(
                "Pictures of this kind are held for a review in this account, for which this operation cannot wait. "
                "Hand in a picture job instead: POST /v1/jobs."
            )


NOTHING_HELD: Final = Holding()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What somebody decides on a picture."""

    decision: Decision
    reason: str
    comment: str | None = None
    by: str
    """Who, for the record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviews:
    """Decisions on what is held."""

    library: Library
    books: Books
    now: Callable[[], float]

    def decide(self, account: str, asset_id: str, ruling: Ruling) -> Review:
        """Deliver a picture from now on, or never, and then give back what was paid for it.

        Raises: NoSuchResource when the account has none of that id that was held, or it was deleted meanwhile, which
            leaves it paid and undecided; AlreadyThere when it is decided.
        """
        with self.library.database.writing() as connection:
            review = self.find(connection, account, asset_id)
            decided = replace(
                review,
                decision=ruling.decision,
                reason=ruling.reason,
                comment=ruling.comment,
                decided_by=ruling.by,
                decided_at=int(self.now()),
            )
            if not decide_review(connection, decided):
                raise AlreadyThere(
                    f"The picture {asset_id} is decided already: {review.decision} by {review.decided_by}."
                )
            if not hold_asset(connection, asset_id, None if ruling.decision == "approve" else "rejected"):
                raise NoSuchResource(f"The picture {asset_id} was deleted before anybody decided; it waits no longer.")
            if ruling.decision == "reject":
                self.books.refund_within(connection, [review.booking_id])
            return decided

    def find(self, connection: Connection, account: str, asset_id: str) -> Review:
        """The review of an account's picture.

        Raises: NoSuchResource when that was never held.
        """
        review = find_review(connection, account, asset_id)
        if review is None:
            raise NoSuchResource(f"There is no picture {asset_id[:80]} in this account that was held for a review.")
        return review


def hold(connection: Connection, asset: Asset, booking: str) -> None:
    """Put a picture that is held into the queue of those that wait."""
    review = Review(asset_id=asset.id, account_id=asset.account_id, booking_id=booking, opened_at=asset.created_at)
    open_review(connection, review)


def read_rules(document: str) -> tuple[Rule, ...]:
    """The rules of a document, as an account has left it.

    Raises: InvalidRequest that names what cannot be used.
    """
    try:
        content = json.loads(document)
    except (ValueError, RecursionError):
        content = None
    for wrong in _wrong(content):
        raise InvalidRequest(wrong)
    return tuple(Rule(**rule) for rule in content["rules"])


def kept_rules(database: Database) -> RulesOf:
    """What accounts have left with the database; none for those that have left nothing."""

    def rules_of(account: str) -> tuple[Rule, ...]:
        with database.reading() as connection:
            document = find_document(connection, account, "review_policy")
        return () if document is None else read_rules(document)

    return rules_of


def _wrong(content: Any) -> Iterator[str]:  # noqa: ANN401  any JSON value may come
    rules = content.get("rules") if isinstance(content, dict) else None
    if not isinstance(rules, list) or len(rules) > MOST_RULES:
        yield f"A policy for reviews has the member 'rules', a list of at most {MOST_RULES}."
        return
    for rule in rules:
        if not isinstance(rule, dict) or not set(rule) <= {"model", "campaign", "tag"}:
            yield "A rule of reviews has the members model, campaign and tag, each of which may be left out."
        elif not all(isinstance(value, str) for value in rule.values()):
            yield "What a rule of reviews names is a text."
