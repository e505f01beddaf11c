"""From a picture and margins to a plan."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from outcrop.catalog.card import ModelCard
from outcrop.catalog.load import Catalog
from outcrop.errors import InvalidRequest
from outcrop.operations.table import plan
from outcrop.prompt import plain
from outcrop.request import Bitmap, Margins, Outpaint
from outcrop.units import Seed, Size
from tests.conftest import SD35, ULTRA

SIZE = Size(width=300, height=200)
PIXELS = np.random.default_rng(5).integers(0, 256, (200, 300, 3), dtype=np.uint8)
REQUEST = Outpaint(
    image=Bitmap(size=SIZE, rgb=PIXELS.tobytes()),
    margins=Margins(left=100, down=50),
    prompt=plain("a fox"),
    seed=Seed(7),
)


@pytest.fixture(params=[SD35, ULTRA])
def card(request: pytest.FixtureRequest, catalog: Catalog) -> ModelCard:
    """Each model that offers it."""
    return catalog.model(request.param)


def test_the_picture_is_larger_by_its_margins(catalog: Catalog, card: ModelCard) -> None:
    """As many pictures as were asked for, each with the next seed."""
    plans = plan(replace(REQUEST, images=3), card.id, catalog, lambda: Seed(1))
    assert [made.seed for made in plans] == [7, 8, 9]
    assert {made.delivered for made in plans} == {Size(width=400, height=250)}


def test_the_image_stays_as_it_is_but_for_the_overlap(catalog: Catalog, card: ModelCard) -> None:
    """Beside the edges that moved it fades, over 32 pixels; the others are the picture's own."""
    (made,) = plan(REQUEST, card.id, catalog, lambda: Seed(1))
    assert made.kept is not None
    opened = np.frombuffer(made.kept.mask.levels, np.uint8).reshape(250, 400)
    canvas = np.frombuffer(made.kept.image.rgb, np.uint8).reshape(250, 400, 3)
    assert np.array_equal(canvas[:200, 100:], PIXELS)
    assert (opened[:, :100] == 255).all()
    assert (opened[200:] == 255).all()
    assert not opened[: 200 - 32, 132:].any()
    assert (np.diff(opened[0, 99:133].astype(int)) < 0).all()


def test_the_overlap_leaves_most_of_a_small_image(catalog: Catalog, card: ModelCard) -> None:
    """A quarter of the shorter side at most, however many margins there are."""
    small = Bitmap(size=Size(width=64, height=80), rgb=PIXELS.tobytes()[: 3 * 64 * 80])
    request = replace(REQUEST, image=small, margins=Margins(left=9, right=9, up=9, down=9))
    (made,) = plan(request, card.id, catalog, lambda: Seed(1))
    assert made.kept is not None
    opened = np.frombuffer(made.kept.mask.levels, np.uint8).reshape(98, 82)
    assert not opened[25:73, 25:57].any()


def test_the_margins_begin_with_what_borders_on_them(catalog: Catalog, card: ModelCard) -> None:
    """A plain picture is continued in its colour."""
    plain = Bitmap(size=SIZE, rgb=bytes((9, 200, 90)) * SIZE.pixels)
    (made,) = plan(replace(REQUEST, image=plain), card.id, catalog, lambda: Seed(1))
    assert made.start is not None
    assert made.start.image.rgb == bytes((9, 200, 90)) * made.native.pixels


@pytest.mark.parametrize(("creativity", "strength"), [(0.0, 0.5), (0.5, 0.75), (1.0, 1.0)])
def test_creativity_is_strength_from_a_half_up(
    catalog: Catalog, card: ModelCard, creativity: float, strength: float
) -> None:
    """Less would leave the softened edges what they are."""
    (made,) = plan(replace(REQUEST, creativity=creativity), card.id, catalog, lambda: Seed(1))
    assert made.start is not None
    assert made.start.strength == strength


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"margins": Margins()}, "All margins are 0, so nothing would change; give left, right, up or down"),
        ({"margins": Margins(up=-1)}, "The margin up is -1; it must be from 0 to 2,000 pixels"),
        ({"margins": Margins(left=2001)}, "The margin left is 2001; it must be"),
        ({"creativity": 1.5}, "The creativity is 1.5; it must be from 0 to 1"),
        ({"overlap": -1}, "The overlap is -1; it must be from 0 to 100"),
    ],
)
def test_what_cannot_be_extended_is_refused(
    catalog: Catalog, card: ModelCard, changes: dict[str, Any], text: str
) -> None:
    """With what came and what would do."""
    with pytest.raises(InvalidRequest, match=text):
        plan(replace(REQUEST, **changes), card.id, catalog, lambda: Seed(1))


def test_a_picture_too_large_to_draw_is_refused(catalog: Catalog, card: ModelCard) -> None:
    """Before its pixels are made."""
    size = Size(width=3000, height=3000)
    large = replace(
        REQUEST, image=Bitmap(size=size, rgb=bytes(3 * size.pixels)), margins=Margins(left=2000, right=2000, up=2000)
    )
    with pytest.raises(InvalidRequest, match="would have 7000x5000 = 35,000,000 pixels; at most 33,554,432 are"):
        plan(large, card.id, catalog, lambda: Seed(1))
