"""Inpainting agrees with diffusers' own pipelines on the same weights, and is the same picture in any company."""

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import diffusers
import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from outcrop.catalog.card import CheckpointCard
from outcrop.catalog.checkpoint import read_checkpoint
from outcrop.catalog.noise import FITTING, DiffusionNoise, FlowNoise
from outcrop.clock import now
from outcrop.engine.denoise import estimate
from outcrop.engine.drawing import Drawing
from outcrop.engine.engine import Pixels
from outcrop.engine.inpainting import latent_levels
from outcrop.engine.local import LocalEngine
from outcrop.engine.weights import Checkpoint, load_checkpoint
from outcrop.errors import ModelFailed
from outcrop.operations.schedules import from_strength, schedule
from outcrop.plan import Plan, Start
from outcrop.prompt import plain
from outcrop.request import Bitmap, Mask
from outcrop.units import Micros, ModelId, Seed, Size
from tests.engine.listening import check_alone_and_together

pytestmark = pytest.mark.filterwarnings("ignore:__array:DeprecationWarning")  # of diffusers with numpy 2

CPU = torch.device("cpu")
WIDE = Size(width=160, height=96)
STEPS = 6


def bitmap(size: Size = WIDE) -> Bitmap:
    """A picture of smooth blobs."""
    small = np.random.default_rng(3).integers(0, 256, (6, 10, 3), dtype=np.uint8)
    large = Image.fromarray(small).resize((size.width, size.height), Image.Resampling.BICUBIC)
    return Bitmap(size=size, rgb=large.tobytes())


def mask(size: Size = WIDE, level: int = 255) -> Mask:
    """A block off the middle, along latent pixels: as the oracle takes one pixel of each eight for all."""
    levels = np.zeros((size.height, size.width), np.uint8)
    levels[16:64, 48:128] = level
    return Mask(size=size, levels=levels.tobytes())


def plan_for(card: CheckpointCard, strength: float, **changes: Any) -> Plan:  # noqa: ANN401 - any field of Plan
    """A picture with a negative prompt of which a block is drawn anew."""
    start = Start(image=bitmap(), strength=strength, mask=mask())
    sigmas = from_strength(schedule(card.noise, STEPS), strength)
    sampler = FITTING[type(card.noise)][-1]
    plan = Plan(
        model=ModelId("toy.tiny"), checkpoint=card.name, prompt=plain("a red apple on a wooden table"),
        negative_prompt=plain("a blue car"), seed=Seed(7), sampler=sampler, sigmas=sigmas, guidance=5.0,
        native=WIDE, delivered=WIDE, fitting="stretch", output_format="png", start=start, price=Micros(0),
    )  # fmt: skip
    return replace(plan, **changes)


@cache
def checkpoint_in(folder: Path) -> Checkpoint:
    """The engine's networks of a folder."""
    return load_checkpoint(read_checkpoint("tiny", folder), CPU)


def latents_of(drawing: Drawing) -> Tensor:
    """The latents that a drawing ends with."""
    while not drawing.finished:
        drawing.advance(estimate([drawing])[0])
    assert drawing._latents is not None
    return drawing._latents


def picture_of(folder: Path, plan: Plan) -> Pixels:
    """The picture by this engine."""
    drawing = Drawing(plan, checkpoint_in(folder))
    latents_of(drawing)
    return drawing.decode()


XL: dict[str, tuple[str, dict[str, Any]]] = {
    "ddim": ("DDIMScheduler", {"set_alpha_to_one": True, "clip_sample": False}),
    "ddpm": ("DDPMScheduler", {"clip_sample": False}),
    "euler": ("EulerDiscreteScheduler", {}),
    "euler_ancestral": ("EulerAncestralDiscreteScheduler", {}),
    "heun": ("HeunDiscreteScheduler", {}),
}
FLOW = {"flow_euler": "FlowMatchEulerDiscreteScheduler", "flow_heun": "FlowMatchHeunDiscreteScheduler"}
WITHOUT = dict.fromkeys(("text_encoder_3", "tokenizer_3", "image_encoder", "feature_extractor"))
"""What diffusers' SD3 inpainting asks for and does without."""


@cache
def xl_pipeline(folder: Path) -> Any:  # noqa: ANN401 - diffusers has no types
    """Diffusers' SDXL inpainting on a folder."""
    return diffusers.StableDiffusionXLInpaintPipeline.from_pretrained(folder, dtype=torch.float32)


def xl_scheduler(folder: Path, sampler: str) -> Any:  # noqa: ANN401 - diffusers has no types
    """Diffusers' scheduler for one of our samplers."""
    name, changes = XL[sampler]
    configured = json.loads((folder / "scheduler/scheduler_config.json").read_text())
    return getattr(diffusers, name).from_config(configured, **changes)


