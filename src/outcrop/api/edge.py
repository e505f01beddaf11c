"""The outermost layer: every request gets an id, a caller, an answer whatever happens, and one line in the log.

Knows HTTP; knows no operation. It holds the only broad `except` of the API.
"""

import asyncio
import logging
from collections.abc import Sequence
from typing import final
from urllib.parse import unquote

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from outcrop.api.audit import Audit
from outcrop.api.identity import Caller, Identity, caller_if_known
from outcrop.api.problems import problem
from outcrop.api.rest.problems import is_rest, rest_problem
from outcrop.clock import Clock, new_id
from outcrop.errors import OutcropError, Unavailable
from outcrop.log_lines import FIELDS, REQUEST_ID

LOGGED_PATH_CHARS = 200

logger = logging.getLogger("outcrop.api")


@final
class _Exchange:
    """One request and its answer, as far as they are known."""

    def __init__(self, scope: Scope, send: Send, audit: Audit | None) -> None:
        # Routes match the path as it was sent: an ARN's %2F is part of one segment, not a separator.
        self.scope = {**scope, "path": scope["raw_path"].decode("latin-1"), "state": dict(scope.get("state", {}))}
        self.id = new_id()
        self.caller: Caller | None = None
        self.status: int | None = None
        self.error: Exception | None = None
        self._send = send
        self._audit = audit

    async def send(self, message: Message) -> None:
        """Pass an ASGI message on, with the request's id on the answer's head; before that, the trail has its line."""
        if message["type"] == "http.response.start":
            await self._write_down()
            self.status = message["status"]
            MutableHeaders(scope=message)["x-amzn-RequestId"] = self.id
        await self._send(message)

    async def _write_down(self) -> None:
        if self._audit is None:
            return
        try:
            # Whoever signs in is known only once they have: that operation says it.
            caller = self.caller or caller_if_known(Request(self.scope))
            await self._audit.write(self.scope, self.id, caller, self.error)
        except Unavailable:
            if self.error is None:  # what failed anyway is answered as it failed
                raise


def _log(exchange: _Exchange, ms: float) -> None:
    """The one line of a request."""
    fields = {
        "key": str(exchange.caller or "-"),
        "method": exchange.scope["method"],
        "path": exchange.scope["path"][:LOGGED_PATH_CHARS],
        "status": exchange.status or "-",
        "ms": round(ms),
    }
    logger.info("%s %s ms", exchange.id, " ".join(map(str, fields.values())), extra={FIELDS: fields})


@final
class Edge:
    """ASGI middleware around the whole application."""

    def __init__(
        self,
        app: ASGIApp,
        identity: Identity,
        clock: Clock,
        audit: Audit | None = None,
        open_to_all: Sequence[Route] = (),
    ) -> None:
        """`open_to_all` are the routes of operations that ask nobody who they are."""
        self._app = app
        self._open_to_all = open_to_all
        self._identity = identity
        self._clock = clock
        self._audit = audit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = self._clock()
        exchange = _Exchange(scope, send, self._audit)
        REQUEST_ID.set(exchange.id)  # every request is answered in a task of its own
        try:
            await self._answer(exchange, receive)
        finally:
            _log(exchange, (self._clock() - began) * 1000)

    async def _answer(self, exchange: _Exchange, receive: Receive) -> None:
        error: Exception
        try:
            request = Request(exchange.scope, receive)
            if not self._is_open(exchange.scope):
                caller, request = await self._identity.identify(request)
                exchange.caller = request.state.caller = caller
            request.state.id = exchange.id
            await self._app(request.scope, request.receive, exchange.send)
        except OutcropError as expected:
            error = expected
        except asyncio.CancelledError:  # the server stops and has waited long enough
            error = Unavailable("The server is stopping. Try your request again in a moment.")
        except Exception as unexpected:  # the edge: a client gets an answer, the log the traceback
            logger.exception("%s failed unexpectedly", exchange.id)
            error = unexpected
        else:
            return
        if exchange.status is None:  # otherwise the answer has begun, and all that is left is to end it short
            exchange.error = error
            await _told(error, exchange)(exchange.scope, receive, exchange.send)

    def _is_open(self, scope: Scope) -> bool:
        return any(route.matches(scope)[0] is Match.FULL for route in self._open_to_all)


def _told(error: Exception, exchange: _Exchange) -> Response:
    """The answer to whoever asked: in the form of Outcrop's own REST there, and elsewhere in Bedrock's."""
    if is_rest(exchange.scope["path"]):
        return rest_problem(error, exchange.id)
    return problem(error, unquote(exchange.scope.get("path_params", {}).get("model_id", "")))
