"""How a picture was made, in words that travel with it."""

import json
from dataclasses import asdict, replace

import pytest

from outcrop import __version__
from outcrop.catalog.card import LevelInterval, ModelCard
from outcrop.catalog.licence import Licence
from outcrop.catalog.load import Catalog, load_catalog
from outcrop.finish.recipe import recipe
from outcrop.operations.table import plan
from outcrop.prompt import plain
from outcrop.request import TextToImage
from outcrop.units import Seed, Size
from tests.toy_engine import TOY_MEANS

REQUEST = TextToImage(
    prompt=plain('"ein Ölbild"\n油画'), negative_prompt=plain("text"), size=Size(width=1024, height=1024), seed=Seed(7)
)


@pytest.fixture(params=[card.id for card in load_catalog().models.values() if "text_to_image" in card.operations])
def card(request: pytest.FixtureRequest, catalog: Catalog) -> ModelCard:
    """Each model that draws from words."""
    return catalog.models[request.param]


def test_a_recipe_is_one_line_of_ascii_json(catalog: Catalog, card: ModelCard) -> None:
    """It fits every text chunk and every tag, and says what was done and by what."""
    (made,) = plan(REQUEST, card.id, catalog, lambda: Seed(1))
    text = recipe(made, replace(TOY_MEANS, precision="bf16", threads=2))
    assert text.isascii()
    assert "\n" not in text
    assert json.loads(text) == {
        "software": f"outcrop {__version__}",
        "model": card.id,
        "checkpoint": "toy",
        "weights": "0" * 64,
        "operation": "text_to_image",
        "prompt": '"ein Ölbild"\n油画',
        "negative_prompt": "text",
        "seed": 7,
        "steps": card.tier.steps,
        "sampler": card.tier.sampler,
        "noise_levels": list(made.sigmas),
        "guidance": card.tier.guidance,
        "guided": None,
        "precision": "bf16",
        "device": "toy",
        "threads": 2,
        "torch": "",
        "start": None,
        "edited": None,
        "refine": None,
        "native_size": "64x64",
        "fitting": "trim",
        "delivered_size": "1024x1024",
        "watermark": made.watermark,
        "licence": None,
        "enlarged_by": "lanczos",
    }


def test_a_picture_that_was_not_enlarged_says_so(catalog: Catalog, card: ModelCard) -> None:
    """Nobody should take the network's own pixels for made up ones."""
    (made,) = plan(REQUEST, card.id, catalog, lambda: Seed(1))
    assert json.loads(recipe(replace(made, delivered=made.native), TOY_MEANS))["enlarged_by"] is None


def test_a_limit_of_guidance_is_told(catalog: Catalog, card: ModelCard) -> None:
    """Without it the same picture could not be made again."""
    (made,) = plan(REQUEST, card.id, catalog, lambda: Seed(1))
    told = json.loads(recipe(replace(made, guided=LevelInterval(above=0.25, up_to=0.75)), TOY_MEANS))
    assert told["guided"] == {"above": 0.25, "up_to": 0.75}


def test_the_licence_is_told(catalog: Catalog, card: ModelCard) -> None:
    """On which terms the picture may be used, as it was when it was drawn."""
    (made,) = plan(REQUEST, card.id, catalog, lambda: Seed(1))
    licence = Licence(name="mit", title="MIT License", url="https://opensource.org/license/mit", terms="Any purpose.")
    assert json.loads(recipe(replace(made, licence=licence), TOY_MEANS))["licence"] == asdict(licence)
