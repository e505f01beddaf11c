"""Bearer keys, which open by being shown: long-term ones, and short-term ones that carry a signature of their own.

Knows their two forms; knows no request. A long-term key is `ABSK` and, in base64, its id and its secret; a short-term
key is `bedrock-api-key-` and, in base64, the URL of a call that an access key has signed in advance.
"""

import hmac
import re
from base64 import b64decode, b64encode
from binascii import Error as NoBase64
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode

from outcrop.access.directory import Directory
from outcrop.access.keys import EXPIRED, INVALID, find_key, secret_of
from outcrop.access.sigv4 import (
    ALGORITHM,
    SKEW_S,
    TERMINATOR,
    Claim,
    Signed,
    check_scope,
    check_signature,
    make_claim,
    parse_stamp,
    sign,
    stamp_of,
)
from outcrop.errors import BadCredentials, BadSignature, ExpiredKey, UnknownKey
from outcrop.store.access_keys import AccessKey
from outcrop.store.accounts import User
from outcrop.store.bearer_keys import BearerKey, add_bearer_key, find_bearer_key
from outcrop.store.database import Connection

LONG_TERM: Final = "ABSK"
SHORT_TERM: Final = "bedrock-api-key-"
SERVICE: Final = "bedrock"
MAX_LIFE_S: Final = 43_200
"""Twelve hours: what a short-term key may ask for at most."""

_HOST: Final = "bedrock.amazonaws.com"
_ACTION: Final = "CallWithBearerToken"
_UNSIGNED: Final = ("X-Amz-Signature=", "Version=")
_MAX_CHARS: Final = 8192


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBearerKey:
    """A bearer key as it is shown once."""

    id: str
    key: str = field(repr=False)
    expires_at: int | None

    def lines(self) -> list[str]:
        """The key as the variable that AWS's clients read."""
        return [f"AWS_BEARER_TOKEN_BEDROCK={self.key}"]


def create_bearer_key(
    directory: Directory, connection: Connection, user: User, *, lasts_s: int | None = None
) -> NewBearerKey:
    """Make a long-term key for a user. Units: `lasts_s` in seconds; None lasts until it is deleted."""
    now = int(directory.now())
    key_id = f"BedrockAPIKey-{directory.random(4).hex()}-at-{user.account_id}"
    secret = b64encode(directory.random(33)).decode()
    new = NewBearerKey(
        id=key_id,
        key=LONG_TERM + b64encode(f"{key_id}:{secret}".encode()).decode(),
        expires_at=None if lasts_s is None else now + lasts_s,
    )
    row = BearerKey(
        id=new.id,
        user=user,
        digest=sha256(new.key.encode()).digest(),
        active=True,
        created_at=now,
        expires_at=new.expires_at,
    )
    add_bearer_key(connection, row)
    return new


def find_bearer(directory: Directory, connection: Connection, token: str, region: str) -> BearerKey | AccessKey:
    """What a bearer key stands for, if it still opens anything: itself, or the access key that signed it.

    Raises: UnknownKey, BadCredentials, BadSignature or ExpiredKey when it opens nothing.
    """
    if len(token) > _MAX_CHARS:
        raise UnknownKey(INVALID)
    if token.startswith(SHORT_TERM):
        return _find_signer(directory, connection, token.removeprefix(SHORT_TERM), region)
    if token.startswith(LONG_TERM):
        return _find_long_term(directory, connection, token)
    raise UnknownKey(INVALID)


def short_term_key(key_id: str, secret: str, region: str, *, now: float, lasts_s: int) -> str:
    """A short-term key that an access key signs. Units: seconds; `now` since 1970.

    Source: AWS's token generator for Bedrock, whose keys have this form.
    """
    stamp = stamp_of(now)
    credential = f"{key_id}/{stamp[:8]}/{region}/{SERVICE}/{TERMINATOR}"
    query = {
        "Action": _ACTION,
        "X-Amz-Algorithm": ALGORITHM,
        "X-Amz-Credential": credential,
        "X-Amz-Date": stamp,
        "X-Amz-Expires": str(lasts_s),
        "X-Amz-SignedHeaders": "host",
    }
    claim = make_claim(credential=credential, signed_headers="host", signature="", stamp=stamp)
    encoded = urlencode(query, quote_via=quote, safe="-._~")
    signature = sign(claim, _call(encoded), secret)
    url = f"{_HOST}/?{encoded}&X-Amz-Signature={signature}&Version=1"
    return SHORT_TERM + b64encode(url.encode()).decode()


def _find_long_term(directory: Directory, connection: Connection, token: str) -> BearerKey:
    key_id = _decoded(token.removeprefix(LONG_TERM)).partition(":")[0]
    key = find_bearer_key(connection, key_id)
    # Compared even where there is none, so that the time it takes tells nothing of which ids there are.
    same = hmac.compare_digest(key.digest if key else bytes(32), sha256(token.encode()).digest())
    if key is None or not key.active or not same:
        raise UnknownKey(INVALID)
    if key.expires_at is not None and key.expires_at <= directory.now():
        raise ExpiredKey(EXPIRED)
    return key


def _find_signer(directory: Directory, connection: Connection, encoded: str, region: str) -> AccessKey:
    host, _, query = _decoded(encoded).partition("/?")
    given = dict(parse_qsl(query, keep_blank_values=True))
    if host != _HOST or given.get("Action") != _ACTION or given.get("X-Amz-Algorithm") != ALGORITHM:
        raise UnknownKey(INVALID)
    try:
        claim = make_claim(
            credential=given.get("X-Amz-Credential", ""),
            signed_headers=given.get("X-Amz-SignedHeaders", ""),
            signature=given.get("X-Amz-Signature", ""),
            stamp=given.get("X-Amz-Date", ""),
        )
        check_scope(claim, region, SERVICE)
        ends = _end(claim, given.get("X-Amz-Expires", ""), directory.now())
        key = find_key(directory, connection, claim.key_id, given.get("X-Amz-Security-Token"))
        check_signature(claim, _call(query), secret_of(directory, key))
    except (BadCredentials, BadSignature):
        raise UnknownKey(INVALID) from None
    if ends <= directory.now():
        raise ExpiredKey(EXPIRED)
    return key


def _end(claim: Claim, expires: str, now: float) -> float:
    """When a short-term key ends, in seconds since 1970."""
    begins = parse_stamp(claim.stamp)
    if not re.fullmatch(r"\d{1,6}", expires, re.ASCII) or not 1 <= int(expires) <= MAX_LIFE_S or begins > now + SKEW_S:
        raise UnknownKey(INVALID)
    return begins + int(expires)


def _call(query: str) -> Signed:
    """The call that a short-term key signs in advance; what is added to the URL after signing is left out."""
    pairs = [pair for pair in query.split("&") if not pair.startswith(_UNSIGNED)]
    return Signed(method="POST", path="/", query="&".join(pairs), headers=(("host", _HOST),), body=b"")


def _decoded(encoded: str) -> str:
    try:
        return b64decode(encoded, validate=True).decode("ascii")
    except (NoBase64, ValueError):
        raise UnknownKey(INVALID) from None
