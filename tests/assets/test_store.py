"""The content-addressed store: bytes are kept once, and come back as they were or not at all."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcrop.assets.disk import DiskObjects
from outcrop.assets.store import Digest, Store, digest_of
from outcrop.errors import NoSuchResource, StorageFailed


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for contents."""
    return tmp_path_factory.mktemp("contents")


@given(st.binary(max_size=2000))
def test_what_is_put_comes_back(folder: Path, content: bytes) -> None:
    """Under its SHA-256, however often it is put."""
    store = Store(DiskObjects(folder))
    assert store.put(content) == store.put(content) == digest_of(content)
    assert store.get(digest_of(content)) == content


def test_equal_bytes_are_kept_once(tmp_path: Path) -> None:
    """In one file."""
    store = Store(DiskObjects(tmp_path))
    digests = {store.put(b"the same") for _ in range(3)}
    assert len(digests) == len(list(DiskObjects(tmp_path).names(""))) == 1


def test_what_is_deleted_is_gone(tmp_path: Path) -> None:
    """Also a second time."""
    store = Store(DiskObjects(tmp_path))
    digest = store.put(b"content")
    for _ in range(2):
        store.delete(digest)
        with pytest.raises(NoSuchResource, match=digest):
            store.get(digest)


def test_what_has_changed_is_not_handed_out(tmp_path: Path) -> None:
    """A disk that forgets is found out."""
    store = Store(DiskObjects(tmp_path))
    digest = store.put(b"content")
    (tmp_path / "assets" / digest[:2] / digest).write_bytes(b"contenT")
    with pytest.raises(StorageFailed, match=f"{digest} is damaged"):
        store.get(digest)


def test_nothing_else_is_a_digest(tmp_path: Path) -> None:
    """A name from outside opens nothing."""
    with pytest.raises(NoSuchResource):
        Store(DiskObjects(tmp_path)).get(Digest("0" * 64))
