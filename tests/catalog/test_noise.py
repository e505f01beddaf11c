"""What the catalogue knows of noise agrees with diffusers' schedulers and with the engine's samplers."""

import math

import pytest

from outcrop.catalog.noise import BetaSchedule, DiffusionNoise, training_levels


@pytest.mark.parametrize("beta_schedule", ["linear", "scaled_linear"])
def test_levels_follow_from_the_betas(beta_schedule: BetaSchedule) -> None:
    """By hand for three steps: alpha is the product of what each step keeps."""
    noise = DiffusionNoise(
        train_steps=3, beta_start=0.04, beta_end=0.16, beta_schedule=beta_schedule, zero_terminal=False,
        prediction="epsilon", spacing="leading", offset=0, curve="uniform",
    )  # fmt: skip
    middle = {"linear": 0.1, "scaled_linear": 0.09}[beta_schedule]
    kept = [0.96, 0.96 * (1 - middle), 0.96 * (1 - middle) * 0.84]
    assert training_levels(noise) == pytest.approx([math.sqrt((1 - alpha) / alpha) for alpha in kept])
