"""Signature Version 4: what a signed request claims, and whether its signature is the one its secret makes.

Knows the bytes of a request and a secret; knows no user, no clock and no database.
Source: AWS, "Signature Version 4 signing process", as it is for every service but S3: the path, already encoded once,
is normalised and encoded again, and the body's real digest is signed.
"""

import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import Final
from urllib.parse import quote

from outcrop.errors import BadCredentials, BadSignature

ALGORITHM: Final = "AWS4-HMAC-SHA256"
TERMINATOR: Final = "aws4_request"
SKEW_S: Final = 300
"""How far a signature's time may be from the server's, either way."""
HOSTS: Final = {"host", ":authority"}
"""What names the host in a request; the second in HTTP/2 alone, where AWS's SDK for JavaScript signs it."""
MISMATCH: Final = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
    "and signing method. Consult the service documentation for details."
)

_PART = re.compile(r"(?P<name>[A-Za-z]+)=(?P<value>[^,\s]+)")
_NEEDED = ("Credential", "Signature", "SignedHeaders")
_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
_STAMP = "%Y%m%dT%H%M%SZ"
_STAMP_FORM = re.compile(r"\d{8}T\d{6}Z", re.ASCII)
_SPACE = re.compile(r"[ \t]+")

Header = tuple[str, str]
"""Name in small letters, value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a signature says of itself."""

    key_id: str
    date: str
    """YYYYMMDD of the scope."""
    region: str
    service: str
    signed_headers: tuple[str, ...]
    """Names in the order in which they are signed."""
    signature: str
    stamp: str
    """When it was signed, YYYYMMDDThhmmssZ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """What a signature is made over."""

    method: str
    path: str
    """As it was sent: encoded once."""
    query: str
    """As it was sent, without the question mark."""
    headers: Sequence[Header]
    body: bytes


def read_claim(authorization: str, headers: Sequence[Header]) -> Claim:
    """Read an Authorization header that begins with ALGORITHM, and the date that belongs to it.

    Raises: BadCredentials when a part or the date is missing, or one cannot be read; BadSignature when the date of the
    scope is another day's, or a header that must be signed is not.
    """
    rest = authorization.strip(" \t").removeprefix(ALGORITHM)
    parts = _parts(rest)
    missing = [name for name in _NEEDED if name not in parts]
    if missing:
        raise BadCredentials(" ".join(f"Authorization header requires '{name}' parameter." for name in missing))
    claim = make_claim(
        credential=parts["Credential"],
        signed_headers=parts["SignedHeaders"],
        signature=parts["Signature"],
        stamp=_stamp(headers),
    )
    _check_signed(claim.signed_headers, headers)
    return claim


def make_claim(*, credential: str, signed_headers: str, signature: str, stamp: str) -> Claim:
    """Put a claim together from its parts as they are written.

    Raises: BadCredentials when the credential has another form; BadSignature when its date is another day's.
    """
    scope = credential.split("/")
    if len(scope) != 5 or not _KEY_ID.fullmatch(scope[0]):
        raise BadCredentials(f"Credential must have the form <access key>/<yyyymmdd>/<region>/<service>/{TERMINATOR}.")
    key_id, date, region, service, terminator = scope
    if terminator != TERMINATOR:
        raise BadSignature(f"Credential should be scoped with a valid terminator: '{TERMINATOR}'.")
    if date != stamp[:8]:
        raise BadSignature(
            f"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
            f"'{date[:8]}' != '{stamp[:8]}', from '{stamp}'."
        )
    return Claim(
        key_id=key_id,
        date=date,
        region=region,
        service=service,
        signed_headers=tuple(signed_headers.split(";")),
        signature=signature,
        stamp=stamp,
    )


def check_time(claim: Claim, now: float) -> None:
    """A signature is good for five minutes, before and after. Units: `now` in seconds since 1970.

    Raises: BadSignature when it is older, or from the future.
    """
    signed = parse_stamp(claim.stamp)
    if signed < now - SKEW_S:
        raise BadSignature(
            f"Signature expired: {claim.stamp} is now earlier than {stamp_of(now - SKEW_S)} ({stamp_of(now)} - 5 min.)"
        )
    if signed > now + SKEW_S:
        raise BadSignature(
            f"Signature not yet current: {claim.stamp} is still later than {stamp_of(now + SKEW_S)} "
            f"({stamp_of(now)} + 5 min.)"
        )


def check_scope(claim: Claim, region: str, service: str) -> None:
    """A signature is made for one region and one service.

    Raises: BadSignature when it is for others.
    """
    if claim.region != region:
        raise BadSignature(
            f"Credential should be scoped to a valid region, not '{claim.region[:32]}': this server is in '{region}'."
        )
    if claim.service != service:
        raise BadSignature(f"Credential should be scoped to correct service: '{service}'.")


def check_signature(claim: Claim, signed: Signed, secret: str) -> None:
    """Make the signature anew, and compare the two in constant time.

    Raises: BadSignature when they differ.
    """
    made = sign(claim, signed, secret)
    if not hmac.compare_digest(made.encode(), claim.signature.encode()):
        raise BadSignature(MISMATCH)


def sign(claim: Claim, signed: Signed, secret: str) -> str:
    """The signature that a secret makes over a request: 64 hexadecimal digits."""
    scope = f"{claim.date}/{claim.region}/{claim.service}/{TERMINATOR}"
    digest = sha256(canonical_request(signed, claim.signed_headers).encode()).hexdigest()
    key = f"AWS4{secret}".encode()
    for part in (claim.date, claim.region, claim.service, TERMINATOR):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, f"{ALGORITHM}\n{claim.stamp}\n{scope}\n{digest}".encode(), "sha256").hex()


def canonical_request(signed: Signed, signed_headers: Sequence[str]) -> str:
    """The form of a request that both sides sign."""
    return "\n".join(
        (
            signed.method,
            quote(_normalised(signed.path), safe="/~"),
            _sorted_query(signed.query),
            *(f"{name}:{_joined(signed.headers, name)}" for name in signed_headers),
            "",
            ";".join(signed_headers),
            sha256(signed.body).hexdigest(),
        )
    )


def parse_stamp(stamp: str) -> float:
    """Seconds since 1970 of YYYYMMDDThhmmssZ.

    Raises: BadCredentials when it has another form.
    """
    # strptime alone also takes shorter numbers.
    form = _STAMP if _STAMP_FORM.fullmatch(stamp) else ""
    try:
        return datetime.strptime(stamp, form).replace(tzinfo=UTC).timestamp()
    except ValueError:
        raise BadCredentials(f"Date must be in ISO-8601 'basic format'. Got '{stamp[:40]}'.") from None


def stamp_of(seconds: float) -> str:
    """YYYYMMDDThhmmssZ of seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC).strftime(_STAMP)


