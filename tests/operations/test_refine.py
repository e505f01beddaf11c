"""The second stage of a plan, where the tier has one."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from outcrop.catalog.load import Catalog, load_catalog
from outcrop.operations.table import plan
from outcrop.plan import Plan
from outcrop.prompt import plain
from outcrop.request import ImageToImage, Inpaint, Request, TextToImage
from outcrop.units import ModelId, Seed, Size
from tests.conftest import ULTRA, write_checkpoint
from tests.operations.test_inpaint import IMAGE, REQUEST, mask

WORDS = TextToImage(prompt=plain("a fox"), size=Size(width=1344, height=768), seed=Seed(7))


def planned(folder: Path, request: Request, **refine: Any) -> Plan:  # noqa: ANN401 - any field of Refinement
    """The plan of a tier that refines; of one that does not, without fields."""
    tier: dict[str, Any] = {"checkpoint": "toy", "steps": 20} | ({"refine": refine} if refine else {})
    others = {model.id: {"checkpoint": "toy"} for model in load_catalog().models.values()}
    catalog: Catalog = load_catalog(folders={"toy": folder}, tiers=others | {ModelId(ULTRA): tier})
    (made,) = plan(request, ModelId(ULTRA), catalog, lambda: Seed(1))
    return made


def test_the_second_stage_is_larger_and_begins_late(toy_folder: Path) -> None:
    """With as many steps as the tier says, at the end of a schedule of which they are the share of strength."""
    made, single = planned(toy_folder, WORDS, scale=2, strength=0.3, steps=12), planned(toy_folder, WORDS)
    assert made.refine is not None
    assert (made.native, made.refine.native) == (Size(width=80, height=48), Size(width=160, height=96))
    assert made.drawn == made.refine.native
    assert (made.steps, single.steps) == (32, 20)
    assert len(made.refine.sigmas) == 13
    assert 0.4 < made.refine.sigmas[0] < 0.6  # the shifted level of 0.3
    assert made.refine.guidance == made.guidance
    assert replace(made, refine=None) == single


def test_a_second_stage_may_have_its_own_guidance(toy_folder: Path) -> None:
    """As where the first one has settled what is to be seen."""
    made = planned(toy_folder, WORDS, scale=2, strength=0.3, steps=12, guidance=1.5)
    assert made.refine is not None
    assert made.refine.guidance == 1.5
    assert made.guidance > 1.5


@pytest.mark.parametrize(("scale", "width", "height"), [(1, 80, 48), (1.5, 128, 64), (4, 128, 128)])
def test_its_sides_are_what_the_network_takes(tmp_path: Path, scale: float, width: int, height: int) -> None:
    """Multiples of 16, and no longer than the places it knows: 128 pixels here."""
    transformer = {"sample_size": 8, "patch_size": 2, "pos_embed_max_size": 8}
    files: dict[str, dict[str, Any]] = {
        "model_index.json": {"_class_name": "StableDiffusion3Pipeline"},
        "transformer/config.json": transformer,
        "vae/config.json": {"block_out_channels": [8, 8, 8, 8]},
        "scheduler/scheduler_config.json": {"shift": 3.0},
    }
    made = planned(write_checkpoint(tmp_path, files), WORDS, scale=scale, strength=0.3, steps=12)
    assert made.refine is not None
    assert made.refine.native == Size(width=width, height=height)


def test_image_to_image_goes_on_alike(toy_folder: Path) -> None:
    """Only its first stage begins with the image."""
    request = ImageToImage(prompt=plain("a fox"), image=IMAGE, strength=0.5, seed=Seed(7))
    made = planned(toy_folder, request, scale=2, strength=0.3, steps=12)
    assert made.start is not None
    assert made.refine is not None
    assert (made.steps, made.refine.kept) == (22, None)


def test_what_is_kept_is_kept_in_the_second_stage_too(toy_folder: Path) -> None:
    """The image and its mask at the larger size."""
    assert isinstance(REQUEST, Inpaint)
    made = planned(toy_folder, REQUEST, scale=2, strength=0.3, steps=12)
    assert made.start is not None
    assert made.refine is not None
    assert made.refine.kept is not None
    assert made.refine.kept.image.size == made.refine.kept.mask.size == made.refine.native
    assert made.refine.kept.image.rgb == bytes((9, 200, 90)) * made.refine.native.pixels
    share = 1 - made.refine.kept.mask.levels.count(0) / made.refine.native.pixels
    assert share == pytest.approx(1 - mask().levels.count(0) / mask().size.pixels, rel=0.1)
