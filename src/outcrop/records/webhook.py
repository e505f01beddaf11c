"""Tells another program what has happened, by a signed POST. Knows HTTP as far as that; knows no event.

Source: Standard Webhooks 1.0.0 (standardwebhooks.com), whose libraries verify what is sent here: the signature is
HMAC-SHA256 over id, time and body, and a receiver refuses what is older than some minutes.
"""

import hmac
import socket
import ssl
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

from outcrop.clock import Clock, now
from outcrop.errors import BadSettings, Unavailable

SECRET_PREFIX: Final = "whsec_"  # noqa: S105 - how a secret begins
WAIT_S: Final = 10.0
"""How long a receiver has to take a message and say that it did, all in all."""
LEASE_S: Final = 120
"""For how long an attempt is one server's; longer than any takes."""
DELAYS_S: Final = (5, 30, 120, 600, 3600, 4 * 3600, 12 * 3600, 24 * 3600)
"""Seconds from each attempt that failed to the next one; after the last of them nobody tries any more."""
WAITS_S: Final = tuple(max(LEASE_S, delay) for delay in DELAYS_S)
"""For how long nothing is told at most after each attempt, whether it has ended or its server has."""
_LONGEST_LINE: Final = 1024
_PORTS: Final = {"http": 80, "https": 443}

Resolve = Callable[[str, int], list[str]]
"""The addresses of a host."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Where to, under which secret."""

    url: str
    secret: bytes
    private: bool = False
    """Whether it may be on a private network, and plain HTTP."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is sent; again under the same id, so that a receiver can tell."""

    id: str
    at: int
    """Seconds since 1970 at which this attempt is made."""
    body: bytes
    """JSON."""


def next_attempt(attempts: int, at: int) -> int | None:
    """When to try again after so many attempts before the one that failed at a moment; None is never."""
    return at + DELAYS_S[attempts] if attempts < len(DELAYS_S) else None


def new_secret(random: Callable[[int], bytes]) -> str:
    """A secret of 32 bytes, as the standard writes it."""
    return SECRET_PREFIX + b64encode(random(32)).decode()


def read_secret(text: str) -> bytes:
    """The bytes of a secret.

    Raises: BadSettings when it is none, without repeating it.
    """
    try:
        secret = b64decode(text.strip().removeprefix(SECRET_PREFIX), validate=True)
    except ValueError:
        secret = b""
    if len(secret) < 24:
        raise BadSettings(f"The webhook's secret is none; it reads {SECRET_PREFIX} and at least 24 bytes in base64.")
    return secret


def check_url(webhook: Webhook) -> SplitResult:
    """The parts of its URL.

    Raises: BadSettings when it is none that may be called.
    """
    allowed = tuple(_PORTS) if webhook.private else ("https",)
    try:
        parts = urlsplit(webhook.url)
        fine = parts.scheme in allowed and parts.hostname and parts.username is None and parts.port != 0
    except ValueError:
        fine = False
    if not fine or not webhook.url.isascii() or not webhook.url.isprintable() or " " in webhook.url:
        raise BadSettings(
            f"The webhook's URL is '{webhook.url[:200]}'; give one that begins with {' or '.join(allowed)}, without a "
            f"user{'' if webhook.private else '; private = true allows http'}."
        )
    return parts


def signature(secret: bytes, message: Message) -> str:
    """What proves that a message is ours."""
    signed = f"{message.id}.{message.at}.".encode() + message.body
    return "v1," + b64encode(hmac.digest(secret, signed, sha256)).decode()


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host, by the system."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


def send(webhook: Webhook, message: Message, resolve: Resolve = resolve, clock: Clock = now) -> None:
    """Send a message; done when the receiver says that it took it. A redirection is not followed.

    The address that is called is one that was checked: a name that leads elsewhere a moment later leads nowhere.

    Raises: Unavailable when the receiver did not take it, with the reason; BadSettings when the URL is none.
    """
    parts = check_url(webhook)
    host, port = str(parts.hostname), parts.port or _PORTS[parts.scheme]
    ends = clock() + WAIT_S
    try:
        address = _address(resolve(host, port), host, webhook)
        with socket.create_connection((address, port), WAIT_S) as plain:
            if parts.scheme == "https":
                with ssl.create_default_context().wrap_socket(plain, server_hostname=host) as secure:
                    line = _exchange(secure, _request(parts, webhook, message), lambda: ends - clock())
            else:
                line = _exchange(plain, _request(parts, webhook, message), lambda: ends - clock())
    except OSError as error:
        raise Unavailable(f"The webhook cannot be reached: {error.strerror or error}.") from None
    protocol, _, rest = line.partition(" ")
    status = rest[:3]
    if not protocol.startswith("HTTP/1.") or not status.isdecimal():
        raise Unavailable("The webhook does not speak HTTP.")
    if not status.startswith("2"):
        raise Unavailable(f"The webhook answered {status}.")


def _address(addresses: list[str], host: str, webhook: Webhook) -> str:
    for address in addresses:
        found = ip_address(address.partition("%")[0])
        if not webhook.private and (not found.is_global or found.is_multicast):
            raise Unavailable(f"The webhook's host '{host}' is at {address}, a private address; it was not called.")
    if not addresses:
        raise Unavailable(f"The webhook's host '{host}' has no address.")
    return addresses[0]


def _request(parts: SplitResult, webhook: Webhook, message: Message) -> bytes:
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = (
        f"POST {target} HTTP/1.1",
        f"host: {parts.netloc}",
        "content-type: application/json",
        "user-agent: Outcrop",
        f"content-length: {len(message.body)}",
        f"webhook-id: {message.id}",
        f"webhook-timestamp: {message.at}",
        f"webhook-signature: {signature(webhook.secret, message)}",
        "connection: close",
    )
    return "\r\n".join((*lines, "", "")).encode("ascii") + message.body


def _exchange(connection: socket.socket, request: bytes, left: Callable[[], float]) -> str:
    """Send a request and return the first line of the answer; `left` is how many seconds there still are."""
    connection.settimeout(max(left(), 0.001))
    connection.sendall(request)
    answer = b""
    while b"\n" not in answer and len(answer) < _LONGEST_LINE:
        connection.settimeout(max(left(), 0.001))  # one that trickles has no more time than one that is silent
        more = connection.recv(_LONGEST_LINE)
        if not more:
            break
        answer += more
    return answer.partition(b"\n")[0].decode("latin-1").strip()
