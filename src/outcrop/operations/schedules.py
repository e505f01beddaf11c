"""Schedules: from a number of steps to noise levels. Plain numbers, so that a plan can decide them without torch.

All fall strictly and end at 0, which follows after as many levels as there are steps.
"""

import math
from collections.abc import Sequence
from typing import assert_never

from outcrop.catalog.noise import DiffusionNoise, FlowNoise, Spacing, TrainingNoise, training_levels

RHO = 7
"""How much more closely `karras` places low levels than high ones: its authors' choice."""


def schedule(noise: TrainingNoise, steps: int) -> tuple[float, ...]:
    """The noise levels that suit a checkpoint, the way its own configuration spreads them.

    Units: sigma of the checkpoint's kind of noise; `steps` + 1 values.
    Raises: ValueError when steps is not positive, or more than there are training steps to choose from.
    """
    match noise:
        case FlowNoise():
            return shifted_flow(steps, noise.shift, noise.train_steps)
        case DiffusionNoise():
            levels = spaced(training_levels(noise), steps, noise.spacing, noise.offset)
        case _:
            assert_never(noise)
    match noise.curve:
        case "uniform":
            return levels
        case "karras":
            return karras(steps, levels[-2], levels[0])
        case "exponential":
            return exponential(steps, levels[-2], levels[0])
        case _:
            assert_never(noise.curve)


def shifted_flow(steps: int, shift: float, train_steps: int = 1000) -> tuple[float, ...]:
    """Noise levels of rectified flow, shifted towards noise, descending from 1 to 0.

    Units: sigma in [0, 1], the weight of noise in `x = sigma * noise + (1 - sigma) * image`; `steps` + 1 values.
    Raises: ValueError when steps or shift is not positive.
    Source: Esser et al. 2024 (arXiv:2403.03206), equation 23. The smallest training level is shifted once when the
    training levels are made and again with the rest, as diffusers' FlowMatchEulerDiscreteScheduler does: published
    checkpoints are tuned to its levels.
    """
    if steps < 1 or shift <= 0:
        raise ValueError(f"A schedule needs positive steps and shift, found {steps} and {shift}.")

    def shifted(sigma: float) -> float:
        return shift * sigma / (1 + (shift - 1) * sigma)

    last = shifted(1 / train_steps)
    gap = (1 - last) / max(steps - 1, 1)
    return (*(shifted(1 - gap * step) for step in range(steps)), 0.0)


def spaced(levels: Sequence[float], steps: int, spacing: Spacing, offset: int = 0) -> tuple[float, ...]:
    """Noise levels at training steps that are spread evenly.

    `leading` counts up from the lowest level in whole steps and so begins below the highest, `trailing` counts down
    from the highest, `linspace` takes both ends; a single step of `linspace` is the highest level.

    Units: levels are sigmas, ascending, one a training step; the result falls to 0 and has `steps` + 1 values.
    Raises: ValueError when steps is not positive, or more than there are training steps to choose from.
    Source: Lin et al. 2023 (arXiv:2305.08891), table 2.
    """
    count = len(levels)
    if not 1 <= steps <= count - (offset if spacing == "leading" else 0):
        raise ValueError(f"A schedule on {count} training levels needs 1 to {count - offset} steps, found {steps}.")
    match spacing:
        case "leading":
            times = [float(step * (count // steps) + offset) for step in reversed(range(steps))]
        case "trailing":
            times = [float(round(count - step * count / steps) - 1) for step in range(steps)]
        case "linspace":
            times = [(count - 1) * (1 - step / max(steps - 1, 1)) for step in range(steps)]
        case _:
            assert_never(spacing)
    return (*(_level_at(levels, time) for time in times), 0.0)


def karras(steps: int, lowest: float, highest: float) -> tuple[float, ...]:
    """Levels whose seventh roots are spread evenly: many low ones, where detail is decided.

    Units: sigma of diffusion; from highest to lowest and then 0, `steps` + 1 values.
    Source: Karras et al. 2022 (arXiv:2206.00364), equation 5 with rho = 7.
    """
    top, bottom = highest ** (1 / RHO), lowest ** (1 / RHO)
    return (*((top + step / max(steps - 1, 1) * (bottom - top)) ** RHO for step in range(steps)), 0.0)


def exponential(steps: int, lowest: float, highest: float) -> tuple[float, ...]:
    """Levels with equal ratios.

    Units: sigma of diffusion; from highest to lowest and then 0, `steps` + 1 values.
    Source: Lu et al. 2022 (arXiv:2206.00927), section 3.4: even steps of log sigma.
    """
    return (*(highest * (lowest / highest) ** (step / max(steps - 1, 1)) for step in range(steps)), 0.0)


def _level_at(levels: Sequence[float], time: float) -> float:
    """The level at a training step, between two steps on a scale of log sigma."""
    below = min(int(time), len(levels) - 1)
    share = time - below
    if share == 0:
        return levels[below]
    return math.exp((1 - share) * math.log(levels[below]) + share * math.log(levels[below + 1]))


def from_strength(sigmas: tuple[float, ...], strength: float) -> tuple[float, ...]:
    """The end of a schedule that a picture goes through when it grows from another: the larger part, the stronger.

    Units: strength 0..1; 1 is the whole schedule, and however small it is the last step remains.
    Raises: ValueError when strength is outside its range.
    Source: Meng et al. 2021 (arXiv:2108.01073), section 3; which step it begins at is diffusers' reading.
    """
    if not 0 <= strength <= 1:
        raise ValueError(f"Strength is {strength}; it must be from 0 to 1.")
    steps = len(sigmas) - 1
    skipped = int(steps - steps * strength)
    return sigmas[min(skipped, steps - 1) :]
