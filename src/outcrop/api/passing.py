"""Passes calls on for models that are drawn elsewhere: checked, counted and paid for here as any other call.

The body goes through untouched, both ways. Knows how a price is read from it; whether it is a good one is for the
other side to say.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from starlette.background import BackgroundTask
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response

from outcrop.api.body import read_body
from outcrop.api.enquiry import PASSED_ON, outline_of
from outcrop.api.identity import request_id_of
from outcrop.api.invocations import Exchanged
from outcrop.api.model_ids import Named
from outcrop.api.noting import note
from outcrop.api.order import order_of
from outcrop.api.reservation import reserved
from outcrop.api.waiting import unless_gone
from outcrop.catalog.card import ModelCard
from outcrop.catalog.load import Catalog
from outcrop.clock import day_of
from outcrop.dialects.delivered import delivered
from outcrop.errors import InvalidRequest, RefusedElsewhere
from outcrop.forward.upstream import Answer, Call, Upstream
from outcrop.jobs.reviewing import Holding
from outcrop.ledger.books import Books, Order
from outcrop.ledger.item import Item
from outcrop.ledger.quote import price_of
from outcrop.records.meter import Meter

SENT: Final = (
    "content-type",
    "accept",
    "x-amzn-bedrock-trace",
    "x-amzn-bedrock-guardrailidentifier",
    "x-amzn-bedrock-guardrailversion",
    "x-amzn-bedrock-performanceconfig-latency",
    "x-amzn-bedrock-service-tier",
    "x-amzn-bedrock-request-metadata",
    "x-amzn-bedrock-projectidentifier",
)
"""The headers that go on. All others end here: who asks, from where, and with which program is nobody else's affair."""

HELD: Final = (
    "Pictures of this kind are held for a review in this account, and those that Amazon Bedrock draws cannot be; "
    "ask who wrote the review policy."
)
USUAL: Final = {
    "content-type": "application/json",
    "x-amzn-bedrock-input-token-count": "0",
    "x-amzn-bedrock-output-token-count": "0",
}
"""Headers of an answer that does not bring them itself."""

logger = logging.getLogger("outcrop.api")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passing:
    """Where calls are passed on to, and who pays."""

    upstream: Upstream
    catalog: Catalog
    books: Books
    metrics: Meter
    holding: Holding
    """Which pictures wait for a review."""

    async def answer(self, request: Request, named: Named, exchanged: Exchanged) -> Response:
        """Pass a call on, and its answer back; `exchanged` gets the body as it was sent.

        Raises: RefusedElsewhere in the other side's words; InvalidRequest when its pictures would be held; the domain
        errors of the parts it calls.
        """
        body = exchanged.body = await read_body(request)
        card = named.card
        today = self.catalog.on(day_of(self.books.now()))
        call = Call(model=named.profile or card.id, headers=_sent(request.headers), body=body)
        order = order_of(request, named, today.prices.of(card.id).name)
        async with reserved(self.books, order, partial(self._items, order, card, today, body)) as reservation:
            answer = await self._invoke(request, call)
            number = await reservation.settle_counted(lambda: delivered(answer.body))
        if number > len(reservation.plans):
            most = len(reservation.plans)
            logger.warning("%s brought %s pictures and pays for %s.", request_id_of(request), number, most)
        self.metrics.count_pictures(card.id, number)
        # Client programs read the counts unguarded for every model, whether or not this answer has them.
        headers = {**USUAL, **answer.headers}
        return Response(answer.body, headers=headers, background=BackgroundTask(reservation.hand_over))

    def _items(self, order: Order, card: ModelCard, today: Catalog, body: bytes) -> Sequence[Item]:
        """The pictures that a body may bring.

        Raises: InvalidRequest when they would be held.
        """
        if self.holding.holds(order.account_id, card.id, order.tags, order.tags.get("campaign")):
            raise InvalidRequest(HELD)
        return _items(card, today, body)

    async def _invoke(self, request: Request, call: Call) -> Answer:
        place = {"inferenceRegion": self.upstream.region, "passedOnTo": "Amazon Bedrock"}
        note(request, place)
        try:
            answer = await unless_gone(asyncio.ensure_future(self.upstream.invoke(call)), request.receive)
        except RefusedElsewhere as error:
            note(request, _theirs(error.refused.request_id))
            raise
        note(request, _theirs(answer.request_id))
        return answer


def _theirs(request_id: str) -> dict[str, str]:
    return {"passedOnRequestID": request_id} if request_id else {}


def _sent(headers: Headers) -> Mapping[str, str]:
    """The headers that go on.

    Raises: InvalidRequest when one of them is not in ASCII, which two programs may read in two ways.
    """
    found = {name: headers[name] for name in SENT if name in headers}
    for name, value in found.items():
        if not (value.isascii() and value.isprintable()):
            raise InvalidRequest(f"The header '{name}' must be in printable ASCII.")
    return found


def _items(card: ModelCard, today: Catalog, body: bytes) -> Sequence[Item]:
    """The pictures that a body may bring, at the prices of our list; the dearest where it does not say which."""
    asked, prices = outline_of(body, card), today.prices.of(card.id)
    price = price_of(prices, card.id, asked.work)
    return [Item(model=card.id, operation=PASSED_ON, price=price)] * asked.images
