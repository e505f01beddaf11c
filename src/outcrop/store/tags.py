"""Queries on tags. Knows rows; knows nothing of what is tagged."""

from collections.abc import Collection, Mapping

from sqlalchemy import delete, insert, select

from outcrop.store.database import Connection
from outcrop.store.tables import tags


def profile_resource(profile_id: str) -> str:
    """The name under which an inference profile's tags are kept."""
    return f"application-inference-profile/{profile_id}"


def guardrail_resource(guardrail_id: str) -> str:
    """The name under which a guardrail's tags are kept."""
    return f"guardrail/{guardrail_id}"


def tags_of(connection: Connection, account_id: str, resource: str) -> dict[str, str]:
    """What is tagged on a resource of an account, by key."""
    query = select(tags.c.key, tags.c.value).where(tags.c.account_id == account_id, tags.c.resource == resource)
    return {row.key: row.value for row in connection.execute(query.order_by(tags.c.key))}


def put_tags(connection: Connection, account_id: str, resource: str, given: Mapping[str, str]) -> None:
    """Put tags on a resource, in place of those of the same keys."""
    remove_tags(connection, account_id, resource, given)
    rows = [
        {"account_id": account_id, "resource": resource, "key": key, "value": value} for key, value in given.items()
    ]
    if rows:
        connection.execute(insert(tags), rows)


def remove_tags(connection: Connection, account_id: str, resource: str, keys: Collection[str]) -> None:
    """Take the tags of some keys from a resource, as far as it has them."""
    same = (tags.c.account_id == account_id) & (tags.c.resource == resource)
    connection.execute(delete(tags).where(same, tags.c.key.in_(list(keys))))


def remove_all_tags(connection: Connection, account_id: str, resource: str) -> None:
    """Take every tag from a resource, which is going."""
    connection.execute(delete(tags).where(tags.c.account_id == account_id, tags.c.resource == resource))
