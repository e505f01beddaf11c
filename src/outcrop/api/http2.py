"""A connection that speaks HTTP/2: many requests at once, each in a stream of its own. Knows no operation.

The frames are h2's; here is what a server has to say no to. Frames and heads that are too long, streams beyond those
agreed on, requests that are called off as soon as they are made, and frames without end that carry nothing: each
would otherwise cost the server more than the client.
"""

import asyncio
import logging
from typing import Any, Final, final

from h2.config import H2Configuration
from h2.connection import ConnectionInputs, H2Connection, H2ConnectionStateMachine
from h2.errors import ErrorCodes
from h2.events import (
    ConnectionTerminated,
    DataReceived,
    Event,
    PingReceived,
    PriorityUpdated,
    RemoteSettingsChanged,
    RequestReceived,
    StreamEnded,
    StreamReset,
    UnknownFrameReceived,
    WindowUpdated,
)
from h2.exceptions import ProtocolError
from h2.settings import SettingCodes, Settings
from uvicorn import Config
from uvicorn.protocols.utils import get_local_addr, get_remote_addr, is_ssl
from uvicorn.server import ServerState

from outcrop.access.quotas import Bucket
from outcrop.api.http2_frames import MAX_HEAD_BYTES, Frames
from outcrop.api.http2_stream import Stream, Wire, read_head
from outcrop.api.patience import GRACE_S, Deadline

MAX_STREAMS: Final = 128
"""Requests under way on one connection; clients that have not been told yet count on 100."""
STREAM_WINDOW: Final = 262_144
"""Bytes of a body that a client may send before the application has read them."""
CONNECTION_WINDOW: Final = 1_048_576
"""The same of all bodies of a connection together."""
HELD_BYTES: Final = 1_048_576
"""What may wait for a client that does not read: answers to its own frames, since those of the application wait."""
LINGER_S: Final = 1.0
"""Seconds to hang up after the last word: closed at once, with frames of the client's unread, it might not arrive."""
HEADER_TABLE_BYTES: Final = 4096
"""What is remembered of headers that were sent, however much a client offers to remember."""
EMPTY_PER_MINUTE: Final = 600
"""Frames that carry nothing, and requests that were called off; as many at once as in a minute."""

logger = logging.getLogger("outcrop.api")


@final
class Lasting(H2ConnectionStateMachine):
    """A client that will ask nothing more still gets its answers; to h2, a GOAWAY is the end of everything."""

    def process_input(self, input_: ConnectionInputs) -> list[Event]:
        """Go on, whoever said that they will begin no more streams."""
        if input_ in {ConnectionInputs.RECV_GOAWAY, ConnectionInputs.SEND_GOAWAY}:
            return []
        return super().process_input(input_)


def _h2() -> H2Connection:
    """The server's side of a connection, with what it lets a client do."""
    h2 = H2Connection(H2Configuration(client_side=False, header_encoding=None))
    h2.state_machine = Lasting()
    h2.local_settings = Settings(
        client=False,
        initial_values={
            SettingCodes.MAX_CONCURRENT_STREAMS: MAX_STREAMS,
            SettingCodes.INITIAL_WINDOW_SIZE: STREAM_WINDOW,
            SettingCodes.MAX_HEADER_LIST_SIZE: MAX_HEAD_BYTES,
        },
    )
    h2.decoder.max_header_list_size = MAX_HEAD_BYTES
    return h2


def _tell(stream: Stream, event: DataReceived | StreamEnded | StreamReset) -> None:
    match event:
        case DataReceived():
            stream.feed(event.data, event.flow_controlled_length)
        case StreamEnded():
            stream.end()
        case StreamReset():
            stream.go()


def _is_empty(event: Event) -> bool:
    """Whether a frame took a request back, or carried nothing."""
    if isinstance(event, DataReceived):
        return not event.data and event.stream_ended is None
    return isinstance(
        event, StreamReset | PingReceived | PriorityUpdated | UnknownFrameReceived | RemoteSettingsChanged
    )


