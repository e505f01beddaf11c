"""The asset library: what is kept has its bytes, what is deleted has none, whoever is stopped half-way."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from outcrop.assets.disk import DiskObjects
from outcrop.assets.library import ABANDONED_S, FOLDER, REMEMBERED_S, Library, NewAsset, deliverable
from outcrop.assets.rendition_cache import RenditionCache
from outcrop.assets.store import Digest, Store, digest_of
from outcrop.clock import random_bytes
from outcrop.errors import Denied, NoSuchResource, StorageFailed
from outcrop.store.accounts import Account, add_account
from outcrop.store.asset_erasures import erasure_of, put_erasure
from outcrop.store.assets import Asset, Held, Parent, SoughtAssets, find_asset_or_stub, hold_asset
from tests.databases import Place

A, B = "111111111111", "222222222222"
CONTENT = b"a picture"


@dataclass(slots=True)
class Shelf:
    """A library on a database and a folder, at a time that can be set."""

    library: Library
    folder: Path
    time: float = 1_000_000_000

    def new(self, content: bytes = CONTENT, **given: Any) -> NewAsset:  # noqa: ANN401 - fields of an asset
        """An asset to be, whose bytes are put."""
        values: dict[str, Any] = {"account_id": A, "user_name": "tester", "format": "png", "width": 8, "height": 8}
        return NewAsset(**values | {"size_bytes": len(content), "digest": self.library.put(content)} | given)

    def keep(self, content: bytes = CONTENT, **given: Any) -> Asset:  # noqa: ANN401 - fields of an asset
        """Keep one."""
        new = self.new(content, **given)
        with self.library.database.writing() as connection:
            return self.library.keep(connection, new)

    def delete(self, asset: Asset) -> None:
        """Delete one, as far as the database goes."""
        with self.library.database.writing() as connection:
            self.library.delete(connection, asset)

    def digests(self) -> set[str]:
        """What lies in the folder."""
        return {name.rpartition("/")[2] for name in DiskObjects(self.folder).names(f"{FOLDER}/")}

    def found(self, asset: Asset) -> Asset | None:
        """An asset as it is now, or what is left of it."""
        with self.library.database.reading() as connection:
            return find_asset_or_stub(connection, asset.id)


@pytest.fixture
def shelf(place: Place, tmp_path: Path) -> Iterator[Shelf]:
    """An empty one, with two accounts."""
    with place.open() as database:
        with database.writing() as connection:
            for account in (A, B):
                add_account(connection, Account(id=account, name=f"of {account}", created_at=0))
        made = Shelf(library=None, folder=tmp_path / "home")  # type: ignore[arg-type]  # below
        store = Store(DiskObjects(made.folder), FOLDER)
        made.library = Library(
            database, store, RenditionCache(tmp_path / "renditions", 1 << 20), lambda: made.time, random_bytes
        )
        yield made


def test_what_is_kept_comes_back(shelf: Shelf) -> None:
    """With its bytes."""
    asset = shelf.keep(prompt="a fox", tags={"k": "v"})
    assert shelf.found(asset) == asset
    assert (asset.digest, asset.created_at) == (digest_of(CONTENT), shelf.time)
    assert shelf.library.read(asset) == CONTENT
    with shelf.library.database.reading() as connection:
        assert shelf.library.find(connection, A, asset.id) == asset
        assert shelf.library.search(connection, SoughtAssets(account_id=A)) == [asset]


def test_assets_are_found_by_when_they_were_made(shelf: Shelf) -> None:
    """To the second, also where a moment is rounded."""
    begin = int(shelf.time)
    kept = {}
    for offset in (-1, -0.0000001, 0, 0.5, 0.9999999, 1, 2):
        shelf.time = begin + offset
        kept[offset] = shelf.keep().id
    sought = SoughtAssets(account_id=A, since=begin, until=begin + 1)
    with shelf.library.database.reading() as connection:
        found = {one.id for one in shelf.library.search(connection, sought)}
        later = {one.id for one in shelf.library.search(connection, SoughtAssets(account_id=A, since=begin + 2))}
    assert found >= {kept[0], kept[0.5]}
    assert found <= {kept[offset] for offset in (-0.0000001, 0, 0.5, 0.9999999)}
    assert later == {kept[2]}


def test_an_account_has_its_own_assets_alone(shelf: Shelf) -> None:
    """Another's is as if it were not there, also as a parent."""
    asset = shelf.keep()
    with shelf.library.database.reading() as connection, pytest.raises(NoSuchResource, match=asset.id):
        shelf.library.find(connection, B, asset.id)
    with pytest.raises(NoSuchResource, match=asset.id):
        shelf.keep(account_id=B, parents=(Parent(asset_id=asset.id, role="draft"),))


