"""Queries on bytes that no asset has any more, and on how far they have gone. Knows digests; knows no place of bytes.

What went is remembered for a while: whoever put the same bytes before they went, and says so after, must look again.
"""

from collections.abc import Collection
from typing import Literal

from sqlalchemy import and_, delete, insert, or_, select, update

from outcrop.store.database import Connection
from outcrop.store.tables import asset_erasures

ErasureState = Literal["due", "begun", "done"]


def put_erasure(connection: Connection, digest: str, state: ErasureState, at: int) -> None:
    """Note how far the bytes of a digest have gone, and since when or from when on."""
    same, values = asset_erasures.c.digest == digest, {"state": state, "at": at}
    if connection.execute(update(asset_erasures).where(same).values(values)).rowcount == 0:
        connection.execute(insert(asset_erasures).values(values | {"digest": digest}))


def erasure_of(connection: Connection, digest: str) -> ErasureState | None:
    """How far the bytes of a digest have gone; None where nobody has said that they are to."""
    found: ErasureState | None = connection.execute(
        select(asset_erasures.c.state).where(asset_erasures.c.digest == digest)
    ).scalar()
    return found


def remove_erasure(connection: Connection, digest: str) -> None:
    """Forget that bytes were to go, for they are kept again."""
    connection.execute(delete(asset_erasures).where(asset_erasures.c.digest == digest))


def erasures_due(connection: Connection, now: int, abandoned: int) -> list[str]:
    """The digests of bytes that are to go by now, or that somebody began to remove before a moment; oldest first."""
    due = and_(asset_erasures.c.state == "due", asset_erasures.c.at <= now)
    left = and_(asset_erasures.c.state == "begun", asset_erasures.c.at < abandoned)
    query = select(asset_erasures.c.digest).where(or_(due, left))
    return list(connection.execute(query.order_by(asset_erasures.c.at, asset_erasures.c.digest)).scalars())


def known_erasures(connection: Connection, digests: Collection[str]) -> set[str]:
    """Those of some digests whose bytes are to go, are going, or went a short while ago."""
    query = select(asset_erasures.c.digest).where(asset_erasures.c.digest.in_(list(digests)))
    return set(connection.execute(query).scalars())


def forget_erasures(connection: Connection, before: int) -> None:
    """Forget what was gone before a moment."""
    old = and_(asset_erasures.c.state == "done", asset_erasures.c.at < before)
    connection.execute(delete(asset_erasures).where(old))