@final
class Http2(asyncio.Protocol):
    """The connection: its streams come and go, and it lasts as long as one does, and a rest."""

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
        self._frames = Frames()
        self._streams: dict[int, Stream] = {}
        self._leaving = self._deaf = False
        self._rest: asyncio.TimerHandle | None = None
        self._bucket = Bucket(tokens=EMPTY_PER_MINUTE, at=self._loop.time())

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Say what a client may do, and wait for its first request."""
        assert isinstance(transport, asyncio.Transport)
        self._wire = Wire(_h2(), transport, self._loop, lambda: self._state.default_headers)
        self._delivery = Deadline(self._loop, transport.abort)
        self._state.connections.add(self)  # type: ignore[arg-type]  # uvicorn asks nothing of it but `shutdown`
        self._place = {
            "asgi": {"version": self._config.asgi_version, "spec_version": "2.3"},
            "server": get_local_addr(transport),
            "client": get_remote_addr(transport),
            "scheme": "https" if is_ssl(transport) else "http",
            "root_path": self._config.root_path,
        }
        h2 = self._wire.h2
        h2.initiate_connection()
        h2.increment_flow_control_window(CONNECTION_WINDOW - h2.inbound_flow_control_window)
        self._wire.flush()
        self._rest = self._loop.call_later(GRACE_S, self._close)

    def data_received(self, data: bytes) -> None:
        """Take bytes of any of its streams."""
        if self._deaf:
            return
        if not self._frames.follow(data):
            self._close(ErrorCodes.FRAME_SIZE_ERROR)
            return
        try:
            events = self._wire.h2.receive_data(data)
        except ProtocolError:  # h2 has said so to the client
            self._hang_up()
            return
        for event in events:
            if self._deaf:
                break
            self._hear(event)
        self._wire.flush()
        if self._wire.transport.get_write_buffer_size() > HELD_BYTES:
            self._wire.transport.abort()

    def connection_lost(self, _: Exception | None) -> None:
        """Everybody who waits hears that the client has gone."""
        self._state.connections.discard(self)
        self._delivery.end()
        self._rest_no_more()
        self._leave()
        self._wire.takes.set()

    def pause_writing(self) -> None:
        """The client does not read: answers wait, and not for ever."""
        self._wire.takes.clear()
        self._delivery.begin(self._wire.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        """It reads again."""
        self._wire.takes.set()
        self._delivery.end()

    def shutdown(self) -> None:
        """Begin no more streams, and close when the last one has ended."""
        self._leaving = True
        self._wire.h2.close_connection()
        self._wire.flush()
        if not self._streams:
            self._wire.transport.close()

    def _hear(self, event: Event) -> None:
        """What a frame means for the connection; the rest its stream hears."""
        match event:
            case RequestReceived():
                self._open(event)
            case WindowUpdated() | RemoteSettingsChanged():
                self._wake(event)
            case ConnectionTerminated():
                self._leaving = True
                self._close_if_done()
            case DataReceived() | StreamEnded() | StreamReset() if event.stream_id in self._streams:
                _tell(self._streams[event.stream_id], event)
        if _is_empty(event):
            self._spend()

    def _wake(self, event: WindowUpdated | RemoteSettingsChanged) -> None:
        """Go on with the answers that there may now be room for."""
        if isinstance(event, RemoteSettingsChanged):
            encoder = self._wire.h2.encoder
            encoder.header_table_size = min(encoder.header_table_size, HEADER_TABLE_BYTES)
        elif event.stream_id:
            if event.stream_id in self._streams:
                self._streams[event.stream_id].wake()
            return
        for stream in self._streams.values():
            stream.wake()

    def _open(self, event: RequestReceived) -> None:
        stream_id = event.stream_id
        head = read_head(event.headers)
        if head is None or self._leaving or len(self._streams) >= MAX_STREAMS:
            self._wire.h2.reset_stream(
                stream_id, ErrorCodes.PROTOCOL_ERROR if head is None else ErrorCodes.REFUSED_STREAM
            )
            return
        self._rest_no_more()
        scope = {**head, **self._place, "state": self._app_state.copy()}
        stream = self._streams[stream_id] = Stream(stream_id, self._wire, scope, lambda: self._ended(stream_id))
        task = self._loop.create_task(stream.run(self._config.loaded_app))
        self._state.tasks.add(task)
        task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._state.tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("An answer over HTTP/2 failed unexpectedly", exc_info=error)

    def _ended(self, stream_id: int) -> None:
        del self._streams[stream_id]
        self._state.total_requests += 1
        self._close_if_done()
        if not self._streams and not self._wire.transport.is_closing():
            self._rest = self._loop.call_later(self._config.timeout_keep_alive, self._close)

    def _rest_no_more(self) -> None:
        if self._rest is not None:
            self._rest.cancel()
        self._rest = None

    def _spend(self) -> None:
        """One more frame that carries nothing; there may not be too many of them."""
        left = self._bucket.filled(EMPTY_PER_MINUTE, self._loop.time()).taken()
        if left is None:
            self._close(ErrorCodes.ENHANCE_YOUR_CALM)
        else:
            self._bucket = left

    def _close_if_done(self) -> None:
        if self._leaving and not self._streams:
            self._loop.call_later(LINGER_S, self._wire.transport.close)

    def _close(self, code: ErrorCodes = ErrorCodes.NO_ERROR) -> None:
        """Say goodbye and hang up."""
        self._wire.h2.close_connection(code)
        self._hang_up()

    def _hang_up(self) -> None:
        """Send what there is to send, and hear no more."""
        self._deaf = True
        self._wire.flush()
        self._delivery.begin(self._wire.transport.get_write_buffer_size())
        self._loop.call_later(LINGER_S, self._wire.transport.close)
        self._leave()

    def _leave(self) -> None:
        for stream in list(self._streams.values()):
            stream.go()
