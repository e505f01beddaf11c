"""Named bytes in a bucket of any S3, through obstore. Knows endpoints and keys to them; knows no content."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, final

from obstore.exceptions import BaseError, NotFoundError
from obstore.store import S3Store

from outcrop.assets.buckets import Buckets
from outcrop.assets.objects import Objects, check_name
from outcrop.errors import NoSuchResource, StorageFailed

if TYPE_CHECKING:  # obstore has these names for type checkers alone
    from obstore.store import S3Config

AMAZON = "aws"
"""The endpoint's name for Amazon's own S3."""


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Account:
    """Where an S3 is and who asks there."""

    endpoint: str
    """A URL, or AMAZON."""
    region: str
    key_id: str | None = None
    """None leaves it to the machine: its role at Amazon."""
    secret: str | None = field(default=None, repr=False)


@final
class S3Objects:
    """Objects in one bucket, below a prefix or not."""

    def __init__(self, account: S3Account, bucket: str) -> None:
        config: S3Config = {"region": account.region, "virtual_hosted_style_request": account.endpoint == AMAZON}
        if account.endpoint != AMAZON:
            config["endpoint"] = account.endpoint
        if account.key_id is not None and account.secret is not None:
            config |= {"access_key_id": account.key_id, "secret_access_key": account.secret}
        self._bucket = bucket
        over_http = account.endpoint.startswith("http://")
        self._store = S3Store(bucket, config=config, client_options={"allow_http": over_http})

    def put(self, name: str, content: bytes) -> None:
        """Keep bytes under a name."""
        check_name(name)
        with self._told(name):
            self._store.put(name, content)

    def put_file(self, name: str, file: Path) -> None:
        """Keep a file's bytes under a name, a part at a time."""
        check_name(name)
        with self._told(name):
            self._store.put(name, file)

    def get(self, name: str) -> bytes:
        """The bytes of a name.

        Raises: NoSuchResource when there are none; StorageFailed when the S3 cannot be reached or refuses.
        """
        return b"".join(self.chunks(name))

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of a name, a piece at a time.

        Raises: NoSuchResource when there are none; StorageFailed when the S3 cannot be reached or refuses.
        """
        check_name(name)
        with self._told(name):
            for chunk in self._store.get(name).stream():
                yield bytes(chunk)

    def has(self, name: str) -> bool:
        """Whether there are bytes of that name."""
        check_name(name)
        try:
            with self._told(name):
                self._store.head(name)
        except NoSuchResource:
            return False
        return True

    def names(self, prefix: str) -> Iterator[str]:
        """The names that begin so, in order."""
        # obstore lists whole folders: what is above the prefix, of which the rest is left out.
        above = prefix.rpartition("/")[0]
        with self._told(prefix):
            found = [one["path"] for page in self._store.list(above or None) for one in page]
        yield from sorted(name for name in found if name.startswith(prefix))

    def delete(self, name: str) -> None:
        """Remove a name and its bytes."""
        check_name(name)
        try:
            with self._told(name):
                self._store.delete(name)
        except NoSuchResource:
            pass

    @contextmanager
    def _told(self, name: str) -> Iterator[None]:
        """What the S3 says, in the words of the domain.

        Raises: NoSuchResource; StorageFailed.
        """
        place = f"s3://{self._bucket}/{name}"
        try:
            yield
        except (NotFoundError, FileNotFoundError):
            raise NoSuchResource(f"There is no object {place}.") from None
        except (BaseError, OSError) as error:
            first = str(error).strip().partition("\n")[0]
            raise StorageFailed(f"{place} cannot be used: {first[:500]}") from error


def s3_buckets(account: S3Account) -> Buckets:
    """The buckets of an S3, all accounts' alike: whoever may start a job reaches what the server's own key reaches."""

    def open_bucket(_: str, bucket: str) -> Objects:
        return S3Objects(account, bucket)

    return Buckets(open_bucket)
