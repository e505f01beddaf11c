"""What a fresh installation has: one account with access to every model, and one key. Knows no server.

The key opens nothing to other machines, so that it may be shown on a terminal at every start.
"""

from outcrop.access.accounts import LOCAL, make_user
from outcrop.access.directory import Directory
from outcrop.access.keys import NewKey, create_key, secret_of
from outcrop.access.user_policies import OPERATOR, put_managed_policy
from outcrop.store.access_keys import AccessKey, list_access_keys
from outcrop.store.accounts import list_accounts
from outcrop.store.bearer_keys import BearerKey, list_bearer_keys
from outcrop.store.model_access import ALL, Grant, add_grant


def set_up(directory: Directory) -> bool:
    """Make the account, its user, their key and the access, where there is no account at all; tells whether it did."""
    with directory.database.writing() as connection:
        if list_accounts(connection):
            return False
        user = make_user(directory, connection, LOCAL, LOCAL)
        put_managed_policy(directory, connection, user, OPERATOR)
        create_key(directory, connection, user, this_machine_only=True)
        every = Grant(account_id=user.account_id, region=ALL, model_id=ALL, granted_at=int(directory.now()))
        add_grant(connection, every)
    return True


def only_key(directory: Directory) -> NewKey | None:
    """The key of the first start, as long as no other has been made.

    Raises: BadSettings when no master key here opens it.
    """
    with directory.database.reading() as connection:
        keys = [*list_access_keys(connection), *list_bearer_keys(connection)]
    match keys:
        case [AccessKey(this_machine_only=True, active=True) as key]:
            return NewKey(id=key.id, secret=secret_of(directory, key))
        case _:
            return None


def keys_for_others(directory: Directory) -> int:
    """How many keys there are that open something to other machines."""
    with directory.database.reading() as connection:
        keys: list[AccessKey | BearerKey] = [*list_access_keys(connection), *list_bearer_keys(connection)]
    return sum(_opens_elsewhere(key, directory.now()) for key in keys)


def _opens_elsewhere(key: AccessKey | BearerKey, now: float) -> bool:
    here_only = isinstance(key, AccessKey) and key.this_machine_only
    return key.active and not here_only and (key.expires_at is None or key.expires_at > now)
