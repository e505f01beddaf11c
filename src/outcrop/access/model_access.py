"""Which models an account may use, in a region: none until it is granted. Knows ids; knows no model."""

from collections.abc import Iterable
from typing import Final

from outcrop.access.directory import Directory
from outcrop.errors import Denied
from outcrop.store.model_access import ALL, Grant, add_grant, remove_grant

NO_ACCESS: Final = "You don't have access to the model with the specified model ID."

__all__ = ["ALL", "NO_ACCESS", "check_model_access", "grant", "has_model_access", "revoke"]


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
