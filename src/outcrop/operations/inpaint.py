"""Plan pictures of which a part is drawn anew. Pure: never denoises, draws no chance of its own."""

from dataclasses import replace

from outcrop.errors import InvalidRequest
from outcrop.operations.canvas import stretch
from outcrop.operations.image_to_image import plan_image_to_image
from outcrop.operations.mask_text import written
from outcrop.operations.masks import cover, feather, grow, touched
from outcrop.operations.setting import Setting
from outcrop.plan import Edited, Kept, Plan, Refine
from outcrop.request import Bitmap, ImageToImage, Inpaint, Mask

WIDEST = 100
"""Pixels by which a mask may be grown, and over which it may fade."""


def plan_inpaint(request: Inpaint, setting: Setting) -> tuple[Plan, ...]:
    """Decide everything for each picture of the request; it is delivered in the size of its image.

    It is the picture that grows from the image, held to it where the grown mask is black. Where that is, the delivered
    pixels are the image's own.

    Raises: InvalidRequest when the mask has another size than the image or no white, or strength, grow or feather
    is out of its range.
    """
    mask = _grown(request)
    words = ImageToImage(
        prompt=request.prompt,
        negative_prompt=request.negative_prompt,
        image=request.image,
        strength=request.strength,
        seed=request.seed,
        images=request.images,
        output_format=request.output_format,
    )
    told = Edited(mask=written(mask, request.output_format), feather=request.feather)
    return tuple(held(plan, request.image, mask, told) for plan in plan_image_to_image(words, setting))


def held(plan: Plan, image: Bitmap, mask: Mask, told: Edited) -> Plan:
    """The plan of a picture that grows from an image, held to it where a mask of its size is black."""
    assert plan.start is not None
    return replace(
        plan,
        start=replace(plan.start, mask=cover(mask, plan.native)),
        refine=_held(plan.refine, image, mask),
        kept=Kept(image=image, mask=feather(touched(mask), told.feather)),
        edited=told,
    )


def _held(refine: Refine | None, image: Bitmap, mask: Mask) -> Refine | None:
    """A second stage that is held to the image as the first one is."""
    if refine is None:
        return None
    return replace(refine, kept=Kept(image=stretch(image, refine.native), mask=cover(mask, refine.native)))


def _grown(request: Inpaint) -> Mask:
    mask = request.mask
    if mask.size != request.image.size:
        raise InvalidRequest(
            f"The mask is a picture of {mask.size}, the image one of {request.image.size}; make them the same size."
        )
    if not 0 <= request.strength <= 1:
        raise InvalidRequest(f"The strength is {request.strength}; it must be from 0 to 1.")
    for name, pixels in (("grow", request.grow), ("feather", request.feather)):
        if not 0 <= pixels <= WIDEST:
            raise InvalidRequest(f"The value of {name} is {pixels}; it must be from 0 to {WIDEST} pixels.")
    if mask.levels.count(0) == mask.size.pixels:
        raise InvalidRequest("The mask is black all over, so nothing would change; paint white what is to be new.")
    return grow(mask, request.grow)
