"""Read a checkpoint's `scheduler_config.json`, as far as it says how the network was trained. Knows JSON values."""

from pathlib import Path
from typing import Any, cast

from outcrop.catalog.json_file import positive, read_json
from outcrop.catalog.noise import (
    BETA_SCHEDULES,
    PREDICTIONS,
    SPACINGS,
    BetaSchedule,
    Curve,
    DiffusionNoise,
    FlowNoise,
    Prediction,
    Spacing,
)
from outcrop.errors import BadCheckpoint

TRAIN_STEPS = 1000
"""Training steps where the configuration does not say: diffusers' default."""

CURVES: dict[str, Curve] = {"use_karras_sigmas": "karras", "use_exponential_sigmas": "exponential"}
"""Switches of the configuration, and what they ask for."""


def read_flow_noise(path: Path) -> FlowNoise:
    """Read the configuration of a rectified flow.

    Raises: BadCheckpoint when it is missing, broken, or asks for what is not supported.
    """
    content = read_json(path)
    _refuse(content, "use_dynamic_shifting", path, "set it to false and give 'shift'")
    return FlowNoise(shift=float(positive(content, "shift", path)), train_steps=_train_steps(content, path))


def read_diffusion_noise(path: Path) -> DiffusionNoise:
    """Read the configuration of a diffusion.

    Raises: BadCheckpoint when it is missing, broken, or asks for what is not supported.
    """
    content = read_json(path)
    _refuse(content, "use_beta_sigmas", path, "set it to false")
    _refuse(content, "trained_betas", path, "remove it and give 'beta_start' and 'beta_end'")
    offset = content.get("steps_offset", 0)
    if isinstance(offset, bool) or not isinstance(offset, int) or offset < 0:
        raise BadCheckpoint(f"{path}: 'steps_offset' must be an integer from 0, found {offset!r}.")
    return DiffusionNoise(
        train_steps=_train_steps(content, path),
        beta_start=float(positive(content, "beta_start", path)),
        beta_end=float(positive(content, "beta_end", path)),
        beta_schedule=cast("BetaSchedule", _one_of(content, "beta_schedule", BETA_SCHEDULES, path)),
        zero_terminal=content.get("rescale_betas_zero_snr") is True,
        prediction=cast("Prediction", _one_of(content, "prediction_type", PREDICTIONS, path)),
        spacing=cast("Spacing", _one_of(content, "timestep_spacing", SPACINGS, path)),
        offset=offset,
        curve=next((curve for switch, curve in CURVES.items() if content.get(switch)), "uniform"),
    )


def _train_steps(content: dict[str, Any], path: Path) -> int:
    return int(positive({"num_train_timesteps": TRAIN_STEPS} | content, "num_train_timesteps", path))


def _refuse(content: dict[str, Any], key: str, path: Path, instead: str) -> None:
    if content.get(key):
        raise BadCheckpoint(f"{path}: '{key}' is not supported; {instead}.")


def _one_of(content: dict[str, Any], key: str, allowed: tuple[str, ...], path: Path) -> str:
    value = content.get(key)
    if value not in allowed:
        raise BadCheckpoint(f"{path}: '{key}' must be one of {', '.join(allowed)}, found {value!r}.")
    return str(value)
