"""From a picture and words to a plan."""

from dataclasses import replace

import numpy as np
import pytest

from outcrop.catalog.card import ModelCard
from outcrop.catalog.load import Catalog
from outcrop.operations.table import plan
from outcrop.prompt import plain
from outcrop.request import Bitmap, ImageToImage
from outcrop.units import Seed, Size
from tests.conftest import SD35, ULTRA

IMAGE = Bitmap(size=Size(width=300, height=200), rgb=np.full((200, 300, 3), (9, 200, 90), np.uint8).tobytes())
REQUEST = ImageToImage(prompt=plain("a fox"), image=IMAGE, strength=0.5, seed=Seed(7))


@pytest.fixture(params=[SD35, ULTRA])
def card(request: pytest.FixtureRequest, catalog: Catalog) -> ModelCard:
    """Each model that offers it."""
    return catalog.model(request.param)


def test_the_result_has_the_size_of_the_image(catalog: Catalog, card: ModelCard) -> None:
    """The network works on the image at its own size; places stay in their places on the way there and back."""
    (made,) = plan(REQUEST, card.id, catalog, lambda: Seed(1))
    assert made.delivered == IMAGE.size
    assert made.fitting == "stretch"
    assert made.start is not None
    assert made.start.image.size == made.native == Size(width=80, height=48)
    assert made.start.image.rgb == bytes((9, 200, 90)) * made.native.pixels


@pytest.mark.parametrize(("strength", "share"), [(1.0, 1.0), (0.5, 0.5), (0.0, 0.0)])
def test_the_stronger_the_more_of_the_schedule(
    catalog: Catalog, card: ModelCard, strength: float, share: float
) -> None:
    """All of it at 1, half at a half, and the last step at 0."""
    (whole,) = plan(replace(REQUEST, strength=1.0), card.id, catalog, lambda: Seed(1))
    (made,) = plan(replace(REQUEST, strength=strength), card.id, catalog, lambda: Seed(1))
    assert made.steps == max(1, round(card.tier.steps * share))
    assert made.sigmas == whole.sigmas[-made.steps - 1 :]


def test_each_picture_has_the_next_seed(catalog: Catalog, card: ModelCard) -> None:
    """As when made from words alone."""
    plans = plan(replace(REQUEST, images=3), card.id, catalog, lambda: Seed(1))
    assert [made.seed for made in plans] == [7, 8, 9]
