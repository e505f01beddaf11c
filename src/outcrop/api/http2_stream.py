"""One stream of an HTTP/2 connection: a request, its answer, and an application between. Knows no other stream.

What a client has sent and nobody has read is no more than its window, for a window opens again as the application
reads. What an application has said and the client does not take holds the application up, and not for ever.
"""

import asyncio
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final, final
from urllib.parse import unquote

from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.exceptions import ProtocolError
from starlette.types import ASGIApp, Message, Scope

from outcrop.api.patience import Deadline, seconds_for
from outcrop.api.unanswered import LATE, Unanswered

PIECE_BYTES: Final = 65_536
"""What a stream sends at once, at most, before another has its turn."""
_CONNECTIONS_OWN: Final = {b"connection", b"keep-alive", b"proxy-connection", b"transfer-encoding", b"upgrade"}
_METHOD = re.compile(rb"[-!#$%&'*+.^_`|~0-9A-Za-z]+")
_TARGET = re.compile(rb"[\x21-\x7e]+")

Headers = Sequence[tuple[bytes, bytes]]


@final
class Wire:
    """What all streams of a connection write to."""

    def __init__(
        self,
        h2: H2Connection,
        transport: asyncio.Transport,
        loop: asyncio.AbstractEventLoop,
        default_headers: Callable[[], Headers],
    ) -> None:
        """`default_headers` are what every answer has; they change with the time."""
        self.h2 = h2
        self.transport = transport
        self.loop = loop
        self.default_headers = default_headers
        self.takes = asyncio.Event()
        """Set while the transport takes more."""
        self.takes.set()

    def flush(self) -> None:
        """Send what there is to send."""
        data = self.h2.data_to_send()
        if data and not self.transport.is_closing():
            self.transport.write(data)


def read_head(headers: Headers) -> dict[str, Any] | None:
    """The part of an ASGI scope that a request's head decides; None when it is no request that HTTP/1.1 could carry."""
    pseudo = {name: value for name, value in headers if name.startswith(b":")}
    method, target = pseudo.get(b":method", b""), pseudo.get(b":path", b"")
    if not (_METHOD.fullmatch(method) and _TARGET.fullmatch(target)):
        return None
    raw_path, _, query = target.partition(b"?")
    rest = [(name, value) for name, value in headers if not name.startswith(b":")]
    if b":authority" in pseudo and all(name != b"host" for name, _ in rest):
        rest.insert(0, (b"host", pseudo[b":authority"]))
    return {
        "type": "http",
        "http_version": "2",
        "method": method.decode("ascii"),
        "path": unquote(raw_path.decode("ascii")),
        "raw_path": raw_path,
        "query_string": query,
        "headers": rest,
    }


