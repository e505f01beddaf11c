"""The latents that end a picture are those of diffusers' pipelines, to 1e-3 of their largest value or of 1."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import diffusers
import numpy as np
import pytest
import torch
from torch import Tensor

from outcrop.catalog.card import PartInterval
from outcrop.catalog.checkpoint import read_checkpoint
from outcrop.engine.denoise import estimate
from outcrop.engine.drawing import Drawing
from outcrop.engine.noise import noise_of
from outcrop.operations.guided import guided_levels
from outcrop.operations.schedules import from_strength, schedule
from outcrop.plan import Plan, Start
from outcrop.request import Bitmap
from outcrop.units import Size
from tests.engine.test_sdxl import CPU, SCHEDULERS, checkpoint_in, plan_for, second_noise

pytestmark = pytest.mark.filterwarnings("ignore:__array:DeprecationWarning")  # of diffusers with numpy 2

SIZE = Size(width=160, height=96)
STEPS = 6
DIFFUSION = SCHEDULERS | {"euler": ("EulerDiscreteScheduler", {})}
FLOW = {"flow_euler": "FlowMatchEulerDiscreteScheduler", "flow_heun": "FlowMatchHeunDiscreteScheduler"}


def ours(folder: Path, plan: Plan) -> Tensor:
    """The latents by this engine."""
    drawing = Drawing(plan, checkpoint_in(folder))
    while not drawing.finished:
        drawing.advance(estimate([drawing])[0])
    assert drawing._latents is not None
    return drawing._latents


def theirs(pipeline: Any, plan: Plan, **given: object) -> Tensor:  # noqa: ANN401 - diffusers has no types
    """The latents by a pipeline of diffusers."""
    pipeline.set_progress_bar_config(disable=True)
    latents: Tensor = pipeline(
        plan.prompt.text,
        negative_prompt=plan.negative_prompt.text,
        num_inference_steps=STEPS,
        output_type="latent",
        **{"guidance_scale": plan.guidance} | given,
    ).images[0]
    return latents


def agree(mine: Tensor, other: Tensor) -> bool:
    """Whether latents are the same to 1e-3, relative to their largest value where that exceeds 1."""
    return bool((mine - other).abs().max() <= 1e-3 * max(1.0, float(other.abs().max())))


def from_words(folder: Path, sampler: str) -> tuple[Plan, dict[str, object]]:
    """A plan without an image, and its noise for the pipeline."""
    card = read_checkpoint("tiny", folder)
    plan = replace(plan_for(card, SIZE), sampler=sampler, sigmas=schedule(card.noise, STEPS))
    shape = (checkpoint_in(folder).network.channels, SIZE.height // 8, SIZE.width // 8)
    noise = noise_of(plan.seed, shape, CPU)()[None]
    return plan, {"latents": noise, "height": SIZE.height, "width": SIZE.width}


def from_image(folder: Path, sampler: str) -> tuple[Plan, dict[str, object]]:
    """A plan from the middle of its levels on, and the same for the pipeline: its image as the encoder's mode."""
    plan, _ = from_words(folder, sampler)
    rgb = np.random.default_rng(3).integers(0, 256, 3 * SIZE.pixels, dtype=np.uint8).tobytes()
    start = Start(image=Bitmap(size=SIZE, rgb=rgb), strength=0.5)
    plan = replace(plan, start=start, sigmas=from_strength(plan.sigmas, 0.5), fitting="stretch")
    image = checkpoint_in(folder).autoencoder.encode(start.image)[None]
    return plan, {"image": image, "strength": 0.5, "generator": torch.Generator().manual_seed(plan.seed)}


def diffusion(kind: Any, folder: Path, sampler: str) -> Any:  # noqa: ANN401 - diffusers has no types
    """A pipeline of SDXL with the scheduler of that name."""
    pipeline = kind.from_pretrained(folder, dtype=torch.float32, local_files_only=True)
    scheduler, changes = DIFFUSION[sampler]
    pipeline.scheduler = getattr(diffusers, scheduler).from_pretrained(folder / "scheduler", **changes)
    return pipeline


def flow(kind: Any, folder: Path, sampler: str) -> Any:  # noqa: ANN401 - diffusers has no types
    """A pipeline of SD3 with the scheduler of that name."""
    pipeline = kind.from_pretrained(
        folder, dtype=torch.float32, local_files_only=True, text_encoder_3=None, tokenizer_3=None
    )
    pipeline.scheduler = getattr(diffusers, FLOW[sampler]).from_config(pipeline.scheduler.config)
    return pipeline


