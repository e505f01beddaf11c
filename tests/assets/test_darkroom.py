"""The darkroom: renditions are made once, and nothing of what is held or deleted comes out or stays behind."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from outcrop.assets.darkroom import Darkroom
from outcrop.assets.disk import DiskObjects
from outcrop.assets.library import FOLDER, Library, NewAsset
from outcrop.assets.rendition_cache import RenditionCache
from outcrop.assets.renditions import Wanted
from outcrop.assets.s3 import S3Objects
from outcrop.assets.store import Digest, Store
from outcrop.clock import new_id, random_bytes, unix_time
from outcrop.errors import Denied, NoSuchResource
from outcrop.store.accounts import Account, add_account
from outcrop.store.assets import Asset, find_asset_or_stub, hold_asset
from outcrop.store.database import open_database
from tests.api.rest.pictures import file, opened, scene
from tests.assets.s3_server import S3Server

A = "111111111111"
CONTENT = file(scene())


class Slow:
    """Objects whose reading waits until it may go on, and counts."""

    def __init__(self, objects: DiskObjects) -> None:
        self._objects = objects
        self.reads = 0
        self.reading, self.go_on = Event(), Event()
        self.go_on.set()

    def get(self, name: str) -> bytes:
        """The bytes of a name, in a while."""
        self.reads += 1
        content = self._objects.get(name)
        self.reading.set()
        assert self.go_on.wait(20)
        return content

    def __getattr__(self, name: str) -> object:
        return getattr(self._objects, name)


@pytest.fixture
def objects(tmp_path: Path) -> Slow:
    """A place for bytes."""
    return Slow(DiskObjects(tmp_path))


@pytest.fixture
def darkroom(tmp_path: Path, objects: Slow) -> Iterator[Darkroom]:
    """One over an empty library."""
    with open_database(tmp_path) as database:
        with database.writing() as connection:
            add_account(connection, Account(id=A, name="a", created_at=0))
        cache = RenditionCache(tmp_path / "renditions", 1 << 20)
        store = Store(objects, FOLDER)  # type: ignore[arg-type]  # it hands on what it has not itself
        yield Darkroom(Library(database, store, cache, unix_time, random_bytes), cache)


def keep(library: Library, content: bytes = CONTENT) -> Asset:
    """Keep a picture."""
    new = NewAsset(
        account_id=A, user_name="t", digest=library.put(content), format="png", width=160, height=96, size_bytes=1
    )
    with library.database.writing() as connection:
        return library.keep(connection, new)


def delete(library: Library, asset: Asset) -> Asset:
    """Delete one for good; returns its stub."""
    with library.database.writing() as connection:
        library.delete(connection, asset)
    library.erase()
    with library.database.reading() as connection:
        stub = find_asset_or_stub(connection, asset.id)
    assert stub is not None
    return stub


def test_the_file_itself_is_not_made_again(darkroom: Darkroom) -> None:
    """Also where its own format is asked for."""
    asset = keep(darkroom.library)
    for wanted in (Wanted(), Wanted(format="png"), Wanted(focus=(0, 0))):
        assert darkroom.deliver(asset, wanted).file == CONTENT
        assert darkroom.tag(asset, wanted) == asset.digest
    assert darkroom.deliver(asset, Wanted(format="png", width=10)).file != CONTENT


def test_equal_renditions_are_made_once(darkroom: Darkroom, objects: Slow) -> None:
    """Though eight want one at once, and again later."""
    asset = keep(darkroom.library)
    objects.go_on.clear()
    with ThreadPoolExecutor(8) as threads:
        wanted = [threads.submit(darkroom.deliver, asset, Wanted(width=40)) for _ in range(8)]
        assert objects.reading.wait(20)
        objects.go_on.set()
        made = {one.result().file for one in wanted}
    assert (len(made), objects.reads) == (1, 1)
    assert opened(darkroom.deliver(asset, Wanted(width=40)).file).size == (40, 24)
    assert objects.reads == 1
    darkroom.deliver(asset, Wanted(width=41))
    assert objects.reads == 2


def test_a_rendition_of_what_was_deleted_meanwhile_does_not_stay(
    darkroom: Darkroom, objects: Slow, tmp_path: Path
) -> None:
    """Whoever asked before may still get it; nobody after."""
    asset = keep(darkroom.library)
    objects.go_on.clear()
    with ThreadPoolExecutor(1) as thread:
        wanted = thread.submit(darkroom.deliver, asset, Wanted(width=40))
        assert objects.reading.wait(20)
        stub = delete(darkroom.library, asset)
        objects.go_on.set()
        wanted.result()
    assert not list((tmp_path / "renditions").rglob("*.*"))
    assert not [path for path in (tmp_path / "renditions").rglob("*") if path.is_file()]
    with pytest.raises(NoSuchResource, match="was deleted"):
        darkroom.deliver(stub, Wanted(width=40))


def test_what_is_held_comes_out_in_no_form(darkroom: Darkroom) -> None:
    """Though it was made before."""
    asset = keep(darkroom.library)
    darkroom.deliver(asset, Wanted(width=40))
    with darkroom.library.database.writing() as connection:
        hold_asset(connection, asset.id, "rejected")
        held = find_asset_or_stub(connection, asset.id)
    assert held is not None
    for wanted in (Wanted(), Wanted(width=40)):
        with pytest.raises(Denied, match="was rejected"):
            darkroom.deliver(held, wanted)
        with pytest.raises(Denied, match="was rejected"):
            darkroom.tag(held, wanted)


def test_deletion_reaches_s3(tmp_path: Path, s3: S3Server) -> None:
    """The object is gone from the bucket, unless another asset has the same bytes."""
    bucket = f"assets-{new_id()}"
    s3.make_bucket(bucket)
    objects = S3Objects(s3.account, bucket)
    with open_database(tmp_path) as database:
        with database.writing() as connection:
            add_account(connection, Account(id=A, name="a", created_at=0))
        cache = RenditionCache(tmp_path / "renditions", 1 << 20)
        library = Library(database, Store(objects, FOLDER), cache, unix_time, random_bytes)
        darkroom = Darkroom(library, cache)
        one, other = keep(library), keep(library)
        name = f"{FOLDER}/{one.digest[:2]}/{one.digest}"
        assert opened(darkroom.deliver(one, Wanted(width=40)).file).size == (40, 24)
        delete(library, one)
        assert list(objects.names("")) == [name]
        assert cache.get(Digest(one.digest), Wanted(width=40).key()) is not None
        delete(library, other)
        assert list(objects.names("")) == []
        assert cache.get(Digest(one.digest), Wanted(width=40).key()) is None
