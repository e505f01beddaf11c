"""The policies that users have: put, replaced, and what a new user begins with."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from outcrop.access.accounts import create_user
from outcrop.access.authorization import authorize
from outcrop.access.bedrock_calls import Call, Circumstances, Principal
from outcrop.access.directory import Directory
from outcrop.access.managed_policies import managed_policy
from outcrop.access.user_policies import put_managed_policy, put_user_policy, user_policies
from outcrop.errors import Denied, MalformedPolicy, NoSuchResource
from outcrop.store.accounts import User
from outcrop.store.policies import remove_policy
from tests.serving import directory_of

LIST = Call(operation="ListFoundationModels", region="us-west-2")
NOTHING = '{"Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}'


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Directory]:
    """A directory of its own."""
    with directory_of(tmp_path) as made:
        yield made


@pytest.fixture
def alice(directory: Directory) -> User:
    """A new user."""
    return create_user(directory, "alice", "studio")


def may_list(directory: Directory, user: User) -> bool:
    """Whether a user may list models."""
    principal = Principal(account=user.account_id, user_name=user.name)
    try:
        with directory.database.reading() as connection:
            authorize(user_policies(connection, user), LIST, principal, Circumstances(at=0))
    except Denied:
        return False
    return True


def test_a_new_user_may_do_all_of_bedrock(directory: Directory, alice: User) -> None:
    """By a policy that can be seen and taken away; beside it they have one that shows them their own use."""
    with directory.database.reading() as connection:
        assert user_policies(connection, alice) == (
            managed_policy("BedrockFullAccess"),
            managed_policy("OutcropOwnUse"),
        )
    assert may_list(directory, alice)
    with directory.database.writing() as connection:
        assert remove_policy(connection, alice.id, "BedrockFullAccess")
    assert not may_list(directory, alice)


def test_a_policy_holds_from_the_next_call_on(directory: Directory, alice: User) -> None:
    """All of a user's policies together."""
    with directory.database.writing() as connection:
        assert not put_user_policy(directory, connection, alice, "nothing", NOTHING)
    assert not may_list(directory, alice)
    with directory.database.writing() as connection:
        assert put_user_policy(directory, connection, alice, "nothing", NOTHING.replace('"*"', '"s3:*"', 1))
    assert may_list(directory, alice)


def test_a_broken_document_changes_nothing(directory: Directory, alice: User) -> None:
    """It is refused before it is kept."""
    with pytest.raises(MalformedPolicy), directory.database.writing() as connection:
        put_user_policy(directory, connection, alice, "BedrockFullAccess", "{}")
    with pytest.raises(NoSuchResource), directory.database.writing() as connection:
        put_managed_policy(directory, connection, alice, "None")
    assert may_list(directory, alice)
