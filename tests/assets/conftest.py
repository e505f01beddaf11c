"""A real S3 server in a process of its own, with its signature check switched on."""

from collections.abc import Iterator

import pytest

from tests.assets.s3_server import S3Server, s3_server


@pytest.fixture(scope="session")
def s3() -> Iterator[S3Server]:
    """A server that the whole session shares."""
    with s3_server() as running:
        yield running
