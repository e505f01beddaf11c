"""SDXL: the engine agrees with diffusers' own pipeline on the same weights, and refuses folders that do not fit."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import diffusers
import numpy as np
import pytest
import torch

from outcrop.catalog.card import CheckpointCard
from outcrop.catalog.checkpoint import read_checkpoint
from outcrop.catalog.noise import FITTING, DiffusionNoise, Spacing
from outcrop.clock import now
from outcrop.engine.denoise import estimate
from outcrop.engine.drawing import Drawing
from outcrop.engine.engine import Pixels
from outcrop.engine.local import LocalEngine
from outcrop.engine.noise import noise_of
from outcrop.engine.weights import Checkpoint, load_checkpoint
from outcrop.errors import BadCheckpoint
from outcrop.operations.schedules import from_strength, schedule
from outcrop.plan import Plan, Start
from outcrop.prompt import plain
from outcrop.request import Bitmap
from outcrop.units import Micros, ModelId, Precision, Seed, Size
from tests.engine.listening import Ear, check_alone_and_together
from tests.engine.pictures import psnr
from tests.engine.precisions import PRECISIONS

pytestmark = pytest.mark.filterwarnings("ignore:__array:DeprecationWarning")  # of diffusers with numpy 2

CPU = torch.device("cpu")
WIDE, SQUARE = Size(width=160, height=96), Size(width=128, height=128)


def plan_for(card: CheckpointCard, size: Size) -> Plan:
    """A picture of six steps with a negative prompt, to be varied with `replace`."""
    return Plan(
        model=ModelId("toy.tiny"), checkpoint=card.name, prompt=plain("a red apple on a wooden table"),
        negative_prompt=plain("a blue car"), seed=Seed(7), sampler="euler", sigmas=schedule(card.noise, 6),
        guidance=5.0, native=size, delivered=size, fitting="trim", output_format="png", start=None, price=Micros(0),
    )  # fmt: skip


@cache
def checkpoint_in(folder: Path, precision: Precision = "fp32") -> Checkpoint:
    """The engine's networks of a folder."""
    return load_checkpoint(read_checkpoint("tiny", folder), CPU, precision)


@cache
def pipeline_in(folder: Path) -> Any:  # noqa: ANN401 - diffusers has no types
    """Diffusers' pipeline of a folder."""
    pipeline = diffusers.StableDiffusionXLPipeline.from_pretrained(folder, dtype=torch.float32, local_files_only=True)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def ours(folder: Path, plan: Plan, precision: Precision = "fp32") -> Pixels:
    """The picture by this engine."""
    drawing = Drawing(plan, checkpoint_in(folder, precision))
    while not drawing.finished:
        drawing.advance(estimate([drawing])[0])
    return drawing.decode()


