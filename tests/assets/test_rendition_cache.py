"""The cache of renditions: bounded, and without what was deleted."""

import os
from pathlib import Path

from outcrop.assets.rendition_cache import RenditionCache
from outcrop.assets.store import Digest

A, B = Digest("a" * 64), Digest("b" * 64)


def size(folder: Path) -> int:
    """All that lies there."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def test_what_was_put_is_there(tmp_path: Path) -> None:
    """Under its digest and key."""
    cache = RenditionCache(tmp_path, 1000)
    assert cache.get(A, "small") is None
    cache.put(A, "small", b"one")
    cache.put(A, "large", b"two")
    cache.put(B, "small", b"three")
    assert [cache.get(A, "small"), cache.get(A, "large"), cache.get(B, "small")] == [b"one", b"two", b"three"]
    cache.remove(A)
    cache.remove(A)
    assert [cache.get(A, "small"), cache.get(A, "large"), cache.get(B, "small")] == [None, None, b"three"]
    assert not (tmp_path / "aa" / A).exists()


def test_it_does_not_outgrow_its_limit(tmp_path: Path) -> None:
    """What was not used for longest goes first; files of another process count."""
    RenditionCache(tmp_path, 1000).put(B, "of another process", bytes(300))
    cache = RenditionCache(tmp_path, 1000)
    for number in range(6):
        cache.put(A, str(number), bytes(100))
        os.utime(tmp_path / "aa" / A / str(number), (number, number))
    os.utime(tmp_path / "bb" / B / "of another process", (99, 99))
    assert cache.get(A, "0") == bytes(100)  # used again
    for number in range(6, 40):
        cache.put(A, str(number), bytes(100))
        assert size(tmp_path) <= 1000
    assert cache.get(A, "1") is None
    assert cache.get(A, "39") == bytes(100)


def test_a_folder_that_cannot_be_written_changes_nothing(tmp_path: Path) -> None:
    """It is a cache."""
    (tmp_path / "file").write_bytes(b"")
    cache = RenditionCache(tmp_path / "file", 1000)
    cache.put(A, "small", b"one")
    assert cache.get(A, "small") is None
