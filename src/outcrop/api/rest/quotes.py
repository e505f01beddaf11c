"""What pictures would cost, before they are asked for. Knows bodies and plans; draws and books nothing."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import JSONResponse, Response

from outcrop.api.enquiry import enquiry
from outcrop.api.rest.asking import Asked
from outcrop.catalog.card import ModelCard
from outcrop.catalog.load import Catalog
from outcrop.catalog.prices import Work
from outcrop.clock import day_of
from outcrop.errors import InvalidRequest
from outcrop.ledger.books import Books
from outcrop.ledger.quote import Payer, Wanted, described, quote
from outcrop.ledger.standing import standing
from outcrop.ledger.tags import read_tags
from outcrop.store.database import Database
from outcrop.units import Seed


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotes:
    """Prices of requests, by the lists, the credit and the budgets that hold now."""

    catalog: Catalog
    database: Database
    books: Books
    random_seed: Callable[[], Seed]

    def doing(self) -> Mapping[str, Callable[[Asked], Response]]:
        """Each operation by its name."""
        return {"GetQuote": self.get}

    def get(self, asked: Asked) -> Response:
        """GetQuote: what pictures would cost whoever asks, and what credit and budgets would leave.

        Raises: Denied; NoSuchModel; InvalidRequest or Unsupported as InvokeModel would.
        """
        asked.require()
        user, at = asked.caller.user, int(self.books.now())
        today = self.catalog.on(day_of(at))
        pictures = self._wanted(asked.body, today)
        tags = read_tags(json.dumps(asked.body.get("tags", {})))
        payer = Payer(account_id=user.account_id, user_name=user.name, tags=tags)
        with self.database.reading() as connection:
            found = quote(pictures, payer, today, standing(connection, at))
        return JSONResponse(described(found, asked.body.get("candidates", 1)))

    def _wanted(self, body: Mapping[str, Any], today: Catalog) -> Wanted:
        card = today.model_named(body["model"])
        if "body" in body:
            return enquiry(json.dumps(body["body"]).encode(), card, today, self.random_seed)
        work = body.get("work", {})
        return Wanted(
            model=card.id,
            operation=next(iter(card.operations), ""),
            work=Work(
                pixels=_pixels(work.get("aspectRatio", "1:1"), card),
                steps=work.get("steps", 0),
                quality=work.get("quality", "standard"),
            ),
            pictures=work.get("pictures", 1),
            passed_on=card.tier.backend != "engine",
        )


def _pixels(aspect_ratio: str, card: ModelCard) -> int:
    if aspect_ratio not in card.sizes:
        raise InvalidRequest(f"The aspect ratio '{aspect_ratio}' is none of {', '.join(card.sizes)}.")
    return card.sizes[aspect_ratio].pixels
