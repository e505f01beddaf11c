"""Plan pictures that grow from another picture. Pure: never denoises, draws no chance of its own."""

from dataclasses import replace

from outcrop.operations.canvas import stretch
from outcrop.operations.schedules import from_strength
from outcrop.operations.setting import Setting
from outcrop.operations.text_to_image import plan_text_to_image
from outcrop.plan import Plan, Start
from outcrop.request import ImageToImage, TextToImage


def plan_image_to_image(request: ImageToImage, setting: Setting) -> tuple[Plan, ...]:
    """Decide everything for each picture of the request; it is delivered in the size of the image it grows from.

    It is the picture of the same words at that size, begun later in the schedule and from the image.
    """
    words = TextToImage(
        prompt=request.prompt,
        negative_prompt=request.negative_prompt,
        size=request.image.size,
        seed=request.seed,
        images=request.images,
        output_format=request.output_format,
        palette=request.palette,
    )
    image = stretch(request.image, setting.native_size(words.size))
    start = Start(image=image, strength=request.strength)
    return tuple(
        replace(plan, sigmas=from_strength(plan.sigmas, request.strength), fitting="stretch", start=start)
        for plan in plan_text_to_image(words, setting)
    )
