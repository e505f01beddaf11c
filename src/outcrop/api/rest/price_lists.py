"""Price lists, and the operator's lists of what the engine costs them: listed. Knows the catalogue; books nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.responses import JSONResponse, Response

from outcrop.api.rest.asking import Asked
from outcrop.api.rest.rates import rates_of
from outcrop.api.rest.whose import EVERYBODY
from outcrop.catalog.load import Catalog
from outcrop.catalog.own_costs import OwnCostList
from outcrop.catalog.prices import PriceList, Prices, to_dollars
from outcrop.clock import day_of
from outcrop.ledger.books import Books
from outcrop.units import ModelId

Object = dict[str, object]
HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceLists:
    """What pictures cost from which day on, and what the engine does."""

    catalog: Catalog
    books: Books
    region: str

    def doing(self) -> Mapping[str, Callable[[Asked], Response]]:
        """Each operation by its name."""
        return {"ListPriceLists": self.list_all, "ListOwnCosts": self.own_costs}

    def list_all(self, asked: Asked) -> Response:
        """ListPriceLists: all of them, or those that have a model.

        Raises: Denied; NoSuchModel.
        """
        asked.require()
        named = asked.parameters.get("model")
        model = None if named is None else self.catalog.model_named(named).id
        prices = self.catalog.on(day_of(self.books.now())).prices
        ordered = sorted(prices.lists, key=lambda one: one.holds_from)
        found = [_described(one, prices, model) for one in ordered if model is None or model in one.rates]
        return JSONResponse({"priceLists": found})

    def own_costs(self, asked: Asked) -> Response:
        """ListOwnCosts: the lists of what the engine's time costs.

        Raises: Denied.
        """
        asked.require(EVERYBODY.arn(self.region))
        ordered = sorted(self.catalog.own_costs.lists, key=lambda one: one.holds_from)
        return JSONResponse({"ownCosts": [_described_costs(one) for one in ordered]})


def _described(listed: PriceList, prices: Prices, model: ModelId | None) -> Object:
    models = list(listed.rates) if model is None else [model]
    return {
        "name": listed.name,
        "holdsFrom": listed.holds_from.isoformat(),
        "source": listed.source,
        "currency": "USD",
        "models": [{"model": each, "rates": rates_of(listed, each)} for each in models],
        "holds": [each for each in models if prices.of(each) is listed],
    }


def _described_costs(costs: OwnCostList) -> Object:
    return {
        "name": costs.name,
        "holdsFrom": costs.holds_from.isoformat(),
        "source": costs.source,
        "currency": "USD",
        "hour": to_dollars(costs.cost(HOUR_MS)),
    }
