"""What somebody may do is read anew for every call, whichever process changed it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from outcrop.access.directory import Directory
from outcrop.access.keys import find_key
from outcrop.access.standing import Standing, read_standing
from outcrop.access.user_policies import FULL_ACCESS
from outcrop.errors import UnknownKey
from outcrop.store.access_keys import deactivate_access_key
from outcrop.store.accounts import delete_user
from outcrop.store.database import Connection, open_database
from outcrop.store.model_access import ALL, remove_grant
from outcrop.store.policies import remove_policy
from tests.serving import ACCOUNT, KEY_ID, directory_of


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Directory]:
    """A directory of its own."""
    with directory_of(tmp_path) as made:
        yield made


def standing(directory: Directory) -> Standing:
    """Of whoever shows the test's key."""
    return read_standing(directory, lambda connection: find_key(directory, connection, KEY_ID, None))


def elsewhere(home: Path, change: Callable[[Connection], object]) -> None:
    """Change something through a database that was opened on its own, as another process would."""
    with open_database(home) as database, database.writing() as connection:
        assert change(connection) is not False


def test_it_holds_key_policies_and_grants(directory: Directory) -> None:
    """All of the user of the key and of their account."""
    found = standing(directory)
    assert (found.key.id, found.key.user.account_id) == (KEY_ID, ACCOUNT)
    assert len(found.policies) == 1
    assert [(grant.region, grant.model_id) for grant in found.grants] == [(ALL, ALL)]


def test_a_key_that_is_revoked_elsewhere_opens_nothing(directory: Directory, tmp_path: Path) -> None:
    """From the next call on."""
    standing(directory)
    elsewhere(tmp_path, lambda connection: deactivate_access_key(connection, KEY_ID))
    with pytest.raises(UnknownKey):
        standing(directory)


def test_a_user_who_is_deleted_elsewhere_is_gone(directory: Directory, tmp_path: Path) -> None:
    """With their key."""
    user = standing(directory).key.user
    elsewhere(tmp_path, lambda connection: delete_user(connection, user.id))
    with pytest.raises(UnknownKey):
        standing(directory)


def test_a_policy_that_is_taken_elsewhere_is_gone(directory: Directory, tmp_path: Path) -> None:
    """And the key still opens."""
    user = standing(directory).key.user
    elsewhere(tmp_path, lambda connection: remove_policy(connection, user.id, FULL_ACCESS))
    assert standing(directory).policies == ()


def test_a_grant_that_is_taken_elsewhere_is_gone(directory: Directory, tmp_path: Path) -> None:
    """And nothing else."""
    assert standing(directory).grants
    elsewhere(tmp_path, lambda connection: remove_grant(connection, ACCOUNT, ALL, ALL))
    found = standing(directory)
    assert (found.grants, len(found.policies)) == ((), 1)
