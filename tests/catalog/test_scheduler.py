"""What a checkpoint's scheduler says of its noise, and what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from outcrop.catalog.noise import DiffusionNoise
from outcrop.catalog.scheduler import read_diffusion_noise
from outcrop.errors import BadCheckpoint

XL: dict[str, Any] = {
    "_class_name": "EulerDiscreteScheduler",
    "num_train_timesteps": 1000,
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "prediction_type": "epsilon",
    "timestep_spacing": "leading",
    "steps_offset": 1,
    "trained_betas": None,
    "use_karras_sigmas": False,
}
"""As published with SDXL."""


def write(folder: Path, changes: dict[str, Any]) -> Path:
    """A configuration with some of its values changed; None removes one."""
    content = {key: value for key, value in (XL | changes).items() if value is not None}
    file = folder / "scheduler_config.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


def test_a_configuration_is_read(tmp_path: Path) -> None:
    """Each value in its place."""
    changes = {"prediction_type": "v_prediction", "use_karras_sigmas": True, "num_train_timesteps": None}
    assert read_diffusion_noise(write(tmp_path, changes)) == DiffusionNoise(
        train_steps=1000, beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", zero_terminal=False,
        prediction="v_prediction", spacing="leading", offset=1, curve="karras",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"beta_start": None}, "'beta_start' must be a positive number, found None"),
        ({"beta_schedule": "cosine"}, "'beta_schedule' must be one of linear, scaled_linear, found 'cosine'"),
        ({"prediction_type": "sample"}, "'prediction_type' must be one of epsilon, v_prediction, found 'sample'"),
        ({"timestep_spacing": None}, "'timestep_spacing' must be one of leading, trailing, linspace, found None"),
        ({"steps_offset": -1}, "'steps_offset' must be an integer from 0, found -1"),
        ({"steps_offset": True}, "found True"),
        ({"use_beta_sigmas": True}, "'use_beta_sigmas' is not supported"),
        ({"trained_betas": [0.1]}, "'trained_betas' is not supported; remove it and give 'beta_start'"),
    ],
)
def test_what_cannot_be_followed_is_refused(tmp_path: Path, changes: dict[str, Any], text: str) -> None:
    """With the file, what it says, and what it may say."""
    with pytest.raises(BadCheckpoint, match=text) as caught:
        read_diffusion_noise(write(tmp_path, changes))
    assert str(tmp_path) in str(caught.value)
