"""Price lists over the REST: as the files have them, each with what it prices today; own costs for the operator."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

from outcrop.catalog.load import Catalog
from outcrop.catalog.own_costs import OwnCostList, OwnCosts
from outcrop.catalog.prices import PriceList, Rate, to_micros
from outcrop.units import Micros, ModelId
from tests.api.rest.figures import DRAWN, draw, send_json
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
            "name": "Machine", "holdsFrom": "2026-11-01", "source": "Rent", "origin": "file", "retiredAt": None,
            "currency": "USD", "hour": "1",
        }  # fmt: skip


def test_a_model_that_there_is_not(server: Serving) -> None:
    """Has no lists."""
    answer = server.send("GET", "/v1/price-lists?model=imagen")
    assert (answer.status, answer.json["code"]) == (404, "NoSuchModel")


NEW = {
    "name": "Contract (new)",
    "holdsFrom": "2026-11-22",
    "source": "Ours",
    "models": [{"model": "core", "rates": [{"price": "0.01", "maxSteps": 10, "quality": None}, {"price": "0.02"}]}],
}
PATH = "/v1/price-lists/Contract%20(new)"


def test_a_list_s_life(catalog: Catalog) -> None:
    """Checked, added, quoted, booked, retired; then it stays, and its pictures keep their price."""
    with serving(catalog) as running:
        checked = send_json(running, "POST", "/v1/price-lists", NEW | {"dryRun": True})
        assert (checked.status, checked.json["holds"]) == (200, [CORE])
        assert running.send("GET", PATH).status == 404
        made = send_json(running, "POST", "/v1/price-lists", NEW)
        assert (made.status, made.json) == (201, checked.json)
        assert made.json["origin"] == "database"
        assert [rate["price"] for rate in made.json["models"][0]["rates"]] == ["0.01", "0.02"]
        assert running.send("GET", PATH).json == made.json
        quoted = running.send("POST", "/v1/quote", b'{"model": "core"}').json
        assert (quoted["price"], quoted["priceList"]) == ("0.01", "Contract (new)")  # of no steps in particular
        prices = running.send("GET", "/v1/models/core").json["prices"]
        assert (prices["list"], [rate["price"] for rate in prices["rates"]]) == ("Contract (new)", ["0.01", "0.02"])
        offers = running.send("GET", f"/list-foundation-model-agreement-offers/{CORE}").json["offers"]
        card = offers[0]["termDetails"]["usageBasedPricingTerm"]["rateCard"]
        assert [rate["price"] for rate in card] == ["0.01", "0.02"]
        draw(running, DRAWN[0])
        assert running.send("DELETE", PATH).status == 409
        retired = send_json(running, "POST", f"{PATH}/retire", {})
        assert (retired.status, retired.json["holds"], retired.json["retiredAt"] is None) == (200, [], False)
        assert running.send("POST", "/v1/quote", b'{"model": "core"}').json["price"] == "0.04"
        draw(running, DRAWN[0])
        by_list = running.send("GET", "/v1/costs?by=list").json["lines"]
        assert {line["key"]["list"]: line["listPrice"] for line in by_list}["Contract (new)"] == "0.01"
        again = running.send("DELETE", PATH)
        assert (again.status, again.json["code"]) == (409, "AlreadyThere")


def test_what_has_not_begun_is_removed(server: Serving) -> None:
    """And is gone; what comes with Outcrop is not to be ended."""
    later = NEW | {"name": "Far", "holdsFrom": "2098-01-01"}
    assert send_json(server, "POST", "/v1/price-lists", later).json["holds"] == []
    assert send_json(server, "POST", "/v1/price-lists", later).status == 409
    assert server.send("DELETE", "/v1/own-costs/Far").status == 404
    assert server.send("DELETE", "/v1/price-lists/Far").status == 204
    assert server.send("GET", "/v1/price-lists/Far").status == 404
    shipped = "/v1/price-lists/Amazon%20Bedrock%20on%20demand,%20us-west-2"
    assert server.send("GET", shipped).json["origin"] == "shipped"
    assert server.send("DELETE", shipped).status == 422


def test_own_costs_over_the_rest(catalog: Catalog) -> None:
    """Added, and from then on pictures keep what they cost here; ended, and they do so no more."""
    body = {
        "name": "Machine", "holdsFrom": "2026-11-01", "source": "Rent", "dollarsPerSecond": "0.5",
        "watts": 3600, "dollarsPerKwh": "500",
    }  # fmt: skip
    with serving(catalog) as running:
        draw(running, DRAWN[0])
        checked = send_json(running, "POST", "/v1/own-costs", body | {"dryRun": True})
        assert (checked.status, checked.json["hour"]) == (200, "3600")  # half a dollar a second of each
        assert running.send("GET", "/v1/own-costs").json["ownCosts"] == []
        assert send_json(running, "POST", "/v1/own-costs", body).status == 201
        assert running.send("GET", "/v1/own-costs/Machine").json == checked.json
        draw(running, DRAWN[0])
        assert send_json(running, "POST", "/v1/own-costs/Machine/retire", {}).status == 200
        draw(running, DRAWN[0])
        bookings = running.send("GET", "/v1/bookings").json["bookings"]
        assert sorted(one["ownCost"] is not None for one in bookings) == [False, False, True]
        assert running.send("DELETE", "/v1/own-costs/Machine").status == 409


def test_bodies_that_are_no_list(server: Serving) -> None:
    """Of another form, and of none that makes sense."""
    for change, status in (
        ({"holdsFrom": "2026-02-30"}, 400),
        ({"name": "a/b"}, 400),
        ({"models": []}, 400),
        ({"models": [{"model": "core", "rates": [{"price": 1}]}]}, 400),
        ({"models": [{"model": "imagen", "rates": [{"price": "1"}]}]}, 404),
        ({"models": [{"model": "core", "rates": [{"price": "1", "maxSteps": 3}]}]}, 422),
        ({"models": NEW["models"] * 2}, 422),  # type: ignore[operator]
    ):
        assert send_json(server, "POST", "/v1/price-lists", NEW | change).status == status, change
    for own, status in (({}, 400), ({"dollarsPerHour": "1", "watts": 5}, 400), ({"dollarsPerHour": "9" * 10}, 400)):
        body = {"name": "Odd", "holdsFrom": "2026-11-01", "source": "Rent"} | own
        assert send_json(server, "POST", "/v1/own-costs", body).status == status, own