def of_diffusers(folder: Path, plan: Plan, pipeline: Any, scheduler: Any) -> Tensor:  # noqa: ANN401 - diffusers has no types
    """The latents by a pipeline of diffusers, from the same noise.

    The image goes in as latents: the pipeline would draw them from the encoder's distribution, ours takes its mode.
    """
    autoencoder = checkpoint_in(folder).autoencoder
    assert plan.start is not None
    assert plan.start.mask is not None
    pipeline.scheduler = scheduler
    pipeline.set_progress_bar_config(disable=True)
    latents: Tensor = pipeline(
        plan.prompt.text,
        image=autoencoder.encode(plan.start.image)[None],
        masked_image_latents=autoencoder.encode(plan.start.image, hidden=plan.start.mask)[None],
        mask_image=Image.frombytes("L", (WIDE.width, WIDE.height), plan.start.mask.levels),
        negative_prompt=plan.negative_prompt.text,
        height=WIDE.height,
        width=WIDE.width,
        strength=plan.start.strength,
        num_inference_steps=STEPS,
        guidance_scale=plan.guidance,
        generator=torch.Generator().manual_seed(plan.seed),
        output_type="latent",
    ).images
    return latents[0]


def apart(one: Tensor, other: Tensor) -> float:
    """The largest difference of two tensors."""
    return float((one - other).abs().max())


@pytest.mark.parametrize("sampler", XL)
def test_sdxl_gives_the_latents_of_diffusers(tiny_sdxl: Path, sampler: str) -> None:
    """By blending, from the middle of the schedule."""
    plan = plan_for(read_checkpoint("tiny", tiny_sdxl), 0.5, sampler=sampler)
    wanted = of_diffusers(tiny_sdxl, plan, xl_pipeline(tiny_sdxl), xl_scheduler(tiny_sdxl, sampler))
    assert apart(latents_of(Drawing(plan, checkpoint_in(tiny_sdxl))), wanted) < 1e-3


