"""Queries on the policies of users. Knows rows; knows no policy's meaning."""

from dataclasses import dataclass

from sqlalchemy import bindparam, delete, insert, select, update

from outcrop.store.database import Connection
from outcrop.store.prepared import Prepared
from outcrop.store.tables import user_policies


@dataclass(frozen=True, slots=True, kw_only=True)
class UserPolicy:
    """A document under a name, which one user has."""

    user_id: str
    name: str
    document: str
    put_at: int


def put_policy(connection: Connection, policy: UserPolicy) -> bool:
    """Give a user who is there a policy, in place of the one of that name; tells whether there was one."""
    values = {"document": policy.document, "put_at": policy.put_at}
    same = (user_policies.c.user_id == policy.user_id) & (user_policies.c.name == policy.name)
    if connection.execute(update(user_policies).where(same).values(values)).rowcount:
        return True
    key = {"user_id": policy.user_id, "name": policy.name}
    connection.execute(insert(user_policies).values(key | values))
    return False


def policies_of(connection: Connection, user_id: str) -> list[UserPolicy]:
    """Every policy of a user, by name."""
    return [
        UserPolicy(user_id=row.user_id, name=row.name, document=row.document, put_at=row.put_at)
        for row in _OF_USER.rows(connection, {"holder": user_id})
    ]


def remove_policy(connection: Connection, user_id: str, name: str) -> bool:
    """Take a policy from a user; tells whether they had one of that name."""
    query = delete(user_policies).where(user_policies.c.user_id == user_id, user_policies.c.name == name)
    return connection.execute(query).rowcount > 0


_OF_USER = Prepared(
    select(user_policies).where(user_policies.c.user_id == bindparam("holder")).order_by(user_policies.c.name)
)
