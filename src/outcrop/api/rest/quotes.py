"""What a picture would cost, before it is asked for. Knows bodies and plans; draws and books nothing."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from starlette.responses import JSONResponse, Response

from outcrop.api.rest.asking import Asked
from outcrop.catalog.load import Catalog
from outcrop.catalog.prices import to_dollars
from outcrop.clock import day_of
from outcrop.dialects.table import DIALECTS
from outcrop.ledger.books import Books
from outcrop.ledger.price import quote
from outcrop.operations.table import plan
from outcrop.plan import Plan
from outcrop.units import Micros, Seed


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotes:
    """Prices of requests, on the lists that hold today."""

    catalog: Catalog
    books: Books
    random_seed: Callable[[], Seed]

    def doing(self) -> Mapping[str, Callable[[Asked], Response]]:
        """Each operation by its name."""
        return {"GetQuote": self.get}

    def get(self, asked: Asked) -> Response:
        """GetQuote: what the pictures cost that a body of InvokeModel asks for.

        Raises: Denied; NoSuchModel; InvalidRequest or Unsupported as InvokeModel would.
        """
        asked.require()
        today = self.catalog.on(day_of(self.books.now()))
        card = today.model_named(asked.body["model"])
        body = json.dumps(asked.body["body"]).encode()
        plans = plan(DIALECTS[card.dialect].parse(body, card), card.id, today, self.random_seed)
        prices: Sequence[Micros] = [quote(each, today.prices) for each in plans]
        return JSONResponse(
            {
                "model": card.id,
                "name": card.name,
                "operation": _first(plans).operation,
                "pictures": len(plans),
                "currency": "USD",
                "price": to_dollars(prices[0]),
                "total": to_dollars(Micros(sum(prices))),
                "priceList": today.prices.of(card.id).name,
            }
        )


def _first(plans: Sequence[Plan]) -> Plan:
    return plans[0]
