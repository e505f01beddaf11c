"""Who is asking. Knows the Authorization header and the peer's address; knows no model and no operation.

For now this machine is trusted: any well-formed signature or token is taken from a loopback peer, unverified, and
nobody else is answered. `identify` is the one place where signatures will be verified.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Final, Literal

from starlette.datastructures import Headers

from outcrop.errors import BadCredentials, Denied, NoCredentials

ALGORITHM: Final = "AWS4-HMAC-SHA256"
_PART = re.compile(r"(?P<name>Credential|SignedHeaders|Signature)=(?P<value>[^,\s]+)")
_SCOPE = re.compile(r"(?P<key>[A-Za-z0-9_-]{1,128})/\d{8}/[^/]+/[^/]+/aws4_request")


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks, as far as it is known."""

    scheme: Literal["sigv4", "bearer"]
    key: str
    """The access key id; empty for a bearer token, which is all secret."""

    def __str__(self) -> str:
        return self.key or self.scheme


def identify(headers: Headers, peer: str | None) -> Caller:
    """Tell who asks from the headers and the peer's address; None is a peer without one, on a Unix socket.

    Raises: Denied when the peer is another machine; NoCredentials when there is no Authorization header;
    BadCredentials when it cannot be read.
    """
    if not _is_this_machine(peer):
        raise Denied("This server verifies no signatures yet and therefore answers only its own machine.")
    authorization = headers.get("authorization", "")
    scheme, _, rest = authorization.strip().partition(" ")
    match scheme:
        case "":
            raise NoCredentials("Missing Authentication Token")
        case "Bearer":
            return _bearer(rest)
        case _ if scheme == ALGORITHM:
            return _sigv4(rest, headers)
        case _:
            raise BadCredentials(
                f"The Authorization header begins with '{scheme[:40]}'; expected '{ALGORITHM}' or 'Bearer'."
            )


def _is_this_machine(peer: str | None) -> bool:
    if peer is None:
        return True
    try:
        address = ip_address(peer)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return address.is_loopback


def _bearer(token: str) -> Caller:
    if not token.strip():
        raise BadCredentials("The Authorization header has no token after 'Bearer'.")
    return Caller(scheme="bearer", key="")


def _sigv4(text: str, headers: Headers) -> Caller:
    parts = {part["name"]: part["value"] for part in _PART.finditer(text)}
    missing = [name for name in ("Credential", "Signature", "SignedHeaders") if name not in parts]
    if missing:
        raise BadCredentials(" ".join(f"Authorization header requires '{name}' parameter." for name in missing))
    scope = _SCOPE.fullmatch(parts["Credential"])
    if scope is None:
        raise BadCredentials("Credential must have the form <access key>/<yyyymmdd>/<region>/<service>/aws4_request.")
    if "x-amz-date" not in headers and "date" not in headers:
        raise BadCredentials("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
    return Caller(scheme="sigv4", key=scope["key"])
