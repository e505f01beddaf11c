"""A server as a program of its own, with the toy engine, that kills itself with SIGKILL at a chosen point of a call.

python -m tests.ledger.crashing HOME POINT NTH CATALOG_FOLDER [DATABASE_URL]
"""

import os
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, final

import uvicorn

from outcrop.access.directory import Directory
from outcrop.access.sealing import open_seal
from outcrop.api.app import create_app
from outcrop.catalog.load import Catalog, load_catalog
from outcrop.clock import now, random_bytes, unix_time
from outcrop.flow import Flow
from outcrop.jobs.making import Maker
from outcrop.ledger.books import Books, open_books
from tests.conftest import MODELS
from tests.databases import Place
from tests.marking import marks
from tests.serving import REGION, desk_of
from tests.toy_engine import ToyEngine

POINTS = ("before reserve", "after reserve", "before settle", "after settle", "after hand_over")
"""Of a call. The last but one is where the picture is paid and its answer has not left."""
SENT = "before hand_over"
"""Where the answer has left and the books do not know it yet."""


@final
class Fatal:
    """The books, until the chosen point is passed for the nth time."""

    def __init__(self, books: Books, point: str, nth: int) -> None:
        self._books = books
        self._when, self._operation = point.split(" ")
        self._left = nth

    def __getattr__(self, name: str) -> Callable[..., Any]:
        operation: Callable[..., Any] = getattr(self._books, name)
        if name != self._operation:
            return operation

        def fatal(*arguments: object) -> object:
            self._left -= 1
            if self._left == 0 and self._when == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            result: object = operation(*arguments)
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return fatal


def toy_catalog(toy: Path) -> Catalog:
    """The shipped catalogue with every model on the toy checkpoint."""
    return load_catalog(folders={"toy": toy}, tiers={model: {"checkpoint": "toy"} for model in MODELS})


def serve(place: Place, point: str, nth: int, catalog: Catalog) -> None:
    """Serve on a free port, which is printed, to the end."""
    home = place.home
    with (
        place.open() as database,
        open_books(database, unix_time) as books,
        Flow(ToyEngine(), now, marks=marks()) as flow,
        socket.create_server(("127.0.0.1", 0)) as listener,
    ):
        seal = open_seal(home, None, random_bytes)
        directory = Directory(database=database, seal=seal, now=unix_time, random=random_bytes)
        fatal: Any = Fatal(books, point, nth)
        with desk_of(home, Maker(catalog=catalog, flow=flow, books=fatal), directory) as desk:
            app = create_app(catalog=catalog, flow=flow, directory=directory, books=fatal, desk=desk, region=REGION)
            sys.stdout.write(f"{listener.getsockname()[1]}\n")
            sys.stdout.flush()
            uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False)).run(sockets=[listener])


if __name__ == "__main__":
    where = Place(home=Path(sys.argv[1]), url=next(iter(sys.argv[5:]), None))
    serve(where, sys.argv[2], int(sys.argv[3]), toy_catalog(Path(sys.argv[4])))