def test_a_job_that_is_done_twice_keeps_each_picture_once(shelf: Shelf) -> None:
    """Also when eight do it at once, and when the picture was deleted meanwhile."""
    with ThreadPoolExecutor(8) as threads:
        kept = list(threads.map(lambda _: shelf.keep(job_id="j", number=1), range(16)))
    assert len({one.id for one in kept}) == 1
    assert shelf.keep(job_id="j", number=2) != kept[0]
    shelf.delete(kept[0])
    again = shelf.keep(job_id="j", number=1)
    assert (again.id, again.deleted_at) == (kept[0].id, shelf.time)


def test_bytes_go_with_the_last_asset_that_has_them(shelf: Shelf) -> None:
    """And not before."""
    one, other, third = shelf.keep(), shelf.keep(account_id=B), shelf.keep(b"another")
    shelf.delete(one)
    assert shelf.library.erase() == 0
    assert shelf.library.read(other) == CONTENT
    shelf.delete(other)
    assert shelf.library.erase() == 1
    assert shelf.digests() == {third.digest}
    assert shelf.library.erase() == 0


def test_bytes_that_are_due_to_go_stay_when_they_are_kept_again(shelf: Shelf) -> None:
    """Whoever put them saw them there."""
    first = shelf.keep()
    new = shelf.new()
    shelf.delete(first)
    with shelf.library.database.writing() as connection:
        asset = shelf.library.keep(connection, new)
    assert shelf.library.erase() == 0
    assert shelf.library.read(asset) == CONTENT


def test_bytes_that_went_before_they_were_kept_must_be_put_again(shelf: Shelf) -> None:
    """No asset is ever without bytes."""
    first = shelf.keep()
    new = shelf.new()
    shelf.delete(first)
    shelf.library.erase()
    with pytest.raises(StorageFailed, match="keep them again"), shelf.library.database.writing() as connection:
        shelf.library.keep(connection, new)
    assert shelf.library.read(shelf.keep()) == CONTENT
    with shelf.library.database.reading() as connection:
        assert erasure_of(connection, new.digest) is None


def test_bytes_that_somebody_removes_at_this_moment_are_not_kept(shelf: Shelf) -> None:
    """They are there still, and will not be."""
    new = shelf.new()
    with shelf.library.database.writing() as connection:
        put_erasure(connection, new.digest, "begun", int(shelf.time))
    with pytest.raises(StorageFailed, match="keep them again"), shelf.library.database.writing() as connection:
        shelf.library.keep(connection, new)


def test_who_dies_while_removing_bytes_leaves_them_to_another(shelf: Shelf) -> None:
    """After a while."""
    asset = shelf.keep()
    shelf.delete(asset)
    with shelf.library.database.writing() as connection:
        put_erasure(connection, asset.digest, "begun", int(shelf.time))
    assert shelf.library.erase() == 0
    shelf.time += ABANDONED_S + 1
    assert shelf.library.erase() == 1
    assert shelf.digests() == set()
    shelf.time += REMEMBERED_S + 1
    shelf.library.erase()
    with shelf.library.database.reading() as connection:
        assert erasure_of(connection, asset.digest) is None


@pytest.mark.parametrize(("held", "said"), [("held", "waits for a review"), ("rejected", "was rejected in a review")])
def test_what_is_held_is_not_delivered(shelf: Shelf, held: Held, said: str) -> None:
    """But to who reviews it."""
    asset = shelf.keep(held=held)
    assert not deliverable(asset)
    with pytest.raises(Denied, match=said):
        shelf.library.read(asset)
    assert shelf.library.read_for_review(asset) == CONTENT
    with shelf.library.database.writing() as connection:
        assert hold_asset(connection, asset.id, None)
    free = shelf.found(asset)
    assert free is not None
    assert deliverable(free)
    assert shelf.library.read(free) == CONTENT


def test_what_is_deleted_is_not_delivered(shelf: Shelf) -> None:
    """Nor is there anything to review."""
    asset = shelf.keep()
    shelf.delete(asset)
    stub = shelf.found(asset)
    assert stub is not None
    assert not deliverable(stub)
    with pytest.raises(NoSuchResource, match="was deleted"):
        shelf.library.read(stub)


def test_nothing_is_lost_while_bytes_come_and_go(shelf: Shelf) -> None:
    """Four keep and delete the same few bytes at once, and remove them: every asset that stays has its bytes."""
    turns = count()

    def come_and_go(number: int) -> list[Asset]:
        kept: list[Asset] = []
        for _ in range(6):
            content = b"content %d" % (next(turns) % 3)
            try:
                asset = shelf.keep(content)
            except StorageFailed:
                continue
            if (number + len(kept)) % 2:
                shelf.delete(asset)
                shelf.library.erase()
            else:
                kept.append(asset)
        return kept

    with ThreadPoolExecutor(4) as threads:
        kept = [asset for some in threads.map(come_and_go, range(4)) for asset in some]
    for asset in kept:
        assert digest_of(shelf.library.read(asset)) == Digest(asset.digest)
