"""A service elsewhere for tests: takes calls on a loopback socket, keeps them, and answers bytes as it is told.

Knows HTTP as far as a request goes; what it answers may be anything, or nothing.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Event, Thread
from typing import final

from botocore.credentials import Credentials

from outcrop.forward.bedrock import Bedrock, Place
from outcrop.forward.credentials import Signer
from tests.serving import REGION
from tests.toy_engine import PATIENCE_S

OPERATOR_ID, OPERATOR_SECRET = "AKIAOPERATOROPERATOR", "the operator's own and nobody else's key"
ANSWER = b'{"seeds":[7],"finish_reasons":[null],"images":["aGVsbG8="]}'
THEIR_ID = "11111111-2222-3333-4444-555555555555"


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A call as it came."""

    method: str
    path: str
    headers: list[tuple[str, str]]
    """Names in small letters."""
    body: bytes

    def header(self, name: str) -> str | None:
        """The value of a header that came once at most."""
        values = [value for found, value in self.headers if found == name]
        assert len(values) <= 1
        return values[0] if values else None


def reply(status: str, body: bytes = b"", headers: dict[str, str] | None = None) -> bytes:
    """A whole answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", f"x-amzn-RequestId: {THEIR_ID}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


PICTURE = reply("200 OK", ANSWER, {"Content-Type": "application/json", "X-Amzn-Bedrock-Invocation-Latency": "1234"})


def refused(status: str, code: str, message: str, headers: dict[str, str] | None = None) -> bytes:
    """An error in Bedrock's form."""
    suffix = ":http://internal.amazon.com/coral/com.amazon.bedrock/"
    return reply(status, f'{{"message":"{message}"}}'.encode(), {"x-amzn-ErrorType": code + suffix} | (headers or {}))


@final
class Elsewhere:
    """The service; each answer is used for one call, the last one for all that follow."""

    def __init__(self, listener: socket.socket, answers: list[bytes | None]) -> None:
        self.port: int = listener.getsockname()[1]
        self.calls: SimpleQueue[Received] = SimpleQueue()
        self.count = 0
        self.left = Event()
        """Set when a client goes that was left without an answer."""
        self._listener = listener
        self._answers = answers

    @property
    def url(self) -> str:
        """Its endpoint."""
        return f"http://127.0.0.1:{self.port}"

    def call(self) -> Received:
        """The next call that came."""
        return self.calls.get(timeout=PATIENCE_S)

    def upstream(self, timeout_s: float = PATIENCE_S, calls: int = 8) -> Bedrock:
        """What passes calls on to it, with the operator's key."""
        place = Place(region=REGION, endpoint=self.url, timeout_s=timeout_s, calls=calls)
        return Bedrock(place, Signer(Credentials(OPERATOR_ID, OPERATOR_SECRET), REGION))

    def serve(self) -> None:
        """Answer until the listener is closed."""
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            Thread(target=self._one, args=(connection,), daemon=True).start()

    def _one(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as lines:
            first = lines.readline().decode()
            if not first:
                return
            method, path, _ = first.split(" ")
            headers = [
                (name.lower(), value.strip())
                for name, _, value in (line.decode().partition(":") for line in iter(lines.readline, b"\r\n"))
            ]
            body = lines.read(int(dict(headers).get("content-length", 0)))
            answer = self._answers[min(self.count, len(self._answers) - 1)]
            self.count += 1
            self.calls.put(Received(method=method, path=path, headers=headers, body=body))
            if answer is None:
                connection.settimeout(PATIENCE_S)
                assert connection.recv(1) == b""
                self.left.set()
            else:
                connection.sendall(answer)


@contextmanager
def elsewhere(*answers: bytes | None) -> Iterator[Elsewhere]:
    """A service on a free port; None says nothing until the client goes."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        service = Elsewhere(listener, list(answers) or [PICTURE])
        thread = Thread(target=service.serve, name="elsewhere")
        thread.start()
        try:
            yield service
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(PATIENCE_S)
