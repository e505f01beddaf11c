"""From a picture, a mask and words to a plan."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from outcrop.catalog.card import ModelCard
from outcrop.catalog.load import Catalog
from outcrop.errors import InvalidRequest
from outcrop.operations.table import plan
from outcrop.prompt import plain
from outcrop.request import Bitmap, ImageToImage, Inpaint, Mask
from outcrop.units import Seed, Size
from tests.conftest import SD35, ULTRA

SIZE = Size(width=300, height=200)
IMAGE = Bitmap(size=SIZE, rgb=np.full((200, 300, 3), (9, 200, 90), np.uint8).tobytes())


def mask(level: int = 255) -> Mask:
    """A block of a level, 60 by 40 pixels."""
    levels = np.zeros((200, 300), np.uint8)
    levels[80:120, 100:160] = level
    return Mask(size=SIZE, levels=levels.tobytes())


REQUEST = Inpaint(prompt=plain("a fox"), image=IMAGE, mask=mask(), grow=0, feather=0, strength=0.5, seed=Seed(7))


@pytest.fixture(params=[SD35, ULTRA])
def card(request: pytest.FixtureRequest, catalog: Catalog) -> ModelCard:
    """Each model that offers it."""
    return catalog.model(request.param)


def test_it_is_the_picture_that_grows_from_the_image_in_part(catalog: Catalog, card: ModelCard) -> None:
    """The same plan but for what is held and what is kept, of the same sizes, steps, seeds and price."""
    whole = ImageToImage(
        prompt=plain("a fox"), image=IMAGE, strength=0.5, negative_prompt=plain("text"), seed=Seed(7), images=3
    )
    wanted = plan(whole, card.id, catalog, lambda: Seed(1))
    found = plan(replace(REQUEST, negative_prompt=plain("text"), images=3), card.id, catalog, lambda: Seed(1))
    assert len(found) == 3
    for one, other in zip(found, wanted, strict=True):
        assert one.start is not None
        assert (
            replace(one, operation="image_to_image", kept=None, edited=None, start=replace(one.start, mask=None))
            == other
        )


def test_the_network_repaints_all_that_the_mask_touches(catalog: Catalog, card: ModelCard) -> None:
    """At its own size, each pixel that a masked one falls into."""
    (made,) = plan(REQUEST, card.id, catalog, lambda: Seed(1))
    assert made.start is not None
    assert made.start.mask is not None
    assert made.start.mask.size == made.native == Size(width=80, height=48)
    levels = np.frombuffer(made.start.mask.levels, np.uint8).reshape(48, 80)
    rows, columns = levels.nonzero()
    assert (rows.min(), rows.max() + 1) == (80 * 48 // 200, -(-120 * 48 // 200))
    assert (columns.min(), columns.max() + 1) == (100 * 80 // 300, -(-160 * 80 // 300))


@pytest.mark.parametrize("level", [1, 128, 255])
def test_the_delivered_picture_is_the_image_outside_the_mask(catalog: Catalog, card: ModelCard, level: int) -> None:
    """However little a pixel is masked, the new picture stands there whole: how far that left the old is in it."""
    (made,) = plan(replace(REQUEST, mask=mask(level)), card.id, catalog, lambda: Seed(1))
    assert made.delivered == SIZE
    assert made.kept is not None
    assert made.kept.image == IMAGE
    assert made.kept.mask == mask(255)


def test_a_grown_and_feathered_mask_fades_within_what_it_grew(catalog: Catalog, card: ModelCard) -> None:
    """Ten pixels wider on each side, and white again where the mask that was sent begins."""
    (made,) = plan(replace(REQUEST, grow=10, feather=10), card.id, catalog, lambda: Seed(1))
    assert made.kept is not None
    middle = np.frombuffer(made.kept.mask.levels, np.uint8).reshape(200, 300)[100]
    assert not middle[:90].any()
    assert not middle[170:].any()
    assert (np.diff(middle[89:101].astype(int)) > 0).all()
    assert (middle[100:160] == 255).all()


def test_an_all_white_mask_keeps_nothing(catalog: Catalog, card: ModelCard) -> None:
    """Not even at the picture's edges, whatever it is grown and feathered by."""
    white = Mask(size=SIZE, levels=b"\xff" * SIZE.pixels)
    (made,) = plan(replace(REQUEST, mask=white, grow=5, feather=5), card.id, catalog, lambda: Seed(1))
    assert made.kept is not None
    assert made.kept.mask == white


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        (
            {"mask": Mask(size=Size(width=64, height=64), levels=bytes(64 * 64))},
            "picture of 64x64, the image one of 300",
        ),
        ({"mask": mask(0)}, "black all over, so nothing would change; paint white"),
        ({"grow": -1}, "The value of grow is -1; it must be from 0 to 100 pixels"),
        ({"feather": 101}, "The value of feather is 101; it must be from 0 to 100 pixels"),
    ],
)
def test_what_cannot_be_painted_is_refused(
    catalog: Catalog, card: ModelCard, changes: dict[str, Any], text: str
) -> None:
    """With what came and what would do."""
    with pytest.raises(InvalidRequest, match=text):
        plan(replace(REQUEST, **changes), card.id, catalog, lambda: Seed(1))
