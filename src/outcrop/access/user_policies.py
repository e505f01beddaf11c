"""The policies of a user: put and found. Knows the store and what policies mean; knows no HTTP."""

from functools import lru_cache
from typing import Final

from outcrop.access.directory import Directory
from outcrop.access.managed_policies import managed_policy_text
from outcrop.access.policy import Policy
from outcrop.access.policy_reading import read_policy
from outcrop.store.accounts import User
from outcrop.store.database import Connection
from outcrop.store.policies import UserPolicy, policies_of, put_policy

FULL_ACCESS: Final = "BedrockFullAccess"
"""What a new user is given, so that a key of theirs opens something; without any policy a user may do nothing."""
OWN_USE: Final = "OutcropOwnUse"
"""What a new user is given besides: their own figures. Whoever may change budgets is held by none."""
OPERATOR: Final = "OutcropFullAccess"
"""What the user of a first start is given besides, who runs the installation."""


def put_user_policy(directory: Directory, connection: Connection, user: User, name: str, document: str) -> bool:
    """Give a user a policy, in place of the one of that name; tells whether there was one.

    Raises: MalformedPolicy when the document is none; nothing is kept then.
    """
    read_policy(document, name)
    row = UserPolicy(user_id=user.id, name=name, document=document, put_at=int(directory.now()))
    return put_policy(connection, row)


def put_managed_policy(directory: Directory, connection: Connection, user: User, name: str) -> bool:
    """Give a user a policy that comes with the installation; tells whether they had one of that name.

    Raises: NoSuchResource when there is none of that name.
    """
    return put_user_policy(directory, connection, user, name, managed_policy_text(name))


def user_policies(connection: Connection, user: User) -> tuple[Policy, ...]:
    """Every policy of a user, read.

    Raises: MalformedPolicy when a document in the database is none: then nothing is allowed on its account.
    """
    return tuple(_read(row.document, row.name) for row in policies_of(connection, user.id))


@lru_cache(maxsize=256)
def _read(document: str, name: str) -> Policy:
    """A policy by its very text, which every call of a user asks for again."""
    return read_policy(document, name)
