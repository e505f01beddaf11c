"""Queries on accounts and their users. Knows rows; knows no key and no rule."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, delete, insert, or_, select
from sqlalchemy.exc import IntegrityError

from outcrop.errors import AlreadyThere
from outcrop.store.database import Connection
from outcrop.store.tables import access_keys, accounts, bearer_keys, user_policies, users


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who pays, in AWS's sense."""

    id: str
    """Twelve digits."""
    name: str
    created_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Who may hold keys, within an account."""

    id: str
    account_id: str
    name: str
    created_at: int

    @property
    def arn(self) -> str:
        """The user's name throughout AWS."""
        return user_arn(self.account_id, self.name)


def user_arn(account_id: str, name: str) -> str:
    """The name throughout AWS of an account's user."""
    return f"arn:aws:iam::{account_id}:user/{name}"


def add_account(connection: Connection, account: Account) -> None:
    """Add an account.

    Raises: AlreadyThere when one has its number or its name.
    """
    values = {"id": account.id, "name": account.name, "created_at": account.created_at}
    try:
        connection.execute(insert(accounts).values(values))
    except IntegrityError:
        raise AlreadyThere(f"There is an account '{account.name}' or {account.id} already.") from None


def list_accounts(connection: Connection) -> list[Account]:
    """Every account, oldest first."""
    rows = connection.execute(select(accounts).order_by(accounts.c.created_at, accounts.c.id))
    return [Account(id=row.id, name=row.name, created_at=row.created_at) for row in rows]


def find_account(connection: Connection, named: str) -> Account | None:
    """The account of that number or name."""
    row = connection.execute(select(accounts).where(or_(accounts.c.id == named, accounts.c.name == named))).first()
    return None if row is None else Account(id=row.id, name=row.name, created_at=row.created_at)


def add_user(connection: Connection, user: User) -> None:
    """Add a user to an account that is there.

    Raises: AlreadyThere when the account has one of that name.
    """
    values = {"id": user.id, "account_id": user.account_id, "name": user.name, "created_at": user.created_at}
    try:
        connection.execute(insert(users).values(values))
    except IntegrityError:
        raise AlreadyThere(f"Account {user.account_id} has a user '{user.name}' already.") from None


def list_users(connection: Connection, account_id: str | None = None) -> list[User]:
    """Every user, of one account or of all, oldest first."""
    query = select(users).order_by(users.c.created_at, users.c.id)
    return [_user(row) for row in connection.execute(_within(query, account_id))]


def find_users(connection: Connection, name: str, account_id: str | None = None) -> list[User]:
    """The users of that name: at most one of an account."""
    return [_user(row) for row in connection.execute(_within(select(users).where(users.c.name == name), account_id))]


def delete_user(connection: Connection, user_id: str) -> None:
    """Delete a user with every key and policy of theirs."""
    for table in (access_keys, bearer_keys, user_policies):
        connection.execute(delete(table).where(table.c.user_id == user_id))
    connection.execute(delete(users).where(users.c.id == user_id))


def _within(query: Select[Any], account_id: str | None) -> Select[Any]:
    return query if account_id is None else query.where(users.c.account_id == account_id)


def _user(row: Row[Any]) -> User:
    return User(id=row.id, account_id=row.account_id, name=row.name, created_at=row.created_at)
