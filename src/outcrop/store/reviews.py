"""Queries on reviews: which pictures wait for somebody to look, and who has decided what. Knows rows; knows no picture.

A row is never deleted, and changed once: by the decision.
"""

from dataclasses import asdict, dataclass
from typing import Literal

from sqlalchemy import insert, select, update

from outcrop.store.assets import THERE
from outcrop.store.database import Connection
from outcrop.store.tables import assets, reviews

Decision = Literal["approve", "reject"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """That a picture waits for somebody to look, or that somebody has."""

    asset_id: str
    account_id: str
    booking_id: str
    """What was paid for it."""
    opened_at: int
    decision: Decision | None = None
    reason: str | None = None
    """Why, in short."""
    comment: str | None = None
    """What else is to be said, as what to do better."""
    decided_by: str | None = None
    """Whose key it was."""
    decided_at: int | None = None


def open_review(connection: Connection, review: Review) -> None:
    """Have a picture wait that does not yet."""
    there = connection.execute(select(reviews.c.asset_id).where(reviews.c.asset_id == review.asset_id)).first()
    if there is None:
        connection.execute(insert(reviews).values(asdict(review)))


def find_review(connection: Connection, account_id: str, asset_id: str) -> Review | None:
    """The review of an account's picture."""
    query = select(reviews).where(reviews.c.account_id == account_id, reviews.c.asset_id == asset_id)
    row = connection.execute(query).mappings().first()
    return None if row is None else Review(**row)


def list_reviews(
    connection: Connection,
    account_id: str | None,
    state: Literal["held", "approved", "rejected"],
    after: str | None = None,
    most: int = 50,
) -> list[Review]:
    """Those of an account, or of all, in a state: the picture that was made first, first.

    A picture that was deleted waits no longer; what was decided on one stays written down.
    """
    decided: dict[str, Decision | None] = {"held": None, "approved": "approve", "rejected": "reject"}
    query = select(reviews).where(reviews.c.decision.is_not_distinct_from(decided[state]))
    if state == "held":
        query = query.join(assets, assets.c.id == reviews.c.asset_id).where(THERE)
    if account_id is not None:
        query = query.where(reviews.c.account_id == account_id)
    if after is not None:
        query = query.where(reviews.c.asset_id > after)
    return [Review(**row) for row in connection.execute(query.order_by(reviews.c.asset_id).limit(most)).mappings()]


def decide_review(connection: Connection, review: Review) -> bool:
    """Write a decision down; tells whether none was there."""
    same = (reviews.c.asset_id == review.asset_id) & reviews.c.decision.is_(None)
    return connection.execute(update(reviews).where(same).values(asdict(review))).rowcount == 1
