"""Schedules: from a number of steps to noise levels. Plain numbers, so that a plan can decide them without torch."""


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