def theirs(folder: Path, plan: Plan, scheduler: str = "EulerDiscreteScheduler", **changes: object) -> Pixels:
    """The picture by diffusers' pipeline with one of its schedulers, from the same noise."""
    pipeline = pipeline_in(folder)
    configured = json.loads((folder / "scheduler/scheduler_config.json").read_text())
    pipeline.scheduler = getattr(diffusers, scheduler).from_config(configured, **changes)
    picture = pipeline(
        plan.prompt.text,
        negative_prompt=plan.negative_prompt.text or None,  # an empty text is a prompt there, None is none
        height=plan.native.height,
        width=plan.native.width,
        num_inference_steps=plan.steps,
        guidance_scale=plan.guidance,
        latents=noise_of(plan.seed, (4, plan.native.height // 8, plan.native.width // 8), CPU)()[None],
        generator=second_noise(plan),
        output_type="pil",
    ).images[0]
    return np.asarray(picture)


def second_noise(plan: Plan) -> torch.Generator:
    """The picture's generator as it is once its first noise is drawn."""
    generator = torch.Generator().manual_seed(plan.seed)
    torch.randn((4, plan.native.height // 8, plan.native.width // 8), generator=generator)
    return generator


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("negative_prompt", ["a blue car", ""])
@pytest.mark.parametrize("folder_fixture", ["tiny_sdxl", "tiny_sdxl_v", "tiny_sdxl_pure"])
def test_the_same_weights_and_noise_give_the_picture_of_diffusers(
    request: pytest.FixtureRequest, folder_fixture: str, negative_prompt: str, precision: Precision
) -> None:
    """Noise or v, from pure noise or nearly, with a negative prompt or zeros for none, not square: at least 45 dB.

    In either precision, to diffusers' float32.
    """
    folder = request.getfixturevalue(folder_fixture)
    card = read_checkpoint("tiny", folder)
    plan = replace(plan_for(card, WIDE), negative_prompt=plain(negative_prompt))
    assert psnr(ours(folder, plan, precision), theirs(folder, plan)) >= 45


SCHEDULERS: dict[str, tuple[str, dict[str, Any]]] = {
    "ddim": ("DDIMScheduler", {"set_alpha_to_one": True, "clip_sample": False}),
    "ddpm": ("DDPMScheduler", {"clip_sample": False}),
    "dpm_2": ("KDPM2DiscreteScheduler", {}),
    "dpm_2_ancestral": ("KDPM2AncestralDiscreteScheduler", {}),
    "euler_ancestral": ("EulerAncestralDiscreteScheduler", {}),
    "heun": ("HeunDiscreteScheduler", {}),
}


@pytest.mark.parametrize("folder_fixture", ["tiny_sdxl", "tiny_sdxl_v"])
@pytest.mark.parametrize("sampler", SCHEDULERS)
def test_other_samplers_give_the_pictures_of_diffusers(
    request: pytest.FixtureRequest, folder_fixture: str, sampler: str
) -> None:
    """With further noise from the same generator, of a network that predicts noise or v: at least 45 dB."""
    folder = request.getfixturevalue(folder_fixture)
    card = read_checkpoint("tiny", folder)
    plan = replace(plan_for(card, WIDE), sampler=sampler)
    scheduler, changes = SCHEDULERS[sampler]
    assert psnr(ours(folder, plan), theirs(folder, plan, scheduler, **changes)) >= 45


@pytest.mark.parametrize("sampler", ["euler", "euler_ancestral", "heun", "dpm_2_ancestral"])
def test_image_to_image_gives_the_picture_of_diffusers(tiny_sdxl: Path, sampler: str) -> None:
    """From the middle of the schedule, with the noise added to the encoded image: at least 45 dB."""
    pixels = np.random.default_rng(3).integers(0, 256, (WIDE.height, WIDE.width, 3), dtype=np.uint8)
    start = Start(image=Bitmap(size=WIDE, rgb=pixels.tobytes()), strength=0.5)
    plan = plan_for(read_checkpoint("tiny", tiny_sdxl), WIDE)
    plan = replace(plan, start=start, sampler=sampler, sigmas=from_strength(plan.sigmas, 0.5), fitting="stretch")
    pipeline = diffusers.StableDiffusionXLImg2ImgPipeline(**pipeline_in(tiny_sdxl).components)
    pipeline.set_progress_bar_config(disable=True)
    scheduler, changes = (SCHEDULERS | {"euler": ("EulerDiscreteScheduler", {})})[sampler]
    pipeline.scheduler = getattr(diffusers, scheduler).from_pretrained(tiny_sdxl / "scheduler", **changes)
    picture = pipeline(
        plan.prompt.text,
        # As latents: the pipeline would draw them from the encoder's distribution, where ours takes its mode.
        image=checkpoint_in(tiny_sdxl).autoencoder.encode(start.image)[None],
        negative_prompt=plan.negative_prompt.text,
        strength=0.5,
        num_inference_steps=6,
        guidance_scale=plan.guidance,
        generator=torch.Generator().manual_seed(plan.seed),
        original_size=(WIDE.height, WIDE.width),
        target_size=(WIDE.height, WIDE.width),
    ).images[0]
    assert psnr(ours(tiny_sdxl, plan), np.asarray(picture)) >= 45


def test_dpmpp_2m_gives_the_picture_of_diffusers(tiny_sdxl: Path) -> None:
    """On that scheduler's own levels, which it spaces for one more step than it takes."""
    plan = replace(plan_for(read_checkpoint("tiny", tiny_sdxl), WIDE), sampler="dpmpp_2m")
    picture = theirs(tiny_sdxl, plan, "DPMSolverMultistepScheduler")
    plan = replace(plan, sigmas=tuple(pipeline_in(tiny_sdxl).scheduler.sigmas.tolist()))
    assert psnr(ours(tiny_sdxl, plan), picture) >= 45


@pytest.mark.parametrize("spacing", ["trailing", "linspace"])
def test_other_spacings_give_the_pictures_of_diffusers(tiny_sdxl: Path, spacing: Spacing) -> None:
    """At least 45 dB, though there the first noise is 0.2 % weaker: ours keeps the variance of training everywhere."""
    card = read_checkpoint("tiny", tiny_sdxl)
    assert isinstance(card.noise, DiffusionNoise)
    plan = plan_for(replace(card, noise=replace(card.noise, spacing=spacing)), SQUARE)
    assert psnr(ours(tiny_sdxl, plan), theirs(tiny_sdxl, plan, timestep_spacing=spacing)) >= 45


def test_a_distilled_checkpoint_gives_the_picture_of_diffusers(tiny_sdxl: Path) -> None:
    """As the fast ones are drawn: four steps from the last level, fresh noise at each, and no guidance."""
    card = read_checkpoint("tiny", tiny_sdxl)
    assert isinstance(card.noise, DiffusionNoise)
    sigmas = schedule(replace(card.noise, spacing="trailing"), 4)
    plan = replace(plan_for(card, SQUARE), guidance=1.0, sampler="euler_ancestral", sigmas=sigmas)
    picture = theirs(tiny_sdxl, plan, "EulerAncestralDiscreteScheduler", timestep_spacing="trailing")
    assert psnr(ours(tiny_sdxl, plan), picture) >= 45


@pytest.fixture(scope="module")
def engine(tiny_sdxl: Path, tiny_sd3: Path) -> Iterator[LocalEngine]:
    """An engine with checkpoints of both families."""
    engine = LocalEngine({"xl": read_checkpoint("xl", tiny_sdxl), "sd3": read_checkpoint("sd3", tiny_sd3)}, now)
    yield engine
    engine.close()


def test_pictures_are_byte_equal_alone_and_in_any_company(
    engine: LocalEngine, tiny_sdxl: Path, tiny_plan: Plan
) -> None:
    """Every sampler; different prompts, steps, guidance, palettes and sizes at once, beside the other family."""
    card = read_checkpoint("xl", tiny_sdxl)
    plans = [replace(tiny_plan, checkpoint="sd3", sampler=sampler) for sampler in ("flow_euler", "flow_heun")]
    for n, sampler in enumerate(FITTING[DiffusionNoise]):
        plan = replace(
            plan_for(card, WIDE if n % 4 == 3 else SQUARE),
            prompt=plain(f"picture {n}"),
            negative_prompt=plain("dark" if n % 2 else ""),
            seed=Seed(n),
            sampler=sampler,
            guidance=(1.0, 3.5, 7.0)[n % 3],
            sigmas=schedule(card.noise, 2 + n % 3),
            palette=((255, 153, 0), (0, 17, 34)) if n % 2 else (),
        )
        plans.append(plan)
    check_alone_and_together(engine, plans)


def test_steps_count_up_whatever_the_sampler(engine: LocalEngine, tiny_sdxl: Path) -> None:
    """A method that looks twice a step says so twice; none counts back, and each ends at its last."""
    card = read_checkpoint("xl", tiny_sdxl)
    for sampler in FITTING[DiffusionNoise]:
        ear = Ear()
        engine.submit(replace(plan_for(card, SQUARE), sampler=sampler, sigmas=schedule(card.noise, 4)), ear)
        assert ear.drawn()
        done = [step.done for step in ear.steps]
        assert done == sorted(done)
        assert set(done) == {1, 2, 3, 4}


def damaged(folder: Path, target: Path, file: str, changes: dict[str, Any]) -> CheckpointCard:
    """A copy with one configuration changed."""
    copy = Path(shutil.copytree(folder, target / "damaged"))
    path = copy / file
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))
    return read_checkpoint("damaged", copy)


@pytest.mark.parametrize(
    ("file", "changes", "text"),
    [
        ("model_index.json", {"unet": ["diffusers", "UNet3DConditionModel"]}, "is not one of UNet2DConditionModel"),
        ("model_index.json", {"text_encoder_2": [None, None]}, "text_encoder_2: the architecture None is not one"),
        ("unet/config.json", {"time_cond_proj_dim": 8}, "unet: missing keys, among them time_embedding.cond_proj"),
        ("vae/config.json", {"latents_mean": [0.0] * 4}, "'latents_mean' is not supported"),
        ("unet/config.json", {"cross_attention_dim": 32}, "unet"),
        ("unet/config.json", {"addition_embed_type": None}, "must be 'text_time' and .* null, found None and None"),
    ],
)
def test_a_folder_that_does_not_fit_is_refused(
    tiny_sdxl: Path, tmp_path: Path, file: str, changes: dict[str, Any], text: str
) -> None:
    """By the part and what is wrong with it."""
    card = damaged(tiny_sdxl, tmp_path, file, changes)
    with pytest.raises(BadCheckpoint, match=text):
        load_checkpoint(card, CPU)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"in_channels": 8}, "the denoiser takes 8 channels, the autoencoder gives 4"),
        ({"cross_attention_dim": 48}, r"unet takes prompts of width 48; its text encoders give 32 \+ 32"),
    ],
)
def test_a_network_of_another_checkpoint_is_refused(
    tiny_sdxl: Path, tmp_path: Path, changes: dict[str, Any], text: str
) -> None:
    """Sound in itself, but not beside these parts."""
    card = damaged(tiny_sdxl, tmp_path, "unet/config.json", {})
    unet = diffusers.UNet2DConditionModel
    unet.from_config(unet.load_config(card.folder / "unet"), **changes).save_pretrained(card.folder / "unet")
    with pytest.raises(BadCheckpoint, match=text):
        load_checkpoint(card, CPU)
