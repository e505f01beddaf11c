"""Samplers solve equations whose answer is known, to their order, and take the steps of diffusers' schedulers."""

import math
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import diffusers
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from outcrop.catalog.noise import FITTING, DiffusionNoise, FlowNoise, Spacing
from outcrop.engine.prediction import epsilon_to_denoised, flow_to_denoised, v_to_denoised
from outcrop.engine.samplers import SAMPLERS, adams_weights, ancestral_levels
from outcrop.operations.schedules import schedule, shifted_flow
from tests.engine.driving import drive

pytestmark = pytest.mark.filterwarnings("ignore:__array:DeprecationWarning")  # of diffusers with numpy 2

ANCESTRAL = ("ddpm", "dpm_2_ancestral", "dpmpp_2s_ancestral", "euler_ancestral")
FLOW = ("flow_euler", "flow_heun")
ORDERS = {"ddim": 1, "euler": 1, "heun": 2, "dpm_2": 2, "dpmpp_2m": 2, "lms": 2}
"""Order of accuracy; the multistep of fourth order begins with a step of first order, which leaves it second."""

SHAPE = (4, 8, 8)

XL = DiffusionNoise(
    train_steps=1000, beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", zero_terminal=False,
    prediction="epsilon", spacing="leading", offset=1, curve="uniform",
)  # fmt: skip
"""The noise that SDXL was trained with."""


def silence() -> Tensor:
    """Noise for samplers that must not ask for any."""
    raise AssertionError("a sampler without chance asked for noise")


def noise_from(seed: int, shape: tuple[int, ...] = SHAPE) -> Callable[[], Tensor]:
    """Draw after draw of a seed, as diffusers draws it."""
    generator = torch.Generator().manual_seed(seed)
    return lambda: torch.randn(shape, generator=generator)


def noise_for(name: str, seed: int, shape: tuple[int, ...] = SHAPE) -> Callable[[], Tensor]:
    """Noise for those that need it."""
    return noise_from(seed, shape) if name in ANCESTRAL else silence


def falling(first: float, last: float, steps: int) -> list[float]:
    """Levels with equal ratios."""
    return [first * (last / first) ** (step / steps) for step in range(steps + 1)]


def crooked_noise(x: Tensor) -> Tensor:
    """The noise that a network which is not linear in x predicts."""
    return torch.tanh(x / 4) + 0.3 * torch.sin(x)


def crooked(x: Tensor, sigma: float) -> Tensor:
    """The same as denoised estimate."""
    return x - sigma * crooked_noise(x)


def test_the_catalogue_knows_every_sampler() -> None:
    """Each is right for one kind of noise."""
    assert sorted(name for names in FITTING.values() for name in names) == sorted(SAMPLERS)
    assert FITTING[FlowNoise] == FLOW


@pytest.mark.parametrize("name", SAMPLERS)
@given(steps=st.integers(1, 60), shift=st.floats(0.5, 6), seed=st.integers(0, 2**32 - 1))
def test_a_network_that_sees_one_image_leads_to_that_image(name: str, steps: int, shift: float, seed: int) -> None:
    """Every sampler ends, at any number of steps, where a perfect network points."""
    draw = noise_from(seed, (4, 3, 5))
    x, image = draw(), draw()
    scale = 1.0 if name in FLOW else 14.6
    sigmas = [scale * sigma for sigma in shifted_flow(steps, shift)]
    result, asked = drive(SAMPLERS[name](scale * x, sigmas, noise_for(name, seed, (4, 3, 5))), lambda *_: image)
    assert torch.allclose(result, image, atol=2e-4)
    assert asked == sorted(asked, reverse=True)
    assert asked[0] == sigmas[0]
    assert min(asked) > 0
    assert steps <= len(asked) <= 2 * steps


PREDICTED: dict[str, Callable[[Tensor, Tensor, Tensor], Tensor]] = {
    "epsilon": epsilon_to_denoised,
    "v_prediction": v_to_denoised,
    "flow": flow_to_denoised,
}


