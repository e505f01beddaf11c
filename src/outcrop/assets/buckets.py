"""Where `s3://bucket/key` lies: in a bucket of an S3, or in a folder that stands for it. Knows names; knows no job."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self, final

from outcrop.assets.disk import DiskObjects
from outcrop.assets.objects import Objects, check_name
from outcrop.errors import InvalidRequest

_URI: Final = re.compile(r"s3://(?P<bucket>[a-z0-9][.a-z0-9-]{1,61}[a-z0-9])(/(?P<key>.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Uri:
    """A place in a bucket."""

    bucket: str
    key: str
    """Without a slash at its end; empty for the whole bucket."""

    @classmethod
    def read(cls, text: str) -> Self:
        """Read one as it is written.

        Raises: InvalidRequest when it is none, or names what a folder could not keep.
        """
        found = _URI.fullmatch(text)
        if found is None or ".." in found["bucket"]:
            raise InvalidRequest(f"{text[:200]!r} is no place in S3; write it as s3://bucket/key.")
        key = (found["key"] or "").removesuffix("/")
        if key:
            check_name(key)
        return cls(bucket=found["bucket"], key=key)

    def below(self, name: str) -> "S3Uri":
        """The place of a name under this one."""
        return S3Uri(bucket=self.bucket, key=f"{self.key}/{name}" if self.key else name)

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.key}"


@final
class Buckets:
    """Every bucket that an account can name."""

    def __init__(self, open_bucket: Callable[[str, str], Objects]) -> None:
        """`open_bucket` gives what an account means by the name of a bucket."""
        self._open = open_bucket

    def put(self, account: str, place: S3Uri, content: bytes) -> None:
        """Write an object; raises as `Objects.put`."""
        self._open(account, place.bucket).put(place.key, content)

    def put_file(self, account: str, place: S3Uri, file: Path) -> None:
        """Write a file's bytes as an object; raises as `Objects.put_file`."""
        self._open(account, place.bucket).put_file(place.key, file)

    def get(self, account: str, place: S3Uri) -> bytes:
        """Read an object; raises as `Objects.get`."""
        return self._open(account, place.bucket).get(place.key)

    def chunks(self, account: str, place: S3Uri) -> Iterator[bytes]:
        """Read an object a piece at a time; raises as `Objects.chunks`."""
        return self._open(account, place.bucket).chunks(place.key)

    def below(self, account: str, place: S3Uri) -> Iterator[S3Uri]:
        """What there is of that name, and in the folder of that name, in order."""
        for name in self._open(account, place.bucket).names(place.key):
            if not place.key or name == place.key or name.startswith(f"{place.key}/"):
                yield S3Uri(bucket=place.bucket, key=name)

    def delete(self, account: str, place: S3Uri) -> None:
        """Remove an object; one that is not there is removed already."""
        self._open(account, place.bucket).delete(place.key)


def disk_buckets(folder: Path) -> Buckets:
    """Folders that stand for buckets: of each account its own, so that none reads what is another's."""
    return Buckets(lambda account, bucket: DiskObjects(folder / account / bucket))
