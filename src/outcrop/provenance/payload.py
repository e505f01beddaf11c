"""What an invisible mark says: for whom a picture was made, when, and what it looked like. Knows bits alone.

A keyed check goes with it, so that nobody takes chance, or another's mark, for one's own.
"""

import hmac
from dataclasses import dataclass
from typing import Final

import numpy as np

from outcrop.provenance.convolution import Bits

ACCOUNT_BITS: Final = 40
MINUTE_BITS: Final = 24
PICTURE_BITS: Final = 24
CHECK_BITS: Final = 24
"""Of 2^24 readings of chance one is taken for a mark: 6e-8."""
BITS: Final = ACCOUNT_BITS + MINUTE_BITS + PICTURE_BITS + CHECK_BITS
EPOCH: Final = 1_767_225_600
"""The first of January 2026, from which minutes are counted, for 31 years."""
_NO_ACCOUNT: Final = (1 << ACCOUNT_BITS) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """What a mark says."""

    account: str | None
    """Twelve digits; None is nobody's, as of the command line."""
    minute: int
    """Minutes from 1970 on."""
    picture: int
    """The first bits of the picture's fingerprint, before it was marked."""

    @property
    def at(self) -> int:
        """When the picture was made. Units: seconds since 1970, to the minute."""
        return self.minute * 60


def payload_of(account: str, at: float, fingerprint: int) -> Payload:
    """What is to be said of a picture. Units: `at` in seconds since 1970; fingerprint 64 bits."""
    known = account.isascii() and account.isdigit() and len(account) == 12
    return Payload(account=account if known else None, minute=int(at) // 60, picture=fingerprint >> (64 - PICTURE_BITS))


def pack(payload: Payload, key: bytes) -> Bits:
    """The bits of a payload with their check.

    Shapes: (112,).
    """
    account = _NO_ACCOUNT if payload.account is None else int(payload.account)
    minute = min(max(payload.minute - EPOCH // 60, 0), (1 << MINUTE_BITS) - 1)
    said = (account << MINUTE_BITS | minute) << PICTURE_BITS | payload.picture
    whole = said << CHECK_BITS | _check(said, key)
    return np.unpackbits(np.frombuffer(whole.to_bytes(BITS // 8), np.uint8))


def unpack(bits: Bits, key: bytes) -> Payload | None:
    """The payload, if its check holds under this key."""
    whole = int.from_bytes(np.packbits(bits).tobytes())
    said = whole >> CHECK_BITS
    if whole & ((1 << CHECK_BITS) - 1) != _check(said, key):
        return None
    account = said >> (MINUTE_BITS + PICTURE_BITS)
    return Payload(
        account=None if account == _NO_ACCOUNT else f"{account:012d}",
        minute=(said >> PICTURE_BITS & ((1 << MINUTE_BITS) - 1)) + EPOCH // 60,
        picture=said & ((1 << PICTURE_BITS) - 1),
    )


def _check(said: int, key: bytes) -> int:
    digest = hmac.digest(key, b"outcrop watermark check" + said.to_bytes(11), "sha256")
    return int.from_bytes(digest[: CHECK_BITS // 8])
