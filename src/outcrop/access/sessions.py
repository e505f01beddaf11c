"""Sessions of people who have signed in: sealed texts, of which nothing is kept here. Knows keys; knows no cookie.

Whoever holds the text acts with the key that it names for as long as both last. It is sealed with the master key, so
nobody else can read or make one; switching the key off, or deleting it, ends every session of it with the next call.
"""

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NoBase64
from dataclasses import dataclass, field
from typing import Final

from outcrop.access.directory import Directory
from outcrop.access.keys import find_key, secret_of
from outcrop.errors import BadSettings, ExpiredKey, UnknownKey
from outcrop.store.access_keys import AccessKey
from outcrop.store.database import Connection

LASTS_S: Final = 12 * 3600
"""A working day."""
MOST_CHARS: Final = 4096
ENDED: Final = "Your session has ended; sign in again."
WRONG: Final = "This access key and secret open nothing here; check both, or ask for another key."

_NAME: Final = "session"
"""What it is sealed under: no key's secret, moved into a cookie, opens as a session."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Who has signed in, and until when. Units: `expires_at` in seconds since 1970."""

    key_id: str
    key_token: str | None = field(repr=False)
    """What belongs to a key that is a session's itself."""
    csrf: str = field(repr=False)
    """What a page shows with whatever it changes, and a page of another origin cannot know."""
    expires_at: int


def sign_in(
    directory: Directory, connection: Connection, key_id: str, secret: str, token: str | None = None
) -> AccessKey:
    """The key that somebody has shown with its secret.

    Raises: UnknownKey when there is none, it is inactive or its secret or token is another; ExpiredKey after its end.
    """
    try:
        key = find_key(directory, connection, key_id, token)
    except UnknownKey:
        raise UnknownKey(WRONG) from None
    if not hmac.compare_digest(secret_of(directory, key).encode(), secret.encode()):
        raise UnknownKey(WRONG)
    return key


def begin(directory: Directory, key: AccessKey, token: str | None = None) -> Session:
    """A session with a key, which ends with it at the latest."""
    latest = int(directory.now()) + LASTS_S
    return Session(
        key_id=key.id,
        key_token=token,
        csrf=urlsafe_b64encode(directory.random(24)).decode(),
        expires_at=latest if key.expires_at is None else min(latest, key.expires_at),
    )


def seal(directory: Directory, session: Session) -> str:
    """A session as a text that only this installation can make and read."""
    members = [session.key_id, session.key_token, session.csrf, session.expires_at]
    return urlsafe_b64encode(directory.seal.close(json.dumps(members), _NAME)).decode().rstrip("=")


def unseal(directory: Directory, text: str) -> Session:
    """The session of a text that `seal` has made here.

    Raises: UnknownKey when it is none; ExpiredKey after its end.
    """
    try:
        sealed = urlsafe_b64decode(text[:MOST_CHARS] + "=" * (-len(text) % 4))
        key_id, key_token, csrf, expires_at = json.loads(directory.seal.open(sealed, _NAME))
    except (NoBase64, ValueError, BadSettings):
        raise UnknownKey(ENDED) from None
    if expires_at <= directory.now():
        raise ExpiredKey(ENDED)
    return Session(key_id=key_id, key_token=key_token, csrf=csrf, expires_at=expires_at)
