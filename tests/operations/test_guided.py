"""Where guidance is on: the levels of a schedule's part, and what stays of them when a picture begins late."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcrop.catalog.card import LevelInterval, PartInterval
from outcrop.catalog.load import load_catalog
from outcrop.operations.guided import guided_levels
from outcrop.operations.schedules import shifted_flow
from outcrop.operations.table import plan
from outcrop.plan import Plan
from outcrop.prompt import plain
from outcrop.request import ImageToImage, Request, TextToImage
from outcrop.units import ModelId, Seed, Size
from tests.conftest import ULTRA
from tests.operations.test_inpaint import IMAGE

WORDS = TextToImage(prompt=plain("a fox"), size=Size(width=1024, height=1024), seed=Seed(7))


def planned(folder: Path, request: Request, **tier: Any) -> Plan:  # noqa: ANN401 - any field of Tier
    """The plan of a tier of ten steps."""
    others: dict[str, dict[str, Any]] = {model.id: {"checkpoint": "toy"} for model in load_catalog().models.values()}
    tiers = others | {ULTRA: {"checkpoint": "toy", "steps": 10} | tier}
    (made,) = plan(request, ModelId(ULTRA), load_catalog(folders={"toy": folder}, tiers=tiers), lambda: Seed(1))
    return made


@given(
    steps=st.integers(1, 40),
    ends=st.tuples(st.floats(0, 1), st.floats(0, 1)).map(sorted),
)
def test_a_part_holds_in_its_steps(steps: int, ends: list[float]) -> None:
    """Those that diffusers guides: from the share of all steps, rounded down, to before the other share."""
    start, stop = ends
    sigmas = shifted_flow(steps, 3.0)
    levels = guided_levels(PartInterval(start=start, stop=stop), sigmas)
    assert levels is not None
    holds = [int(start * steps) <= step < int(stop * steps) for step in range(steps)]
    assert [levels.holds(sigma) for sigma in sigmas[:-1]] == holds


def test_levels_are_what_they_are() -> None:
    """Whatever the schedule; a level between them is among them, the lower end is not."""
    levels = LevelInterval(above=0.3, up_to=0.8)
    assert guided_levels(levels, (1.0, 0.5, 0.0)) is levels
    assert [levels.holds(sigma) for sigma in (0.81, 0.8, 0.5, 0.3)] == [False, True, True, False]
    assert guided_levels(None, (1.0, 0.0)) is None


def test_a_picture_that_begins_late_keeps_the_levels(toy_folder: Path) -> None:
    """Those of the whole schedule: at half the strength only the second half of the steps is there."""
    whole = planned(toy_folder, WORDS, guided={"part": [0.2, 0.8]})
    late = planned(
        toy_folder,
        ImageToImage(prompt=plain("a fox"), image=IMAGE, strength=0.5, seed=Seed(7)),
        guided={"part": [0.2, 0.8]},
    )
    assert late.guided == whole.guided == LevelInterval(above=whole.sigmas[8], up_to=whole.sigmas[2])
    assert whole.guided is not None
    assert [whole.guided.holds(sigma) for sigma in late.sigmas[:-1]] == [True, True, True, False, False]


def test_a_second_stage_has_the_same_part_of_its_own_schedule(toy_folder: Path) -> None:
    """Which has as many steps as would be taken from noise alone."""
    refine = {"scale": 2, "strength": 0.5, "steps": 6}
    made = planned(toy_folder, WORDS, guided={"part": [0.0, 0.75]}, refine=refine)
    assert made.refine is not None
    assert made.refine.guided is not None
    assert [made.refine.guided.holds(sigma) for sigma in made.refine.sigmas[:-1]] == [True] * 3 + [False] * 3


@pytest.mark.parametrize("guided", [{"sigma": [0.3, 0.8]}, {"part": [0, 1]}])
def test_other_fields_of_the_plan_do_not_change(toy_folder: Path, guided: dict[str, list[float]]) -> None:
    """Steps, levels and guidance are the tier's."""
    without, made = planned(toy_folder, WORDS), planned(toy_folder, WORDS, guided=guided)
    assert without.guided is None
    assert made.guided is not None
    assert (made.sigmas, made.guidance) == (without.sigmas, without.guidance)