@pytest.mark.parametrize("spacing", ["leading", "trailing"])
@pytest.mark.parametrize(
    ("prediction", "name"),
    [(each, name) for each in PREDICTED for name in SAMPLERS if (each == "flow") == (name in FLOW)],
)
@given(steps=st.integers(1, 30), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=20)
def test_whatever_a_network_predicts_the_end_is_finite(
    spacing: Spacing, prediction: str, name: str, steps: int, seed: int
) -> None:
    """Noise, v or a velocity, on every sampler that fits it, from the usual levels or, `trailing`, from pure noise."""
    flows = prediction == "flow"
    diffusion = replace(XL, zero_terminal=spacing == "trailing", spacing=spacing)
    sigmas = schedule(FlowNoise(shift=3.0, train_steps=1000) if flows else diffusion, steps)
    shape = (2, 3, 5)

    def network(x: Tensor, sigma: float) -> Tensor:
        seen = x if flows else x / math.sqrt(sigma**2 + 1)
        return PREDICTED[prediction](x[None], torch.tensor([sigma]), crooked_noise(seen)[None])[0]

    begin = noise_from(seed, shape)() * (1 if flows else math.sqrt(sigmas[0] ** 2 + 1))
    result, asked = drive(SAMPLERS[name](begin, sigmas, noise_for(name, seed, shape)), network)
    assert torch.isfinite(result).all()
    assert steps <= len(asked) <= 2 * steps


@pytest.mark.parametrize(("name", "order"), ORDERS.items())
def test_half_the_step_divides_the_error_by_the_order(name: str, order: int) -> None:
    """On data of normal distribution with deviation 1, where the path is x0 sqrt((1 + t^2) / (1 + s^2))."""

    def error(steps: int) -> float:
        sigmas = falling(10, 0.5, steps)
        x = torch.full((1, 1, 1), 10.0, dtype=torch.float64)
        result, _ = drive(SAMPLERS[name](x, sigmas, silence), lambda x, sigma: x / (1 + sigma**2))
        return abs(float(result) - 10 * math.sqrt((1 + 0.25) / (1 + 100)))

    assert math.log2(error(40) / error(80)) > order - 0.25


@pytest.mark.parametrize("name", [name for name in SAMPLERS if name not in FLOW])
def test_normal_data_is_drawn_with_its_deviation(name: str) -> None:
    """Of data with deviation 1/2, 16,384 samples have it to 4 %; noise taken or added wrongly would show."""
    shape = (1, 128, 128)
    draw = noise_from(5, shape)
    sigmas = [*falling(14.6, 0.03, 200), 0.0]
    result, _ = drive(SAMPLERS[name](14.6 * draw(), sigmas, draw), lambda x, s: x * 0.25 / (0.25 + s**2))
    assert float(result.std()) == pytest.approx(0.5, rel=0.04)
    assert abs(float(result.mean())) < 0.02


@pytest.mark.parametrize("name", SAMPLERS)
def test_a_sampler_does_the_same_alone_and_in_company(name: str) -> None:
    """All at once through one function of a batch: bit for bit what each gives alone."""
    start = noise_from(3)()
    sigmas = [0.9**step for step in range(12)] + [0.0]
    alone, _ = drive(SAMPLERS[name](start, sigmas, noise_for(name, 8)), crooked)
    others = [SAMPLERS[other](start, sigmas, noise_for(other, 8)) for other in SAMPLERS]
    asked = {index: next(sampling) for index, sampling in enumerate(others)}
    results = {}
    while asked:
        batch = torch.stack([x for x, _ in asked.values()])
        estimates = torch.stack([x - s * e for (x, s), e in zip(asked.values(), crooked_noise(batch), strict=True)])
        for index, estimate in zip(list(asked), estimates, strict=True):
            try:
                asked[index] = others[index].send(estimate)
            except StopIteration as end:
                results[index] = end.value
                del asked[index]
    assert torch.equal(results[list(SAMPLERS).index(name)], alone)


