"""Keys of users: listed, made, switched off, deleted. Knows their ids; a secret is told once, when a key is made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.responses import JSONResponse, Response

from outcrop.access.bearer import create_bearer_key
from outcrop.access.directory import Directory
from outcrop.access.keys import create_key
from outcrop.api.rest.asking import Asked
from outcrop.api.rest.users import user_of
from outcrop.api.rest.whose import EVERYBODY, Whose, account_id_of, whose
from outcrop.clock import moment_of
from outcrop.errors import NoSuchResource
from outcrop.store.access_keys import (
    AccessKey,
    deactivate_access_key,
    delete_access_key,
    find_access_key,
    list_access_keys,
)
from outcrop.store.accounts import User
from outcrop.store.bearer_keys import (
    BearerKey,
    deactivate_bearer_key,
    delete_bearer_key,
    find_bearer_key,
    list_bearer_keys,
)
from outcrop.store.database import Connection

Object = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What opens the server."""

    directory: Directory
    region: str

    def doing(self) -> Mapping[str, Callable[[Asked], Response]]:
        """Each operation by its name."""
        return {
            "ListKeys": self.list_all,
            "CreateKey": self.create,
            "SwitchOffKey": self.switch_off,
            "DeleteKey": self.delete,
        }

    def list_all(self, asked: Asked) -> Response:
        """ListKeys: those of a user, of an account, or all of them, without their secrets.

        Raises: Denied; NoSuchResource when there is no such account.
        """
        theirs = whose(asked, self.directory.database, self.region)
        with self.directory.database.reading() as connection:
            every: list[AccessKey | BearerKey] = [*list_access_keys(connection), *list_bearer_keys(connection)]
        found = [
            self._described(key)
            for key in every
            if theirs.account_id in {None, key.user.account_id} and theirs.user_name in {None, key.user.name}
        ]
        return JSONResponse({"keys": found})

    def create(self, asked: Asked) -> Response:
        """CreateKey: for a user; the answer has the secret, which is told this once.

        Raises: Denied; NoSuchResource when there is no such account, or it has no such user.
        """
        body, database = asked.body, self.directory.database
        account = account_id_of(asked, body.get("account"), database, self.region)
        asked.require(Whose(account_id=account, user_name=body["user"]).arn(self.region))
        lasts_s = body.get("lastsSeconds")
        with database.writing() as connection:
            user = user_of(connection, account, body["user"])
            secrets = (
                self._bearer(connection, user, lasts_s)
                if body["kind"] == "bearer"
                else self._access(connection, user, lasts_s)
            )
            kept = _find(connection, str(secrets["id"]))
            assert kept is not None
        # What is told once is kept by nobody on the way.
        return JSONResponse(self._described(kept) | secrets, 201, {"Cache-Control": "no-store"})

    def switch_off(self, asked: Asked) -> Response:
        """SwitchOffKey: it opens nothing any more, and stays in the list.

        Raises: Denied; NoSuchResource when there is none of that id.
        """
        key = self._kept(asked)
        with self.directory.database.writing() as connection:
            if not deactivate_access_key(connection, key.id):
                deactivate_bearer_key(connection, key.id)
        return Response(status_code=204)

    def delete(self, asked: Asked) -> Response:
        """DeleteKey: it is forgotten.

        Raises: Denied; NoSuchResource when there is none of that id.
        """
        key = self._kept(asked)
        with self.directory.database.writing() as connection:
            if not delete_access_key(connection, key.id):
                delete_bearer_key(connection, key.id)
        return Response(status_code=204)

    def _kept(self, asked: Asked) -> AccessKey | BearerKey:
        """The key that the path names, if whoever asks may do this to its user."""
        with self.directory.database.reading() as connection:
            key = _find(connection, asked.parameters["key"])
        if key is None:
            asked.require(EVERYBODY.arn(self.region))  # who may not see all keys does not learn which there are
            raise NoSuchResource(f"There is no key '{asked.parameters['key']}'; GET /v1/keys shows those there are.")
        asked.require(Whose(account_id=key.user.account_id, user_name=key.user.name).arn(self.region))
        return key

    def _access(self, connection: Connection, user: User, lasts_s: int | None) -> Object:
        new = create_key(self.directory, connection, user, lasts_s=lasts_s)
        return {"id": new.id, "secretAccessKey": new.secret, "sessionToken": new.session_token}

    def _bearer(self, connection: Connection, user: User, lasts_s: int | None) -> Object:
        new = create_bearer_key(self.directory, connection, user, lasts_s=lasts_s)
        return {"id": new.id, "bearerKey": new.key}

    def _described(self, key: AccessKey | BearerKey) -> Object:
        ended = key.expires_at is not None and key.expires_at <= self.directory.now()
        return {
            "id": key.id,
            "kind": "bearer" if isinstance(key, BearerKey) else "access" if key.token_digest is None else "session",
            "account": key.user.account_id,
            "user": key.user.name,
            "state": "off" if not key.active else "ended" if ended else "active",
            "thisMachineOnly": isinstance(key, AccessKey) and key.this_machine_only,
            "createdAt": moment_of(key.created_at),
            "expiresAt": None if key.expires_at is None else moment_of(key.expires_at),
        }


def _find(connection: Connection, key_id: str) -> AccessKey | BearerKey | None:
    return find_access_key(connection, key_id) or find_bearer_key(connection, key_id)
