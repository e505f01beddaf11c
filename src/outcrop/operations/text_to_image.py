"""Plan pictures made from words alone. Pure: never denoises, draws no chance of its own."""

from outcrop.operations.guided import guided_levels
from outcrop.operations.refine import plan_refine
from outcrop.operations.schedules import schedule
from outcrop.operations.seeds import seeds
from outcrop.operations.setting import Setting
from outcrop.plan import Plan
from outcrop.request import TextToImage


def plan_text_to_image(request: TextToImage, setting: Setting) -> tuple[Plan, ...]:
    """Decide everything for each picture of the request."""
    tier, checkpoint = setting.card.tier, setting.checkpoint
    native = setting.native_size(request.size)
    sigmas = schedule(checkpoint.noise, tier.steps)
    return tuple(
        Plan(
            model=setting.card.id,
            checkpoint=checkpoint.name,
            prompt=request.prompt,
            negative_prompt=request.negative_prompt,
            seed=seed,
            sampler=tier.sampler,
            sigmas=sigmas,
            guidance=tier.guidance,
            guided=guided_levels(tier.guided, sigmas),
            palette=request.palette,
            native=native,
            delivered=request.size,
            fitting="trim",
            output_format=request.output_format,
            start=None,
            refine=plan_refine(native, setting),
            price=setting.price,
        )
        for seed in seeds(request.seed, request.images, setting.random_seed)
    )
