"""Amazon CloudFront's signed URLs: made, and held against the key that they should be signed with. Knows no picture.

Source: Amazon CloudFront Developer Guide, "Use signed URLs" (canned and custom policies); RFC 8017 for the signature,
which CloudFront has over SHA-1.
"""

import json
from base64 import b64decode, b64encode
from binascii import Error as NoBase64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any, Final, final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from outcrop.errors import BadSettings, Denied

PARAMETERS: Final = ("Expires", "Policy", "Signature", "Key-Pair-Id")
"""What a signed URL has more than the one that it is about."""
MOST_CHARS: Final = 4096
WRONG: Final = "This link is not signed as it should be; ask for another one."


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """Who may fetch something, and when. Units: seconds since 1970."""

    until: int
    since: int | None = None
    network: str | None = None
    """A range of IP addresses, such as 203.0.113.0/24; None is everywhere."""


@final
class CloudFront:
    """Signs and checks with one key pair."""

    def __init__(self, key_pair_id: str, private_key: RSAPrivateKey) -> None:
        self._id = key_pair_id
        self._key = private_key

    def sign(self, url: str, leave: Leave) -> str:
        """A URL with what lets somebody fetch it: by a canned policy where that says enough, or by a custom one."""
        if leave.since is None and leave.network is None:
            added = [f"Expires={leave.until}"]
            policy = _canned(url, leave.until)
        else:
            policy = _custom(url, leave)
            added = [f"Policy={_encode(policy)}"]
        signature = self._key.sign(policy, PKCS1v15(), hashes.SHA1())  # noqa: S303 - CloudFront knows no other
        added += [f"Signature={_encode(signature)}", f"Key-Pair-Id={self._id}"]
        return f"{url}{'&' if '?' in url else '?'}{'&'.join(added)}"

    def check(self, url: str, given: Mapping[str, str], now: float, address: str | None) -> int:
        """Let pass whoever fetches a URL, without its parameters, with these and from an address; until when.

        Raises: Denied when the signature is not this key's, or the policy does not let them.
        """
        if given.get("Key-Pair-Id") != self._id or "Signature" not in given:
            raise Denied(WRONG)
        policy = _policy(url, given)
        try:
            self._key.public_key().verify(_decode(given["Signature"]), policy, PKCS1v15(), hashes.SHA1())  # noqa: S303
        except InvalidSignature:
            raise Denied(WRONG) from None
        return _check_statement(_statement(policy), url, now, address)


def read_cloudfront(key_pair_id: str, private_key: Path) -> CloudFront:
    """The key pair of a file in PEM.

    Raises: BadSettings when it cannot be read or holds no RSA key.
    """
    try:
        key = load_pem_private_key(private_key.read_bytes(), None)
    except OSError as error:
        raise BadSettings(f"cloudfront_private_key {private_key} cannot be read: {error.strerror}.") from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, RSAPrivateKey):
        raise BadSettings(f"cloudfront_private_key {private_key} is no RSA key in PEM without a passphrase.")
    return CloudFront(key_pair_id, key)


def _canned(url: str, until: int) -> bytes:
    statement = {"Resource": url, "Condition": {"DateLessThan": {"AWS:EpochTime": until}}}
    return _written(statement)


def _custom(url: str, leave: Leave) -> bytes:
    condition: dict[str, object] = {"DateLessThan": {"AWS:EpochTime": leave.until}}
    if leave.since is not None:
        condition["DateGreaterThan"] = {"AWS:EpochTime": leave.since}
    if leave.network is not None:
        condition["IpAddress"] = {"AWS:SourceIp": leave.network}
    return _written({"Resource": url, "Condition": condition})


def _written(statement: object) -> bytes:
    return json.dumps({"Statement": [statement]}, separators=(",", ":")).encode()


def _policy(url: str, given: Mapping[str, str]) -> bytes:
    """The policy that must be signed: the one that is given, or the canned one."""
    if "Policy" in given:
        return _decode(given["Policy"])
    expires = given.get("Expires", "")
    if not (expires.isascii() and expires.isdigit() and len(expires) <= 12):
        raise Denied(WRONG)
    return _canned(url, int(expires))


def _statement(policy: bytes) -> Mapping[str, Any]:
    """The one statement of a policy whose signature is good: whoever has the key may still have written nonsense."""
    try:
        (statement,) = json.loads(policy)["Statement"]
        return dict(statement)
    except (ValueError, KeyError, TypeError):
        raise Denied(WRONG) from None


def _check_statement(statement: Mapping[str, Any], url: str, now: float, address: str | None) -> int:
    try:
        condition = statement["Condition"]
        until = int(condition["DateLessThan"]["AWS:EpochTime"])
        since = int(condition.get("DateGreaterThan", {}).get("AWS:EpochTime", 0))
        network = ip_network(condition.get("IpAddress", {}).get("AWS:SourceIp", "0.0.0.0/0"), strict=False)
        fits = _fits(url, str(statement["Resource"]))
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Denied(WRONG) from None
    if not fits:
        raise Denied(WRONG)
    if not since <= now < until:
        moment = datetime.fromtimestamp(min(until, 253_402_300_799), UTC)
        raise Denied(f"This link is good until {moment:%Y-%m-%d %H:%M:%S} UTC, and not now.")
    if "IpAddress" in condition and (address is None or ip_address(address) not in network):
        raise Denied("This link is not good from where you are.")
    return until


def _fits(url: str, pattern: str) -> bool:
    """Whether a URL is of a pattern with CloudFront's wildcards, `*` and `?`; a URL's own `?` is one, too."""
    return fnmatchcase(url, pattern.replace("[", "[[]"))


def _encode(content: bytes) -> str:
    return b64encode(content).decode().translate(str.maketrans("+=/", "-_~"))


def _decode(text: str) -> bytes:
    try:
        return b64decode(text[:MOST_CHARS].translate(str.maketrans("-_~", "+=/")), validate=True)
    except (NoBase64, ValueError):
        raise Denied(WRONG) from None
