"""How noise was mixed into the images that a network learnt from, and which samplers suit that. Plain numbers only."""

import math
from dataclasses import dataclass
from itertools import accumulate
from operator import mul
from typing import Literal, get_args

BetaSchedule = Literal["linear", "scaled_linear"]
Prediction = Literal["epsilon", "v_prediction"]
Spacing = Literal["leading", "trailing", "linspace"]
Curve = Literal["uniform", "karras", "exponential"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowNoise:
    """A rectified flow: x = (1 - sigma) * image + sigma * noise; the network predicts noise - image."""

    shift: float
    """Timestep shift of the schedule."""
    train_steps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffusionNoise:
    """A diffusion: x = image + sigma * noise at the levels of `training_levels`, and how to choose among them."""

    train_steps: int
    beta_start: float
    beta_end: float
    beta_schedule: BetaSchedule
    zero_terminal: bool
    """Whether the levels were stretched until nothing of the image is left at the last."""
    prediction: Prediction
    """What the network predicts: the noise, or cos * noise - sin * image."""
    spacing: Spacing
    """How the steps are spread over the training steps."""
    offset: int
    """By how many training steps `leading` begins later."""
    curve: Curve
    """How the levels between the first and the last are spread: evenly over training steps, or by a formula."""


TrainingNoise = FlowNoise | DiffusionNoise

BETA_SCHEDULES: tuple[str, ...] = get_args(BetaSchedule)
PREDICTIONS: tuple[str, ...] = get_args(Prediction)
SPACINGS: tuple[str, ...] = get_args(Spacing)

FITTING: dict[type[TrainingNoise], tuple[str, ...]] = {
    FlowNoise: ("flow_euler", "flow_heun"),
    DiffusionNoise: (
        "ddim",
        "ddpm",
        "dpm_2",
        "dpm_2_ancestral",
        "dpmpp_2m",
        "dpmpp_2s_ancestral",
        "euler",
        "euler_ancestral",
        "heun",
        "lms",
    ),
}
"""The samplers that are right for each kind of noise, by name in `engine.samplers.SAMPLERS`."""

TWO_LOOKS = ("dpm_2", "dpm_2_ancestral", "dpmpp_2s_ancestral", "flow_heun", "heun")
"""The samplers that evaluate the network twice a step; the others do so once."""


FAINTEST = 2.0**-24
"""What stands for an alpha of 0, whose level would be without end: diffusers' choice."""


def nearest_sampler(sampler: str, noise: TrainingNoise) -> str:
    """The sampler itself where it fits a kind of noise; elsewhere Heun for one that looks twice a step, else Euler.

    So a step costs what it was chosen to cost. Chance has no counterpart in a flow: ancestral ones lose theirs there.
    """
    if sampler in FITTING[type(noise)]:
        return sampler
    prefix = "flow_" if isinstance(noise, FlowNoise) else ""
    return prefix + ("heun" if sampler in TWO_LOOKS else "euler")


def training_levels(noise: DiffusionNoise) -> tuple[float, ...]:
    """The noise level of every training step, ascending.

    Units: sigma, the deviation of the noise where the image is unscaled: sqrt((1 - alpha) / alpha).
    Source: Ho et al. 2020 (arXiv:2006.11239), equation 4, alpha being its cumulative product; `scaled_linear` is
    linear in sqrt(beta): Rombach et al. 2022 (arXiv:2112.10752), as published checkpoints are trained. With
    `zero_terminal` Lin et al. 2023 (arXiv:2305.08891), algorithm 1; the last alpha is then FAINTEST instead of 0.
    """
    power = {"linear": 1, "scaled_linear": 2}[noise.beta_schedule]
    first, last = noise.beta_start ** (1 / power), noise.beta_end ** (1 / power)
    gap = (last - first) / max(noise.train_steps - 1, 1)
    betas = ((first + gap * step) ** power for step in range(noise.train_steps))
    kept = [math.sqrt(alpha) for alpha in accumulate((1 - beta for beta in betas), mul)]
    if noise.zero_terminal:
        kept = [kept[0] * (each - kept[-1]) / (kept[0] - kept[-1]) for each in kept]
        kept[-1] = math.sqrt(FAINTEST)
    return tuple(math.sqrt(1 / each**2 - 1) for each in kept)
