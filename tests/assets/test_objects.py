"""What every place of named bytes promises, a folder and a bucket of a real S3 server alike."""

import os
import resource
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from outcrop.assets.cipher import Sealed
from outcrop.assets.disk import PARTS, DiskObjects
from outcrop.assets.key_wraps import OwnKeys
from outcrop.assets.objects import Objects
from outcrop.assets.s3 import S3Account, S3Objects
from outcrop.assets.sealed import SealedObjects
from outcrop.errors import InvalidRequest, NoSuchResource, StorageFailed
from tests.assets.s3_server import S3Server

NUMBERS = count()


def in_a_folder(request: pytest.FixtureRequest) -> Objects:
    """A folder that is not there yet."""
    return DiskObjects(request.getfixturevalue("tmp_path") / "objects")


def in_a_bucket(request: pytest.FixtureRequest) -> Objects:
    """A new bucket."""
    server: S3Server = request.getfixturevalue("s3")
    name = f"bucket-{next(NUMBERS)}"
    server.make_bucket(name)
    return S3Objects(server.account, name)


def behind_a_cipher(request: pytest.FixtureRequest) -> Objects:
    """A folder whose files are encrypted."""
    return SealedObjects(in_a_folder(request), Sealed(OwnKeys((b"k" * 32,), os.urandom), os.urandom))


@pytest.fixture(params=[in_a_folder, in_a_bucket, behind_a_cipher], ids=lambda made: made.__name__)
def objects(request: pytest.FixtureRequest) -> Objects:
    """Each implementation in turn."""
    made: Callable[[pytest.FixtureRequest], Objects] = request.param
    return made(request)


def test_what_is_put_is_there(objects: Objects) -> None:
    """Whole, and a piece at a time; the newer bytes of a name win."""
    for content in (b"", b"first", os.urandom(3_000_000)):
        objects.put("a/b.png", content)
        assert objects.get("a/b.png") == content
        assert b"".join(objects.chunks("a/b.png")) == content
    assert objects.has("a/b.png")


def test_a_file_is_put(objects: Objects, tmp_path: Path) -> None:
    """Of more bytes than go at once."""
    file = tmp_path / "large"
    file.write_bytes(os.urandom(12_000_000))
    objects.put_file("large.jsonl.out", file)
    assert objects.get("large.jsonl.out") == file.read_bytes()


def test_what_is_not_there_is_named(objects: Objects) -> None:
    """A folder of that name is no object."""
    objects.put("a/b", b"content")
    for name in ("nothing", "a", "a/b/c"):
        assert not objects.has(name)
        with pytest.raises(NoSuchResource, match=f"no object .*{name}"):
            objects.get(name)


def test_what_is_deleted_is_gone(objects: Objects) -> None:
    """Also a second time."""
    objects.put("a/b", b"content")
    for _ in range(2):
        objects.delete("a/b")
        assert not objects.has("a/b")


def test_names_are_listed_in_order(objects: Objects) -> None:
    """Those that begin so, whether a folder ends there or not."""
    for name in ("in/b.jsonl", "in/a.jsonl", "in/deep/c.jsonl", "inner.jsonl", "out/d.jsonl"):
        objects.put(name, b"{}")
    assert list(objects.names("in/")) == ["in/a.jsonl", "in/b.jsonl", "in/deep/c.jsonl"]
    assert list(objects.names("in")) == ["in/a.jsonl", "in/b.jsonl", "in/deep/c.jsonl", "inner.jsonl"]
    assert list(objects.names("in/a")) == ["in/a.jsonl"]
    assert list(objects.names("nothing/")) == []
    assert len(list(objects.names(""))) == 5


@pytest.mark.parametrize("name", ["", "/a", "a/", "a//b", ".", "a/../../b", "a\0b", "a\nb", "x" * 256, "y/" * 600])
def test_a_name_that_would_leave_the_place_is_refused(objects: Objects, name: str) -> None:
    """Or that a folder could not keep: a bucket and a folder take the same ones."""
    with pytest.raises(InvalidRequest, match="cannot be kept"):
        objects.put(name, b"content")


def test_writers_of_one_name_leave_one_of_their_contents(objects: Objects) -> None:
    """Never a mixture."""
    contents = [bytes([number]) * 100_000 for number in range(8)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda content: objects.put("one", content), contents))
    assert objects.get("one") in contents


def test_a_folder_that_has_no_room_keeps_the_old_bytes(tmp_path: Path) -> None:
    """And nothing half-written."""
    objects = DiskObjects(tmp_path)
    objects.put("a", b"old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(StorageFailed, match=r"a cannot be written: File too large") as refusal:
            objects.put("a", bytes(1_000_000))
        assert refusal.value.full
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert objects.get("a") == b"old"
    assert list((tmp_path / PARTS).iterdir()) == []


def test_what_a_dead_process_has_begun_is_swept(tmp_path: Path) -> None:
    """But not what another one is writing just now; no name shows either."""
    objects = DiskObjects(tmp_path)
    objects.put("a", b"content")
    for name, at in (("old", 1000), ("new", 3000)):
        (tmp_path / PARTS / name).write_bytes(b"half")
        os.utime(tmp_path / PARTS / name, (at, at))
    objects.sweep(2000)
    assert [path.name for path in (tmp_path / PARTS).iterdir()] == ["new"]
    assert list(objects.names("")) == ["a"]
    with pytest.raises(InvalidRequest, match="cannot begin with"):
        objects.get(f"{PARTS}/new")


def test_a_key_that_is_another_s_folder_is_refused(tmp_path: Path) -> None:
    """S3 keeps both; a folder cannot."""
    objects = DiskObjects(tmp_path)
    objects.put("a/b", b"content")
    for name in ("a", "a/b/c"):
        with pytest.raises(InvalidRequest, match="a file or a folder, not both"):
            objects.put(name, b"content")


def test_an_s3_that_refuses_says_so(s3: S3Server) -> None:
    """A wrong secret, a bucket that is not there, nobody at the address."""
    s3.make_bucket("guarded")
    wrong: list[tuple[S3Account, str]] = [
        (replace(s3.account, secret="wrong"), "guarded"),
        (replace(s3.account, endpoint="http://127.0.0.1:9"), "guarded"),
    ]
    for account, bucket in wrong:
        with pytest.raises(StorageFailed, match=f"s3://{bucket}/a cannot be used"):
            S3Objects(account, bucket).put("a", b"content")
    with pytest.raises((StorageFailed, NoSuchResource), match="s3://no-such-bucket/a"):
        S3Objects(s3.account, "no-such-bucket").put("a", b"content")
