"""What the command line's tests share: the shipped catalogue, and a flow on the toy engine."""

from collections.abc import Iterator

import pytest

from outcrop.catalog.load import Catalog, load_catalog
from outcrop.clock import now
from outcrop.flow import Flow
from tests.marking import marks
from tests.toy_engine import ToyEngine


@pytest.fixture(scope="session")
def shipped() -> Catalog:
    """The catalogue as shipped, without an operator's settings."""
    return load_catalog()


@pytest.fixture
def engine() -> ToyEngine:
    """A fresh toy engine."""
    return ToyEngine()


@pytest.fixture
def flow(engine: ToyEngine) -> Iterator[Flow]:
    """A flow on the toy engine."""
    with Flow(engine, now, marks=marks()) as flow:
        yield flow