@pytest.mark.parametrize("sampler", XL)
def test_sdxl_from_pure_noise_keeps_the_original_from_the_first_step(
    tiny_sdxl: Path, sampler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There, at strength 1, the first step alone is shown noise where the original is kept; ours is shown the original.

    A network sees the light and colour of the whole even through SDXL's first noise, so that is worth having. With
    diffusers made to begin as ours does, the latents are the same.
    """
    plan = plan_for(read_checkpoint("tiny", tiny_sdxl), 1.0, sampler=sampler)
    assert plan.start is not None
    assert plan.start.mask is not None
    pipeline, scheduler = xl_pipeline(tiny_sdxl), xl_scheduler(tiny_sdxl, sampler)
    new = latent_levels(plan.start.mask, 8, CPU) == 1
    prepare = pipeline.prepare_latents

    def prepared(*given: Any, timestep: Tensor, **named: Any) -> tuple[Tensor, Tensor, Tensor]:  # noqa: ANN401
        latents, noise, image = prepare(*given, timestep=timestep, **named)
        return torch.where(new, latents, scheduler.add_noise(image, noise, timestep)), noise, image

    monkeypatch.setattr(pipeline, "prepare_latents", prepared)
    wanted = of_diffusers(tiny_sdxl, plan, pipeline, scheduler)
    assert apart(latents_of(Drawing(plan, checkpoint_in(tiny_sdxl))), wanted) < 1e-3


@pytest.mark.parametrize("strength", [1.0, 0.5])
@pytest.mark.parametrize("sampler", XL)
def test_a_network_of_nine_channels_gives_the_latents_of_diffusers(
    tiny_sdxl_mask: Path, sampler: str, strength: float
) -> None:
    """It sees mask and masked image, and nothing is blended."""
    plan = plan_for(read_checkpoint("tiny", tiny_sdxl_mask), strength, sampler=sampler)
    wanted = of_diffusers(tiny_sdxl_mask, plan, xl_pipeline(tiny_sdxl_mask), xl_scheduler(tiny_sdxl_mask, sampler))
    assert apart(latents_of(Drawing(plan, checkpoint_in(tiny_sdxl_mask))), wanted) < 1e-3


@pytest.mark.parametrize("strength", [1.0, 0.5])
@pytest.mark.parametrize("sampler", FLOW)
def test_sd3_gives_the_latents_of_diffusers(tiny_sd3: Path, sampler: str, strength: float) -> None:
    """By blending, as they do; a flow's first step is shown pure noise in any case."""
    plan = plan_for(read_checkpoint("tiny", tiny_sd3), strength, sampler=sampler)
    pipeline = diffusers.StableDiffusion3InpaintPipeline.from_pretrained(tiny_sd3, dtype=torch.float32, **WITHOUT)
    scheduler = getattr(diffusers, FLOW[sampler])(shift=3.0)
    assert (
        apart(latents_of(Drawing(plan, checkpoint_in(tiny_sd3))), of_diffusers(tiny_sd3, plan, pipeline, scheduler))
        < 1e-3
    )


@pytest.mark.parametrize("sampler", [*FITTING[DiffusionNoise], *FITTING[FlowNoise]])
def test_what_is_kept_ends_as_it_began(tiny_sdxl: Path, tiny_sd3: Path, sampler: str) -> None:
    """Every sampler leaves the original's latents where the mask is black, and other ones where it is white."""
    folder = tiny_sd3 if sampler.startswith("flow") else tiny_sdxl
    plan = plan_for(read_checkpoint("tiny", folder), 0.7, sampler=sampler)
    assert plan.start is not None
    assert plan.start.mask is not None
    checkpoint = checkpoint_in(folder)
    found, image = latents_of(Drawing(plan, checkpoint)), checkpoint.autoencoder.encode(plan.start.image)
    new = (latent_levels(plan.start.mask, 8, CPU) == 1).expand_as(image)
    assert apart(found[~new], image[~new]) < 1e-4
    assert bool((found[new] != image[new]).all())


def test_grey_is_held_for_longer_than_white(tiny_sd3: Path) -> None:
    """A grey mask leaves the original less than a white one and more than none: as if its strength were that share."""
    card = read_checkpoint("tiny", tiny_sd3)
    checkpoint = checkpoint_in(tiny_sd3)
    changed = []
    for level in (1, 128, 255):
        start = Start(image=bitmap(), strength=1.0, mask=mask(level=level))
        found = latents_of(Drawing(plan_for(card, 1.0, start=start), checkpoint))
        changed.append(apart(found, checkpoint.autoencoder.encode(start.image)))
    assert changed[0] < changed[1] < changed[2]


def test_a_grey_mask_is_a_smaller_strength(tiny_sd3: Path) -> None:
    """Grey all over, at strength 1, is image to image at the strength that the grey is of white."""
    card = read_checkpoint("tiny", tiny_sd3)
    everywhere = Mask(size=WIDE, levels=b"\x80" * WIDE.pixels)
    start, share = Start(image=bitmap(), strength=1.0, mask=everywhere), 0x80 / 0xFF
    grey = plan_for(card, 1.0, start=start, sampler="flow_euler")
    half = plan_for(card, share, start=Start(image=bitmap(), strength=share), sampler="flow_euler")
    checkpoint = checkpoint_in(tiny_sd3)
    assert apart(latents_of(Drawing(grey, checkpoint)), latents_of(Drawing(half, checkpoint))) < 1e-4


def test_one_masked_pixel_opens_its_latent_pixel() -> None:
    """And no other."""
    levels = bytearray(WIDE.pixels)
    levels[17 * WIDE.width + 30] = 40
    opened = latent_levels(Mask(size=WIDE, levels=bytes(levels)), 8, CPU)
    assert opened.shape == (1, 12, 20)
    assert opened.nonzero().tolist() == [[0, 2, 3]]


def test_a_network_of_nine_channels_draws_from_words_too(tiny_sdxl_mask: Path) -> None:
    """Then all of the picture is to be filled; with an image and no mask as well."""
    card = read_checkpoint("tiny", tiny_sdxl_mask)
    for start in (None, Start(image=bitmap(), strength=0.5)):
        assert picture_of(tiny_sdxl_mask, plan_for(card, 0.5, start=start)).shape == (96, 160, 3)


def test_no_numbers_are_a_clear_error(tiny_sdxl: Path) -> None:
    """A network that overflows fails its picture, and the message says what may help."""
    checkpoint = load_checkpoint(read_checkpoint("tiny", tiny_sdxl), CPU)
    drawing = Drawing(plan_for(read_checkpoint("tiny", tiny_sdxl), 0.0), checkpoint)
    nothing = estimate([drawing])[0] * float("nan")
    with pytest.raises(ModelFailed, match="came out as no numbers; try another seed"):
        drawing.advance(nothing)


@pytest.fixture(scope="module")
def engine(tiny_sdxl: Path, tiny_sdxl_mask: Path, tiny_sd3: Path) -> Iterator[LocalEngine]:
    """An engine with a checkpoint of each kind."""
    folders = {"xl": tiny_sdxl, "mask": tiny_sdxl_mask, "sd3": tiny_sd3}
    engine = LocalEngine({name: read_checkpoint(name, folder) for name, folder in folders.items()}, now)
    yield engine
    engine.close()


@pytest.mark.parametrize("name", ["xl", "mask", "sd3"])
def test_pictures_are_byte_equal_alone_and_in_any_company(
    engine: LocalEngine, tiny_sdxl: Path, tiny_sdxl_mask: Path, tiny_sd3: Path, name: str
) -> None:
    """From words, from an image, and in part, of different steps, prompts and guidance at once: each is as alone."""
    card = read_checkpoint(name, {"xl": tiny_sdxl, "mask": tiny_sdxl_mask, "sd3": tiny_sd3}[name])
    starts = [
        None,
        Start(image=bitmap(), strength=0.6),
        Start(image=bitmap(), strength=1.0, mask=mask()),
        Start(image=bitmap(), strength=0.7, mask=mask()),
        Start(image=bitmap(), strength=1.0, mask=mask(level=100)),
    ]
    samplers = FITTING[type(card.noise)]
    plans = [
        plan_for(
            card, 1.0 if start is None else start.strength, start=start, seed=Seed(n), prompt=plain(f"picture {n}"),
            guidance=(1.0, 4.0)[n % 2], sampler=samplers[n % len(samplers)],
            sigmas=from_strength(schedule(card.noise, 3 + n), 1.0 if start is None else start.strength),
        )
        for n, start in enumerate(starts)
    ]  # fmt: skip
    check_alone_and_together(engine, plans)
