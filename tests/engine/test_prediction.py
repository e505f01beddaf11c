"""What a network that knows the truth would predict leads back to the truth."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from outcrop.catalog.noise import DiffusionNoise, training_levels
from outcrop.engine.prediction import (
    epsilon_to_denoised,
    flow_to_denoised,
    for_diffusion,
    sigma_to_time,
    v_to_denoised,
)

XL = DiffusionNoise(
    train_steps=1000, beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", zero_terminal=False,
    prediction="epsilon", spacing="leading", offset=1, curve="uniform",
)  # fmt: skip
LOG_LEVELS = torch.tensor(training_levels(XL), dtype=torch.float64).log()

SIGMA = torch.tensor([0.03, 0.7, 14.6], dtype=torch.float64)
SIGMAS = SIGMA.view(-1, 1, 1, 1)
IMAGE, NOISE = torch.randn(2, 3, 4, 5, 6, generator=torch.Generator().manual_seed(2), dtype=torch.float64)


def test_velocity_leads_back_to_the_image() -> None:
    """A flow: x = (1 - sigma) image + sigma noise, and the velocity is noise - image."""
    share = SIGMA / 15
    x = (1 - share.view(-1, 1, 1, 1)) * IMAGE + share.view(-1, 1, 1, 1) * NOISE
    assert torch.allclose(flow_to_denoised(x, share, NOISE - IMAGE), IMAGE)


def test_noise_leads_back_to_the_image() -> None:
    """A diffusion: x = image + sigma noise."""
    assert torch.allclose(epsilon_to_denoised(IMAGE + SIGMAS * NOISE, SIGMA, NOISE), IMAGE)


def test_v_leads_back_to_the_image() -> None:
    """The same, with v = cos noise - sin image, the tangent of the angle being sigma."""
    angle = SIGMAS.atan()
    v = angle.cos() * NOISE - angle.sin() * IMAGE
    assert torch.allclose(v_to_denoised(IMAGE + SIGMAS * NOISE, SIGMA, v), IMAGE)


def test_a_network_is_shown_the_variance_it_knows() -> None:
    """Images of variance 1 keep it under any noise."""
    shown = for_diffusion(IMAGE + SIGMAS * NOISE, SIGMA)
    assert torch.allclose(shown, SIGMAS.atan().cos() * IMAGE + SIGMAS.atan().sin() * NOISE)


def test_a_level_is_found_at_its_training_step() -> None:
    """Each of the thousand, exactly enough for an embedding of whole steps."""
    times = sigma_to_time(LOG_LEVELS.exp().float(), LOG_LEVELS)
    assert torch.allclose(times, torch.arange(1000.0, dtype=torch.float64), atol=2e-4)


@given(time=st.floats(0, 998.99))
def test_a_level_between_two_is_found_between_their_steps(time: float) -> None:
    """In proportion to log sigma."""
    below, share = int(time), time - int(time)
    sigma = ((1 - share) * LOG_LEVELS[below] + share * LOG_LEVELS[below + 1]).exp()
    assert float(sigma_to_time(sigma[None], LOG_LEVELS)) == pytest.approx(time, abs=1e-6)


def test_a_level_beyond_the_ends_is_taken_for_the_end() -> None:
    """The network knows no other."""
    assert sigma_to_time(torch.tensor([1e-4, 1e4]), LOG_LEVELS).tolist() == [0, 999]
