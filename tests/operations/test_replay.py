"""A recipe gives its plan back, and what it does not say, or says wrongly, is refused by name."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from outcrop.catalog.load import Catalog
from outcrop.catalog.prices import LEAST
from outcrop.errors import InvalidRequest, NoSuchModel, Unsupported
from outcrop.finish.recipe import recipe
from outcrop.operations.mask_text import written
from outcrop.operations.replay import check_recipe, differences, plan_again
from outcrop.operations.table import plan
from outcrop.plan import Plan
from outcrop.prompt import parse
from outcrop.request import Bitmap, ImageToImage, Inpaint, Margins, Mask, Outpaint, Request, TextToImage
from outcrop.units import Micros, ModelId, Seed, Size
from tests.conftest import CANVAS, CORE, SD35, TITAN, ULTRA
from tests.toy_engine import TOY_MEANS, toy_pixels

SIZE = Size(width=96, height=64)
SOURCE = Bitmap(size=SIZE, rgb=toy_pixels("source", 1, SIZE).tobytes(), file="0" * 64)
WORDS = TextToImage(prompt=parse("a (red:1.2) fox"), negative_prompt=parse("text"), size=SIZE, seed=Seed(7))
COLOURED = replace(WORDS, palette=((255, 153, 0), (0, 17, 34)))
GROWN = ImageToImage(prompt=parse("a fox"), image=SOURCE, strength=0.6, seed=Seed(8))


def planned(request: Request, model: str, catalog: Catalog) -> Plan:
    """The one plan of a request."""
    (only,) = plan(request, ModelId(model), catalog, lambda: Seed(1))
    return only


def told(made: Plan, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any member of a recipe
    """A plan's recipe, with changes."""
    found: dict[str, Any] = json.loads(recipe(made, TOY_MEANS))
    return found | changes


MASK = Mask(size=SIZE, levels=bytes(100) + b"\xff" * 900 + b"\x80" * 50 + bytes(SIZE.pixels - 1050))
PAINTED = Inpaint(prompt=parse("a fox"), image=SOURCE, mask=MASK, grow=3, feather=7, strength=0.8, seed=Seed(9))
BEYOND = Outpaint(prompt=parse("a fox"), image=SOURCE, margins=Margins(left=20, down=33), overlap=9, seed=Seed(4))


@pytest.mark.parametrize(
    ("request_", "model"),
    [
        *((COLOURED, CANVAS), (replace(GROWN, palette=COLOURED.palette), CANVAS)),
        *((WORDS, CORE), (WORDS, ULTRA), (GROWN, SD35), (GROWN, ULTRA)),
        *((PAINTED, ULTRA), (PAINTED, TITAN), (BEYOND, ULTRA), (BEYOND, TITAN)),
    ],
    ids=str,
)
def test_a_recipe_gives_its_plan_back(catalog: Catalog, request_: Request, model: str) -> None:
    """To the last noise level, both stages of it; only what it costs is left out."""
    made = planned(request_, model, catalog)
    source = SOURCE if made.start is not None else None
    again = plan_again(check_recipe(told(made)), source, catalog, made.output_format)
    assert again == replace(made, price=Micros(0), work=LEAST)


def test_a_tier_that_has_changed_since_changes_nothing(catalog: Catalog) -> None:
    """The recipe says how hard the tier worked then."""
    made = planned(WORDS, ULTRA, catalog)
    card = catalog.model(ULTRA)
    lazier = replace(card, tier=replace(card.tier, steps=3, guidance=9.0, refine=None))
    changed = replace(catalog, models={**catalog.models, card.id: lazier})
    assert plan_again(check_recipe(told(made)), None, changed, "png").sigmas == made.sigmas


