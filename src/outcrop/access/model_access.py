"""Which models an account may use, in a region: none until it is granted. Knows ids; knows no model."""

from collections.abc import Iterable
from typing import Final

from outcrop.access.directory import Directory
from outcrop.errors import Denied
from outcrop.store.model_access import ALL, Grant, add_grant, grants_of, remove_grant

NO_ACCESS: Final = "You don't have access to the model with the specified model ID."

__all__ = ["ALL", "NO_ACCESS", "check_model_access", "grant", "has_model_access", "revoke", "withdraw"]


def has_model_access(grants: Iterable[Grant], region: str, model_id: str) -> bool:
    """Whether one of an account's grants lets it use a model in a region."""
    return any(one.region in {region, ALL} and one.model_id in {model_id, ALL} for one in grants)


def check_model_access(grants: Iterable[Grant], region: str, model_id: str) -> None:
    """Let an account pass that one of its grants lets use a model in a region.

    Raises: Denied in AWS's words otherwise.
    """
    if not has_model_access(grants, region, model_id):
        raise Denied(NO_ACCESS)


def grant(directory: Directory, account_id: str, region: str, model_id: str) -> Grant:
    """Give an account access to a model, or ALL, in a region, or ALL.

    Raises: AlreadyThere when it has been granted before.
    """
    given = Grant(account_id=account_id, region=region, model_id=model_id, granted_at=int(directory.now()))
    with directory.database.writing() as connection:
        add_grant(connection, given)
    return given


def revoke(directory: Directory, account_id: str, region: str, model_id: str) -> bool:
    """Take exactly this grant back; tells whether it was there."""
    with directory.database.writing() as connection:
        return remove_grant(connection, account_id, region, model_id)


def withdraw(directory: Directory, account_id: str, region: str, model_id: str, models: Iterable[str]) -> bool:
    """Take an account one model of those that there are, however it was granted; tells whether it had it.

    An account that was granted all models at once has the others one by one from then on. What was granted in all
    regions is withdrawn in all of them.
    """
    at = int(directory.now())
    with directory.database.writing() as connection:
        had = [one for one in grants_of(connection, account_id) if has_model_access([one], region, model_id)]
        kept = {(one.region, one.model_id) for one in grants_of(connection, account_id) if one not in had}
        for one in had:
            remove_grant(connection, account_id, one.region, one.model_id)
        others = {(one.region, other) for one in had if one.model_id == ALL for other in models if other != model_id}
        for where, other in sorted(others - kept):
            add_grant(connection, Grant(account_id=account_id, region=where, model_id=other, granted_at=at))
    return bool(had)
