"""The only registry of operations: request type to the function that plans it."""

from collections.abc import Callable

from outcrop.catalog.load import Catalog
from outcrop.operations.text_to_image import plan_text_to_image
from outcrop.plan import Plan
from outcrop.request import Request, TextToImage
from outcrop.units import ModelId, Seed

PLANNERS = {TextToImage: plan_text_to_image}


def plan(request: Request, model: ModelId, catalog: Catalog, random_seed: Callable[[], Seed]) -> tuple[Plan, ...]:
    """Plan every picture of a request on a model of the catalogue.

    Raises: NoSuchModel when the catalogue has no such model, or its price list no price.
    """
    card = catalog.model(model)
    planner = PLANNERS[type(request)]
    return planner(request, card, catalog.checkpoint_of(card), catalog.prices.price(card.id), random_seed)
