"""A client that speaks HTTP/2 to a peer of the tests, frame by frame. Knows no operation."""

from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import (
    ConnectionTerminated,
    DataReceived,
    Event,
    InformationalResponseReceived,
    ResponseReceived,
    StreamEnded,
    StreamReset,
)
from h2.settings import SettingCodes, Settings
from hyperframe.frame import Frame, GoAwayFrame

from outcrop.api.http2 import LINGER_S, Lasting
from outcrop.api.http2_frames import HEAD_BYTES
from tests.api.peers import Peer

HEAD = (":method", "POST"), (":path", "/a%2Fb?c=d"), (":scheme", "http"), (":authority", "here")
Fields = Iterable[tuple[str, str]]


class Client:
    """What a client has heard, by stream. It hands out no more window than it is told to."""

    def __init__(self, peer: Peer) -> None:
        self.h2 = H2Connection(H2Configuration(client_side=True))
        self.h2.state_machine = Lasting()
        self.statuses: dict[int, str] = {}
        self.interim: dict[int, str] = {}
        self.headers: dict[int, dict[str, str]] = {}
        self.bodies: dict[int, bytes] = defaultdict(bytes)
        self.ended: set[int] = set()
        self.reset: dict[int, int] = {}
        self.goaway: int | None = None
        self.closed = False
        self.takes = True
        """Whether it gives back the window of what it has heard."""
        self._peer = peer

    async def greet(self, window: int | None = None) -> None:
        """Begin the connection; `window` is what it lets each answer send."""
        if window is not None:
            self.h2.local_settings = Settings(client=True, initial_values={SettingCodes.INITIAL_WINDOW_SIZE: window})
        self.h2.initiate_connection()
        await self.flush()
        await self.hear()

    async def ask(self, stream_id: int, body: bytes | None = b"", more: Fields = (), head: Fields = HEAD) -> None:
        """Begin a request; with a body, end it as well."""
        self.h2.send_headers(stream_id, [*head, *more], end_stream=body == b"")
        await self.flush()
        if body:
            await self.say(stream_id, body, last=True)

    async def say(self, stream_id: int, body: bytes, *, last: bool) -> None:
        """Send some of a body, as its window opens."""
        while body:
            room = min(len(body), self.h2.local_flow_control_window(stream_id), self.h2.max_outbound_frame_size)
            if room:
                self.h2.send_data(stream_id, body[:room], end_stream=last and room == len(body))
                await self.flush()
                body = body[room:]
            else:
                await self.hear()

    async def flush(self) -> None:
        """Send what h2 has written."""
        with suppress(ConnectionError):  # what it said last is still to be read
            await self._peer.send(self.h2.data_to_send())

    async def hear(self) -> None:
        """Take what comes next."""
        assert not self.closed, f"the server has hung up: {self.goaway!r}"
        data = await self._peer.read()
        self.closed = not data
        for event in self.h2.receive_data(data):
            self._note(event)
        await self.flush()

    async def answer(self, *stream_ids: int) -> None:
        """Hear until each of the streams has ended, or the connection has."""
        while not self.closed and not all(one in self.ended or one in self.reset for one in stream_ids):
            await self.hear()

    async def end(self) -> None:
        """Hear why the server sends it away, and that the server then hangs up, whether or not the client does."""
        said = b""
        while self.goaway is None:
            said += await self._peer.read()
            self.goaway = _reason(said)
        await self._peer.later(LINGER_S)
        while await self._peer.read():
            pass

    def _note(self, event: Event) -> None:
        match event:
            case InformationalResponseReceived():
                self.interim[event.stream_id] = _text(event.headers)[":status"]
            case ResponseReceived():
                self.headers[event.stream_id] = _text(event.headers)
                self.statuses[event.stream_id] = self.headers[event.stream_id][":status"]
            case DataReceived() if event.data:
                self.bodies[event.stream_id] += event.data
                if self.takes:
                    self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            case StreamEnded():
                self.ended.add(event.stream_id)
            case StreamReset():
                self.reset[event.stream_id] = ErrorCodes(event.error_code or 0)
            case ConnectionTerminated():
                self.goaway = ErrorCodes(event.error_code or 0)
            case _:
                pass


def _text(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode(): value.decode() for name, value in headers}


def _reason(said: bytes) -> int | None:
    """The code of a GOAWAY among frames."""
    while len(said) >= HEAD_BYTES:
        frame, length = Frame.parse_frame_header(memoryview(said[:HEAD_BYTES]))
        if isinstance(frame, GoAwayFrame) and len(said) >= HEAD_BYTES + length:
            frame.parse_body(memoryview(said[HEAD_BYTES : HEAD_BYTES + length]))
            return ErrorCodes(frame.error_code)
        said = said[HEAD_BYTES + length :]
    return None
