"""The only registry of operations: request type to the function that plans it."""

from collections.abc import Callable
from dataclasses import replace
from typing import assert_never

from outcrop.catalog.load import Catalog
from outcrop.catalog.prices import Work
from outcrop.errors import Unsupported
from outcrop.operations.effort import at_effort
from outcrop.operations.image_to_image import plan_image_to_image
from outcrop.operations.inpaint import plan_inpaint
from outcrop.operations.outpaint import plan_outpaint
from outcrop.operations.setting import Setting
from outcrop.operations.text_to_image import plan_text_to_image
from outcrop.plan import Plan
from outcrop.request import ImageToImage, Inpaint, Outpaint, Request, TextToImage
from outcrop.units import ModelId, Seed

OPERATIONS: dict[type[Request], str] = {
    TextToImage: "text_to_image",
    ImageToImage: "image_to_image",
    Inpaint: "inpaint",
    Outpaint: "outpaint",
}
"""Each request's name in the catalogue's cards."""


def plan(request: Request, model: ModelId, catalog: Catalog, random_seed: Callable[[], Seed]) -> tuple[Plan, ...]:
    """Plan every picture of a request on a model of the catalogue.

    Raises: NoSuchModel when the catalogue has no such model, or its price list no price; Unsupported when the model
    does not offer the operation or is not drawn here; InvalidRequest when parts of the request do not fit each other.
    """
    card = catalog.model(model)
    if card.tier.backend != "engine":
        raise Unsupported(
            f"{card.name} is set to run on Amazon Bedrock: InvokeModel passes calls on, nothing else does."
        )
    operation = OPERATIONS[type(request)]
    if operation not in card.operations:
        who = ", ".join(other.id for other in catalog.models.values() if operation in other.operations)
        raise Unsupported(f"{card.name} does not offer {operation.replace('_', '-')}; these do: {who}.")
    checkpoint = catalog.checkpoint_of(card)
    work = _work(request)
    setting = Setting(
        card=replace(card, tier=at_effort(card.tier, request.effort, checkpoint.noise)),
        checkpoint=checkpoint,
        price=catalog.prices.price(card.id, work),
        random_seed=random_seed,
    )
    tier, licence = card.tier, catalog.licence_of(card)
    parent = None
    if not isinstance(request, TextToImage):  # the file is the finish's affair: no stage before it carries it about
        parent = request.image.content if tier.credentials and request.image.content else None
        request = without_file(request)
    return tuple(
        replace(
            picture,
            operation=operation,
            work=work,
            watermark=tier.watermark,
            credentials=tier.credentials,
            parent=parent,
            licence=licence,
        )
        for picture in _plan(request, setting)
    )


def without_file(request: Request) -> Request:
    """The request with the pixels of its picture alone: of the file nothing is held that only signing asks for."""
    if isinstance(request, TextToImage):
        return request
    return replace(request, image=replace(request.image, content=b""))


def _plan(request: Request, setting: Setting) -> tuple[Plan, ...]:
    match request:
        case TextToImage():
            return plan_text_to_image(request, setting)
        case ImageToImage():
            return plan_image_to_image(request, setting)
        case Inpaint():
            return plan_inpaint(request, setting)
        case Outpaint():
            return plan_outpaint(request, setting)
    assert_never(request)


def _work(request: Request) -> Work:
    """What of a request its price may depend on."""
    match request:
        case TextToImage(size=size):
            pixels = size.pixels
        case ImageToImage(image=image) | Inpaint(image=image):
            pixels = image.size.pixels
        case Outpaint(image=image, margins=margins):
            width = image.size.width + margins.left + margins.right
            pixels = width * (image.size.height + margins.up + margins.down)
    return Work(pixels=pixels, steps=request.effort.steps or 0, quality=request.effort.quality)
