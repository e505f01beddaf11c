"""One client's HTTP connection, which does not wait for ever: a request has to arrive in time. Knows no operation.

Whoever sends a head or a body a byte at a time would otherwise hold a connection, and what it has read, as long as
they like. How long an answer takes, and how long a connection rests between requests, is no matter of this.
"""

import json
from asyncio import TimerHandle, Transport
from http import HTTPStatus
from typing import Final, final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

GRACE_S: Final = 20.0
"""Seconds that any request may take to arrive."""
LEAST_RATE: Final = 16_384
"""Bytes that buy a request one more second."""
KEEP_ALIVE_S: Final = 65
"""Seconds that a connection may rest after an answer; clients keep theirs in pools, as AWS lets them."""

_STILL_ARRIVING = (h11.IDLE, h11.SEND_BODY)
_NOTHING_ANSWERED = (h11.IDLE, h11.SEND_RESPONSE)


@final
class Connection(H11Protocol):
    """Uvicorn's protocol over h11, with an end to its patience and errors as clients of AWS read them."""

    _deadline: TimerHandle | None = None
    _began = 0.0
    _received = 0

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._begin()

    def data_received(self, data: bytes) -> None:
        """Take bytes of a request."""
        if self._deadline is None:
            self._begin()
        self._received += len(data)
        super().data_received(data)
        if self.conn.their_state not in _STILL_ARRIVING:
            self._end()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._end()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP, or has a head that is too long."""
        self._end()
        self._answer(HTTPStatus.BAD_REQUEST, "ValidationException", msg)

    def _begin(self) -> None:
        self._began, self._received = self.loop.time(), 0
        self._deadline = self.loop.call_later(GRACE_S, self._look)

    def _end(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = None

    def _look(self) -> None:
        """Wait on, for as long as what has come deserves it."""
        ends = self._began + GRACE_S + self._received / LEAST_RATE
        if self.loop.time() < ends:
            self._deadline = self.loop.call_at(ends, self._look)
            return
        self._deadline = None
        if self._received and self.conn.our_state in _NOTHING_ANSWERED:
            why = f"Your request did not arrive in time: {GRACE_S:g} seconds, and one for every {LEAST_RATE:,} bytes."
            self._answer(HTTPStatus.REQUEST_TIMEOUT, "RequestTimeoutException", why)
        self.transport.close()

    def _answer(self, status: HTTPStatus, code: str, message: str) -> None:
        """Answer in place of the application, which hears that the client has gone."""
        body = json.dumps({"message": message}).encode()
        lines = (
            f"HTTP/1.1 {status.value} {status.phrase}",
            f"x-amzn-ErrorType: {code}",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
            "Connection: close",
        )
        if self.cycle is not None:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.transport.write("\r\n".join([*lines, "", ""]).encode("ascii") + body)
        self.transport.close()
