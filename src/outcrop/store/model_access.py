"""Queries on which models an account may use. Knows rows; knows no model."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.exc import IntegrityError

from outcrop.errors import AlreadyThere
from outcrop.store.database import Connection
from outcrop.store.prepared import Prepared, Row
from outcrop.store.tables import model_access

ALL: Final = "*"
"""In place of a region or a model: every one, also those to come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """An account's access to a model in a region; either may be ALL."""

    account_id: str
    region: str
    model_id: str
    granted_at: int


def add_grant(connection: Connection, grant: Grant) -> None:
    """Add a grant to an account that is there.

    Raises: AlreadyThere when it has been granted before.
    """
    values = {
        "account_id": grant.account_id,
        "region": grant.region,
        "model_id": grant.model_id,
        "granted_at": grant.granted_at,
    }
    try:
        connection.execute(insert(model_access).values(values))
    except IntegrityError:
        raise AlreadyThere(
            f"Account {grant.account_id} has access to '{grant.model_id}' in {grant.region} already."
        ) from None


def grants_of(connection: Connection, account_id: str) -> tuple[Grant, ...]:
    """Every grant of an account, in no order."""
    return tuple(map(_grant, _OF_ACCOUNT.rows(connection, {"holder": account_id})))


def list_grants(connection: Connection) -> list[Grant]:
    """Every grant, by account, region and model."""
    order = (model_access.c.account_id, model_access.c.region, model_access.c.model_id)
    return [_grant(row) for row in connection.execute(select(model_access).order_by(*order))]


def remove_grant(connection: Connection, account_id: str, region: str, model_id: str) -> bool:
    """Take exactly this grant back; tells whether it was there."""
    query = delete(model_access).where(
        model_access.c.account_id == account_id,
        model_access.c.region == region,
        model_access.c.model_id == model_id,
    )
    return connection.execute(query).rowcount > 0


_OF_ACCOUNT = Prepared(select(model_access).where(model_access.c.account_id == bindparam("holder")))


def _grant(row: Row) -> Grant:
    return Grant(account_id=row.account_id, region=row.region, model_id=row.model_id, granted_at=row.granted_at)
