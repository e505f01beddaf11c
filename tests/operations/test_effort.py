"""What a request may say over its model's tier, and which sampler comes nearest on another kind of noise."""

from dataclasses import replace

import pytest

from outcrop.catalog.card import Tier
from outcrop.catalog.load import Catalog, load_catalog
from outcrop.catalog.noise import FITTING, DiffusionNoise, FlowNoise, nearest_sampler
from outcrop.operations.effort import at_effort
from outcrop.operations.table import plan
from outcrop.prompt import plain
from outcrop.request import Effort, TextToImage
from outcrop.units import ModelId, Seed, Size
from tests.conftest import MODELS, SDXL, XL_CHECKPOINT, write_checkpoint

FLOW = FlowNoise(shift=3.0, train_steps=1000)
TIER = Tier(checkpoint="a", steps=24, guidance=3.0, sampler="flow_euler")


def test_no_word_leaves_the_tier_as_it_is() -> None:
    """The usual effort is the tier's own."""
    assert at_effort(TIER, Effort(), FLOW) == TIER


def test_every_word_counts() -> None:
    """Steps, guidance and sampler take the place of the tier's."""
    said = Effort(steps=50, guidance=7.0, sampler="flow_heun")
    assert at_effort(TIER, said, FLOW) == replace(TIER, steps=50, guidance=7.0, sampler="flow_heun")


def test_premium_is_twice_the_steps_unless_their_number_is_said() -> None:
    """Quality is effort."""
    assert at_effort(TIER, Effort(quality="premium"), FLOW).steps == 48
    assert at_effort(TIER, Effort(quality="premium", steps=10), FLOW).steps == 10


@pytest.mark.parametrize(
    ("sampler", "nearest"),
    [
        ("ddim", "flow_euler"),
        ("ddpm", "flow_euler"),
        ("dpmpp_2m", "flow_euler"),
        ("dpmpp_2s_ancestral", "flow_heun"),
        ("dpm_2", "flow_heun"),
        ("dpm_2_ancestral", "flow_heun"),
        ("euler", "flow_euler"),
        ("euler_ancestral", "flow_euler"),
        ("heun", "flow_heun"),
        ("lms", "flow_euler"),
        ("flow_euler", "flow_euler"),
        ("flow_heun", "flow_heun"),
    ],
)
def test_a_flow_takes_the_sampler_of_the_same_cost(sampler: str, nearest: str) -> None:
    """Euler for one look a step, Heun for two."""
    assert nearest_sampler(sampler, FLOW) == nearest


def test_on_a_diffusion_checkpoint_every_sampler_is_itself(
    catalog: Catalog, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The ten names mean what they say there; those of flows mean Euler and Heun."""
    folder = write_checkpoint(tmp_path_factory.mktemp("xl"), XL_CHECKPOINT)
    tiers = {model: {"checkpoint": "xl", "sampler": "euler"} for model in MODELS}
    xl = load_catalog(folders={"xl": folder}, tiers=tiers)
    for sampler in FITTING[DiffusionNoise]:
        asked = TextToImage(prompt=plain(""), size=Size(width=1024, height=1024), effort=Effort(sampler=sampler))
        assert plan(asked, ModelId(SDXL), xl, lambda: Seed(1))[0].sampler == sampler
        assert plan(asked, ModelId(SDXL), catalog, lambda: Seed(1))[0].sampler in FITTING[FlowNoise]
    noise = xl.checkpoint_of(xl.model(SDXL)).noise
    assert [nearest_sampler(sampler, noise) for sampler in FITTING[FlowNoise]] == ["euler", "heun"]


@pytest.mark.parametrize(("steps", "price"), [(None, 40_000), (50, 40_000), (51, 80_000)])
def test_steps_that_are_asked_for_may_cost(catalog: Catalog, steps: int | None, price: int) -> None:
    """AWS asks twice as much for more than fifty on this model."""
    asked = TextToImage(prompt=plain(""), size=Size(width=1024, height=1024), effort=Effort(steps=steps))
    assert plan(asked, ModelId(SDXL), catalog, lambda: Seed(1))[0].price == price
