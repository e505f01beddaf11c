"""The operations of `bedrock-runtime`: making pictures. Knows its headers and texts; a body is its dialect's business.

Source: Amazon Bedrock API reference, "InvokeModel"; botocore's `bedrock-runtime` service model for names and limits.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from starlette.background import BackgroundTask
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from outcrop.access.quotas import Quotas
from outcrop.api.body import read_body
from outcrop.api.constraints import one_of, refuse
from outcrop.api.drawing import draw
from outcrop.api.guarded import Asked, Guarded, Intervened, asked_guardrail, guarded
from outcrop.api.guarding import Guarding
from outcrop.api.identity import caller_of
from outcrop.api.invocations import Exchanged, Invocations
from outcrop.api.invoked import Invocable
from outcrop.api.keeping import Keeping
from outcrop.api.manner import Manner
from outcrop.api.measured import measured
from outcrop.api.model_ids import Named
from outcrop.api.noting import note, note_warned
from outcrop.api.order import order_of
from outcrop.api.passing import Passing
from outcrop.api.projects import HEADER, check_project
from outcrop.api.reservation import Reservation, reserved
from outcrop.catalog.card import ModelCard
from outcrop.catalog.load import Catalog
from outcrop.clock import Clock, day_of
from outcrop.dialects.dialect import Filtered, Result
from outcrop.dialects.table import DIALECTS
from outcrop.engine.engine import Errand
from outcrop.errors import InvalidRequest, Withheld
from outcrop.flow import Flow, Picture
from outcrop.jobs.looking import held_back
from outcrop.jobs.reviewing import Holding
from outcrop.jobs.screening import Screening
from outcrop.ledger.books import Books, Order
from outcrop.operations.table import plan, without_file
from outcrop.plan import Plan
from outcrop.records.meter import Meter
from outcrop.units import Seed

JSON = "application/json"
_ENUMS = {
    "trace": ("X-Amzn-Bedrock-Trace", ("ENABLED", "DISABLED", "ENABLED_FULL")),
    "performanceConfigLatency": ("X-Amzn-Bedrock-PerformanceConfig-Latency", ("standard", "optimized")),
    "serviceTier": ("X-Amzn-Bedrock-Service-Tier", ("priority", "default", "flex", "reserved")),
}
"""Member of InvokeModel to the header that carries it and the values it may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BedrockRuntime:
    """The data plane, over what it needs to make a picture."""

    catalog: Catalog
    models: Invocable
    books: Books
    flow: Flow
    clock: Clock
    random_seed: Callable[[], Seed]
    manner: Manner
    quotas: Quotas
    screening: Screening
    holding: Holding
    invocations: Invocations
    guarding: Guarding
    metrics: Meter
    keeping: Keeping | None = None
    """Where pictures are kept that are answered at once, where they are."""
    passing: Passing | None = None
    """How calls leave for models that are not drawn here; needed where there are some."""

    def routes(self) -> list[Route]:
        """Every operation, by AWS's name for it, on a path that is still percent-encoded."""
        return [
            _post("InvokeModel", "invoke", self.invoke),
            _post("InvokeModelWithResponseStream", "invoke-with-response-stream", self.refuse_streaming),
            _post("Converse", "converse", partial(self.refuse_chat, "Converse")),
            _post("ConverseStream", "converse-stream", partial(self.refuse_chat, "ConverseStream")),
            _post("CountTokens", "count-tokens", partial(self.refuse_chat, "CountTokens")),
        ]

    async def invoke(self, request: Request) -> Response:
        """InvokeModel: make what the body asks for and answer when it is there.

        Raises: the domain errors of the parts it calls.
        """
        began = self.clock()
        asked = asked_guardrail(request.headers)
        named = await self._model(request, "InvokeModel", asked)
        card = named.card
        account = caller_of(request).user.account_id
        with (
            measured(self.metrics, card, self.clock),
            self.quotas.admitted(account, card.id),
            self.invocations.taken_down(request) as exchanged,
        ):
            if card.tier.backend == "engine":
                guard = await guarded(request, asked, self.guarding, self.clock)
                exchanged.response = await self._invoke(request, named, exchanged, guard)
                latency = str(round((self.clock() - began) * 1000))
                exchanged.response.headers["x-amzn-bedrock-invocation-latency"] = latency
            else:
                assert self.passing is not None
                exchanged.response = await self.passing.answer(request, named, exchanged)
            return exchanged.response

    async def _invoke(self, request: Request, named: Named, exchanged: Exchanged, guard: Guarded | None) -> Response:
        _check_headers(request.headers)
        card = named.card
        today = self.catalog.on(day_of(self.books.now()))  # asked once: prices and their list are of one day
        order = order_of(request, named, today.prices.of(card.id).name)
        exchanged.body = await read_body(request)
        try:
            plans = partial(self._plan, request, order, card, today, exchanged, guard)
            async with reserved(self.books, order, plans) as reservation:
                answer = await self._draw(request, card, reservation, guard)
        except Withheld as withheld:
            return self._without_pictures(request, card, withheld, guard)
        if self.keeping is not None:
            await asyncio.to_thread(self.keeping.keep, order, reservation.pictures)
        self.metrics.count_pictures(card.id, reservation.delivered)
        answer = answer if guard is None else guard.marked(answer)
        return _answer(answer, BackgroundTask(reservation.hand_over))

    async def _draw(
        self, request: Request, card: ModelCard, reservation: Reservation[Plan], guard: Guarded | None
    ) -> bytes:
        account = caller_of(request).user.account_id
        errand = Errand(account=account, priority="interactive", waits_for_weights=self.manner.waits_for_weights)
        pictures = await draw(self.flow, reservation.plans, errand, request.receive)
        return await reservation.settle(pictures, partial(self._looked_at, request, card, pictures, guard))

    def _looked_at(
        self, request: Request, card: ModelCard, pictures: Sequence[Picture], guard: Guarded | None
    ) -> tuple[bytes, list[bool]]:
        """The answer with pictures that were made, and which of them are delivered in it.

        Raises: InvalidRequest where the family answers an error to what was filtered; Intervened.
        """
        if guard is not None:
            guard.release(pictures)
        outcomes = self.screening.looking.outcomes(caller_of(request).user.account_id, pictures)
        withheld = held_back(outcomes)
        if withheld is not None:
            note(request, withheld.record)
            self.metrics.count_filtered(card.id, withheld.stage)
        passed = [isinstance(outcome, Result) for outcome in outcomes]
        return DIALECTS[card.dialect].render(outcomes), passed

    async def _model(self, request: Request, operation: str, asked: Asked | None = None) -> Named:
        """The model that the path names, if whoever asks may do that with it and their account has access to it."""
        account = caller_of(request).user.account_id
        guardrail = None if asked is None else asked.arn(self.models.region, account)
        return await self.models.find(request, operation, request.path_params["model_id"], guardrail=guardrail)

    def _without_pictures(
        self, request: Request, card: ModelCard, withheld: Withheld, guard: Guarded | None
    ) -> Response:
        """What the family answers where a filter left no picture, or where a guardrail did.

        Raises: InvalidRequest where that is an error.
        """
        note(request, withheld.record)
        self.metrics.count_filtered(card.id, withheld.stage)
        dialect = DIALECTS[card.dialect]
        if isinstance(withheld, Intervened) and guard is not None:
            return _answer(guard.intervention(dialect))
        return _answer(dialect.render([Filtered(stage=withheld.stage)]))

    def _plan(
        self,
        request: Request,
        order: Order,
        card: ModelCard,
        today: Catalog,
        exchanged: Exchanged,
        guard: Guarded | None,
    ) -> tuple[Plan, ...]:
        self.holding.refuse_at_once(order.account_id, card.id, order.tags)
        asked = DIALECTS[card.dialect].parse(self.invocations.body_of(exchanged, order.account_id), card)
        asked = asked if card.tier.credentials else without_file(asked)
        note_warned(request, self.screening.screen(order.account_id, asked))
        asked = asked if guard is None else guard.admit(asked)
        return plan(asked, card.id, today, self.random_seed)

    async def refuse_streaming(self, request: Request) -> Response:
        """InvokeModelWithResponseStream, which no image model has.

        Raises: InvalidRequest; NoSuchModel; Denied.
        """
        await self._model(request, "InvokeModelWithResponseStream")
        raise InvalidRequest("The model is unsupported for streaming.")

    async def refuse_chat(self, operation: str, request: Request) -> Response:
        """Converse, ConverseStream and CountTokens, which no image model has.

        Raises: InvalidRequest; NoSuchModel; Denied.
        """
        await self._model(request, operation)
        raise InvalidRequest(
            "This action doesn't support the model that you provided. Try again with a supported text or chat model."
        )


