"""Torch's default type of numbers, which loading in bfloat16 changes for all threads for a while, changes no picture.

So a pass that runs beside a load on a GPU, where weights are loaded in bfloat16, draws what it draws alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from outcrop.catalog.checkpoint import read_checkpoint
from outcrop.engine.denoise import estimate
from outcrop.engine.drawing import Drawing
from outcrop.engine.engine import Pixels
from outcrop.engine.weights import load_checkpoint
from outcrop.operations.schedules import from_strength, schedule
from outcrop.plan import Plan, Start
from outcrop.prompt import Fragment, Prompt
from outcrop.request import Bitmap
from outcrop.units import Size

SIZE = Size(width=160, height=96)


@contextmanager
def loading_in(dtype: torch.dtype) -> Iterator[None]:
    """What the libraries do while they load."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        yield
    finally:
        torch.set_default_dtype(before)


def drawn(folder: Path, plan: Plan, dtype: torch.dtype) -> Pixels:
    """A picture on weights that are there, while others are loaded."""
    checkpoint = load_checkpoint(read_checkpoint("tiny", folder), torch.device("cpu"))
    with loading_in(dtype):
        drawing = Drawing(plan, checkpoint)
        while not drawing.finished:
            drawing.advance(estimate([drawing])[0])
        return drawing.decode()


@pytest.mark.parametrize("from_image", [False, True])
@pytest.mark.parametrize(
    ("fixture", "sampler"),
    [("tiny_sd3_t5", "flow_heun"), ("tiny_sdxl", "euler_ancestral"), ("tiny_sdxl_mask", "dpmpp_2m")],
)
def test_pictures_are_byte_equal_whatever_is_loaded_beside_them(
    request: pytest.FixtureRequest, tiny_plan: Plan, fixture: str, sampler: str, *, from_image: bool
) -> None:
    """Noise, weighed words, levels, both families: nothing takes its type from the default."""
    folder: Path = request.getfixturevalue(fixture)
    sigmas = schedule(read_checkpoint("tiny", folder).noise, 4)
    words = Prompt(fragments=(Fragment(text="a red", weight=1.3), Fragment(text=" apple", weight=1.0)))
    plan = replace(tiny_plan, prompt=words, sampler=sampler, sigmas=sigmas, native=SIZE, delivered=SIZE)
    if from_image:
        rgb = np.random.default_rng(3).integers(0, 256, 3 * SIZE.pixels, dtype=np.uint8).tobytes()
        plan = replace(plan, start=Start(image=Bitmap(size=SIZE, rgb=rgb), strength=0.6))
        plan = replace(plan, sigmas=from_strength(sigmas, 0.6))
    assert np.array_equal(drawn(folder, plan, torch.float32), drawn(folder, plan, torch.bfloat16))
