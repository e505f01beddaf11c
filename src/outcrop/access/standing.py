"""All that is kept of whoever shows a key, read at one moment: the key, their policies, their account's models.

Nothing of it is remembered from one call to the next, so what is taken from somebody is gone with their next call.
Knows the store; knows no request.
"""

from collections.abc import Callable
from dataclasses import dataclass

from outcrop.access.directory import Directory
from outcrop.access.policy import Policy
from outcrop.access.user_policies import user_policies
from outcrop.store.access_keys import AccessKey
from outcrop.store.bearer_keys import BearerKey
from outcrop.store.database import Connection
from outcrop.store.model_access import Grant, grants_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Who somebody is here, and what they were given."""

    key: AccessKey | BearerKey
    policies: tuple[Policy, ...]
    grants: tuple[Grant, ...]
    """Models that their account may use."""


def read_standing(directory: Directory, find: Callable[[Connection], AccessKey | BearerKey]) -> Standing:
    """Find a key, and in the same transaction what its user has.

    Raises: what `find` raises; MalformedPolicy when a policy in the database is none: then nothing is allowed.
    """
    with directory.database.reading() as connection:
        key = find(connection)
        return Standing(
            key=key,
            policies=user_policies(connection, key.user),
            grants=grants_of(connection, key.user.account_id),
        )
