"""The asset library: pictures that are kept, their bytes in a store and what is said of them in the database.

Bytes come first and go last: whoever is stopped half-way leaves bytes that no asset has, never an asset without bytes.
Knows no wire and no job's work.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Final, final

from outcrop.assets.asset_ids import Random, first_id, new_asset_id
from outcrop.assets.rendition_cache import RenditionCache
from outcrop.assets.retention import Retention
from outcrop.assets.store import Digest, Store
from outcrop.clock import UnixTime
from outcrop.errors import Denied, NoSuchResource, StorageFailed
from outcrop.store.asset_erasures import (
    erasure_of,
    erasures_due,
    forget_erasures,
    known_erasures,
    put_erasure,
    remove_erasure,
)
from outcrop.store.assets import (
    Asset,
    AssetKind,
    Held,
    Parent,
    SoughtAssets,
    add_asset,
    find_asset,
    find_asset_of_job,
    find_assets,
    is_used,
    leave_stub,
    list_assets,
    used_digests,
)
from outcrop.store.database import Connection, Database

FOLDER: Final = "library"
"""Where the bytes of assets are, in the place of named bytes."""
ABANDONED_S: Final = 3600
"""After which whoever began to remove bytes is taken to have died."""
REMEMBERED_S: Final = 86_400
"""How long it is known that bytes went: longer than anybody takes from putting them to keeping an asset."""

LAST_MOMENT: Final = 32_000_000_000
BATCH: Final = 200
"""How many assets or digests are looked at in one transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAsset:
    """What is said of a picture that is to be kept."""

    account_id: str
    user_name: str
    kind: AssetKind = "picture"
    digest: Digest
    """As `Library.put` gave it."""
    format: str
    width: int
    height: int
    size_bytes: int
    model_id: str | None = None
    operation: str | None = None
    prompt: str | None = None
    negative_prompt: str | None = None
    seed: int | None = None
    recipe: str | None = None
    job_id: str | None = None
    number: int | None = None
    """Which of its job's pictures it is: a job that is done again leaves each once."""
    set_id: str | None = None
    campaign: str | None = None
    name: str | None = None
    alt: str | None = None
    held: Held | None = None
    pinned: bool = False
    phash: int | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    parents: Sequence[Parent] = ()


def deliverable(asset: Asset) -> bool:
    """Whether an asset's picture may leave the house, by whichever door: every route of delivery asks here."""
    return asset.deleted_at is None and asset.held is None


