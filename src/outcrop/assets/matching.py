"""Which asset a picture is: by its fingerprint, or by what a mark says of it. Knows rows; knows no picture.

Fingerprints are numbers of 64 bits, of which alike pictures have nearly all in common.
"""

from dataclasses import dataclass
from typing import Final

from outcrop.store.assets import Asset, find_assets, fingerprints_of
from outcrop.store.database import Connection

ALIKE: Final = 8
"""Bits of 64 in which two pictures that are the same may differ. Of unlike ones, one pair in a hundred million does."""
BITS: Final = (1 << 64) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """An asset that shows the picture, and in how many bits its fingerprint differs."""

    asset: Asset
    distance: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What is known of the picture."""

    account_id: str | None
    """None is every account."""
    fingerprint: int
    """64 bits."""
    since: int | None = None
    """Where a mark says when it was made: seconds since 1970."""
    until: int | None = None


def match(connection: Connection, sought: Sought, bits: int = 64) -> Match | None:
    """The asset that is nearest, by the first bits of the fingerprint, if it is near enough."""
    rows = fingerprints_of(connection, sought.account_id, sought.since, sought.until)
    aside = 64 - bits
    apart = [(((row.phash ^ sought.fingerprint) & BITS) >> aside).bit_count() for row in rows]
    nearest = min(range(len(apart)), key=apart.__getitem__, default=None)
    if nearest is None or apart[nearest] * 64 > ALIKE * bits:
        return None
    (asset,) = find_assets(connection, [rows[nearest].id])
    return Match(asset=asset, distance=apart[nearest])