@final
class Stream:
    """A request and its answer."""

    def __init__(self, stream_id: int, wire: Wire, scope: Scope, over: Callable[[], None]) -> None:
        """`over` is called once, when nothing more will come from either side."""
        self._id = stream_id
        self._wire = wire
        self._scope = scope
        self._over = over
        self._deadline = Deadline(wire.loop, self._late)
        self._body = bytearray()
        self._unread = 0
        self._whole = self._read = self._gone = self._began = self._answered = self._done = self._settled = False
        self._heard = asyncio.Event()
        self._may_send = asyncio.Event()
        self._expects_word = (b"expect", b"100-continue") in scope["headers"]
        self._deadline.begin()

    async def run(self, app: ASGIApp) -> None:
        """Let an application answer."""
        try:
            await app(self._scope, self._receive, self._send)
        finally:
            self._done = True
            if not self._answered:
                self.reset(ErrorCodes.INTERNAL_ERROR)
            self._settle()

    def feed(self, data: bytes, window: int) -> None:
        """Take bytes of the body, which took so much of the window."""
        self._deadline.put_off(len(data))
        self._unread += window
        if self._answered or self._gone:  # thrown away: whoever sends everything before they listen still reads it
            self._open_window()
            return
        self._body += data
        self._heard.set()

    def end(self) -> None:
        """The request has come to its end."""
        self._whole = True
        self._deadline.end()
        self._heard.set()
        self._settle()

    def go(self) -> None:
        """The client has gone, or will hear no more."""
        self._gone = True
        self._deadline.end()
        self._heard.set()
        self._may_send.set()
        self._open_window()
        self._settle()

    def _settle(self) -> None:
        """Tell, once, that nothing is left to do."""
        if self._done and (self._whole or self._gone) and not self._settled:
            self._settled = True
            self._over()

    def wake(self) -> None:
        """The client may take more."""
        self._may_send.set()

    def reset(self, code: ErrorCodes) -> None:
        """End it here and now, whatever the other side expects."""
        if not self._gone:
            with suppress(ProtocolError):  # it has ended by itself
                self._wire.h2.reset_stream(self._id, code)
            self.go()
            self._wire.flush()

    def _late(self) -> None:
        if not self._began:
            self._refuse(LATE)
        self.reset(ErrorCodes.NO_ERROR if self._answered else ErrorCodes.CANCEL)

    def _refuse(self, answer: Unanswered) -> None:
        """Answer in place of the application; a body that there is no window for is left out."""
        h2, body = self._wire.h2, answer.body()
        fits = len(body) <= h2.local_flow_control_window(self._id)
        h2.send_headers(self._id, [(":status", str(answer.status.value)), *answer.headers()], end_stream=not fits)
        if fits:
            h2.send_data(self._id, body, end_stream=True)
        self._wire.flush()
        self._began = self._answered = True

    def _open_window(self) -> None:
        """Let the client send as much as has been read."""
        unread, self._unread = self._unread, 0
        if unread and not self._wire.transport.is_closing():
            self._wire.h2.acknowledge_received_data(unread, self._id)
            self._wire.flush()

    async def _receive(self) -> Message:
        if self._expects_word and not (self._began or self._whole or self._gone):
            self._wire.h2.send_headers(self._id, [(":status", "100")])
            self._wire.flush()
        self._expects_word = False
        while not (self._gone or self._answered or self._body or (self._whole and not self._read)):
            self._heard.clear()
            await self._heard.wait()
        if self._gone or self._answered:
            return {"type": "http.disconnect"}
        body, self._body = self._body, bytearray()
        self._read = self._whole
        self._open_window()
        return {"type": "http.request", "body": bytes(body), "more_body": not self._whole}

    async def _send(self, message: Message) -> None:
        if self._gone or self._answered:
            return
        if message["type"] == "http.response.start":
            self._begin(message)
            return
        data = b"" if self._scope["method"] == "HEAD" else message.get("body", b"")
        try:
            async with asyncio.timeout(seconds_for(len(data))):
                await self._deliver(memoryview(data), last=not message.get("more_body", False))
        except TimeoutError:
            self.reset(ErrorCodes.CANCEL)

    def _begin(self, message: Message) -> None:
        headers = [*self._wire.default_headers(), *message.get("headers", ())]
        fit = [(name, value) for name, value in headers if name.lower() not in _CONNECTIONS_OWN]
        self._wire.h2.send_headers(self._id, [(b":status", b"%d" % message["status"]), *fit])
        self._wire.flush()
        self._began = True

    async def _deliver(self, data: memoryview, *, last: bool) -> None:
        while await self._room(len(data)):
            data = self._send_piece(data, last=last)
            if not data:
                break
            await asyncio.sleep(0)
        if last and not self._gone:
            self._answered = True
            self._body.clear()
            self._open_window()
            self._heard.set()

    async def _room(self, size: int) -> bool:
        """Wait until there is room for some of so many bytes; False when nobody waits for them any more."""
        while not self._gone:
            if not self._wire.takes.is_set():
                await self._wire.takes.wait()
            elif size and self._wire.h2.local_flow_control_window(self._id) <= 0:
                self._may_send.clear()
                await self._may_send.wait()
            else:
                return True
        return False

    def _send_piece(self, data: memoryview, *, last: bool) -> memoryview:
        """Send what there is room for, and give back the rest."""
        h2, sent = self._wire.h2, 0
        room = min(h2.local_flow_control_window(self._id), PIECE_BYTES)
        while True:
            size = max(0, min(len(data), room - sent, h2.max_outbound_frame_size))
            h2.send_data(self._id, data[:size], end_stream=last and size == len(data))
            data, sent = data[size:], sent + size
            if not data or sent == room:
                break
        self._wire.flush()
        return data
