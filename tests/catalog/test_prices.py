"""Money is exact: from decimal text to micro-dollars and back."""

from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcrop.catalog.card import ModelCard
from outcrop.catalog.load import Catalog
from outcrop.catalog.prices import MOST, Work, dollars, read_price_list, to_dollars, to_micros
from outcrop.errors import NoSuchModel
from outcrop.units import Micros, ModelId
from tests.conftest import CANVAS, CORE, SDXL, SDXL_0, TITAN

LISTS = sorted(Path(str(resources.files("outcrop.catalog"))).glob("data/prices/*.toml"))


@given(micros=st.integers(0, MOST))
def test_an_amount_survives_being_written(micros: int) -> None:
    """To the micro-dollar, however large."""
    assert to_micros(to_dollars(Micros(micros))) == micros


@pytest.mark.parametrize("dollars", ["1000000000", "99999999999999999999", "1e30"])
def test_an_amount_that_no_database_can_hold_is_refused(dollars: str) -> None:
    """At once, however many digits it would have."""
    with pytest.raises(ValueError, match=r"is more than 999999999\.999999 dollars"):
        to_micros(dollars)


@pytest.mark.parametrize(
    ("dollars", "micros"),
    [("0.04", 40_000), ("0.14", 140_000), ("0", 0), ("10", 10_000_000), ("0.000001", 1), ("0.0400", 40_000)],
)
def test_a_text_is_read_exactly(dollars: str, micros: int) -> None:
    """Where a float would be off."""
    assert to_micros(dollars) == micros


@pytest.mark.parametrize(
    ("micros", "dollars"), [(40_000, "0.04"), (0, "0"), (10_000_000, "10"), (1, "0.000001"), (1_500_000, "1.5")]
)
def test_an_amount_is_written_plainly(micros: int, dollars: str) -> None:
    """No exponent, and no zeros that say nothing."""
    assert to_dollars(Micros(micros)) == dollars


@pytest.mark.parametrize("text", ["-0.04", "0.0000001", "free", "", "NaN", "Infinity", "$1", "1,5"])
def test_what_is_no_whole_number_of_micro_dollars_is_refused(text: str) -> None:
    """Rounding money is nobody's right."""
    with pytest.raises(ValueError, match="is no "):
        to_micros(text)


@pytest.mark.parametrize(
    ("micros", "text"), [(0, "$0.00"), (1, "$0.000001"), (-1_234_500_000, "-$1,234.50"), (40_000, "$0.04")]
)
def test_amounts_read_well_and_exactly(micros: int, text: str) -> None:
    """Cents at least, and never less than there is."""
    assert dollars(micros) == text


def test_every_model_has_a_price(catalog: Catalog, card: ModelCard) -> None:
    """A model without one could not be planned."""
    assert catalog.prices.price(card.id) > 0


@pytest.mark.parametrize(
    ("model", "work", "dollars"),
    [
        (CANVAS, Work(pixels=1024 * 1024), "0.04"),
        (CANVAS, Work(pixels=1024 * 1024, quality="premium"), "0.06"),
        (CANVAS, Work(pixels=1024 * 1024 + 1), "0.06"),
        (CANVAS, Work(pixels=2048 * 2048, quality="premium"), "0.08"),
        (TITAN, Work(pixels=768 * 768), "0.008"),
        (TITAN, Work(pixels=768 * 768, quality="premium"), "0.01"),
        (TITAN, Work(pixels=640 * 1152), "0.01"),
        (TITAN, Work(pixels=1024 * 1024, quality="premium"), "0.012"),
        (SDXL, Work(steps=50), "0.04"),
        (SDXL, Work(steps=51), "0.08"),
        (SDXL_0, Work(pixels=512 * 512, steps=50), "0.018"),
        (SDXL_0, Work(pixels=512 * 512, steps=51), "0.036"),
        (SDXL_0, Work(pixels=896 * 512), "0.036"),
        (SDXL_0, Work(pixels=896 * 512, steps=150), "0.072"),
        (CORE, Work(pixels=1536 * 640, steps=150, quality="premium"), "0.04"),
    ],
)
def test_a_price_may_depend_on_the_picture(catalog: Catalog, model: str, work: Work, dollars: str) -> None:
    """On its pixels, the steps that were asked for and its quality, where AWS's does."""
    assert to_dollars(catalog.prices.price(ModelId(model), work)) == dollars


@given(pixels=st.integers(1, 10**8), steps=st.integers(0, 150), quality=st.sampled_from(["standard", "premium"]))
def test_every_picture_has_a_price(catalog: Catalog, pixels: int, steps: int, quality: str) -> None:
    """Of every model; and none is below the list's lowest for it."""
    work = Work(pixels=pixels, steps=steps, quality=quality)
    for model in catalog.models:
        assert catalog.prices.price(model, work) >= catalog.prices.price(model)


def test_a_model_that_is_not_listed_has_no_price(catalog: Catalog) -> None:
    """The message names the model."""
    with pytest.raises(NoSuchModel, match=r"No price list has a price for a\.b; add one"):
        catalog.prices.price(ModelId("a.b"))


@pytest.mark.parametrize("file", LISTS, ids=lambda file: file.name)
def test_every_list_says_whose_it_is_and_since_when(file: Path) -> None:
    """The file's name carries its date."""
    listed = read_price_list(file)
    assert listed.source
    assert listed.name
    assert listed.holds_from.isoformat() in file.name