@pytest.mark.parametrize(("one", "other"), [("ddim", "euler"), ("ddpm", "euler_ancestral")])
def test_two_names_are_one_method_in_two_papers(one: str, other: str) -> None:
    """On the same levels and noise, up to rounding: what tells them apart elsewhere is the schedule alone."""
    x = 14.6 * noise_from(3)()
    sigmas = [*falling(14.6, 0.03, 20), 0.0]
    first, second = (drive(SAMPLERS[name](x, sigmas, noise_for(name, 4)), crooked)[0] for name in (one, other))
    assert torch.allclose(first, second, atol=1e-4)


@pytest.mark.parametrize("shift", [1.0, 3.0])
@pytest.mark.parametrize(
    ("name", "scheduler_class"),
    [
        ("flow_euler", diffusers.FlowMatchEulerDiscreteScheduler),
        ("flow_heun", diffusers.FlowMatchHeunDiscreteScheduler),
    ],
)
def test_flows_take_the_steps_of_diffusers_schedulers(name: str, scheduler_class: Any, shift: float) -> None:  # noqa: ANN401 - no types there
    """On the scheduler's own levels, to float32 rounding."""
    scheduler = scheduler_class(shift=shift)
    scheduler.set_timesteps(9)
    start = noise_from(3)()
    theirs = start
    for t in scheduler.timesteps:
        theirs = scheduler.step(crooked_noise(theirs), t, theirs, return_dict=False)[0]
    sigmas = list(dict.fromkeys(scheduler.sigmas.tolist()))
    ours, _ = drive(SAMPLERS[name](start, sigmas, silence), crooked)
    assert torch.allclose(ours, theirs, atol=1e-5)


BETAS = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}

VARIANCE_EXPLODING: dict[str, Any] = {
    "euler": diffusers.EulerDiscreteScheduler,
    "euler_ancestral": diffusers.EulerAncestralDiscreteScheduler,
    "heun": diffusers.HeunDiscreteScheduler,
    "dpm_2": diffusers.KDPM2DiscreteScheduler,
    "dpm_2_ancestral": diffusers.KDPM2AncestralDiscreteScheduler,
}


@pytest.mark.parametrize("steps", [1, 2, 7, 25])
@pytest.mark.parametrize("name", VARIANCE_EXPLODING)
def test_diffusion_takes_the_steps_of_diffusers_schedulers(name: str, steps: int) -> None:
    """On the scheduler's own levels and the same noise, to float32 rounding over 25 steps from 14.6."""
    scheduler = VARIANCE_EXPLODING[name](**BETAS, timestep_spacing="trailing")
    scheduler.set_timesteps(steps)
    start = 14.6 * noise_from(3)()
    theirs, generator = start, torch.Generator().manual_seed(4)
    options = {"generator": generator} if name in ANCESTRAL else {}
    for t in scheduler.timesteps:
        scheduler.scale_model_input(theirs, t)
        theirs = scheduler.step(crooked_noise(theirs), t, theirs, return_dict=False, **options)[0]
    sigmas = list(dict.fromkeys(scheduler.sigmas.tolist()))
    ours, _ = drive(SAMPLERS[name](start, sigmas, noise_for(name, 4)), crooked)
    assert torch.allclose(ours, theirs, atol=1e-4)


VARIANCE_PRESERVING: dict[str, tuple[Any, dict[str, Any]]] = {
    "ddim": (diffusers.DDIMScheduler, {"clip_sample": False}),
    "ddpm": (diffusers.DDPMScheduler, {"clip_sample": False}),
    "dpmpp_2m": (diffusers.DPMSolverMultistepScheduler, {"timestep_spacing": "leading"}),
}


