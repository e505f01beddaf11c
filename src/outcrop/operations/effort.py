"""How hard a model works on one request: its tier, with what the request says over it. Knows no picture and no wire."""

from dataclasses import replace
from typing import Final

from outcrop.catalog.card import Tier
from outcrop.catalog.noise import TrainingNoise, nearest_sampler
from outcrop.request import Effort

PREMIUM: Final = 2
"""How many times the tier's steps a picture of premium quality takes."""


def at_effort(tier: Tier, effort: Effort, noise: TrainingNoise) -> Tier:
    """The tier at which a request is planned; `noise` is that of the tier's checkpoint."""
    usual = tier.steps * (PREMIUM if effort.quality == "premium" else 1)
    return replace(
        tier,
        steps=usual if effort.steps is None else effort.steps,
        guidance=tier.guidance if effort.guidance is None else effort.guidance,
        sampler=tier.sampler if effort.sampler is None else nearest_sampler(effort.sampler, noise),
    )
