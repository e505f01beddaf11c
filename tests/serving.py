"""Real servers on real sockets for tests, and plain HTTP to them. Knows no operation."""

import http.client
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from typing import Any

import uvicorn

from outcrop.api.app import create_app
from outcrop.catalog.load import Catalog
from outcrop.clock import now
from outcrop.flow import Flow
from tests.toy_engine import PATIENCE_S, ToyEngine

REGION = "us-west-2"
AUTHORIZATION = (
    "AWS4-HMAC-SHA256 Credential=AKIDTEST/20261123/us-west-2/bedrock/aws4_request, "
    "SignedHeaders=host;x-amz-date, Signature=0123456789abcdef"
)
SIGNED = {"Authorization": AUTHORIZATION, "X-Amz-Date": "20261123T000000Z"}
"""Headers that pass for a signature as long as none is verified."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back over HTTP."""

    status: int
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        """The body, a JSON object."""
        content = json.loads(self.body)
        assert isinstance(content, dict)
        return content

    @property
    def code(self) -> str:
        """The error's code as botocore reads it from the header."""
        return self.headers["x-amzn-errortype"].partition(":")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """A server that is running."""

    port: int
    engine: ToyEngine
    server: uvicorn.Server

    @property
    def url(self) -> str:
        """Its address as boto3 takes it."""
        return f"http://127.0.0.1:{self.port}"

    def connect(self) -> http.client.HTTPConnection:
        """A connection of one's own; close it."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)

    def send(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
        """Send a request exactly as it is written here, with `SIGNED` unless other headers are given."""
        connection = self.connect()
        try:
            connection.request(method, path, body, SIGNED if headers is None else headers)
            response = connection.getresponse()
            names = {name.lower(): value for name, value in response.getheaders()}
            return Answer(status=response.status, headers=names, body=response.read())
        finally:
            connection.close()


@contextmanager
def serving(catalog: Catalog, *, grace_s: int | None = None) -> Iterator[Serving]:
    """Run a server on a free loopback port for as long as the block lasts.

    `grace_s` is what requests under way get when it stops; None is all the time they need.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:  # listens from here on: nobody has to wait for a start
        # Inherited by every connection: otherwise a small answer waits 40 ms for the client's delayed acknowledgement.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        engine = ToyEngine()
        with Flow(engine, now) as flow:
            app = create_app(catalog=catalog, flow=flow, region=REGION)
            config = uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=grace_s)
            server = uvicorn.Server(config)
            thread = Thread(target=server.run, kwargs={"sockets": [listener]}, name="server under test")
            thread.start()
            try:
                yield Serving(port=listener.getsockname()[1], engine=engine, server=server)
            finally:
                server.should_exit = True
                thread.join(PATIENCE_S)
                assert not thread.is_alive(), "the server did not stop"
