"""Queries on keys that sign requests. Knows rows; opens no secret."""

from dataclasses import dataclass

from sqlalchemy import bindparam, delete, insert, select, update

from outcrop.store.accounts import User
from outcrop.store.database import Connection
from outcrop.store.prepared import Prepared, Row
from outcrop.store.tables import access_keys, users


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessKey:
    """A key, and whose it is."""

    id: str
    user: User
    secret: bytes
    """Sealed."""
    token_digest: bytes | None
    """SHA-256 of the session's token; None for a key that lasts."""
    active: bool
    this_machine_only: bool
    """Whether it opens nothing to other machines: so does the key of a first start, which a terminal has shown."""
    created_at: int
    expires_at: int | None


def add_access_key(connection: Connection, key: AccessKey) -> None:
    """Add a key to a user who is there."""
    values = {
        "id": key.id,
        "user_id": key.user.id,
        "secret": key.secret,
        "token_digest": key.token_digest,
        "active": key.active,
        "this_machine_only": key.this_machine_only,
        "created_at": key.created_at,
        "expires_at": key.expires_at,
    }
    connection.execute(insert(access_keys).values(values))


def find_access_key(connection: Connection, key_id: str) -> AccessKey | None:
    """The key of that id, whether or not it still opens anything."""
    row = _BY_ID.row(connection, {"key_id": key_id})
    return None if row is None else _access_key(row)


def list_access_keys(connection: Connection) -> list[AccessKey]:
    """Every key, oldest first."""
    rows = connection.execute(_KEYS_AND_USERS.order_by(access_keys.c.created_at, access_keys.c.id))
    return [_access_key(row) for row in rows]


def deactivate_access_key(connection: Connection, key_id: str) -> bool:
    """Make a key open nothing any more; tells whether there is one of that id."""
    return connection.execute(update(access_keys).where(access_keys.c.id == key_id).values(active=False)).rowcount > 0


def delete_access_key(connection: Connection, key_id: str) -> bool:
    """Forget a key; tells whether there was one of that id."""
    return connection.execute(delete(access_keys).where(access_keys.c.id == key_id)).rowcount > 0


def replace_secret(connection: Connection, key_id: str, secret: bytes) -> None:
    """Keep a key's secret in another seal."""
    connection.execute(update(access_keys).where(access_keys.c.id == key_id).values(secret=secret))


_KEYS_AND_USERS = select(
    access_keys, users.c.account_id, users.c.name, users.c.created_at.label("user_created_at")
).join_from(access_keys, users)
_BY_ID = Prepared(_KEYS_AND_USERS.where(access_keys.c.id == bindparam("key_id")))


def _access_key(row: Row) -> AccessKey:
    return AccessKey(
        id=row.id,
        user=User(id=row.user_id, account_id=row.account_id, name=row.name, created_at=row.user_created_at),
        secret=row.secret,
        token_digest=row.token_digest,
        active=row.active,
        this_machine_only=row.this_machine_only,
        created_at=row.created_at,
        expires_at=row.expires_at,
    )
