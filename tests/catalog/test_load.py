"""The catalogue: every shipped file is sound, and an operator's changes are over them or refused."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from outcrop.catalog.card import LevelInterval, ModelCard, PartInterval, Refinement
from outcrop.catalog.load import Catalog, load_catalog
from outcrop.errors import BadCheckpoint, BadSettings, NoSuchModel
from outcrop.operations.table import OPERATIONS
from tests.conftest import CORE, MODELS, SD35, SDXL, ULTRA

ON_TOY = {model: {"checkpoint": "toy"} for model in MODELS}


def test_the_models_are_there(catalog: Catalog) -> None:
    """Under the ids of AWS, each in a file of its own name, and each spelling once."""
    assert set(catalog.models) == set(MODELS)
    spellings = [name for card in catalog.models.values() for name in (card.id, card.alias, *card.other_ids)]
    assert len(spellings) == len(set(spellings))


def test_an_id_may_have_other_spellings(catalog: Catalog) -> None:
    """Those that AWS lists beside it."""
    assert catalog.model(f"{SDXL}:0") is catalog.model(SDXL)


def test_every_card_is_whole(card: ModelCard) -> None:
    """What a wrong file could leave empty or wrong."""
    assert card.provider in {"Stability AI", "Amazon"}
    assert card.output_modalities == ("IMAGE",)
    assert card.lifecycle in {"ACTIVE", "LEGACY"}
    assert "1:1" in card.sizes
    assert set(card.operations) <= set(OPERATIONS.values())
    assert card.tier.steps > 0
    assert card.tier.guidance >= 1


def test_every_promised_size_has_its_shape(card: ModelCard) -> None:
    """To the nearest multiple of 64."""
    for ratio, size in card.sizes.items():
        width, height = map(int, ratio.split(":"))
        assert size.width % 64 == size.height % 64 == 0
        assert abs(size.width / size.height / (width / height) - 1) < 0.05


def test_tiers_differ_in_effort(catalog: Catalog) -> None:
    """A draft costs least work, a final most."""
    steps = [catalog.model(model).tier.steps for model in (CORE, SD35, ULTRA)]
    assert steps == sorted(steps)
    assert len(set(steps)) == 3


@pytest.mark.parametrize("name", ["", "core", CORE.upper(), "amazon.titan-image-generator-v9:0"])
def test_an_id_is_exact(catalog: Catalog, name: str) -> None:
    """On the wire no other spelling is a model."""
    with pytest.raises(NoSuchModel):
        catalog.model(name)


def test_people_may_use_short_names(catalog: Catalog, card: ModelCard) -> None:
    """Or the id."""
    assert catalog.model_named(card.alias) == catalog.model_named(card.id) == card


def test_a_name_that_no_model_has_is_answered_by_the_nearest(catalog: Catalog) -> None:
    """By all that there are where none is near."""
    with pytest.raises(NoSuchModel, match=r"'cor'; did you mean core"):
        catalog.model_named("cor")
    with pytest.raises(NoSuchModel, match=r"'xyz'; choose one of: .*core \(stability"):
        catalog.model_named("xyz")


def test_a_tier_can_be_replaced_in_part(toy_folder: Path) -> None:
    """What is not named stays."""
    tiers: dict[str, dict[str, Any]] = ON_TOY | {CORE: {"checkpoint": "toy", "steps": 3}}
    catalog = load_catalog(folders={"toy": toy_folder}, tiers=tiers)
    assert (catalog.model(CORE).tier.steps, catalog.model(CORE).tier.checkpoint) == (3, "toy")
    assert catalog.model(CORE).tier.guidance > 1
    assert catalog.checkpoint_of(catalog.model(CORE)).folder == toy_folder


def test_a_checkpoint_may_have_a_lora(toy_folder: Path, tmp_path: Path) -> None:
    """The same folder with it and without it is two checkpoints; a file that is not there is named at once."""
    lora = tmp_path / "fast.safetensors"
    folders = {"toy": toy_folder, "fast": toy_folder}
    with pytest.raises(BadCheckpoint, match=r"LoRA of checkpoint 'fast', .*fast.safetensors, is not there"):
        load_catalog(folders=folders, loras={"fast": lora}, tiers=ON_TOY)
    lora.touch()
    catalog = load_catalog(folders=folders, loras={"fast": lora}, tiers=ON_TOY)
    assert catalog.checkpoints["fast"].lora == lora
    assert catalog.checkpoints["toy"].lora is None


def test_one_size_of_tiles_holds_for_every_checkpoint(toy_folder: Path) -> None:
    """The operator's, in place of each card's own."""
    catalog = load_catalog(folders={"toy": toy_folder}, tiers=ON_TOY)
    assert {card.tile_pixels for card in catalog.checkpoints.values()} == {2_097_152}
    assert {card.tile_pixels for card in catalog.in_tiles_of(65_536).checkpoints.values()} == {65_536}


def test_a_tier_may_refine(toy_folder: Path) -> None:
    """What settings and cards write as a table is a record."""
    refine = {"scale": 2, "strength": 0.3, "steps": 12}
    tiers: dict[str, dict[str, Any]] = ON_TOY | {CORE: {"checkpoint": "toy", "refine": refine}}
    catalog = load_catalog(folders={"toy": toy_folder}, tiers=tiers)
    assert catalog.model(CORE).tier.refine == Refinement(scale=2, strength=0.3, steps=12)
    assert catalog.model(ULTRA).tier.refine is None


def test_other_weights_do_not_draw_like_the_shipped_ones(toy_folder: Path) -> None:
    """What a student needs and what suits the embedded model's sizes goes with them; the rest of a tier stays."""
    shipped = load_catalog()
    assert shipped.model(CORE).tier.guidance == 1.0
    assert shipped.model(ULTRA).tier.refine is not None
    other = load_catalog(folders={"toy": toy_folder}, tiers=ON_TOY)
    assert other.model(CORE).tier == replace(shipped.model(CORE).tier, checkpoint="toy", steps=10, guidance=3.0)
    assert other.model(ULTRA).tier == replace(shipped.model(ULTRA).tier, checkpoint="toy", refine=None)
    same = load_catalog(tiers={ULTRA: {"steps": 30}})
    assert same.model(ULTRA).tier == replace(shipped.model(ULTRA).tier, steps=30)


