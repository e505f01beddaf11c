"""The registry of operations."""

import pytest

from outcrop.catalog.load import Catalog
from outcrop.errors import NoSuchModel, Unsupported
from outcrop.operations.table import plan
from outcrop.prompt import plain
from outcrop.request import Bitmap, ImageToImage, TextToImage
from outcrop.units import ModelId, Seed, Size
from tests.conftest import CORE, SD35, ULTRA

REQUEST = TextToImage(prompt=plain("a fox"), size=Size(width=64, height=64))


def test_a_plan_has_the_models_price(catalog: Catalog) -> None:
    """From the dated list, in micro-dollars."""
    (planned,) = plan(REQUEST, ModelId(ULTRA), catalog, lambda: Seed(5))
    assert (planned.model, planned.price, planned.seed) == (ULTRA, 140_000, 5)


def test_what_a_model_does_not_offer_is_refused(catalog: Catalog) -> None:
    """The message names the model, what was asked and who does it."""
    image = Bitmap(size=Size(width=64, height=64), rgb=bytes(64 * 64 * 3))
    with pytest.raises(Unsupported, match=f"Core 1.1 does not offer image-to-image; these do: .*{SD35}, .*{ULTRA}"):
        plan(ImageToImage(prompt=plain("a fox"), image=image, strength=0.5), ModelId(CORE), catalog, lambda: Seed(5))


def test_a_model_there_is_none_of_has_no_plan(catalog: Catalog) -> None:
    """The same words as on the wire."""
    with pytest.raises(NoSuchModel, match="identifier is invalid"):
        plan(REQUEST, ModelId("a.b"), catalog, lambda: Seed(5))
