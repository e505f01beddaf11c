"""From words to a plan: everything decided, and nothing by chance that was not asked to be."""

from dataclasses import replace
from pathlib import Path

import pytest

from outcrop.catalog.card import CheckpointCard, ModelCard
from outcrop.catalog.load import Catalog, load_catalog
from outcrop.catalog.noise import FITTING, DiffusionNoise
from outcrop.operations.schedules import schedule
from outcrop.operations.setting import Setting
from outcrop.operations.table import plan
from outcrop.operations.text_to_image import plan_text_to_image
from outcrop.plan import Plan
from outcrop.prompt import plain
from outcrop.request import TextToImage
from outcrop.units import MAX_SEED, Micros, Seed, Size
from tests.conftest import CORE, MODELS, XL_CHECKPOINT, write_checkpoint

REQUEST = TextToImage(
    prompt=plain("a fox"), negative_prompt=plain("text"), size=Size(width=1344, height=768), seed=Seed(7)
)


@pytest.fixture
def checkpoint(catalog: Catalog, card: ModelCard) -> CheckpointCard:
    """What runs the model."""
    return catalog.checkpoint_of(card)


def planned(request: TextToImage, card: ModelCard, checkpoint: CheckpointCard) -> tuple[Plan, ...]:
    """Plans at 40,000 micro-dollars, with 99 as the seed that chance gives."""
    setting = Setting(card=card, checkpoint=checkpoint, price=Micros(40_000), random_seed=lambda: Seed(99))
    return plan_text_to_image(request, setting)


def test_a_plan_says_everything(card: ModelCard, checkpoint: CheckpointCard) -> None:
    """From the request, the card, the checkpoint and the price, each its part."""
    (plan,) = planned(replace(REQUEST, output_format="webp"), card, checkpoint)
    assert (plan.prompt, plan.negative_prompt, plan.seed, plan.output_format) == (
        plain("a fox"),
        plain("text"),
        7,
        "webp",
    )
    assert (plan.model, plan.sampler, plan.guidance) == (card.id, card.tier.sampler, card.tier.guidance)
    assert (plan.steps, plan.checkpoint, plan.price) == (card.tier.steps, "toy", 40_000)
    assert plan.delivered == REQUEST.size
    assert plan.native == Size(width=80, height=48)


def test_each_picture_has_the_next_seed(card: ModelCard, checkpoint: CheckpointCard) -> None:
    """After the largest comes 0, so that a request is always as many pictures as it asks for."""
    plans = planned(replace(REQUEST, seed=Seed(MAX_SEED - 1), images=4), card, checkpoint)
    assert [plan.seed for plan in plans] == [MAX_SEED - 1, MAX_SEED, 0, 1]
    assert len({replace(plan, seed=Seed(0)) for plan in plans}) == 1


def test_without_a_seed_chance_gives_the_first(card: ModelCard, checkpoint: CheckpointCard) -> None:
    """And only the first."""
    assert [plan.seed for plan in planned(replace(REQUEST, seed=None, images=3), card, checkpoint)] == [99, 100, 101]


def test_seed_zero_is_a_seed_here(card: ModelCard, checkpoint: CheckpointCard) -> None:
    """That it means "choose for me" is a quirk of the wire, and ends there."""
    (plan,) = planned(replace(REQUEST, seed=Seed(0)), card, checkpoint)
    assert plan.seed == 0


def test_a_tier_may_set_its_own_area(card: ModelCard, checkpoint: CheckpointCard) -> None:
    """A draft may work smaller than its weights can."""
    smaller = replace(card, tier=replace(card.tier, native_pixels=32 * 32))
    (plan,) = planned(replace(REQUEST, size=Size(width=1024, height=1024)), smaller, checkpoint)
    assert plan.native == Size(width=32, height=32)


@pytest.mark.parametrize("sampler", FITTING[DiffusionNoise])
def test_weights_of_another_family_bring_their_own_schedule(tmp_path: Path, toy_folder: Path, sampler: str) -> None:
    """A model that an operator points at SDXL is planned at levels of diffusion, for any sampler that fits them."""
    folders = {"toy": toy_folder, "xl": write_checkpoint(tmp_path, XL_CHECKPOINT)}
    tiers = {model: {"checkpoint": "toy"} for model in MODELS} | {CORE: {"checkpoint": "xl", "sampler": sampler}}
    catalog = load_catalog(folders=folders, tiers=tiers)
    (drawn,) = plan(REQUEST, catalog.model(CORE).id, catalog, lambda: Seed(1))
    assert drawn.sampler == sampler
    assert drawn.sigmas == schedule(catalog.checkpoints["xl"].noise, catalog.model(CORE).tier.steps)
    assert drawn.sigmas[0] > 1
    assert drawn.native == REQUEST.size
