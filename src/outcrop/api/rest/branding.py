"""Puts the logo of an account's brand kit on what is delivered, where that is asked for. Knows one word of the wire."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from outcrop.assets.brand_kit import DOCUMENT, BrandKit
from outcrop.assets.library import Library, deliverable
from outcrop.assets.renditions import Wanted
from outcrop.errors import InvalidRequest
from outcrop.store.assets import find_asset
from outcrop.store.database import Connection
from outcrop.store.documents import find_document


def kit_of(connection: Connection, account_id: str) -> BrandKit:
    """An account's brand kit; an empty one where it has none."""
    return BrandKit.read(find_document(connection, account_id, DOCUMENT))


def branded(library: Library, account_id: str, wanted: Wanted, given: Mapping[str, Any]) -> Wanted:
    """What is wanted, with the account's logo on it if `given` asks for that.

    Raises: InvalidRequest when the account has no logo, or it is gone.
    """
    if "logo" not in given:
        return wanted
    with library.database.reading() as connection:
        logo = kit_of(connection, account_id).logo
        asset = None if logo is None else find_asset(connection, logo.asset)
    if logo is None or asset is None or not deliverable(asset):
        raise InvalidRequest("The brand kit has no logo, or its picture is gone; PUT /v1/brand-kit names one.")
    return replace(wanted, stamp=logo.stamp(asset.digest))