@pytest.mark.parametrize(
    ("guided", "record"),
    [
        ({"sigma": [0.3, 5.0]}, LevelInterval(above=0.3, up_to=5.0)),
        ({"part": [0.1, 0.8]}, PartInterval(start=0.1, stop=0.8)),
    ],
)
def test_a_tier_may_guide_in_part(toy_folder: Path, guided: dict[str, list[float]], record: object) -> None:
    """By noise levels or by a part of the schedule; no shipped card does."""
    tiers: dict[str, dict[str, Any]] = ON_TOY | {CORE: {"checkpoint": "toy", "guided": guided}}
    catalog = load_catalog(folders={"toy": toy_folder}, tiers=tiers)
    assert catalog.model(CORE).tier.guided == record
    assert catalog.model(ULTRA).tier.guided is None


@pytest.mark.parametrize(
    ("tiers", "text"),
    [
        ({"a.b": {"steps": 3}}, "name the model 'a.b', which the catalogue does not have"),
        ({CORE: {"checkpoint": "gone"}}, "checkpoint 'gone', which is not defined; defined are: .*toy"),
        (
            {CORE: {"checkpoint": "toy", "sampler": "euler"}},
            "'euler', which does not fit .*'toy'; .*: flow_euler, flow",
        ),
        ({CORE: {"stepps": 3}}, "have the fields stepps; allowed are checkpoint, steps"),
        ({CORE: {"refine": {"scales": 2}}}, r"have the fields refine; allowed are .*refine \(scale, strength"),
    ],
)
def test_a_tier_that_makes_no_sense_is_refused(toy_folder: Path, tiers: dict[str, dict[str, Any]], text: str) -> None:
    """Before anything is served."""
    with pytest.raises(BadSettings, match=text):
        load_catalog(folders={"toy": toy_folder}, tiers=ON_TOY | tiers)


def test_a_rule_on_marks_is_for_all_but_those_that_settle_it() -> None:
    """The catalogue signs Nova's and Titan's files; a rule on all changes the others, or them."""
    shipped = load_catalog()
    signed = {model_id for model_id, card in shipped.models.items() if card.tier.credentials}
    assert signed == {model_id for model_id, card in shipped.models.items() if card.provider == "Amazon"}
    assert shipped.marked("credentials", None, ()) == shipped
    every = shipped.marked("credentials", True, {CORE})  # noqa: FBT003 - one of three values
    assert [model_id for model_id, card in every.models.items() if not card.tier.credentials] == [CORE]
    none = shipped.marked("credentials", False, signed)  # noqa: FBT003
    assert none == shipped
