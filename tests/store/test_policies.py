"""What the database keeps of policies, and how it comes to keep it."""

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from outcrop.access.managed_policies import managed_policy_text
from outcrop.access.policy_reading import read_policy
from outcrop.store.accounts import delete_user, list_users
from outcrop.store.database import Connection
from outcrop.store.migrate import migrate
from outcrop.store.policies import UserPolicy, policies_of, put_policy, remove_policy
from outcrop.store.tables import accounts, users
from tests.databases import Place
from tests.store.test_database import raw


def add_people(connection: Connection) -> None:
    """An account with a user, in whatever version the database is."""
    connection.execute(insert(accounts).values(id="1", name="a", created_at=0))
    connection.execute(insert(users).values(id="AIDA1", account_id="1", name="alice", created_at=7))


def one(name: str, document: str = "{}", user: str = "AIDA1") -> UserPolicy:
    """A row."""
    return UserPolicy(user_id=user, name=name, document=document, put_at=1)


def test_a_policy_is_kept_replaced_and_removed(place: Place) -> None:
    """By user and name."""
    with place.open() as database, database.writing() as connection:
        add_people(connection)
        assert not put_policy(connection, one("b"))
        assert not put_policy(connection, one("a"))
        assert put_policy(connection, one("b", "new"))
        assert policies_of(connection, "AIDA1") == [one("a"), one("b", "new")]
        assert remove_policy(connection, "AIDA1", "a")
        assert not remove_policy(connection, "AIDA1", "a")
        assert policies_of(connection, "AIDA1") == [one("b", "new")]


def test_only_a_user_has_policies(place: Place) -> None:
    """And they go with the user."""
    with place.open() as database:
        with pytest.raises(IntegrityError), database.writing() as connection:
            put_policy(connection, one("a", user="nobody"))
        with database.writing() as connection:
            add_people(connection)
            put_policy(connection, one("a"))
            delete_user(connection, "AIDA1")
            assert list_users(connection) == []
            assert policies_of(connection, "AIDA1") == []


def test_who_was_there_before_policies_may_go_on(empty: Place) -> None:
    """The migration gives each user the policy that says what held until then."""
    with raw(empty).begin() as connection:
        migrate(connection, "0001")
        add_people(connection)
    with empty.open() as database, database.reading() as connection:
        (found,) = policies_of(connection, "AIDA1")
    assert (found.name, found.put_at) == ("BedrockFullAccess", 7)
    assert read_policy(found.document, found.name).statements[0].sid == "Everything"


def test_members_grids_and_votes_are_their_own_also_where_a_policy_was_put_before(empty: Place) -> None:
    """The document becomes today's, to the letter; one that somebody has changed stays as it is."""
    today = managed_policy_text("OutcropOwnUse")
    before = _with_everybodys(today, "Comparison", '"outcrop:*Comparisons", "outcrop:GetComparisonSheet"')
    before = _with_everybodys(before, "Ballot", '"outcrop:*Ballots", "outcrop:GetBallotPicture", "outcrop:CastVote"')
    changed = before.replace('"outcrop:CastVote"]', '"outcrop:CastVote", "outcrop:PutBrandKit"]')
    changed = changed.replace('"outcrop:GetComparisonSheet"]', '"outcrop:GetComparison*"]')
    with raw(empty).begin() as connection:
        migrate(connection, "0019")
        add_people(connection)
        connection.execute(insert(users).values(id="AIDA2", account_id="1", name="bob", created_at=7))
        put_policy(connection, one("OutcropOwnUse", before))
        put_policy(connection, one("Mine", before))
        put_policy(connection, one("OutcropOwnUse", changed, user="AIDA2"))
    with empty.open() as database, database.reading() as connection:
        assert {each.name: each.document for each in policies_of(connection, "AIDA1")} == {
            "OutcropOwnUse": today,
            "Mine": before,
        }
        assert [each.document for each in policies_of(connection, "AIDA2")] == [changed]


def _with_everybodys(document: str, kind: str, actions: str) -> str:
    """A document as it was when what is one's own alone was everybody's."""
    statements = document.split("\n    },\n")
    (everybody,) = (each for each in statements if f'"Sid": "{kind}s"' in each)
    words = f'      "Action": ["outcrop:*{kind}", {actions}],'
    before = "\n".join(words if '"Action"' in line else line for line in everybody.split("\n"))
    kept = (before if each is everybody else each for each in statements if f'"Sid": "Own{kind}s"' not in each)
    return "\n    },\n".join(kept)
