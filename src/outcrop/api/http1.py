"""A connection that speaks HTTP/1.1, and does not wait for ever. Knows no operation.

Whoever sends a head or a body a byte at a time, or does not take what was asked for, would otherwise hold a
connection, and what it has read, as long as they like. How long an answer takes to be there, and how long a
connection rests between requests, is no matter of this.
"""

from asyncio import AbstractEventLoop, Transport
from http import HTTPStatus
from typing import Any, final

import h11
from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from outcrop.api.patience import Deadline
from outcrop.api.unanswered import LATE, Unanswered

_STILL_ARRIVING = (h11.IDLE, h11.SEND_BODY)
_NOTHING_ANSWERED = (h11.IDLE, h11.SEND_RESPONSE)


@final
class Http1(H11Protocol):
    """Uvicorn's protocol over h11, with an end to its patience and errors as clients of AWS read them."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._arrival = Deadline(self.loop, self._late)
        self._delivery = Deadline(self.loop, self._abort)

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._arrival.begin()

    def data_received(self, data: bytes) -> None:
        """Take bytes of a request."""
        if not self._arrival.is_running:
            self._arrival.begin()
        self._arrival.put_off(len(data))
        super().data_received(data)
        if self.conn.their_state not in _STILL_ARRIVING:
            self._arrival.end()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._arrival.end()
        self._delivery.end()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Begin to wait for the client to take what is there."""
        self._delivery.begin(self.transport.get_write_buffer_size())
        super().pause_writing()

    def resume_writing(self) -> None:
        """Stop waiting for that."""
        self._delivery.end()
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP, or has a head that is too long."""
        self._arrival.end()
        self._answer(Unanswered(status=HTTPStatus.BAD_REQUEST, code="ValidationException", message=msg))

    def _late(self) -> None:
        if self._arrival.size and self.conn.our_state in _NOTHING_ANSWERED:
            self._answer(LATE)
        self.transport.close()

    def _answer(self, answer: Unanswered) -> None:
        """Answer in place of the application, which hears that the client has gone."""
        lines = [f"HTTP/1.1 {answer.status.value} {answer.status.phrase}"]
        lines += [f"{name}: {value}" for name, value in answer.headers()]
        if self.cycle is not None:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.transport.write("\r\n".join([*lines, "Connection: close", "", ""]).encode("ascii") + answer.body())
        self.transport.close()

    def _abort(self) -> None:
        self.transport.abort()
