"""The other end of a connection: an application of its own, real sockets, and a clock that the test moves."""

import asyncio
import fcntl
import socket
import sys
import termios
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn import Config
from uvicorn.server import ServerState

from outcrop.api.connection import KEEP_ALIVE_S, Connection


class Loop(asyncio.SelectorEventLoop):
    """An event loop whose clock can be put forward."""

    ahead_s = 0.0

    def time(self) -> float:
        """Seconds."""
        return super().time() + self.ahead_s


class Application:
    """Reads a body to its end and answers; remembers what it was asked, and clients that went away."""

    def __init__(self) -> None:
        self.reads = True
        self.fails = False
        self.answer: bytes | None = None
        """What it says; None says what it was told."""
        self.headers: dict[str, str] = {}
        self.gate = asyncio.Event()
        self.gate.set()
        self.gone = asyncio.Event()
        self.scopes: list[Scope] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        self.scopes.append(scope)
        if self.fails:
            raise LookupError
        try:
            body = await Request(scope, receive).body() if self.reads else b"unread"
        except ClientDisconnect:
            self.gone.set()
            return
        await self.gate.wait()
        await Response(body if self.answer is None else self.answer, headers=self.headers)(scope, receive, send)


class Peer:
    """The other end of a connection to an application of its own."""

    def __init__(self, loop: Loop, app: Application, ours: socket.socket, theirs: socket.socket) -> None:
        self.app = app
        self.state = ServerState()
        self.errors: list[dict[str, Any]] = []
        """What the loop was told of: exceptions that nobody expected."""
        self._loop = loop
        self._ours = ours
        self._theirs = theirs
        loop.set_exception_handler(lambda _, context: self.errors.append(context))

    async def send(self, data: bytes) -> None:
        """Send bytes, and wait until they are there."""
        await self._loop.sock_sendall(self._ours, data)
        while self._theirs.fileno() >= 0 and _waiting(self._theirs):  # noqa: ASYNC110  nobody but the kernel knows
            await asyncio.sleep(0)

    async def read(self) -> bytes:
        """What comes next; nothing when the connection is closed."""
        return await self._loop.sock_recv(self._ours, 65536)

    def hang_up(self) -> None:
        """Close this end."""
        self._ours.close()

    def shutdown(self) -> None:
        """Tell the server's end that the server stops."""
        for connection in list(self.state.connections):
            connection.shutdown()

    async def lost(self) -> None:
        """Let time pass until the server's end is closed, and everybody who worked for it has ended."""
        while self.state.connections or self.state.tasks:
            await self.later(1)

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
    peer = Peer(loop, app, ours, theirs)
    connection = Connection(config, peer.state, {}, _loop=loop)
    transport, _ = await loop.connect_accepted_socket(lambda: connection, theirs)
    try:
        yield peer
    finally:
        transport.close()
        ours.close()
        await asyncio.sleep(0)
    assert not peer.errors


Test = Callable[[Peer], Awaitable[None]]


def run(test: Test) -> None:
    """Run a test on a connection of its own."""
    with closing(Loop()) as loop:

        async def whole() -> None:
            async with _connected(loop) as peer:
                await test(peer)

        loop.run_until_complete(whole())
