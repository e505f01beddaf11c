"""One client's connection, until it is known which HTTP it speaks: the first bytes tell. Knows no request."""

import asyncio
from typing import Any, Final, final

from uvicorn import Config
from uvicorn.server import ServerState

from outcrop.api.http1 import Http1
from outcrop.api.http2 import Http2
from outcrop.api.http2_frames import PREFACE
from outcrop.api.patience import Deadline

KEEP_ALIVE_S: Final = 65
"""Seconds that a connection may rest after an answer; clients keep theirs in pools, as AWS lets them."""
ALPN: Final = ["h2", "http/1.1"]
"""What is offered over TLS. What a client then chooses shows in its first bytes, as it does without TLS."""


@final
class Connection(asyncio.Protocol):
    """What uvicorn makes for every connection: HTTP/2 where its preface comes first, HTTP/1.1 otherwise."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self._config = config
        self._state = server_state
        self._app_state = app_state
        self._loop = _loop or asyncio.get_running_loop()
        self._first = b""
        self._deadline = Deadline(self._loop, self.shutdown)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for the first bytes."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._state.connections.add(self)  # type: ignore[arg-type]  # uvicorn asks nothing of it but `shutdown`
        self._deadline.begin()

    def data_received(self, data: bytes) -> None:
        """Give the connection to whoever speaks its language, as soon as that is known."""
        self._first += data
        if self._first == PREFACE[: len(self._first)] and len(self._first) < len(PREFACE):
            return
        self._forget()
        speaker = Http2 if self._first.startswith(PREFACE) else Http1
        protocol = speaker(self._config, self._state, self._app_state, self._loop)
        self._transport.set_protocol(protocol)
        protocol.connection_made(self._transport)
        protocol.data_received(self._first)

    def connection_lost(self, _: Exception | None) -> None:
        """Stop waiting."""
        self._forget()

    def shutdown(self) -> None:
        """Close: nobody has asked for anything yet."""
        self._transport.close()

    def _forget(self) -> None:
        self._deadline.end()
        self._state.connections.discard(self)
