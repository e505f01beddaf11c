"""Where s3://bucket/key lies: read as it is written, and on disk of each account its own."""

from pathlib import Path

import pytest

from outcrop.assets.buckets import S3Uri, disk_buckets
from outcrop.assets.s3 import s3_buckets
from outcrop.errors import InvalidRequest, NoSuchResource
from tests.assets.s3_server import S3Server

A, B = "111111111111", "222222222222"


@pytest.mark.parametrize(
    ("text", "bucket", "key"),
    [
        ("s3://bucket", "bucket", ""),
        ("s3://bucket/", "bucket", ""),
        ("s3://bucket/a", "bucket", "a"),
        ("s3://my.bucket-1/a/b c/ü.jsonl", "my.bucket-1", "a/b c/ü.jsonl"),
        ("s3://bucket/folder/", "bucket", "folder"),
    ],
)
def test_a_uri_is_read(text: str, bucket: str, key: str) -> None:
    """With a slash at its end or without."""
    assert S3Uri.read(text) == S3Uri(bucket=bucket, key=key)


@pytest.mark.parametrize(
    "text",
    [
        *("", "bucket/key", "s3://", "s3://b", "s3://Bucket/key", "s3://bucket/../other", "s3://a..b/key"),
        *("s3://bucket//key", "s3://bucket/a/./b", "s3://bucket/a\nb", "https://bucket.s3.amazonaws.com/key"),
    ],
)
def test_what_is_none_is_refused(text: str) -> None:
    """And what would lead out of the bucket."""
    with pytest.raises(InvalidRequest, match=r"is no place in S3|cannot be kept"):
        S3Uri.read(text)


def test_on_disk_every_account_has_buckets_of_its_own(tmp_path: Path) -> None:
    """None reads what is another's."""
    buckets, place = disk_buckets(tmp_path), S3Uri.read("s3://bucket/a.txt")
    buckets.put(A, place, b"of A")
    with pytest.raises(NoSuchResource):
        buckets.get(B, place)
    assert (tmp_path / A / "bucket" / "a.txt").read_bytes() == b"of A"


def test_what_is_below_a_place_is_listed(tmp_path: Path, s3: S3Server) -> None:
    """The object itself, or all in the folder of that name; another name that begins alike is not."""
    s3.make_bucket("listed")
    for buckets in (disk_buckets(tmp_path), s3_buckets(s3.account)):
        for key in ("in/a.jsonl", "in/b.jsonl", "inner.jsonl", "one.jsonl", "one.jsonl.out"):
            buckets.put(A, S3Uri(bucket="listed", key=key), b"{}")
        found = {text: [place.key for place in buckets.below(A, S3Uri.read(text))] for text in _ASKED}
        assert found == _ASKED


_ASKED = {
    "s3://listed/in": ["in/a.jsonl", "in/b.jsonl"],
    "s3://listed/in/": ["in/a.jsonl", "in/b.jsonl"],
    "s3://listed/one.jsonl": ["one.jsonl"],
    "s3://listed": ["in/a.jsonl", "in/b.jsonl", "inner.jsonl", "one.jsonl", "one.jsonl.out"],
    "s3://listed/nothing": [],
}
