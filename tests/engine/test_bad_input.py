"""Plans that contradict themselves, prompts that no one means: a clear error or a correct picture, and it goes on."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from outcrop.catalog.checkpoint import read_checkpoint
from outcrop.clock import now
from outcrop.engine.local import LocalEngine
from outcrop.errors import ModelFailed
from outcrop.operations.schedules import from_strength, schedule
from outcrop.plan import Plan, Start
from outcrop.prompt import plain
from outcrop.request import Bitmap, Mask
from outcrop.units import Size
from tests.engine.listening import Ear

SAMPLERS = {"tiny_sd3": "flow_euler", "tiny_sd3_t5": "flow_heun", "tiny_sdxl": "dpmpp_2m"}
SIZE = Size(width=128, height=128)
GREY = Bitmap(size=SIZE, rgb=b"\x80" * 3 * SIZE.pixels)

PROMPTS = {
    "nothing": "",
    "spaces": " \t\n \u00a0 ",
    "10,000 characters": "a red apple, " * 769 + "end",
    "one word of 10,000 characters": "a" * 10_000,
    "no letters": "\U0001f34e" * 200 + "\u202e\u0000\u0007",
    "tokens of the tokenizer": "<|endoftext|><|startoftext|></s><pad>",
}


@pytest.fixture(scope="module", params=SAMPLERS)
def drawn_on(request: pytest.FixtureRequest, tiny_plan: Plan) -> Iterator[tuple[LocalEngine, Plan]]:
    """An engine of each kind of text encoder, and a plan of three steps on it."""
    folder: Path = request.getfixturevalue(request.param)
    card = read_checkpoint("tiny", folder)
    engine = LocalEngine({"tiny": card}, now)
    yield engine, replace(tiny_plan, sampler=SAMPLERS[request.param], sigmas=schedule(card.noise, 3))
    engine.close()


def heard(engine: LocalEngine, plan: Plan) -> Ear:
    """What becomes of a plan."""
    ear = Ear()
    engine.submit(plan, ear)
    return ear


@pytest.mark.parametrize("prompt", PROMPTS)
def test_every_text_is_a_prompt(drawn_on: tuple[LocalEngine, Plan], prompt: str) -> None:
    """Positive or negative, as long as a body may carry, and the same picture each time."""
    engine, plan = drawn_on
    for asked in (replace(plan, prompt=plain(PROMPTS[prompt])), replace(plan, negative_prompt=plain(PROMPTS[prompt]))):
        first, again = (heard(engine, asked).drawn().pixels for _ in range(2))
        assert first.shape == (128, 128, 3)
        assert np.array_equal(first, again)


@pytest.mark.parametrize("strength", [0.0, 1e-9, 1.0])
@pytest.mark.parametrize("masked", [0, 1, SIZE.pixels])
def test_every_strength_and_mask_is_drawn(drawn_on: tuple[LocalEngine, Plan], strength: float, masked: int) -> None:
    """Nothing, one pixel and all of it: at least the last step, at most all."""
    engine, plan = drawn_on
    mask = Mask(size=SIZE, levels=b"\xff" * masked + bytes(SIZE.pixels - masked))
    start = Start(image=GREY, strength=strength, mask=mask)
    ear = heard(engine, replace(plan, start=start, sigmas=from_strength(plan.sigmas, strength)))
    assert ear.drawn().pixels.shape == (128, 128, 3)
    assert len({step.done for step in ear.steps}) == (3 if strength == 1 else 1)


@pytest.mark.parametrize("wrong", ["no step", "image", "mask", "size", "sampler"])
def test_a_plan_that_contradicts_itself_fails_alone(drawn_on: tuple[LocalEngine, Plan], wrong: str) -> None:
    """With an error of the domain; the picture beside it is what it is alone."""
    engine, plan = drawn_on
    small = Size(width=64, height=64)
    start = Start(image=GREY, strength=0.5, mask=Mask(size=SIZE, levels=b"\xff" * SIZE.pixels))
    plans = {
        "no step": replace(plan, sigmas=plan.sigmas[:1]),
        "image": replace(plan, start=replace(start, image=Bitmap(size=small, rgb=bytes(3 * small.pixels)), mask=None)),
        "mask": replace(plan, start=replace(start, mask=Mask(size=small, levels=b"\xff" * small.pixels))),
        "size": replace(plan, native=Size(width=129, height=130)),
        "sampler": replace(plan, sampler="none"),
    }
    alone = heard(engine, plan).drawn().pixels
    bad, good = heard(engine, plans[wrong]), heard(engine, plan)
    if wrong == "size":  # cut down to what the network takes
        assert bad.drawn().pixels.shape == (128, 128, 3)
    else:
        assert isinstance(bad.failed().error, ModelFailed)
    assert np.array_equal(alone, good.drawn().pixels)