@pytest.mark.parametrize("sampler", DIFFUSION)
def test_sdxl_from_words(tiny_sdxl: Path, sampler: str) -> None:
    """Every sampler that diffusers steps alike, with further noise from the same generator."""
    plan, given = from_words(tiny_sdxl, sampler)
    pipeline = diffusion(diffusers.StableDiffusionXLPipeline, tiny_sdxl, sampler)
    assert agree(ours(tiny_sdxl, plan), theirs(pipeline, plan, generator=second_noise(plan), **given))


@pytest.mark.parametrize("sampler", ["euler", "euler_ancestral", "heun", "dpm_2_ancestral"])
def test_sdxl_from_an_image(tiny_sdxl: Path, sampler: str) -> None:
    """From the same encoded image, noised by the same seed."""
    plan, given = from_image(tiny_sdxl, sampler)
    pipeline = diffusion(diffusers.StableDiffusionXLImg2ImgPipeline, tiny_sdxl, sampler)
    shape = (SIZE.height, SIZE.width)
    assert agree(ours(tiny_sdxl, plan), theirs(pipeline, plan, original_size=shape, target_size=shape, **given))


@pytest.mark.parametrize("sampler", FLOW)
def test_sd3_from_words(tiny_sd3: Path, sampler: str) -> None:
    """Both samplers of a flow."""
    plan, given = from_words(tiny_sd3, sampler)
    pipeline = flow(diffusers.StableDiffusion3Pipeline, tiny_sd3, sampler)
    assert agree(ours(tiny_sd3, plan), theirs(pipeline, plan, **given))


@pytest.mark.parametrize("sampler", FLOW)
def test_sd3_from_an_image(tiny_sd3: Path, sampler: str) -> None:
    """From the same encoded image, noised by the same seed."""
    plan, given = from_image(tiny_sd3, sampler)
    pipeline = flow(diffusers.StableDiffusion3Img2ImgPipeline, tiny_sd3, sampler)
    given |= {"height": SIZE.height, "width": SIZE.width}
    assert agree(ours(tiny_sd3, plan), theirs(pipeline, plan, **given))


def guiding(plan: Plan) -> dict[str, object]:
    """What has a pipeline guide at the plan's levels alone; a scale next to 1 keeps both halves and shows one."""

    def scale(sigma: float) -> float:
        exact = min(plan.sigmas, key=lambda level: abs(level - sigma))  # theirs are rounded
        return plan.guidance if plan.guided is None or plan.guided.holds(exact) else 1 + 1e-9

    def after(pipeline: Any, step: int, _time: object, _tensors: object) -> dict[str, object]:  # noqa: ANN401 - likewise
        sigmas = [float(sigma) for sigma in pipeline.scheduler.sigmas]
        pipeline._guidance_scale = scale(sigmas[step + 1])
        return {}

    return {"guidance_scale": scale(plan.sigmas[0]), "callback_on_step_end": after}


GUIDED = [PartInterval(start=0.2, stop=0.7), PartInterval(start=0, stop=0.5), PartInterval(start=0.5, stop=1)]


@pytest.mark.parametrize("guided", GUIDED, ids=str)
@pytest.mark.parametrize("sampler", ["euler", "euler_ancestral", "heun"])
def test_sdxl_guided_in_part(tiny_sdxl: Path, sampler: str, guided: PartInterval) -> None:
    """At those levels alone, at which Heun's second looks count too."""
    plan, given = from_words(tiny_sdxl, sampler)
    plan = replace(plan, guided=guided_levels(guided, plan.sigmas))
    pipeline = diffusion(diffusers.StableDiffusionXLPipeline, tiny_sdxl, sampler)
    mine = ours(tiny_sdxl, plan)
    assert agree(mine, theirs(pipeline, plan, generator=second_noise(plan), **given | guiding(plan)))
    assert not agree(mine, ours(tiny_sdxl, replace(plan, guided=None)))


@pytest.mark.parametrize("guided", GUIDED, ids=str)
@pytest.mark.parametrize("sampler", FLOW)
def test_sd3_guided_in_part(tiny_sd3: Path, sampler: str, guided: PartInterval) -> None:
    """The same of a flow."""
    plan, given = from_words(tiny_sd3, sampler)
    plan = replace(plan, guided=guided_levels(guided, plan.sigmas))
    mine = ours(tiny_sd3, plan)
    assert agree(
        mine, theirs(flow(diffusers.StableDiffusion3Pipeline, tiny_sd3, sampler), plan, **given | guiding(plan))
    )
    assert not agree(mine, ours(tiny_sd3, replace(plan, guided=None)))
