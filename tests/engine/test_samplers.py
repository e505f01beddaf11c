"""Samplers solve flows whose answer is known, to their order."""

import pytest
import torch
from diffusers import FlowMatchEulerDiscreteScheduler
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from outcrop.engine.samplers import SAMPLERS, Sampling
from outcrop.operations.schedules import shifted_flow


def drive(sampling: Sampling, denoised: Tensor) -> tuple[Tensor, list[float]]:
    """Run a sampler against a network that always sees the same image; returns the result and the sigmas asked."""
    asked = []
    try:
        _, sigma = next(sampling)
        while True:
            asked.append(sigma)
            _, sigma = sampling.send(denoised)
    except StopIteration as end:
        return end.value, asked


@pytest.mark.parametrize("name", SAMPLERS)
@given(steps=st.integers(1, 60), shift=st.floats(0.5, 6), seed=st.integers(0, 2**32 - 1))
def test_a_network_that_sees_one_image_leads_to_that_image(name: str, steps: int, shift: float, seed: int) -> None:
    """Every sampler ends, at any number of steps, where a perfect network points."""
    noise = torch.Generator().manual_seed(seed)
    x, image = torch.randn(4, 3, 5, generator=noise), torch.randn(4, 3, 5, generator=noise)
    result, asked = drive(SAMPLERS[name](x, shifted_flow(steps, shift)), image)
    assert torch.allclose(result, image, atol=1e-4)
    assert asked == sorted(asked, reverse=True)


@pytest.mark.parametrize("shift", [1.0, 3.0])
def test_flow_euler_takes_the_steps_of_diffusers_scheduler(shift: float) -> None:
    """Against diffusers' scheduler on a network that is not linear in x, to float32 rounding."""
    steps = 9
    scheduler = FlowMatchEulerDiscreteScheduler(shift=shift)
    scheduler.set_timesteps(steps)
    start = torch.randn(4, 8, 8, generator=torch.Generator().manual_seed(3))

    def velocity(x: Tensor, sigma: float) -> Tensor:
        return torch.sin(3 * x) + sigma

    theirs = start
    for t in scheduler.timesteps:
        theirs = scheduler.step(velocity(theirs, float(t) / 1000), t, theirs, return_dict=False)[0]
    sampling = SAMPLERS["flow_euler"](start, shifted_flow(steps, shift))
    x, sigma = next(sampling)
    for _ in range(steps - 1):
        x, sigma = sampling.send(x - sigma * velocity(x, sigma))
    with pytest.raises(StopIteration) as end:
        sampling.send(x - sigma * velocity(x, sigma))
    assert torch.allclose(end.value.value, theirs, atol=1e-5)