@pytest.mark.parametrize("steps", [1, 2, 7, 25])
@pytest.mark.parametrize("name", VARIANCE_PRESERVING)
def test_diffusion_in_other_coordinates_takes_the_steps_of_diffusers_schedulers(name: str, steps: int) -> None:
    """These keep the variance at 1 instead of letting it grow: their sample is x / sqrt(1 + sigma^2)."""
    scheduler_class, extra = VARIANCE_PRESERVING[name]
    scheduler = scheduler_class(**BETAS, **extra)
    scheduler.set_timesteps(steps)
    kept = [float(scheduler.alphas_cumprod[int(t)]) for t in scheduler.timesteps]
    sigmas = [math.sqrt((1 - alpha) / alpha) for alpha in kept]
    start = 14.6 * noise_from(3)()
    theirs, generator = start * math.sqrt(kept[0]), torch.Generator().manual_seed(4)
    for t, alpha in zip(scheduler.timesteps, kept, strict=True):
        predicted = crooked_noise(theirs / math.sqrt(alpha))
        theirs = scheduler.step(predicted, t, theirs, generator=generator, return_dict=False)[0]
    ours, _ = drive(SAMPLERS[name](start, [*sigmas, 0.0], noise_for(name, 4)), crooked)
    assert torch.allclose(ours, theirs, atol=1e-4)


@pytest.mark.parametrize("steps", [1, 2, 7, 25])
def test_dpmpp_2s_ancestral_follows_its_paper(steps: int) -> None:
    """No such scheduler in diffusers: algorithm 1 in its own letters, r = 1/2, each step to `down` and noised to t."""
    sigmas = [*falling(14.6, 0.03, steps)[:steps], 0.0]
    start, draw, r = 14.6 * noise_from(3)(), noise_from(4), 0.5
    x = start
    for s, t in pairwise(sigmas):
        up = math.sqrt(t**2 * (s**2 - t**2) / s**2)
        down = math.sqrt(t**2 - up**2)
        if down == 0:
            x = crooked(x, s)
            continue
        h = math.log(s) - math.log(down)
        middle = math.exp(-(-math.log(s) + r * h))
        u = middle / s * x - math.expm1(-r * h) * crooked(x, s)
        estimate = (1 - 1 / (2 * r)) * crooked(x, s) + 1 / (2 * r) * crooked(u, middle)
        x = down / s * x - math.expm1(-h) * estimate + up * draw()
    ours, _ = drive(SAMPLERS["dpmpp_2s_ancestral"](start, sigmas, noise_from(4)), crooked)
    assert torch.allclose(ours, x, atol=1e-4)


def test_lms_on_an_even_grid_is_the_method_of_adams_and_bashforth() -> None:
    """The weights that every textbook has, for one to four nodes."""
    table = {1: [1.0], 2: [3 / 2, -1 / 2], 3: [23 / 12, -16 / 12, 5 / 12], 4: [55 / 24, -59 / 24, 37 / 24, -9 / 24]}
    for nodes, weights in table.items():
        assert adams_weights([float(-node) for node in range(nodes)], 1.0) == pytest.approx(weights)


def test_lms_takes_the_steps_of_diffusers_scheduler() -> None:
    """Recorded 2026-11-23 from LMSDiscreteScheduler of diffusers 0.42.1, which needs scipy for its integrals."""
    sigmas = [
        14.614646911621094, 6.668572902679443, 3.5138795375823975, 2.054476737976074, 1.276235818862915,
        0.7900615334510803, 0.43806231021881104, 0.0,
    ]  # fmt: skip
    start = torch.tensor([[[-20.0, -9.0, -2.0, 0.5, 3.0, 12.0, 25.0]]])
    recorded = torch.tensor([
        -4.442043304443359, -0.016437599435448647, 0.16974712908267975, -0.022914018481969833, -0.06382723152637482,
        1.1684154272079468, 11.48848819732666,
    ])  # fmt: skip
    ours, _ = drive(SAMPLERS["lms"](start, sigmas, silence), crooked)
    assert torch.allclose(ours.flatten(), recorded, atol=1e-4)


@given(s=st.floats(1e-3, 100), share=st.floats(0, 1, exclude_max=True))
def test_an_ancestral_step_ends_at_its_level(s: float, share: float) -> None:
    """What it steps down to and what it adds make up the next level; nothing is added on the way to 0."""
    down, up = ancestral_levels(s, share * s)
    assert math.hypot(down, up) == pytest.approx(share * s)
    assert 0 <= down <= share * s
