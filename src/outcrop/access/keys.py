"""Access keys: made, shown once, found with their secret, switched off. Knows the seal; knows no request.

A secret is kept sealed, not hashed: to verify a signature one has to make it.
"""

import hmac
from base64 import b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from outcrop.access.accounts import unique_id
from outcrop.access.directory import Directory
from outcrop.errors import ExpiredKey, UnknownKey
from outcrop.store.access_keys import (
    AccessKey,
    add_access_key,
    find_access_key,
    list_access_keys,
    replace_secret,
)
from outcrop.store.accounts import User
from outcrop.store.database import Connection

INVALID: Final = "The security token included in the request is invalid."
EXPIRED: Final = "The security token included in the request is expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """A key as it is shown once."""

    id: str
    secret: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)
    expires_at: int | None = None

    def lines(self) -> list[str]:
        """The key as variables that every AWS client reads."""
        lines = [f"AWS_ACCESS_KEY_ID={self.id}", f"AWS_SECRET_ACCESS_KEY={self.secret}"]
        return lines if self.session_token is None else [*lines, f"AWS_SESSION_TOKEN={self.session_token}"]


def create_key(
    directory: Directory,
    connection: Connection,
    user: User,
    *,
    lasts_s: int | None = None,
    this_machine_only: bool = False,
) -> NewKey:
    """Make a key for a user; with an end to it, it is a session's, with a token. Units: `lasts_s` in seconds."""
    now = int(directory.now())
    new = NewKey(
        id=unique_id("AKIA" if lasts_s is None else "ASIA", directory.random),
        secret=b64encode(directory.random(30)).decode(),
        session_token=None if lasts_s is None else b64encode(directory.random(96)).decode(),
        expires_at=None if lasts_s is None else now + lasts_s,
    )
    row = AccessKey(
        id=new.id,
        user=user,
        secret=directory.seal.close(new.secret, new.id),
        token_digest=None if new.session_token is None else sha256(new.session_token.encode()).digest(),
        active=True,
        this_machine_only=this_machine_only,
        created_at=now,
        expires_at=new.expires_at,
    )
    add_access_key(connection, row)
    return new


def find_key(directory: Directory, connection: Connection, key_id: str, session_token: str | None) -> AccessKey:
    """The key that a request names, if it still opens anything and the session token belongs to it.

    Raises: UnknownKey when there is none, it is inactive, or the token is another's or missing; ExpiredKey after its
    end.
    """
    key = find_access_key(connection, key_id)
    if key is None or not key.active or not _token_fits(key, session_token):
        raise UnknownKey(INVALID)
    if key.expires_at is not None and key.expires_at <= directory.now():
        raise ExpiredKey(EXPIRED)
    return key


def secret_of(directory: Directory, key: AccessKey) -> str:
    """The secret of a key, unsealed.

    Raises: BadSettings when no master key here opens it.
    """
    return directory.seal.open(key.secret, key.id)


def reseal(directory: Directory) -> int:
    """Seal every secret anew with the first master key; tells how many there were.

    Raises: BadSettings when no master key here opens one; then nothing is changed.
    """
    with directory.database.writing() as connection:
        keys = list_access_keys(connection)
        for key in keys:
            replace_secret(connection, key.id, directory.seal.close(secret_of(directory, key), key.id))
    return len(keys)


def _token_fits(key: AccessKey, token: str | None) -> bool:
    if key.token_digest is None or token is None:
        return key.token_digest is None and token is None
    return hmac.compare_digest(key.token_digest, sha256(token.encode()).digest())
