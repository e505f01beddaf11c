"""Refunds: what was paid for pictures is given back. Knows how they are asked for; the ledger does the work."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.responses import JSONResponse, Response

from outcrop.api.rest.asking import Asked
from outcrop.api.rest.ledger import described_booking
from outcrop.api.rest.whose import EVERYBODY
from outcrop.ledger.books import Books
from outcrop.ledger.refunding import refund
from outcrop.store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Refunds:
    """What the operator gives back."""

    database: Database
    books: Books
    region: str

    def doing(self) -> Mapping[str, Callable[[Asked], Response]]:
        """Each operation by its name."""
        return {"RefundPictures": self.refund}

    def refund(self, asked: Asked) -> Response:
        """RefundPictures: all of those that are named, or none.

        Raises: Denied; NoSuchResource; InvalidRequest when one was not paid for.
        """
        asked.require(EVERYBODY.arn(self.region))
        found = refund(self.database, self.books, asked.body["bookings"])
        return JSONResponse({"bookings": [described_booking(one) for one in found]})
