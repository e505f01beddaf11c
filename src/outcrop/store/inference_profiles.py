"""Queries on the inference profiles that accounts have made. Knows rows; knows no model."""

from dataclasses import asdict, dataclass

from sqlalchemy import ColumnElement, delete, insert, select

from outcrop.store.database import Connection
from outcrop.store.tables import inference_profiles


@dataclass(frozen=True, slots=True, kw_only=True)
class InferenceProfile:
    """A name of an account's own for a model."""

    account_id: str
    id: str
    name: str
    description: str | None
    source: str
    """Id of the model, or of the system's profile, that it was copied from."""
    token: str | None
    """What the request that made it called itself."""
    created_at: int


def add_profile(connection: Connection, profile: InferenceProfile) -> None:
    """Add a profile to an account that is there and has none of its name and token."""
    connection.execute(insert(inference_profiles).values(asdict(profile)))


def find_profile(connection: Connection, account_id: str, profile_id: str) -> InferenceProfile | None:
    """An account's profile of that id."""
    return _one(connection, account_id, inference_profiles.c.id == profile_id)


def find_profile_named(connection: Connection, account_id: str, name: str) -> InferenceProfile | None:
    """An account's profile of that name."""
    return _one(connection, account_id, inference_profiles.c.name == name)


def find_profile_of_request(connection: Connection, account_id: str, token: str) -> InferenceProfile | None:
    """The profile that a request of that token has made."""
    return _one(connection, account_id, inference_profiles.c.token == token)


def list_profiles(connection: Connection, account_id: str) -> list[InferenceProfile]:
    """Every profile of an account, by id."""
    query = select(inference_profiles).where(inference_profiles.c.account_id == account_id)
    rows = connection.execute(query.order_by(inference_profiles.c.id)).mappings()
    return [InferenceProfile(**row) for row in rows]


def remove_profile(connection: Connection, account_id: str, profile_id: str) -> bool:
    """Take a profile from an account; tells whether it was there."""
    same = (inference_profiles.c.account_id == account_id) & (inference_profiles.c.id == profile_id)
    return connection.execute(delete(inference_profiles).where(same)).rowcount > 0


def _one(connection: Connection, account_id: str, which: ColumnElement[bool]) -> InferenceProfile | None:
    query = select(inference_profiles).where(inference_profiles.c.account_id == account_id, which)
    row = connection.execute(query).mappings().first()
    return None if row is None else InferenceProfile(**row)
