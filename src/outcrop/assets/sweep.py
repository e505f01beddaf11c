"""One round of keeping house: what rules no longer keep, what is due to go, what nobody has. Knows no clock's hours."""

from dataclasses import dataclass

from outcrop.assets.library import Library
from outcrop.assets.retention import Retention
from outcrop.store.documents import documents_of_kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What a round came to."""

    expired: int
    """Assets that were deleted by their account's rules."""
    erased: int
    """Files that were removed."""
    orphans: int
    """Files that no asset has, and that go in a day unless one comes to have them."""


def sweep(library: Library, *, orphans: bool = True) -> Swept:
    """Keep house once; whoever does so at the same time does no harm. Looking for orphans lists every file there is.

    Raises: StorageFailed when a place cannot be reached; the next round goes on.
    """
    with library.database.reading() as connection:
        rules = documents_of_kind(connection, "asset_retention")
    expired = sum(library.expire(account, Retention.read(content)) for account, content in rules.items())
    found = library.find_orphans() if orphans else 0
    return Swept(expired=expired, erased=library.erase(), orphans=found)