@pytest.mark.parametrize("given", [None, replace(SOURCE, rgb=bytes(3 * SIZE.pixels))])
def test_the_source_must_be_the_one_it_grew_from(catalog: Catalog, given: Bitmap | None) -> None:
    """None, or another one, is refused with the digest of the right one's file."""
    made = check_recipe(told(planned(GROWN, SD35, catalog)))
    with pytest.raises(InvalidRequest, match=f"its file has the SHA-256 {'0' * 64}"):
        plan_again(made, given, catalog, "png")


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"noise_levels": [1.0, 0.5]}, InvalidRequest, "do not fall to 0"),
        ({"noise_levels": [0.5, 0.5, 0]}, InvalidRequest, "do not fall to 0"),
        ({"noise_levels": [1.0] * 2000}, InvalidRequest, "noise_levels"),
        ({"native_size": "63x64"}, InvalidRequest, "multiples of"),
        ({"delivered_size": "9999x9999"}, InvalidRequest, "at most 16,777,216 pixels"),
        ({"delivered_size": "0x1"}, InvalidRequest, "delivered_size"),
        ({"seed": -1}, InvalidRequest, "seed"),
        ({"checkpoint": "nobody's"}, Unsupported, "no checkpoint 'nobody's' here"),
        ({"sampler": "ddim"}, Unsupported, "The sampler 'ddim' does not fit"),
        ({"model": "nobody.s"}, NoSuchModel, "model identifier"),
    ],
)
def test_a_recipe_that_cannot_be_followed_is_refused(
    catalog: Catalog, changes: dict[str, Any], error: type[Exception], words: str
) -> None:
    """Whoever wrote the file: nothing is drawn by it."""
    with pytest.raises(error, match=words):
        plan_again(check_recipe(told(planned(WORDS, CORE, catalog), **changes)), None, catalog, "png")


@pytest.mark.parametrize("old", [[], None, 3, {}, {"prompt": "a fox", "seed": 7}])
def test_a_recipe_that_says_too_little_is_refused(old: object) -> None:
    """As those of earlier versions do."""
    with pytest.raises(InvalidRequest, match="does not say enough"):
        check_recipe(old)


@pytest.mark.parametrize("edited", [None, "left out", "ragged"])
def test_an_edit_whose_mask_is_nowhere_cannot_be_made_again(catalog: Catalog, edited: str | None) -> None:
    """As in recipes of earlier versions, and where the mask is of noise."""
    wide = Size(width=400, height=300)
    noise = np.random.default_rng(1).integers(0, 256, wide.pixels, dtype=np.uint8).tobytes()
    image = Bitmap(size=wide, rgb=bytes(3 * wide.pixels))
    mask = Mask(size=wide, levels=noise if edited == "ragged" else b"\xff" * wide.pixels)
    made = planned(Inpaint(prompt=parse("a fox"), image=image, mask=mask, grow=0, seed=Seed(1)), ULTRA, catalog)
    recipe_ = told(made)
    if edited is None:
        recipe_["edited"] = None
    elif edited == "left out":
        del recipe_["edited"]
    with pytest.raises(Unsupported, match="the mask is not in it"):
        check_recipe(recipe_)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"mask": "no base64"}, "mask is none of a picture of"),
        ({"mask": "AAAA"}, "mask is none of a picture of"),
        ({"mask": written(Mask(size=SIZE, levels=MASK.levels + b"\xff"), "png")}, "mask is none of a picture of"),
        ({"margins": {"left": 1, "right": 0, "up": 0, "down": 0}}, "was drawn into another source"),
        ({"sha256_of_rgb": "0" * 64}, "was drawn into another source"),
        ({"margins": {"left": 2000, "right": 2000, "up": 2000, "down": 2001}}, "down"),
        ({"feather": -1}, "feather"),
    ],
)
def test_what_a_recipe_says_wrongly_of_an_edit_is_refused(
    catalog: Catalog, changes: dict[str, object], words: str
) -> None:
    """By name."""
    recipe_ = told(planned(PAINTED, ULTRA, catalog))
    recipe_["edited"] |= changes
    with pytest.raises(InvalidRequest, match=words):
        plan_again(check_recipe(recipe_), SOURCE, catalog, "png")


def test_differences_are_named_with_both_values(catalog: Catalog) -> None:
    """What is equal is not."""
    made = planned(WORDS, CORE, catalog)
    then = told(made)
    now = json.loads(recipe(made, replace(TOY_MEANS, threads=3, weights="1" * 64)))
    assert differences(then, now) == [f"weights: {'0' * 64}, now {'1' * 64}", "threads: 1, now 3"]
    assert differences(then, then) == []
