"""Queries on blind ballots and the votes that are cast. Knows rows; knows no picture and no side.

What is guaranteed here: of a pair, a member has one vote, and it never changes.
"""

import json
from dataclasses import asdict, dataclass
from typing import Any, Literal

from sqlalchemy import RowMapping, delete, insert, select
from sqlalchemy.exc import IntegrityError

from outcrop.errors import AlreadyThere
from outcrop.store.ballot_tables import ballots, votes
from outcrop.store.database import Connection

Choice = Literal["first", "second", "tie"]
Along = Literal["across", "down"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """A vote that is asked for on a comparison's pictures."""

    id: str
    """Sorts by when it was made."""
    account_id: str
    user_name: str
    created_at: int
    comparison_id: str
    along: Along
    """The side of the grid whose rows or columns are voted between."""
    pairs: tuple[tuple[int, int], ...]
    """Two cells each, by their numbers in the comparison."""
    seed: str
    """Decides who sees which side; told to nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """What a member found of a pair."""

    ballot_id: str
    pair: int
    """From 1."""
    user_id: str
    choice: Choice
    voted_at: int


def add_ballot(connection: Connection, new: Ballot) -> None:
    """Add one, whose comparison is there."""
    connection.execute(insert(ballots).values({**asdict(new), "pairs": json.dumps(new.pairs)}))


def find_ballot(connection: Connection, account_id: str, ballot_id: str) -> Ballot | None:
    """An account's ballot of that id."""
    same = (ballots.c.account_id == account_id) & (ballots.c.id == ballot_id)
    row = connection.execute(select(ballots).where(same)).mappings().first()
    return None if row is None else _ballot(row)


def list_ballots(connection: Connection, account_id: str, before: str | None, most: int) -> list[Ballot]:
    """An account's ballots, newest first; `before` is the id after which to go on."""
    query = select(ballots).where(ballots.c.account_id == account_id).order_by(ballots.c.id.desc())
    if before is not None:
        query = query.where(ballots.c.id < before)
    return [_ballot(row) for row in connection.execute(query.limit(most)).mappings()]


def cast_vote(connection: Connection, vote: Vote) -> None:
    """Write a vote down.

    Raises: AlreadyThere when the member has voted on that pair.
    """
    try:
        connection.execute(insert(votes).values(asdict(vote)))
    except IntegrityError:
        raise AlreadyThere(f"You have voted on pair {vote.pair} already; a vote does not change.") from None


def votes_of(connection: Connection, ballot_id: str) -> list[Vote]:
    """All that were cast on a ballot."""
    query = select(votes).where(votes.c.ballot_id == ballot_id).order_by(votes.c.pair, votes.c.user_id)
    return [Vote(**row) for row in connection.execute(query).mappings()]


def delete_ballot(connection: Connection, ballot_id: str) -> None:
    """Remove one with all its votes."""
    same = ballots.c.id == ballot_id
    connection.execute(select(ballots.c.id).where(same).with_for_update())  # votes wait, and are none
    connection.execute(delete(votes).where(votes.c.ballot_id == ballot_id))
    connection.execute(delete(ballots).where(same))


def _ballot(row: RowMapping) -> Ballot:
    values: dict[str, Any] = {**row, "pairs": tuple((first, second) for first, second in json.loads(row["pairs"]))}
    return Ballot(**values)
