"""Links to pictures that anybody may follow until they end: signed with the master key. Knows texts; knows no picture.

What a link says cannot be changed by who has it. It ends by itself, with its asset, or when the master key is replaced.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NoBase64
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlencode

from outcrop.access.sealing import Seal
from outcrop.errors import Denied

PURPOSE: Final = "outcrop asset links 1"
EXPIRES: Final = "expires"
SIGNATURE: Final = "signature"
MOST_CHARS: Final = 200

Pairs = Sequence[tuple[str, str]]
"""Names and values of a query, in order."""


def sign_link(seal: Seal, asset_id: str, said: Pairs, until: int) -> str:
    """The query of a link to an asset. Units: until in seconds since 1970."""
    signed = [*said, (EXPIRES, str(until))]
    signature = urlsafe_b64encode(seal.sign(_message(asset_id, signed), PURPOSE)).decode()
    return urlencode([*signed, (SIGNATURE, signature)])


def check_link(seal: Seal, asset_id: str, said: Pairs, now: float) -> int:
    """Let pass who follows a link; tells when it ends.

    Raises: Denied when it was not signed here, says something else than was signed, or has ended.
    """
    signatures = [value for name, value in said if name == SIGNATURE]
    rest = [(name, value) for name, value in said if name != SIGNATURE]
    ends = [value for name, value in rest if name == EXPIRES]
    try:
        signature = urlsafe_b64decode("".join(signatures)[:MOST_CHARS].encode("ascii"))
    except (NoBase64, ValueError):
        signature = b""
    if len(ends) != 1 or not seal.has_signed(_message(asset_id, rest), PURPOSE, signature):
        raise Denied("This link is not signed as it should be; ask for another one.")
    until = int(ends[0])
    if now >= until:
        ended = datetime.fromtimestamp(until, UTC)
        raise Denied(f"This link was good until {ended:%Y-%m-%d %H:%M:%S} UTC; ask for another one.")
    return until


def _message(asset_id: str, said: Pairs) -> bytes:
    return f"{asset_id}?{urlencode(sorted(said))}".encode()
