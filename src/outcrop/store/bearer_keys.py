"""Queries on keys that are shown as they are. Knows rows; knows no key itself, only its digest."""

from dataclasses import dataclass

from sqlalchemy import bindparam, delete, insert, select, update

from outcrop.store.accounts import User
from outcrop.store.database import Connection
from outcrop.store.prepared import Prepared, Row
from outcrop.store.tables import bearer_keys, users


@dataclass(frozen=True, slots=True, kw_only=True)
class BearerKey:
    """A bearer key, and whose it is."""

    id: str
    user: User
    digest: bytes
    """SHA-256 of the key."""
    active: bool
    created_at: int
    expires_at: int | None


def add_bearer_key(connection: Connection, key: BearerKey) -> None:
    """Add a key to a user who is there."""
    values = {
        "id": key.id,
        "user_id": key.user.id,
        "digest": key.digest,
        "active": key.active,
        "created_at": key.created_at,
        "expires_at": key.expires_at,
    }
    connection.execute(insert(bearer_keys).values(values))


def find_bearer_key(connection: Connection, key_id: str) -> BearerKey | None:
    """The key of that id, whether or not it still opens anything."""
    row = _BY_ID.row(connection, {"key_id": key_id})
    return None if row is None else _bearer_key(row)


def list_bearer_keys(connection: Connection) -> list[BearerKey]:
    """Every key, oldest first."""
    rows = connection.execute(_KEYS_AND_USERS.order_by(bearer_keys.c.created_at, bearer_keys.c.id))
    return [_bearer_key(row) for row in rows]


def deactivate_bearer_key(connection: Connection, key_id: str) -> bool:
    """Make a key open nothing any more; tells whether there is one of that id."""
    return connection.execute(update(bearer_keys).where(bearer_keys.c.id == key_id).values(active=False)).rowcount > 0


def delete_bearer_key(connection: Connection, key_id: str) -> bool:
    """Forget a key; tells whether there was one of that id."""
    return connection.execute(delete(bearer_keys).where(bearer_keys.c.id == key_id)).rowcount > 0


_KEYS_AND_USERS = select(
    bearer_keys, users.c.account_id, users.c.name, users.c.created_at.label("user_created_at")
).join_from(bearer_keys, users)
_BY_ID = Prepared(_KEYS_AND_USERS.where(bearer_keys.c.id == bindparam("key_id")))


def _bearer_key(row: Row) -> BearerKey:
    return BearerKey(
        id=row.id,
        user=User(id=row.user_id, account_id=row.account_id, name=row.name, created_at=row.user_created_at),
        digest=row.digest,
        active=row.active,
        created_at=row.created_at,
        expires_at=row.expires_at,
    )
