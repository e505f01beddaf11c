"""What a body asks for as far as its price goes: the same as its plan says, and as much where there is no plan."""

import json
from typing import Any

import pytest

from outcrop.catalog.load import Catalog
from outcrop.clock import random_seed
from outcrop.dialects.table import DIALECTS
from outcrop.errors import InvalidRequest, Unsupported
from outcrop.operations.table import plan
from outcrop.units import ModelId
from tests.api.examples import EXAMPLES, task
from tests.conftest import CANVAS, CORE, SDXL_0, TITAN
from tests.dialects.bodies import encoded

LARGE = encoded(size=(1024, 1040))
CONFIG = {"width": 1280, "height": 768, "quality": "premium", "numberOfImages": 3}
WORDS = task("TEXT_IMAGE", "textToImageParams", text="a fox") | {"imageGenerationConfig": CONFIG}
MORE: list[tuple[str, dict[str, Any]]] = [
    (TITAN, WORDS),
    (CANVAS, WORDS),
    (CANVAS, task("IMAGE_VARIATION", "imageVariationParams", images=[LARGE]) | {"imageGenerationConfig": CONFIG}),
    (CANVAS, task("INPAINTING", "inPaintingParams", image=LARGE, maskImage=encoded("black", (1024, 1040)))),
    (SDXL_0, {"text_prompts": [{"text": "a fox"}], "steps": 60}),
    (SDXL_0, {"text_prompts": [{"text": "a fox"}], "init_image": LARGE}),
]
BODIES = [(model, body) for model, bodies in EXAMPLES.items() for body in bodies.values()] + MORE


@pytest.mark.parametrize(("model", "body"), BODIES)
def test_it_costs_what_its_plan_costs(catalog: Catalog, model: str, body: dict[str, Any]) -> None:
    """Every body that is drawn here has as many pictures elsewhere, at the same price; every other has a price too."""
    card, content = catalog.model(model), json.dumps(body).encode()
    outline = DIALECTS[card.dialect].outline(content, card)
    try:
        plans = plan(DIALECTS[card.dialect].parse(content, card), ModelId(model), catalog, random_seed)
    except Unsupported:
        assert outline.images >= 1
        return
    assert outline.work is not None
    assert [catalog.prices.price(card.id, outline.work)] * outline.images == [one.price for one in plans]


def test_a_task_that_is_not_drawn_here_has_its_own_size(catalog: Catalog) -> None:
    """That of the picture it comes with, turned as its camera was."""
    card = catalog.model(CANVAS)
    body = json.dumps(task("BACKGROUND_REMOVAL", "backgroundRemovalParams", image=LARGE)).encode()
    outline = DIALECTS[card.dialect].outline(body, card)
    assert outline.work is not None
    assert (outline.images, outline.work.pixels) == (1, 1024 * 1040)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"prompt":1}', b'{"new":1}', b'{"prompt":"a","image":"x"}'])
def test_what_cannot_be_read_has_no_outline(catalog: Catalog, body: bytes) -> None:
    """Who passes it on decides what that is worth."""
    card = catalog.model(CORE)
    with pytest.raises(InvalidRequest):
        DIALECTS[card.dialect].outline(body, card)
