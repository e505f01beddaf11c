"""A connection's patience, on real sockets and a clock that the test moves; and that hundreds are held at once."""

import asyncio
import fcntl
import http.client
import json
import socket
import sys
import termios
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, closing

import pytest
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn import Config
from uvicorn.server import ServerState

from outcrop.api.connection import GRACE_S, KEEP_ALIVE_S, LEAST_RATE, Connection
from tests.conftest import CANVAS
from tests.serving import SIGNED, Serving

SOON_S = GRACE_S - 1
IDLE, BUSY = 500, 64
BODY = json.dumps(
    {
        "taskType": "TEXT_IMAGE",
        "textToImageParams": {"text": "a red apple"},
        "imageGenerationConfig": {"width": 320, "height": 320},
    }
).encode()


class Loop(asyncio.SelectorEventLoop):
    """An event loop whose clock can be put forward."""

    ahead_s = 0.0

    def time(self) -> float:
        """Seconds."""
        return super().time() + self.ahead_s


class Application:
    """Reads a body to its end and answers; remembers clients that went away."""

    def __init__(self) -> None:
        self.reads = True
        self.gate = asyncio.Event()
        self.gate.set()
        self.gone = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        try:
            body = await Request(scope, receive).body() if self.reads else b"unread"
        except ClientDisconnect:
            self.gone.set()
            return
        await self.gate.wait()
        await Response(body)(scope, receive, send)


class Peer:
    """The other end of a connection to an application of its own."""

    def __init__(self, loop: Loop, app: Application, ours: socket.socket, theirs: socket.socket) -> None:
        self.app = app
        self._loop = loop
        self._ours = ours
        self._theirs = theirs

    async def send(self, data: bytes) -> None:
        """Send bytes, and wait until they are there."""
        await self._loop.sock_sendall(self._ours, data)
        while _waiting(self._theirs):  # noqa: ASYNC110  nobody but the kernel knows
            await asyncio.sleep(0)

    async def read(self) -> bytes:
        """What comes next; nothing when the connection is closed."""
        return await self._loop.sock_recv(self._ours, 65536)

    async def later(self, seconds: float) -> None:
        """Let time pass."""
        self._loop.ahead_s += seconds
        for _ in range(3):
            await asyncio.sleep(0)

    async def is_open(self) -> bool:
        """Whether the connection is still held, and nothing was said on it."""
        try:
            async with asyncio.timeout(0):
                await self.read()
        except TimeoutError:
            return True
        return False


def _waiting(taker: socket.socket) -> int:
    """Bytes that a socket has received and nobody has taken."""
    return int.from_bytes(fcntl.ioctl(taker.fileno(), termios.FIONREAD, bytes(4)), sys.byteorder)


@asynccontextmanager
async def _connected(loop: Loop) -> AsyncIterator[Peer]:
    app = Application()
    config = Config(app, http=Connection, timeout_keep_alive=KEEP_ALIVE_S, log_config=None, lifespan="off")
    config.load()
    ours, theirs = socket.socketpair()
    ours.settimeout(0)
    connection = Connection(config, ServerState(), {}, _loop=loop)
    transport, _ = await loop.connect_accepted_socket(lambda: connection, theirs)
    try:
        yield Peer(loop, app, ours, theirs)
    finally:
        transport.close()
        ours.close()
        await asyncio.sleep(0)


Test = Callable[[Peer], Awaitable[None]]


@pytest.fixture
def run() -> Iterator[Callable[[Test], None]]:
    """Runs a test on a connection of its own."""
    with closing(Loop()) as loop:

        async def whole(test: Test) -> None:
            async with _connected(loop) as peer:
                await test(peer)

        yield lambda test: loop.run_until_complete(whole(test))


def head(length: int) -> bytes:
    """A request's head that declares a body."""
    return f"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: {length}\r\n\r\n".encode()


def test_a_connection_that_says_nothing_is_closed(run: Callable[[Test], None]) -> None:
    """Without a word."""

    async def silent(peer: Peer) -> None:
        await peer.later(SOON_S)
        assert await peer.is_open()
        await peer.later(2)
        assert await peer.read() == b""

    run(silent)


def test_a_head_that_does_not_end_is_given_up(run: Callable[[Test], None]) -> None:
    """However often another byte of it comes."""

    async def drop_by_drop(peer: Peer) -> None:
        await peer.send(b"POST / HTTP/1.1\r\nHost: here\r\n")
        for _ in range(int(SOON_S)):
            await peer.later(1)
            await peer.send(b"x")
        assert await peer.is_open()
        await peer.later(2)
        answer = await peer.read()
        assert answer.startswith(b"HTTP/1.1 408 Request Timeout\r\nx-amzn-ErrorType: RequestTimeoutException\r\n")
        assert "in time" in json.loads(answer.partition(b"\r\n\r\n")[2])["message"]
        assert await peer.read() == b""

    run(drop_by_drop)


