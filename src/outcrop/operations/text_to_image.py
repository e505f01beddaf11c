"""Plan pictures made from words alone. Pure: never denoises, draws no chance of its own."""

from collections.abc import Callable

from outcrop.catalog.card import CheckpointCard, ModelCard
from outcrop.operations.canvas import native_size
from outcrop.operations.schedules import shifted_flow
from outcrop.plan import Plan
from outcrop.request import TextToImage
from outcrop.units import MAX_SEED, Micros, Seed


def plan_text_to_image(
    request: TextToImage,
    card: ModelCard,
    checkpoint: CheckpointCard,
    price: Micros,
    random_seed: Callable[[], Seed],
) -> tuple[Plan, ...]:
    """Decide everything for each picture of the request; the n-th has the first one's seed plus n.

    Units: price in micro-dollars for one picture.
    """
    first = random_seed() if request.seed is None else request.seed
    tier = card.tier
    return tuple(
        Plan(
            model=card.id,
            checkpoint=checkpoint.name,
            prompt=request.prompt,
            negative_prompt=request.negative_prompt,
            seed=Seed((first + index) % (MAX_SEED + 1)),
            sampler=tier.sampler,
            sigmas=shifted_flow(tier.steps, checkpoint.shift),
            guidance=tier.guidance,
            native=native_size(request.size, tier.native_pixels or checkpoint.native_pixels, checkpoint.side_multiple),
            delivered=request.size,
            output_format=request.output_format,
            price=price,
        )
        for index in range(request.images)
    )
