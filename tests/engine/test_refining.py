"""Two stages in one picture: what each is, how they are counted, and that company changes neither."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from outcrop.catalog.checkpoint import read_checkpoint
from outcrop.clock import now
from outcrop.engine.denoise import estimate
from outcrop.engine.drawing import Drawing
from outcrop.engine.engine import Pixels
from outcrop.engine.local import LocalEngine
from outcrop.engine.refining import next_start
from outcrop.engine.weights import Checkpoint, load_checkpoint
from outcrop.operations.schedules import schedule
from outcrop.plan import Kept, Plan, Refine, Start
from outcrop.request import Bitmap, Mask
from outcrop.units import Seed, Size
from tests.engine.listening import Ear, check_alone_and_together
from tests.engine.test_inpainting import WIDE, bitmap, mask, plan_for

LARGE = Size(width=240, height=144)


@cache
def checkpoint_in(folder: Path) -> Checkpoint:
    """The engine's networks of a folder."""
    return load_checkpoint(read_checkpoint("tiny", folder), torch.device("cpu"))


def refined(folder: Path, plan: Plan, kept: Kept | None = None) -> Plan:
    """The plan with a second stage of three steps, one and a half times as large, with a guidance of its own."""
    sigmas = schedule(read_checkpoint("tiny", folder).noise, 10)[-4:]
    return replace(plan, refine=Refine(native=LARGE, strength=0.3, sigmas=sigmas, guidance=2.0, kept=kept))


def drawn(folder: Path, plan: Plan) -> Pixels:
    """The picture, alone."""
    drawing = Drawing(plan, checkpoint_in(folder))
    while not drawing.finished:
        drawing.advance(estimate([drawing])[0])
    return drawing.decode()


@pytest.fixture(params=["tiny_sdxl", "tiny_sdxl_mask", "tiny_sd3"])
def folder(request: pytest.FixtureRequest) -> Path:
    """A checkpoint of each kind."""
    path: Path = request.getfixturevalue(request.param)
    return path


def from_words(folder: Path) -> Plan:
    """A picture from words alone, in one stage."""
    return plan_for(read_checkpoint("tiny", folder), 1.0, start=None)


def test_the_second_stage_is_image_to_image_on_the_enlarged_first(folder: Path) -> None:
    """With the chance that the first one left, so that only the noise tells the two apart: none is added here."""
    plan = refined(folder, from_words(folder))
    assert plan.refine is not None
    still = replace(plan.refine, sigmas=(1e-6, 0.0), guidance=1.0)
    first = Image.fromarray(drawn(folder, replace(plan, refine=None)))
    enlarged = first.resize((LARGE.width, LARGE.height), Image.Resampling.LANCZOS)
    start = Start(image=Bitmap(size=LARGE, rgb=enlarged.tobytes()), strength=0.3)
    alone = replace(plan, native=LARGE, start=start, sigmas=still.sigmas, guidance=1.0, refine=None)
    one, other = drawn(folder, replace(plan, refine=still)), drawn(folder, alone)
    assert one.shape == (LARGE.height, LARGE.width, 3)
    assert np.abs(one.astype(int) - other.astype(int)).max() <= 1


def test_what_is_kept_goes_into_the_next_stage() -> None:
    """Black is the original's pixel, anything else the drawn one's; the mask goes on as it is."""
    levels = np.zeros((WIDE.height, WIDE.width), np.uint8)
    levels[:, 80:] = 128
    held = Mask(size=WIDE, levels=levels.tobytes())
    kept = Kept(image=bitmap(), mask=held)
    refine = Refine(native=WIDE, strength=0.3, sigmas=(0.3, 0.0), guidance=1.0, kept=kept)
    start = next_start(np.full((48, 80, 3), 77, np.uint8), refine)
    found = np.frombuffer(start.image.rgb, np.uint8).reshape(WIDE.height, WIDE.width, 3)
    original = np.frombuffer(bitmap().rgb, np.uint8).reshape(found.shape)
    assert np.array_equal(found[:, :80], original[:, :80])
    assert (found[:, 80:] == 77).all()
    assert (start.mask, start.strength) == (held, 0.3)


@pytest.fixture(scope="module")
def engine(tiny_sdxl: Path, tiny_sdxl_mask: Path, tiny_sd3: Path) -> Iterator[LocalEngine]:
    """An engine with a checkpoint of each kind, each under its folder's name."""
    folders = (tiny_sdxl, tiny_sdxl_mask, tiny_sd3)
    engine = LocalEngine({folder.name: read_checkpoint(folder.name, folder) for folder in folders}, now)
    yield engine
    engine.close()


def test_steps_count_through_both_stages(engine: LocalEngine, folder: Path) -> None:
    """Up to the sum of both, and the picture has the second one's size."""
    ear = Ear()
    engine.submit(replace(refined(folder, from_words(folder)), checkpoint=folder.name), ear)
    assert ear.drawn().pixels.shape == (LARGE.height, LARGE.width, 3)
    done = [step.done for step in ear.steps]
    assert done == sorted(done)
    assert set(done) == set(range(1, 10))
    assert {step.total for step in ear.steps} == {9}


def test_pictures_are_byte_equal_alone_and_in_any_company(engine: LocalEngine, folder: Path) -> None:
    """Pictures of one stage and two, from words, from an image and in part, that meet in either size: each as alone."""
    card = read_checkpoint(folder.name, folder)
    large = Bitmap(size=LARGE, rgb=bytes(range(240)) * (3 * LARGE.pixels // 240))
    starts = (None, Start(image=bitmap(), strength=0.6), Start(image=bitmap(), strength=1.0, mask=mask()))
    plans = [plan_for(card, 1.0, start=start, seed=Seed(n)) for n, start in enumerate(starts)]
    kept = Kept(image=large, mask=mask(LARGE))
    plans += [refined(folder, plan, None if plan.start is None else kept) for plan in plans]
    plans += [replace(plans[0], native=LARGE, sigmas=schedule(card.noise, 8))]
    check_alone_and_together(engine, plans)
