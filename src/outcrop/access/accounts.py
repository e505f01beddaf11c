"""Accounts and their users: made, found, deleted. Knows names and numbers; knows no key."""

import re
from base64 import b32encode
from typing import Final

from outcrop.access.directory import Directory
from outcrop.access.key_file import Random
from outcrop.access.user_policies import FULL_ACCESS, OWN_USE, put_managed_policy
from outcrop.errors import InvalidRequest
from outcrop.store.accounts import Account, User, add_account, add_user, delete_user, find_account, find_users
from outcrop.store.database import Connection

LOCAL: Final = "local"
"""The account and the user of a first start."""

_NAME = re.compile(r"[A-Za-z0-9+=,.@_-]{1,64}")


def create_user(directory: Directory, name: str, account: str) -> User:
    """Make a user who may do all of Bedrock and see what they use, and their account if there is none of that name yet.

    Raises: InvalidRequest when a name is none; AlreadyThere when the account has such a user.
    """
    with directory.database.writing() as connection:
        return make_user(directory, connection, name, account)


def make_user(directory: Directory, connection: Connection, name: str, account: str) -> User:
    """The same within a transaction.

    Raises: InvalidRequest when a name is none; AlreadyThere when the account has such a user.
    """
    for kind, given in (("user", name), ("account", account)):
        if not _NAME.fullmatch(given):
            raise InvalidRequest(
                f"'{given[:80]}' is no name for {'an' if kind == 'account' else 'a'} {kind}; "
                "use 1 to 64 letters, digits and any of + = , . @ _ -."
            )
    now = int(directory.now())
    found = find_account(connection, account)
    if found is None:
        found = Account(id=_account_number(directory.random), name=account, created_at=now)
        add_account(connection, found)
    user = User(id=unique_id("AIDA", directory.random), account_id=found.id, name=name, created_at=now)
    add_user(connection, user)
    for policy in (FULL_ACCESS, OWN_USE):
        put_managed_policy(directory, connection, user, policy)
    return user


def find_user(connection: Connection, name: str, account: str | None) -> User:
    """The user of that name, in an account where it is given.

    Raises: InvalidRequest when there is none, or one in several accounts.
    """
    account_id = None
    if account is not None:
        found = find_account(connection, account)
        if found is None:
            raise InvalidRequest(f"There is no account '{account[:80]}'; `outcrop users list` shows those there are.")
        account_id = found.id
    users = find_users(connection, name, account_id)
    if not users:
        raise InvalidRequest(f"There is no user '{name[:80]}'; `outcrop users create {name[:80]}` makes one.")
    if len(users) > 1:
        raise InvalidRequest(f"Several accounts have a user '{name}'; say which with --account.")
    return users[0]


def remove_user(directory: Directory, name: str, account: str | None) -> User:
    """Delete a user with every key and policy of theirs.

    Raises: InvalidRequest when there is none, or one in several accounts.
    """
    with directory.database.writing() as connection:
        user = find_user(connection, name, account)
        delete_user(connection, user.id)
        return user


def unique_id(prefix: str, random: Random) -> str:
    """An identifier as IAM writes them: four letters that name its kind, then sixteen by chance.

    Source: IAM User Guide, "Unique identifiers".
    """
    return prefix + b32encode(random(10)).decode()


def _account_number(random: Random) -> str:
    return f"{10**11 + int.from_bytes(random(16)) % (9 * 10**11):012d}"