@final
class Library:
    """The assets of an installation."""

    def __init__(
        self, database: Database, store: Store, renditions: RenditionCache, now: UnixTime, random: Random
    ) -> None:
        self.database = database
        self._store = store
        self.renditions = renditions
        self._now = now
        self._random = random

    def put(self, content: bytes) -> Digest:
        """Keep bytes, before any transaction; an asset that has them is kept after, within a day.

        Raises: StorageFailed.
        """
        return self._store.put(content)

    def keep(self, connection: Connection, new: NewAsset) -> Asset:
        """Keep an asset whose bytes were put. A job's picture that is kept already, or was and is deleted, stays so.

        Raises: StorageFailed when the bytes have gone meanwhile, and are to be put again; NoSuchResource when the
        account has none of its parents.
        """
        if new.job_id is not None and new.number is not None:
            there = find_asset_of_job(connection, new.job_id, new.number)
            if there is not None:
                return there
        self._see_to_bytes(connection, new.digest)
        self._see_to_parents(connection, new)
        now = self._now()
        given = {name: _storable(getattr(new, name)) for name in NewAsset.__slots__}
        asset = Asset(id=new_asset_id(now, self._random), created_at=int(now), **given)
        add_asset(connection, asset)
        return asset

    def find(self, connection: Connection, account_id: str, asset_id: str) -> Asset:
        """An account's asset.

        Raises: NoSuchResource when the account has none of that id.
        """
        asset = find_asset(connection, asset_id)
        if asset is None or asset.account_id != account_id:
            raise NoSuchResource(f"There is no asset '{asset_id[:80]}'; GET /v1/assets lists those there are.")
        return asset

    def search(self, connection: Connection, sought: SoughtAssets) -> list[Asset]:
        """The assets that are asked for, newest first."""
        if sought.since is None and sought.until is None:
            return list_assets(connection, sought)
        # An id says when, to the millisecond; a second more, for none to be lost where a moment was rounded.
        begin, end = sought.since or 0, LAST_MOMENT if sought.until is None else sought.until + 1
        return list_assets(connection, replace(sought, ids=(first_id(begin), first_id(end))))

    def read(self, asset: Asset) -> bytes:
        """The file of an asset that may be delivered.

        Raises: NoSuchResource when it is deleted; Denied when it is held; StorageFailed.
        """
        check_deliverable(asset)
        return self.read_for_review(asset)

    def read_for_review(self, asset: Asset) -> bytes:
        """The file of an asset, whether it may be delivered or not: for who decides that.

        Raises: NoSuchResource when it is deleted; StorageFailed.
        """
        return self._store.get(Digest(asset.digest))

    def file(self, digest: str) -> bytes:
        """The file of a digest that an asset has, which may be delivered.

        Raises: StorageFailed.
        """
        return self._store.get(Digest(digest))

    def delete(self, connection: Connection, asset: Asset) -> None:
        """Leave a stub of an asset. Its bytes are due to go once that holds, unless another asset has them too."""
        if leave_stub(connection, asset.id, int(self._now())) and not is_used(connection, asset.digest):
            put_erasure(connection, asset.digest, "due", int(self._now()))

    def erase(self) -> int:
        """Remove the bytes that are due to go; tells how many files that were.

        Raises: StorageFailed when a place cannot be reached; what is left is due still.
        """
        now = int(self._now())
        with self.database.reading() as connection:
            due = erasures_due(connection, now, now - ABANDONED_S)
        gone = 0
        for digest in due:
            gone += self._erase(Digest(digest))
        with self.database.writing() as connection:
            forget_erasures(connection, now - REMEMBERED_S)
        return gone

    def expire(self, account_id: str, retention: Retention) -> int:
        """Delete what an account no longer keeps by its rules; tells how many assets that were."""
        shortest, now = retention.shortest_s, self._now()
        if shortest is None:
            return 0
        sought = SoughtAssets(account_id=account_id, until=int(now - shortest) + 1, most=BATCH)
        gone = 0
        while True:
            with self.database.writing() as connection:
                page = self.search(connection, sought)
                ended = [one for one in page if (end := retention.ends(one)) is not None and end <= now]
                for asset in ended:
                    self.delete(connection, asset)
            gone += len(ended)
            if len(page) < BATCH:
                return gone
            sought = replace(sought, before=page[-1].id)

    def find_orphans(self) -> int:
        """Have bytes go, in a day, that no asset has and nobody has said should go: whoever put them may have died.

        Whoever is about to keep an asset of them keeps them by that. Tells how many there are.
        """
        found = 0
        for digests in _batches(self._store.digests()):
            with self.database.reading() as connection:
                lost = set(digests) - used_digests(connection, digests) - known_erasures(connection, digests)
            if lost:
                with self.database.writing() as connection:
                    # Somebody may have kept or removed them meanwhile, which must not be forgotten.
                    for digest in lost - used_digests(connection, lost) - known_erasures(connection, lost):
                        put_erasure(connection, digest, "due", int(self._now()) + REMEMBERED_S)
            found += len(lost)
        for digests in _batches(self.renditions.digests()):
            with self.database.reading() as connection:
                left = set(digests) - used_digests(connection, digests)
            for one in left:  # of assets that another server has deleted
                self.renditions.remove(one)
        return found

    def _erase(self, digest: Digest) -> bool:
        with self.database.writing() as connection:
            if is_used(connection, digest):
                remove_erasure(connection, digest)
                return False
            put_erasure(connection, digest, "begun", int(self._now()))
        self._store.delete(digest)
        self.renditions.remove(digest)
        with self.database.writing() as connection:
            put_erasure(connection, digest, "done", int(self._now()))
        return True

    def _see_to_bytes(self, connection: Connection, digest: Digest) -> None:
        """Have bytes stay that were due to go; those that went since they were put must be put again."""
        state = erasure_of(connection, digest)
        if state is None:
            return
        if state == "begun" or (state == "done" and not self._store.has(digest)):
            raise StorageFailed(f"The bytes {digest} were deleted at this moment; keep them again.")
        remove_erasure(connection, digest)

    def _see_to_parents(self, connection: Connection, new: NewAsset) -> None:
        named = {one.asset_id for one in new.parents}
        there = {one.id for one in find_assets(connection, named) if one.account_id == new.account_id}
        if missing := sorted(named - there):
            raise NoSuchResource(f"There is no asset '{missing[0][:80]}' that a picture could come from.")


def _batches(digests: Iterator[Digest]) -> Iterator[tuple[Digest, ...]]:
    while batch := tuple(islice(digests, BATCH)):
        yield batch


def check_deliverable(asset: Asset) -> None:
    """Go on only with an asset that may be delivered.

    Raises: NoSuchResource when it is deleted; Denied when it is held.
    """
    if deliverable(asset):
        return
    if asset.deleted_at is not None:
        raise NoSuchResource(f"Asset {asset.id} was deleted.")
    why = "waits for a review" if asset.held == "held" else "was rejected in a review"
    raise Denied(f"Asset {asset.id} {why}; its picture is not delivered.")


def _storable(value: object) -> Any:  # noqa: ANN401 - of the type that it has
    """A text without what no database takes: the character zero, and halves of characters."""
    return value.encode("utf-8", "replace").decode().replace("\0", "") if isinstance(value, str) else value
