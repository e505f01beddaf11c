"""What the wire adds to a picture: each call's wall time at the client, less what the engine and the finish took.

The server runs in a process of its own, with authentication, policies, ledger, audit and quotas on; the clients keep
their connections. `python -m benchmarks.latency` prints it alone.
"""

import http.client
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import IO
from urllib.parse import urlsplit

import boto3
import numpy as np
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from benchmarks.serving import BODY, REGION
from outcrop.access.bearer import short_term_key
from outcrop.clock import unix_time

MODEL = "stability.stable-image-core-v1:1"
WARM = 20
CALLS = {"toy": 500, "real": 30}
"""Engine to the number of calls that are measured."""

Call = Callable[[int], None]
"""Asks for the picture of a seed and reads it to its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """One client on one engine. Units: milliseconds, of the wall time less the engine's and the finish's."""

    engine: str
    client: str
    calls: int
    median_ms: float
    p99_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server that is running, and what it prints: how long each picture took."""

    url: str
    key_id: str
    secret: str
    output: IO[str]


def measure_latency() -> list[Latency]:
    """Every client on both engines."""
    return [figure for engine in CALLS for figure in _on(engine)]


def _on(engine: str) -> Iterator[Latency]:
    with _running(engine) as server:
        for name, connect in {"boto3": _boto3, "HTTP, signed": _signed, "HTTP, bearer key": _bearer}.items():
            call = connect(server)
            extra = [_extra_ms(server, call, seed) for seed in range(1, WARM + CALLS[engine] + 1)][WARM:]
            median, p99 = np.percentile(extra, [50, 99])
            yield Latency(
                engine=engine, client=name, calls=len(extra), median_ms=round(median, 2), p99_ms=round(p99, 2)
            )


def _extra_ms(server: Server, call: Call, seed: int) -> float:
    began = time.perf_counter()
    call(seed)
    wall_s = time.perf_counter() - began
    engine_s, finish_s = json.loads(server.output.readline())
    return (wall_s - float(engine_s) - float(finish_s)) * 1000


@contextmanager
def _running(engine: str) -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as home:
        command = [sys.executable, "-m", "benchmarks.latency_server", engine, home]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
            assert process.stdout is not None
            yield Server(**json.loads(process.stdout.readline()), output=process.stdout)
            process.terminate()


def _boto3(server: Server) -> Call:
    session = boto3.Session(aws_access_key_id=server.key_id, aws_secret_access_key=server.secret, region_name=REGION)
    client = session.client("bedrock-runtime", endpoint_url=server.url)
    return lambda seed: client.invoke_model(modelId=MODEL, body=_body(seed))["body"].read()


def _signed(server: Server) -> Call:
    path, credentials = f"/model/{MODEL.replace(':', '%3A')}/invoke", Credentials(server.key_id, server.secret)
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc)

    def call(seed: int) -> None:
        request = AWSRequest("POST", server.url + path, headers={"Content-Type": "application/json"}, data=_body(seed))
        SigV4Auth(credentials, "bedrock", REGION).add_auth(request)
        _post(connection, path, request.data, dict(request.headers))

    return call


def _bearer(server: Server) -> Call:
    token = short_term_key(server.key_id, server.secret, REGION, now=unix_time(), lasts_s=3600)
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    return lambda seed: _post(connection, f"/model/{MODEL}/invoke", _body(seed), headers)


def _post(connection: http.client.HTTPConnection, path: str, body: bytes, headers: dict[str, str]) -> None:
    connection.request("POST", path, body, headers)
    response = connection.getresponse()
    content = response.read()
    if response.status != http.client.OK:
        raise RuntimeError(f"{path}: {response.status} {content[:500]!r}")


def _body(seed: int) -> bytes:
    return json.dumps(BODY | {"seed": seed}).encode()


if __name__ == "__main__":
    print(json.dumps([asdict(figure) for figure in measure_latency()], indent=2))
