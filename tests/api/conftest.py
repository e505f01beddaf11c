"""What files of these tests share: a server of a file's own, boto3's clients on it, and a server that is watched."""

from collections.abc import Iterator

import pytest
from botocore.client import BaseClient

from outcrop.catalog.load import Catalog
from tests.api.watched import StandIn, Watched, watching
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


@pytest.fixture(scope="module")
def judge() -> StandIn:
    """Who looks at the pictures of the server that is watched."""
    return StandIn()


@pytest.fixture(scope="module")
def watched(catalog: Catalog, judge: StandIn, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """A server of one file's tests, with a trail, metrics and that judge."""
    with watching(catalog, tmp_path_factory.mktemp("trail"), judge) as running:
        yield running


@pytest.fixture(scope="module")
def watched_runtime(watched: Watched) -> Iterator[BaseClient]:
    """boto3's client on that server."""
    made = client("bedrock-runtime", watched.server)
    yield made
    made.close()