def _parts(text: str) -> dict[str, str]:
    """Credential, SignedHeaders and Signature, in any order; one that comes twice could be read in two ways."""
    parts: dict[str, str] = {}
    for word in text.split(","):
        found = _PART.fullmatch(word.strip(" \t"))
        if found is None and word.strip(" \t"):
            raise BadCredentials("The Authorization header must hold Credential, SignedHeaders and Signature alone.")
        if found is not None:
            if found["name"] in parts:
                raise BadCredentials(f"Authorization header has '{found['name'][:40]}' more than once.")
            parts[found["name"]] = found["value"]
    return parts


def _stamp(headers: Sequence[Header]) -> str:
    """X-Amz-Date, or else Date, which may be written as HTTP writes it."""
    given = [value for wanted in ("x-amz-date", "date") for name, value in headers if name == wanted]
    if not given:
        raise BadCredentials("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
    stamp = given[0].strip()
    if "," in stamp:
        try:
            stamp = stamp_of(parsedate_to_datetime(stamp).timestamp())
        except (ValueError, OverflowError, OSError):
            raise BadCredentials(f"Date must be in ISO-8601 'basic format'. Got '{stamp[:40]}'.") from None
    parse_stamp(stamp)
    return stamp


def _check_signed(signed_headers: Sequence[str], headers: Sequence[Header]) -> None:
    if list(signed_headers) != sorted(set(signed_headers)):
        raise BadSignature("SignedHeaders must be in the order of the alphabet, each once.")
    there = {name for name, _ in headers}
    if not HOSTS & set(signed_headers):
        raise BadSignature("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
    unsigned = sorted({name for name in there if name.startswith("x-amz-")} - set(signed_headers))
    if unsigned:
        raise BadSignature(f"'{unsigned[0][:40]}' must be a 'SignedHeader' in the AWS Authorization.")
    missing = sorted(set(signed_headers) - there)
    if missing:
        raise BadSignature(f"The signed header '{missing[0][:40]}' is not in the request.")


def _normalised(path: str) -> str:
    """The path without empty and dot segments. Source: RFC 3986, section 5.2.4."""
    segments: list[str] = []
    for segment in path.split("/"):
        if segment == ".." and segments:
            segments.pop()
        elif segment not in {"", ".", ".."}:
            segments.append(segment)
    last = "/" if segments and path.endswith("/") else ""
    return f"/{'/'.join(segments)}{last}"


def _sorted_query(query: str) -> str:
    """The parameters as they were sent, in order: sorted by name, then by value."""
    pairs = sorted(pair.partition("=")[::2] for pair in query.split("&")) if query else []
    return "&".join(f"{name}={value}" for name, value in pairs)


def _joined(headers: Sequence[Header], name: str) -> str:
    """Every value of a header, with spaces and tabs made single; any other white space is a byte like others."""
    return ",".join(_SPACE.sub(" ", value).strip(" ") for found, value in headers if found == name)
