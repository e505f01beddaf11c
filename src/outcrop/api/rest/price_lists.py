"""Price lists, and lists of what the engine costs: shown, added, retired. Knows how they read; books nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from starlette.responses import JSONResponse, Response

from outcrop.access.arns import outcrop_arn
from outcrop.api.rest.asking import Asked
from outcrop.api.rest.rates import rates_of
from outcrop.api.rest.whose import EVERYBODY
from outcrop.catalog.own_costs import OwnCostList
from outcrop.catalog.prices import PriceList, Prices, to_dollars
from outcrop.clock import day_of, moment_of
from outcrop.errors import InvalidRequest
from outcrop.ledger.own_lists import Content, Known, OwnLists
from outcrop.units import ModelId

Object = dict[str, object]
HOUR_MS = 3_600_000
RATE = {"maxPixels": "max_pixels", "maxSteps": "max_steps"}
"""How members of a rate are called in a list's document, where otherwise than here."""
ENGINE = {
    "dollarsPerHour": "dollars_per_hour",
    "dollarsPerSecond": "dollars_per_second",
    "watts": "watts",
    "dollarsPerKwh": "dollars_per_kwh",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceLists:
    """What pictures cost from which day on, and what the engine does."""

    lists: OwnLists
    region: str

    def doing(self) -> Mapping[str, Callable[[Asked], Response]]:
        """Each operation by its name."""
        return {
            "ListPriceLists": self.list_all,
            "GetPriceList": self.get,
            "CreatePriceList": self.create,
            "RetirePriceList": self.retire,
            "DeletePriceList": self.delete,
            "ListOwnCosts": self.own_costs,
            "GetOwnCosts": self.get_own_costs,
            "CreateOwnCosts": self.create_own_costs,
            "RetireOwnCosts": self.retire_own_costs,
            "DeleteOwnCosts": self.delete_own_costs,
        }

    def list_all(self, asked: Asked) -> Response:
        """ListPriceLists: all of them, or those that have a model.

        Raises: Denied; NoSuchModel.
        """
        asked.require()
        named = asked.parameters.get("model")
        model = None if named is None else self.lists.catalog.model_named(named).id
        prices = self._prices()
        found = [
            described(known, prices, model)
            for known in self.lists.all()
            if isinstance(known.listed, PriceList) and (model is None or model in known.listed.rates)
        ]
        return JSONResponse({"priceLists": found})

    def get(self, asked: Asked) -> Response:
        """GetPriceList: one of them.

        Raises: Denied; NoSuchResource.
        """
        asked.require()
        return self._answer(self.lists.find(asked.parameters["name"], "prices"))

    def create(self, asked: Asked) -> Response:
        """CreatePriceList: keep a list, or say what it would be.

        Raises: Denied; InvalidRequest; NoSuchModel; AlreadyThere; NoRoom.
        """
        asked.require(self._arn("price-list", asked.body["name"]))
        return self._create(asked, {"per_image": _per_image(asked.body["models"])})

    def retire(self, asked: Asked) -> Response:
        """RetirePriceList: end it now.

        Raises: Denied; NoSuchResource; InvalidRequest when it is not in the database.
        """
        asked.require(self._arn("price-list", asked.parameters["name"]))
        return self._answer(self.lists.retire(asked.parameters["name"], "prices"))

    def delete(self, asked: Asked) -> Response:
        """DeletePriceList: forget one that was never used.

        Raises: Denied; NoSuchResource; InvalidRequest when it is not in the database; AlreadyThere when it was used.
        """
        asked.require(self._arn("price-list", asked.parameters["name"]))
        self.lists.remove(asked.parameters["name"], "prices")
        return Response(status_code=204)

    def own_costs(self, asked: Asked) -> Response:
        """ListOwnCosts: the lists of what the engine's time costs.

        Raises: Denied.
        """
        asked.require(EVERYBODY.arn(self.region))
        prices = self._prices()
        found = [described(known, prices) for known in self.lists.all() if known.kind == "own-costs"]
        return JSONResponse({"ownCosts": found})

    def get_own_costs(self, asked: Asked) -> Response:
        """GetOwnCosts: one of them.

        Raises: Denied; NoSuchResource.
        """
        asked.require(self._arn("own-costs", asked.parameters["name"]))
        return self._answer(self.lists.find(asked.parameters["name"], "own-costs"))

    def create_own_costs(self, asked: Asked) -> Response:
        """CreateOwnCosts: keep a list, or say what it would be.

        Raises: Denied; InvalidRequest; AlreadyThere; NoRoom.
        """
        asked.require(self._arn("own-costs", asked.body["name"]))
        engine = {ENGINE[name]: given for name, given in asked.body.items() if name in ENGINE}
        return self._create(asked, {"engine": engine})

    def retire_own_costs(self, asked: Asked) -> Response:
        """RetireOwnCosts: end it now.

        Raises: Denied; NoSuchResource; InvalidRequest when it is not in the database.
        """
        asked.require(self._arn("own-costs", asked.parameters["name"]))
        return self._answer(self.lists.retire(asked.parameters["name"], "own-costs"))

    def delete_own_costs(self, asked: Asked) -> Response:
        """DeleteOwnCosts: forget one that was never used.

        Raises: Denied; NoSuchResource; InvalidRequest when it is not in the database; AlreadyThere when it was used.
        """
        asked.require(self._arn("own-costs", asked.parameters["name"]))
        self.lists.remove(asked.parameters["name"], "own-costs")
        return Response(status_code=204)

    def _create(self, asked: Asked, figures: Content) -> Response:
        body = asked.body
        day = date.fromisoformat(body["holdsFrom"])
        content = {"name": body["name"], "holds_from": day, "source": body["source"], **figures}
        if body.get("dryRun", False):
            would_be = self.lists.check(content)
            return JSONResponse(described(would_be, with_one_more(self._prices(), would_be)))
        return self._answer(self.lists.add(content), 201)

    def _answer(self, known: Known, status: int = 200) -> Response:
        return JSONResponse(described(known, self._prices()), status)

    def _prices(self) -> Prices:
        """Those that hold today."""
        return self.lists.catalog.on(day_of(self.lists.now())).prices

    def _arn(self, kind: str, name: str) -> str:
        return outcrop_arn(self.region, "", f"{kind}/{name}")


def described(known: Known, prices: Prices, model: ModelId | None = None) -> Object:
    """A list as JSON, and what it holds among the prices of a day; of a price list all models, or one that it has."""
    listed = known.listed
    told: Object = {
        "name": listed.name,
        "holdsFrom": listed.holds_from.isoformat(),
        "source": listed.source,
        "origin": listed.origin,
        "retiredAt": None if known.retired_at is None else moment_of(known.retired_at),
        "currency": "USD",
    }
    if isinstance(listed, OwnCostList):
        return told | {"hour": to_dollars(listed.cost(HOUR_MS))}
    models = list(listed.rates) if model is None else [model]
    return told | {
        "models": [{"model": each, "rates": rates_of(listed, each)} for each in models],
        "holds": [each for each in models if prices.of(each) == listed],
    }


def with_one_more(prices: Prices, known: Known) -> Prices:
    """The prices of a day if a list that is only checked were kept."""
    return replace(prices, lists=(*prices.lists, *([known.listed] if isinstance(known.listed, PriceList) else ())))


def _per_image(models: list[Mapping[str, Any]]) -> Mapping[str, object]:
    """What pictures cost, as a list's document says it.

    Raises: InvalidRequest when a model is there twice.
    """
    found: dict[str, object] = {}
    for each in models:
        if each["model"] in found:
            raise InvalidRequest(f"The list prices {each['model']} twice.")
        found[each["model"]] = [
            {RATE.get(name, name): value for name, value in rate.items() if value is not None} for rate in each["rates"]
        ]
    return found
