"""Queries on documents that accounts leave, one of a kind. Knows rows; knows no document's meaning."""

from typing import Final, Literal

from sqlalchemy import bindparam, delete, insert, select

from outcrop.store.database import Connection
from outcrop.store.prepared import Prepared
from outcrop.store.tables import documents

_FIND: Final = Prepared(
    select(documents.c.content).where(
        documents.c.account_id == bindparam("holder"), documents.c.kind == bindparam("kept_as")
    )
)

Kind = Literal[
    "invocation_logging", "use_case", "prompt_policy", "picture_policy", "review_policy", "asset_retention", "brand_kit"
]


def put_document(connection: Connection, account_id: str, kind: Kind, content: str) -> None:
    """Keep a document of an account that is there, in place of the one of its kind."""
    remove_document(connection, account_id, kind)
    connection.execute(insert(documents).values(account_id=account_id, kind=kind, content=content))


def find_document(connection: Connection, account_id: str, kind: Kind) -> str | None:
    """An account's document of a kind."""
    row = _FIND.row(connection, {"holder": account_id, "kept_as": kind})
    return None if row is None else str(row.content)


def documents_of_kind(connection: Connection, kind: Kind) -> dict[str, str]:
    """Every account's document of a kind, by the account."""
    query = select(documents.c.account_id, documents.c.content).where(documents.c.kind == kind)
    return {row.account_id: row.content for row in connection.execute(query.order_by(documents.c.account_id))}


def remove_document(connection: Connection, account_id: str, kind: Kind) -> None:
    """Forget an account's document of a kind, if there is one."""
    connection.execute(delete(documents).where(documents.c.account_id == account_id, documents.c.kind == kind))
