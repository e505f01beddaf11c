"""What files of these tests share: a server of a file's own, and boto3's clients on it."""

from collections.abc import Iterator

import pytest
from botocore.client import BaseClient

from outcrop.catalog.load import Catalog
from tests.conftest import client
from tests.serving import Serving, serving


@pytest.fixture(scope="module")
def own(catalog: Catalog) -> Iterator[Serving]:
    """A server of one file's tests, with a library and folders for buckets: what they make is nobody else's."""
    with serving(catalog) as running:
        yield running


@pytest.fixture(scope="module")
def runtime(own: Serving) -> Iterator[BaseClient]:
    """boto3's client on that server."""
    made = client("bedrock-runtime", own)
    yield made
    made.close()


@pytest.fixture(scope="module")
def control(own: Serving) -> Iterator[BaseClient]:
    """boto3's client of the control plane on that server."""
    made = client("bedrock", own)
    yield made
    made.close()
