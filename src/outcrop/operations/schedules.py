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
