"""What conditions compare: how each kind of value is written, in a policy and in a request. Knows no operator's name.

Source: IAM User Guide, "Condition operators"; W3C's note on ISO 8601 for dates.
"""

import re
from base64 import b64decode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

from outcrop.access.arns import is_arn
from outcrop.access.wildcards import Pattern, read_pattern


class Kind(Enum):
    """What a condition compares, in the words of a message."""

    STRING = "a text"
    NUMBER = "a number such as 10 or 0.5"
    DATE = "a date such as 2026-11-23T06:00:00Z or seconds since 1970"
    BOOL = "true or false"
    BYTES = "bytes in base64"
    NETWORK = "an IP address or a range such as 203.0.113.0/24"
    ARN = "an ARN of six parts, or *"
    ABSENCE = "true or false, written so"


class Comparison(Enum):
    """How it is compared."""

    EQUAL = "is"
    EQUAL_IGNORING_CASE = "is, but for the case of letters"
    LIKE = "has the form"
    LESS = "is less than"
    AT_MOST = "is at most"
    MORE = "is more than"
    AT_LEAST = "is at least"


Operand = Pattern | Decimal | bool | bytes | IPv4Network | IPv6Network
"""A condition's value as a policy has it, read."""

_NUMBER = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{1,40})?", re.ASCII)
_EPOCH = re.compile(r"[0-9]{1,12}(\.[0-9]{1,9})?", re.ASCII)
_DATE = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2}))?", re.ASCII
)
_NETWORK = re.compile(r"[0-9a-fA-F.:]+(/[0-9]{1,3})?", re.ASCII)
_BEGIN: Final = datetime(1970, 1, 1, tzinfo=UTC)


def read_operand(text: str, kind: Kind, comparison: Comparison, *, variables: bool) -> Operand:
    """Read a policy's value; only texts and ARNs may have variables in them.

    Raises: ValueError when it is none of its kind.
    """
    match kind:
        case Kind.STRING:
            return read_pattern(text, wildcards=comparison is Comparison.LIKE, variables=variables)
        case Kind.ARN:
            return _arn_pattern(text, variables=variables)
        case _:
            return _READERS[kind](text)


def read_number(text: str) -> Decimal:
    """Read a decimal number. Raises: ValueError when it is none."""
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"{text[:60]!r} is not {Kind.NUMBER.value}")
    return Decimal(text)


def read_moment(text: str) -> Decimal:
    """Read a date, as seconds since 1970 began in UTC. Raises: ValueError when it is none."""
    if _EPOCH.fullmatch(text):
        return Decimal(text)
    if not _DATE.fullmatch(text):
        raise ValueError(f"{text[:60]!r} is not {Kind.DATE.value}")
    moment = datetime.fromisoformat(text)
    since = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - _BEGIN
    return Decimal(since.days * 86_400 + since.seconds) + Decimal(since.microseconds) / 1_000_000


def read_bool(text: str) -> bool:
    """Read true or false, in any case. Raises: ValueError when it is neither."""
    if text.lower() not in {"true", "false"}:
        raise ValueError(f"{text[:60]!r} is not {Kind.BOOL.value}")
    return text.lower() == "true"


def read_bytes(text: str) -> bytes:
    """Read base64. Raises: ValueError when it is none."""
    return b64decode(text, validate=True)


def read_address(text: str) -> IPv4Address | IPv6Address:
    """Read an address; one of IPv4 within IPv6 is the IPv4 address. Raises: ValueError when it is none."""
    address = ip_address(text)
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address


def _network(text: str) -> IPv4Network | IPv6Network:
    if not _NETWORK.fullmatch(text):
        raise ValueError(f"{text[:60]!r} is not {Kind.NETWORK.value}")
    return ip_network(text, strict=False)


def _arn_pattern(text: str, *, variables: bool) -> Pattern:
    pattern = read_pattern(text, wildcards=True, variables=variables)
    if text == "*":
        return read_pattern("*:*:*:*:*:*", wildcards=True, variables=False)
    if not is_arn(text) and not (variables and text.startswith("${")):
        raise ValueError(f"{text[:60]!r} is not {Kind.ARN.value}")
    return pattern


_READERS: Final[Mapping[Kind, Callable[[str], Operand]]] = {
    Kind.NUMBER: read_number,
    Kind.DATE: read_moment,
    Kind.BOOL: read_bool,
    Kind.BYTES: read_bytes,
    Kind.NETWORK: _network,
    Kind.ABSENCE: read_bool,
}
