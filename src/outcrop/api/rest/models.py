"""The models there are, for people who choose one: what they do, what can be set, what they cost, whether one may.

Knows the catalogue; draws nothing.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from importlib import resources

from starlette.responses import JSONResponse, Response

from outcrop.access.model_access import has_model_access
from outcrop.api.rest.asking import Asked
from outcrop.api.rest.rates import rates_of
from outcrop.catalog.card import ModelCard
from outcrop.catalog.load import Catalog
from outcrop.catalog.prices import Prices
from outcrop.clock import day_of
from outcrop.dialects.schema import body_schema
from outcrop.errors import NoSuchModel
from outcrop.ledger.books import Books

Object = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """The catalogue, as an account sees it."""

    catalog: Catalog
    books: Books
    region: str

    def doing(self) -> Mapping[str, Callable[[Asked], Response]]:
        """Each operation by its name."""
        return {"ListModels": self.list_all, "GetModel": self.get}

    def list_all(self, asked: Asked) -> Response:
        """ListModels: every model.

        Raises: Denied.
        """
        asked.require()
        return JSONResponse({"models": [self._described(card, asked) for card in self.catalog.models.values()]})

    def get(self, asked: Asked) -> Response:
        """GetModel: one model, and the schema of a body that asks it for a picture.

        Raises: Denied; NoSuchModel.
        """
        asked.require()
        card = self.catalog.model_named(asked.parameters["model"])
        return JSONResponse(self._described(card, asked) | {"body": _schema(card)})

    def _described(self, card: ModelCard, asked: Asked) -> Object:
        checkpoint, licence = self.catalog.checkpoint_of(card), self.catalog.licence_of(card)
        return {
            "id": card.id,
            "alias": card.alias,
            "name": card.name,
            "provider": card.provider,
            "operations": card.operations,
            "lifecycle": card.lifecycle,
            "endOfLife": None if card.end_of_life is None else card.end_of_life.isoformat(),
            "profiles": card.profiles,
            "sizes": {ratio: {"width": size.width, "height": size.height} for ratio, size in card.sizes.items()},
            "knobs": body_schema(card.schema).fields,
            "tier": {"steps": card.tier.steps, "guidance": card.tier.guidance, "sampler": card.tier.sampler},
            "backend": card.tier.backend,
            "weights": {
                "name": checkpoint.name,
                "family": checkpoint.family,
                "preview": checkpoint.preview,
                "licence": None if checkpoint.licence is None else checkpoint.licence.name,
            },
            "licence": None if licence is None else asdict(licence),
            "prices": _prices(card, self.catalog.on(day_of(self.books.now())).prices),
            "access": has_model_access(asked.caller.standing.grants, self.region, card.id),
        }


def _prices(card: ModelCard, prices: Prices) -> Object | None:
    """The rates of the list that holds today; None where no list has the model."""
    try:
        found = prices.of(card.id)
    except NoSuchModel:
        return None
    rates = rates_of(found, card.id)
    return {"list": found.name, "holdsFrom": found.holds_from.isoformat(), "currency": "USD", "rates": rates}


def _schema(card: ModelCard) -> Object:
    file = resources.files("outcrop.dialects") / "schemas" / f"{card.schema}.json"
    content = json.loads(file.read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content
