"""The registry of operations."""

from typing import get_args

import pytest

from outcrop.catalog.load import Catalog
from outcrop.errors import NoSuchModel
from outcrop.operations.table import PLANNERS, plan
from outcrop.request import Request, TextToImage
from outcrop.units import ModelId, Seed, Size
from tests.conftest import ULTRA

REQUEST = TextToImage(prompt="a fox", size=Size(width=64, height=64))


def test_every_request_has_its_planner() -> None:
    """A new record without one would fail at its first request."""
    assert set(PLANNERS) == set(get_args(Request) or [Request])


def test_a_plan_has_the_models_price(catalog: Catalog) -> None:
    """From the dated list, in micro-dollars."""
    (planned,) = plan(REQUEST, ModelId(ULTRA), catalog, lambda: Seed(5))
    assert (planned.model, planned.price, planned.seed) == (ULTRA, 140_000, 5)


def test_a_model_there_is_none_of_has_no_plan(catalog: Catalog) -> None:
    """The same words as on the wire."""
    with pytest.raises(NoSuchModel, match="identifier is invalid"):
        plan(REQUEST, ModelId("a.b"), catalog, lambda: Seed(5))
