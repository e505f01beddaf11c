"""Ballots and votes as rows, on each database: of a pair, a member has one vote, and it never changes."""

from dataclasses import replace

import pytest

from outcrop.errors import AlreadyThere
from outcrop.store.accounts import Account, add_account
from outcrop.store.ballots import (
    Ballot,
    Vote,
    add_ballot,
    cast_vote,
    delete_ballot,
    find_ballot,
    list_ballots,
    votes_of,
)
from outcrop.store.comparisons import add_comparison
from tests.databases import Place
from tests.store.test_comparisons import ACCOUNT, GRID

BALLOT = Ballot(
    id="0" * 15 + "1",
    account_id=ACCOUNT,
    user_name="tester",
    created_at=1,
    comparison_id=GRID.id,
    along="across",
    pairs=((1, 2), (3, 4)),
    seed="ab" * 32,
)
VOTE = Vote(ballot_id=BALLOT.id, pair=2, user_id="AIDATEST", choice="first", voted_at=5)


def test_a_ballot_and_its_votes_are_kept(place: Place) -> None:
    """And found by their account alone; a second vote of a member on a pair is none; deleted, its votes go with it."""
    later = replace(BALLOT, id="0" * 15 + "2")
    with place.open() as database:
        with database.writing() as connection:
            add_account(connection, Account(id=ACCOUNT, name="a", created_at=0))
            add_comparison(connection, GRID)
            add_ballot(connection, BALLOT)
            add_ballot(connection, later)
            cast_vote(connection, VOTE)
            cast_vote(connection, replace(VOTE, user_id="AIDAOTHER", choice="tie"))
        with pytest.raises(AlreadyThere, match="does not change"), database.writing() as connection:
            cast_vote(connection, replace(VOTE, choice="second"))
        with database.reading() as connection:
            assert find_ballot(connection, ACCOUNT, BALLOT.id) == BALLOT
            assert find_ballot(connection, "2" * 12, BALLOT.id) is None
            assert list_ballots(connection, ACCOUNT, None, 10) == [later, BALLOT]
            assert list_ballots(connection, ACCOUNT, later.id, 10) == [BALLOT]
            assert votes_of(connection, BALLOT.id) == [replace(VOTE, user_id="AIDAOTHER", choice="tie"), VOTE]
            assert votes_of(connection, later.id) == []
        with database.writing() as connection:
            delete_ballot(connection, BALLOT.id)
        with database.reading() as connection:
            assert votes_of(connection, BALLOT.id) == []
            assert list_ballots(connection, ACCOUNT, None, 10) == [later]
