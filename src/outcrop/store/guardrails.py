"""Queries on the guardrails of accounts, each of whose versions is a row. Knows rows; knows no policy."""

from dataclasses import asdict, dataclass
from typing import Final

from sqlalchemy import ColumnElement, delete, func, insert, select, update

from outcrop.store.database import Connection
from outcrop.store.tables import guardrails

DRAFT: Final = 0
"""The version that can still be changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guardrail:
    """One version of a guardrail."""

    account_id: str
    id: str
    version: int
    name: str
    description: str | None
    content: str
    """What it forbids and says then, as JSON."""
    token: str | None
    """What the request that made it called itself."""
    versions: int
    """How many versions were ever made of it; only the draft's count is kept up."""
    created_at: int
    updated_at: int


def add_guardrail(connection: Connection, guardrail: Guardrail) -> None:
    """Add a version that its account has not, of a name and token that are free."""
    connection.execute(insert(guardrails).values(asdict(guardrail)))


def change_guardrail(connection: Connection, guardrail: Guardrail) -> None:
    """Put a version in place of the one of its account, id and number."""
    connection.execute(update(guardrails).where(*_same(guardrail)).values(asdict(guardrail)))


def find_guardrail(connection: Connection, account_id: str, guardrail_id: str, version: int) -> Guardrail | None:
    """An account's guardrail of that id, in that version."""
    return _one(connection, account_id, guardrails.c.id == guardrail_id, guardrails.c.version == version)


def find_guardrail_named(connection: Connection, account_id: str, name: str) -> Guardrail | None:
    """An account's guardrail whose draft has that name."""
    return _one(connection, account_id, guardrails.c.name == name, guardrails.c.version == DRAFT)


def find_guardrail_of_request(connection: Connection, account_id: str, token: str) -> Guardrail | None:
    """The version that a request of that token has made."""
    return _one(connection, account_id, guardrails.c.token == token)


def list_drafts(connection: Connection, account_id: str) -> list[Guardrail]:
    """The draft of every guardrail of an account, by id."""
    return _all(connection, guardrails.c.account_id == account_id, guardrails.c.version == DRAFT)


def list_versions(connection: Connection, account_id: str, guardrail_id: str) -> list[Guardrail]:
    """Every version of an account's guardrail, the draft first."""
    return _all(connection, guardrails.c.account_id == account_id, guardrails.c.id == guardrail_id)


def count_drafts(connection: Connection, account_id: str) -> int:
    """How many guardrails an account has."""
    query = select(func.count()).select_from(guardrails)
    return int(
        connection.execute(
            query.where(guardrails.c.account_id == account_id, guardrails.c.version == DRAFT)
        ).scalar_one()
    )


def remove_guardrail(connection: Connection, account_id: str, guardrail_id: str, version: int | None = None) -> bool:
    """Take a version, or every one, from an account; tells whether it was there."""
    same = (guardrails.c.account_id == account_id) & (guardrails.c.id == guardrail_id)
    which = same if version is None else same & (guardrails.c.version == version)
    return connection.execute(delete(guardrails).where(which)).rowcount > 0


def _same(guardrail: Guardrail) -> tuple[ColumnElement[bool], ...]:
    columns = guardrails.c
    return (
        columns.account_id == guardrail.account_id,
        columns.id == guardrail.id,
        columns.version == guardrail.version,
    )


def _one(connection: Connection, account_id: str, *which: ColumnElement[bool]) -> Guardrail | None:
    row = connection.execute(select(guardrails).where(guardrails.c.account_id == account_id, *which)).mappings().first()
    return None if row is None else Guardrail(**row)


def _all(connection: Connection, *which: ColumnElement[bool]) -> list[Guardrail]:
    query = select(guardrails).where(*which).order_by(guardrails.c.id, guardrails.c.version)
    return [Guardrail(**row) for row in connection.execute(query).mappings()]
