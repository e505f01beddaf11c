"""Plan pictures that grow from another picture. Pure: never denoises, draws no chance of its own."""

from outcrop.operations.canvas import stretch
from outcrop.operations.schedules import from_strength, schedule
from outcrop.operations.seeds import seeds
from outcrop.operations.setting import Setting
from outcrop.plan import Plan, Start
from outcrop.request import ImageToImage


def plan_image_to_image(request: ImageToImage, setting: Setting) -> tuple[Plan, ...]:
    """Decide everything for each picture of the request; it is delivered in the size of the image it grows from."""
    tier, checkpoint = setting.card.tier, setting.checkpoint
    native = setting.native_size(request.image.size)
    start = Start(image=stretch(request.image, native), strength=request.strength)
    return tuple(
        Plan(
            model=setting.card.id,
            checkpoint=checkpoint.name,
            prompt=request.prompt,
            negative_prompt=request.negative_prompt,
            seed=seed,
            sampler=tier.sampler,
            sigmas=from_strength(schedule(checkpoint.noise, tier.steps), request.strength),
            guidance=tier.guidance,
            native=native,
            delivered=request.image.size,
            fitting="stretch",
            output_format=request.output_format,
            start=start,
            price=setting.price,
        )
        for seed in seeds(request.seed, request.images, setting.random_seed)
    )
