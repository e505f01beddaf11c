"""The schedules that plans take are those of diffusers' schedulers. Here because diffusers brings its tensors along."""

import diffusers
import pytest

from outcrop.catalog.noise import Curve, DiffusionNoise, Spacing
from outcrop.operations.schedules import schedule

pytestmark = pytest.mark.filterwarnings("ignore:__array:DeprecationWarning")  # of diffusers with numpy 2


@pytest.mark.parametrize("curve", ["uniform", "karras", "exponential"])
@pytest.mark.parametrize(("spacing", "offset"), [("leading", 1), ("leading", 0), ("trailing", 0), ("linspace", 0)])
@pytest.mark.parametrize("steps", [2, 7, 28, 50])
def test_levels_are_those_of_diffusers(curve: Curve, spacing: Spacing, offset: int, steps: int) -> None:
    """To 2e-5, the rounding of its float32 products; to a thousandth between training steps, where `linspace` goes.

    There diffusers interpolates sigma and this schedule its logarithm.
    """
    scheduler = diffusers.EulerDiscreteScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", timestep_spacing=spacing,
        steps_offset=offset, use_karras_sigmas=curve == "karras", use_exponential_sigmas=curve == "exponential",
    )  # fmt: skip
    scheduler.set_timesteps(steps)
    noise = DiffusionNoise(
        train_steps=1000, beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", zero_terminal=False,
        prediction="epsilon", spacing=spacing, offset=offset, curve=curve,
    )  # fmt: skip
    near = 1e-3 if spacing == "linspace" else 2e-5
    assert schedule(noise, steps) == pytest.approx(scheduler.sigmas.tolist(), rel=near)


@pytest.mark.parametrize("steps", [1, 7, 28])
def test_levels_stretched_to_pure_noise_are_those_of_diffusers(steps: int) -> None:
    """As fine-tunes that predict v have them: from 4096, to 1e-4; the float32 it subtracts in loses digits."""
    scheduler = diffusers.EulerDiscreteScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", timestep_spacing="trailing",
        rescale_betas_zero_snr=True, prediction_type="v_prediction",
    )  # fmt: skip
    scheduler.set_timesteps(steps)
    noise = DiffusionNoise(
        train_steps=1000, beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", zero_terminal=True,
        prediction="v_prediction", spacing="trailing", offset=0, curve="uniform",
    )  # fmt: skip
    assert schedule(noise, steps) == pytest.approx(scheduler.sigmas.tolist(), rel=1e-4)
