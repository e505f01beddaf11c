"""Price lists over the REST: as the files have them, each with what it prices today; own costs for the operator."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

from outcrop.catalog.load import Catalog
from outcrop.catalog.own_costs import OwnCostList, OwnCosts
from outcrop.catalog.prices import PriceList, Rate, to_micros
from outcrop.units import Micros, ModelId
from tests.conftest import CORE, SDXL, ULTRA
from tests.serving import Serving, serving

OURS = PriceList(
    name="Contract",
    holds_from=date(2026, 11, 22),
    source="Ours",
    rates={ModelId(CORE): (Rate(price=Micros(20_000)),), ModelId(ULTRA): (Rate(price=Micros(90_000)),)},
)
LATER = replace(OURS, name="Contract of 2099", holds_from=date(2099, 1, 1))
COSTS = OwnCostList(name="Machine", holds_from=date(2026, 11, 1), source="Rent", second=Fraction(1, 3600))


def test_shipped_lists_are_as_the_files_have_them(server: Serving, catalog: Catalog) -> None:
    """Every model with every rate; all of them hold."""
    (listed,) = server.send("GET", "/v1/price-lists").json["priceLists"]
    (shipped,) = catalog.prices.lists
    assert listed["source"] == shipped.source
    assert [one["model"] for one in listed["models"]] == listed["holds"] == list(shipped.rates)
    for one in listed["models"]:
        assert [to_micros(rate["price"]) for rate in one["rates"]] == [
            rate.price for rate in shipped.rates[one["model"]]
        ]
    (sdxl,) = [one["rates"] for one in listed["models"] if one["model"] == SDXL]
    assert [(rate["price"], rate["maxSteps"]) for rate in sdxl] == [("0.04", 50), ("0.08", None)]
    assert server.send("GET", "/v1/own-costs").json == {"ownCosts": []}


def test_an_operator_s_list_prices_its_models_from_its_day_on(catalog: Catalog) -> None:
    """The shipped one keeps the others, a later one holds none yet; quotes go by what it is said to hold."""
    prices = replace(catalog.prices, lists=(*catalog.prices.lists, LATER, OURS))
    with serving(replace(catalog, prices=prices, own_costs=OwnCosts(lists=(COSTS,)))) as running:
        shipped, ours, later = running.send("GET", "/v1/price-lists").json["priceLists"]
        assert [one["name"] for one in (ours, later)] == ["Contract", "Contract of 2099"]
        assert (ours["holds"], later["holds"]) == ([CORE, ULTRA], [])
        assert not {CORE, ULTRA} & set(shipped["holds"])
        assert len(shipped["holds"]) == len(shipped["models"]) - 2
        core = running.send("GET", "/v1/price-lists?model=core").json["priceLists"]
        assert [([each["model"] for each in one["models"]], one["holds"]) for one in core] == [
            ([CORE], []),
            ([CORE], [CORE]),
            ([CORE], []),
        ]
        quoted = running.send("POST", "/v1/quote", b'{"model": "core"}').json
        assert (quoted["price"], quoted["priceList"]) == ("0.02", "Contract")
        (costs,) = running.send("GET", "/v1/own-costs").json["ownCosts"]
        assert costs == {
            "name": "Machine", "holdsFrom": "2026-11-01", "source": "Rent", "currency": "USD", "hour": "1"
        }  # fmt: skip


def test_a_model_that_there_is_not(server: Serving) -> None:
    """Has no lists."""
    answer = server.send("GET", "/v1/price-lists?model=imagen")
    assert (answer.status, answer.json["code"]) == (404, "NoSuchModel")
