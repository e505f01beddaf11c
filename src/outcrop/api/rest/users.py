"""Users of accounts: listed, made, deleted. Knows names; knows no key and no policy's content."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.responses import JSONResponse, Response

from outcrop.access.accounts import make_user
from outcrop.access.directory import Directory
from outcrop.api.rest.asking import Asked
from outcrop.api.rest.whose import Whose, account_id_of, whose
from outcrop.clock import moment_of
from outcrop.errors import NoSuchResource
from outcrop.store.accounts import User, delete_user, find_users, list_accounts, list_users
from outcrop.store.database import Connection
from outcrop.store.policies import policies_of

Object = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Users:
    """Who may hold keys."""

    directory: Directory
    region: str

    def doing(self) -> Mapping[str, Callable[[Asked], Response]]:
        """Each operation by its name."""
        return {"ListUsers": self.list_all, "CreateUser": self.create, "DeleteUser": self.delete}

    def list_all(self, asked: Asked) -> Response:
        """ListUsers: those of an account, or all of them.

        Raises: Denied; NoSuchResource when there is no such account.
        """
        theirs = whose(asked, self.directory.database, self.region)
        with self.directory.database.reading() as connection:
            found = [
                _described(connection, user)
                for user in list_users(connection, theirs.account_id)
                if theirs.user_name in {None, user.name}
            ]
        return JSONResponse({"users": found})

    def create(self, asked: Asked) -> Response:
        """CreateUser: a user of an account that there is, with the policies that every new user has.

        Raises: Denied; NoSuchResource when there is no such account; AlreadyThere when it has such a user.
        """
        name = asked.body["name"]
        account = account_id_of(asked, asked.body.get("account"), self.directory.database, self.region)
        asked.require(Whose(account_id=account, user_name=name).arn(self.region))
        with self.directory.database.writing() as connection:
            names = {one.id: one.name for one in list_accounts(connection)}
            user = make_user(self.directory, connection, name, names[account])
            return JSONResponse(_described(connection, user), 201)

    def delete(self, asked: Asked) -> Response:
        """DeleteUser: with every key and policy of theirs; what they have used stays in the books.

        Raises: Denied; NoSuchResource when there is no such account, or it has no such user.
        """
        name, database = asked.parameters["name"], self.directory.database
        account = account_id_of(asked, asked.parameters.get("account"), database, self.region)
        asked.require(Whose(account_id=account, user_name=name).arn(self.region))
        with database.writing() as connection:
            delete_user(connection, user_of(connection, account, name).id)
        return Response(status_code=204)


def user_of(connection: Connection, account_id: str, name: str) -> User:
    """A user of an account.

    Raises: NoSuchResource when it has none of that name.
    """
    found = find_users(connection, name, account_id)
    if not found:
        raise NoSuchResource(f"Account {account_id} has no user '{name}'; GET /v1/users shows those there are.")
    return found[0]


def _described(connection: Connection, user: User) -> Object:
    return {
        "id": user.id,
        "name": user.name,
        "account": user.account_id,
        "arn": user.arn,
        "createdAt": moment_of(user.created_at),
        "policies": [policy.name for policy in policies_of(connection, user.id)],
    }