def test_a_body_that_does_not_end_is_given_up(run: Callable[[Test], None]) -> None:
    """And whoever reads it hears that the client has gone."""

    async def half(peer: Peer) -> None:
        await peer.send(head(100) + b"half")
        await peer.later(GRACE_S + 1)
        assert (await peer.read()).startswith(b"HTTP/1.1 408 ")
        assert await peer.read() == b""
        await peer.app.gone.wait()

    run(half)


def test_bytes_buy_time(run: Callable[[Test], None]) -> None:
    """A slow line may send a large picture."""

    async def slow(peer: Peer) -> None:
        await peer.send(head(4 * LEAST_RATE) + bytes(2 * LEAST_RATE))
        await peer.later(GRACE_S + 1)
        assert await peer.is_open()
        await peer.send(bytes(2 * LEAST_RATE))
        assert (await peer.read()).startswith(b"HTTP/1.1 200 OK")

    run(slow)


def test_an_answer_may_take_its_time(run: Callable[[Test], None]) -> None:
    """Pictures do; patience is for what is still to arrive."""

    async def drawing(peer: Peer) -> None:
        peer.app.gate.clear()
        await peer.send(head(2) + b"ab")
        await peer.later(100 * GRACE_S)
        assert await peer.is_open()
        peer.app.gate.set()
        assert (await peer.read()).startswith(b"HTTP/1.1 200 OK")

    run(drawing)


def test_a_connection_rests_between_requests(run: Callable[[Test], None]) -> None:
    """Longer than a request may take to arrive; then it serves another one, or is closed."""

    async def pooled(peer: Peer) -> None:
        for _ in range(2):
            await peer.send(head(2) + b"ab")
            answer = await peer.read()
            assert answer.startswith(b"HTTP/1.1 200 OK")
            while not answer.endswith(b"ab"):
                answer += await peer.read()
            await peer.later(KEEP_ALIVE_S - 1)
            assert await peer.is_open()
        await peer.later(2)
        assert await peer.read() == b""

    run(pooled)


def test_the_rest_of_a_refused_body_must_come_in_time(run: Callable[[Test], None]) -> None:
    """It is thrown away as it comes, but not for ever; it has been answered, so nothing more is said."""

    async def refused(peer: Peer) -> None:
        peer.app.reads = False
        await peer.send(head(100) + b"half")
        answer = b""
        while not answer.endswith(b"unread"):
            answer += await peer.read()
        await peer.later(SOON_S)
        await peer.send(b"x")
        assert await peer.is_open()
        await peer.later(2)
        assert await peer.read() == b""

    run(refused)


@pytest.mark.parametrize("sent", [b"no such thing\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nx: " + b"y" * 70_000])
def test_what_is_no_http_is_answered_in_json(run: Callable[[Test], None], sent: bytes) -> None:
    """As clients of AWS read errors; a head of more than 64 KiB is no head."""

    async def broken(peer: Peer) -> None:
        await peer.send(sent)
        answer = await peer.read()
        assert answer.startswith(b"HTTP/1.1 400 Bad Request\r\nx-amzn-ErrorType: ValidationException\r\n")
        assert json.loads(answer.partition(b"\r\n\r\n")[2]) == {"message": "Invalid HTTP request received."}

    run(broken)


def test_hundreds_of_connections_are_held(server: Serving) -> None:
    """Idle ones stay usable while 64 calls arrive at once, and every call is answered."""
    with ExitStack() as stack:
        idle = [stack.enter_context(closing(server.connect())) for _ in range(IDLE)]
        for each in idle:
            assert status(each, "HEAD") == http.client.FORBIDDEN  # nobody signed it: answered at the edge
        busy = [stack.enter_context(closing(server.connect())) for _ in range(BUSY)]
        for each in busy:
            each.putrequest("POST", f"/model/{CANVAS}/invoke")
            for name, value in {**SIGNED, "Content-Length": str(len(BODY))}.items():
                each.putheader(name, value)
            each.endheaders(BODY[:20])
        sockets = [each.sock for each in idle]
        assert all(status(each, "HEAD") == http.client.FORBIDDEN for each in idle[:: IDLE // 10])
        for each in busy:
            each.send(BODY[20:])
        assert [each.getresponse().status for each in busy] == [http.client.OK] * BUSY
        assert all(status(each, "HEAD") == http.client.FORBIDDEN for each in idle)
        assert [each.sock for each in idle] == sockets, "a connection was closed and opened anew"


def status(connection: http.client.HTTPConnection, method: str) -> int:
    """The status of an answer to a request without a key."""
    connection.request(method, "/foundation-models")
    response = connection.getresponse()
    response.read()
    return response.status
