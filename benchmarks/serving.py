"""The server as clients see it: how soon it answers, how much memory it takes, what it adds to the engine's time."""

import http.client
import itertools
import json
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Self, final
from urllib.parse import urlsplit

import uvicorn

from benchmarks.machine import family, peak_mib
from outcrop.access.bearer import short_term_key
from outcrop.access.first_start import only_key, set_up
from outcrop.api.app import create_app
from outcrop.catalog.load import Catalog
from outcrop.cli.directory import open_directory
from outcrop.cli.wiring import open_shelves
from outcrop.clock import now, unix_time
from outcrop.engine.engine import OWN, Drawn, Errand, Event, Listener, Ticket
from outcrop.engine.process import ProcessEngine
from outcrop.flow import Flow
from outcrop.jobs.desk import open_desk
from outcrop.jobs.making import Maker
from outcrop.ledger.books import open_books
from outcrop.plan import Plan
from outcrop.settings import Settings

BODY = {"prompt": "a red apple on a green background", "aspect_ratio": "1:1", "output_format": "png"}
CALLS = 11
REGION = "us-west-2"
FIRST_START = """
import sys
from pathlib import Path
from outcrop.cli import serve, serving
from outcrop.settings import Settings
with serving.open_callers(Settings(home=Path(sys.argv[1]))):
    pass
"""
"""Compiles what a first start imports, the migrations and what runs them among it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """Where a server is, and what opens it."""

    url: str
    token: str

    @classmethod
    def by(cls, url: str, key_id: str, secret: str) -> Self:
        """A server and a bearer key that one of its access keys has signed."""
        return cls(url=url, token=short_term_key(key_id, secret, REGION, now=unix_time(), lasts_s=3600))


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """The server from its start to its end. Units: seconds, MiB."""

    answers_s: float
    """From starting `outcrop serve` to the first answer, a listing of models."""
    first_picture_s: float
    """From starting `outcrop serve` to the first picture, the engine's loading included."""
    peak_mib: float
    """Most resident memory of the server and its engine together, after pictures on every tier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overhead:
    """One picture after the other, warm; medians. Units: milliseconds."""

    calls: int
    wall_ms: float
    engine_ms: float
    finish_ms: float
    """Enlarging to the promised size and encoding the PNG."""
    rest_ms: float
    """What is left: HTTP, checking, planning, crossing processes, base64."""


def measure_start(models: list[str]) -> Start:
    """Start `outcrop serve` as a program, ask it for pictures on each model, and stop it."""
    with tempfile.TemporaryDirectory() as home:
        # What pip installs is compiled, as an editable checkout is from its second start on.
        environ = [
            "env",
            "-u",
            "PYTHONDONTWRITEBYTECODE",
            f"PYTHONPYCACHEPREFIX={home}/bytecode",
            f"OUTCROP_HOME={home}",
        ]
        subprocess.run([*environ, sys.executable, "-c", FIRST_START, f"{home}/other"], check=True)
        began = time.perf_counter()
        command = [*environ, sys.executable, "-m", "outcrop", "serve", "--port", "0"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
            assert process.stdout is not None
            found = re.search(r"http://\S+", process.stdout.readline())
            assert found, "the server did not start"
            shown = itertools.takewhile(lambda line: not line.startswith("export "), process.stdout)
            key = dict(line.strip().partition("=")[::2] for line in shown)
            server = Reached.by(found[0], key["AWS_ACCESS_KEY_ID"], key["AWS_SECRET_ACCESS_KEY"])
            ask(server, "GET", "/foundation-models")
            answers = time.perf_counter() - began
            draw(server, models[0], 1)
            first = time.perf_counter() - began
            for model in models:
                draw(server, model, 2)
            peak = sum(peak_mib(member) for member in family(process.pid))
            process.terminate()
    return Start(answers_s=round(answers, 2), first_picture_s=round(first, 2), peak_mib=round(peak))


def measure_overhead(catalog: Catalog, model: str, threads: int) -> Overhead:
    """Ask for pictures one by one and compare the client's time with the engine's and the finish's."""
    engine = Listening(ProcessEngine(catalog.checkpoints, threads))
    finish: list[float] = []

    def clock() -> float:
        """The flow looks at its clock when finishing begins and when it ends, and at no other time."""
        finish.append(now())
        return finish[-1]

    parts: list[tuple[float, float, float]] = []
    with _served(catalog, Flow(engine, clock)) as server:
        draw(server, model, 1)
        for seed in range(2, 2 + CALLS):
            began = time.perf_counter()
            draw(server, model, seed)
            parts.append((time.perf_counter() - began, engine.drawn[-1].engine_s, finish[-1] - finish[-2]))
    wall, engine_s, finish_s = (statistics.median(column) * 1000 for column in zip(*parts, strict=True))
    rest = statistics.median(whole - drawing - finishing for whole, drawing, finishing in parts) * 1000
    return Overhead(
        calls=CALLS,
        wall_ms=round(wall, 1),
        engine_ms=round(engine_s, 1),
        finish_ms=round(finish_s, 1),
        rest_ms=round(rest, 1),
    )


@final
class Listening:
    """An engine that remembers what passed through it."""

    def __init__(self, engine: ProcessEngine) -> None:
        self._engine = engine
        self.drawn: list[Drawn] = []

    def submit(self, plan: Plan, listen: Listener, errand: Errand = OWN) -> Ticket:
        """Hand the picture on, and listen in."""

        def hear(event: Event) -> None:
            if isinstance(event, Drawn):
                self.drawn.append(event)
            listen(event)

        return self._engine.submit(plan, hear, errand)

    def close(self) -> None:
        """Stop the engine."""
        self._engine.close()


@contextmanager
def _served(catalog: Catalog, flow: Flow) -> Iterator[Reached]:
    """The application on a free port of this process."""
    with (
        flow,
        tempfile.TemporaryDirectory() as home,
        open_directory(Settings(home=Path(home))) as directory,
        open_books(directory.database, unix_time) as books,
        open_desk(
            directory.database,
            Maker(catalog=catalog, flow=flow, books=books),
            open_shelves(Settings(home=Path(home))),
            now,
        ) as desk,
        socket.create_server(("127.0.0.1", 0)) as listener,
    ):
        set_up(directory)
        key = only_key(directory)
        assert key
        app = create_app(catalog=catalog, flow=flow, directory=directory, books=books, desk=desk, region=REGION)
        server = uvicorn.Server(uvicorn.Config(app, http="h11", log_config=None, access_log=False))
        thread = Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield Reached.by(f"http://127.0.0.1:{listener.getsockname()[1]}", key.id, key.secret)
        server.should_exit = True
        thread.join()


def draw(server: Reached, model: str, seed: int) -> None:
    """Ask for a picture."""
    ask(server, "POST", f"/model/{model}/invoke", json.dumps(BODY | {"seed": seed}))


def ask(server: Reached, method: str, path: str, body: str | None = None) -> None:
    """Send a request and read the answer to its end.

    Raises: RuntimeError when the answer is an error.
    """
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=600)
    headers = {"Authorization": f"Bearer {server.token}", "Content-Type": "application/json"}
    connection.request(method, path, body, headers)
    response = connection.getresponse()
    content = response.read()
    connection.close()
    if response.status != http.client.OK:
        raise RuntimeError(f"{method} {path}: {response.status} {content[:500]!r}")
