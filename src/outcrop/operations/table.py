"""The only registry of operations: request type to the function that plans it."""

from collections.abc import Callable
from typing import assert_never

from outcrop.catalog.load import Catalog
from outcrop.operations.image_to_image import plan_image_to_image
from outcrop.operations.setting import Setting
from outcrop.operations.text_to_image import plan_text_to_image
from outcrop.plan import Plan
from outcrop.request import ImageToImage, Request, TextToImage
from outcrop.units import ModelId, Seed


def plan(request: Request, model: ModelId, catalog: Catalog, random_seed: Callable[[], Seed]) -> tuple[Plan, ...]:
    """Plan every picture of a request on a model of the catalogue.

    Raises: NoSuchModel when the catalogue has no such model, or its price list no price.
    """
    card = catalog.model(model)
    setting = Setting(
        card=card,
        checkpoint=catalog.checkpoint_of(card),
        price=catalog.prices.price(card.id),
        random_seed=random_seed,
    )
    match request:
        case TextToImage():
            return plan_text_to_image(request, setting)
        case ImageToImage():
            return plan_image_to_image(request, setting)
    assert_never(request)