def _post(operation: str, verb: str, endpoint: Callable[[Request], Awaitable[Response]]) -> Route:
    return Route(f"/model/{{model_id}}/{verb}", endpoint, methods=["POST"], name=operation)


def _answer(body: bytes, background: BackgroundTask | None = None) -> Response:
    # Client programs read the counts unguarded for every model; a picture has no tokens.
    counts = {f"x-amzn-bedrock-{way}-token-count": "0" for way in ("input", "output")}
    return Response(body, media_type=JSON, headers=counts, background=background)


def _check_headers(headers: Headers) -> None:
    violations = [
        violation
        for member, (header, allowed) in _ENUMS.items()
        for violation in one_of(member, headers.get(header), allowed)
    ]
    refuse(violations)
    check_project(headers.get(HEADER))
    content_type = headers.get("content-type") or JSON
    if JSON not in _media_types(content_type):
        raise InvalidRequest(f"The content type '{content_type[:100]}' is not supported; send '{JSON}'.")
    accept = headers.get("accept") or JSON
    if not {JSON, "application/*", "*/*"} & _media_types(accept):
        raise InvalidRequest(f"The accept type '{accept[:100]}' is not supported; ask for '{JSON}'.")


def _media_types(header: str) -> set[str]:
    """The media types that a header lists, without their parameters."""
    return {part.partition(";")[0].strip().lower() for part in header.split(",")}
