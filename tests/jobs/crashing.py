"""Workers that kill themselves with SIGKILL at a chosen point of a job, each forked from a process that is ready.

python -m tests.jobs.crashing CATALOG_FOLDER, then for each worker a line "HOME POINT NTH"; answers with its status.
POINT is such as "before put"; "never" lets the worker end every job there is.
"""

import os
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, final

from outcrop.assets.buckets import disk_buckets
from outcrop.assets.disk import DiskObjects
from outcrop.assets.library import FOLDER as LIBRARY
from outcrop.assets.rendition_cache import RenditionCache
from outcrop.assets.store import Store
from outcrop.catalog.load import Catalog, load_catalog
from outcrop.clock import new_id, now, unix_time
from outcrop.flow import Flow
from outcrop.jobs.board import Board
from outcrop.jobs.desk import Shelves, open_library, open_queue, works_of
from outcrop.jobs.making import Maker, Task
from outcrop.jobs.worker import Worker
from outcrop.ledger.books import open_books
from outcrop.store.database import open_database
from tests.conftest import CORE, MODELS, TITAN
from tests.marking import marks
from tests.toy_engine import ToyEngine

NEVER = "never"
OPERATIONS = ("take", "get", "reserve", "start", "put", "end")
"""Of the queue, the store, the books, the flow, the buckets and the queue again: a job's whole way."""
POINTS = tuple(f"{when} {operation}" for operation in OPERATIONS for when in ("before", "after"))
BATCH: Mapping[str, int] = {
    "take": 1,
    "chunks": 2,
    "get_on": 2,
    "reserve": 3,
    "start": 3,
    "deliver": 1,
    "put_file": 1,
    "put": 1,
    "end": 1,
}
"""Of a batch's whole way, and how often each is passed at least; lines are written right before they are delivered,
as many at once as are done."""
PICTURES = ("take", "get", "reserve", "start", "put", "deliver_within", "keep", "end")
"""Of a picture job's whole way: its bytes are put first, then money and assets are booked within its end."""
PICTURES_POINTS = tuple(f"{when} {operation}" for operation in PICTURES for when in ("before", "after"))
BATCH_POINTS = tuple(f"{when} {operation}" for operation in BATCH for when in ("before", "after"))


WARMING = {
    CORE: b'{"prompt": "a fox"}',
    TITAN: b'{"taskType": "TEXT_IMAGE", "textToImageParams": {"text": "a fox"},'
    b' "imageGenerationConfig": {"width": 512, "height": 512}}',
}


@final
class Fuse:
    """Kills the process when a point is passed for the nth time."""

    def __init__(self, point: str, nth: int) -> None:
        self._when, _, self._operation = point.partition(" ")
        self._left = nth

    def guard(self, part: Any) -> Any:  # noqa: ANN401 - stands in for any part
        """A part that goes through this fuse."""
        return Guarded(part, self)

    def burn(self, operation: str, when: str) -> None:
        """Note that a point is passed."""
        if (operation, when) == (self._operation, self._when):
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


@final
class Guarded:
    """A part whose operations go through a fuse."""

    def __init__(self, part: Any, fuse: Fuse) -> None:  # noqa: ANN401 - any part
        self._part = part
        self._fuse = fuse

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the part has
        found = getattr(self._part, name)
        if name not in {*OPERATIONS, *BATCH, *PICTURES}:
            return found
        operation: Callable[..., Any] = found

        def guarded(*arguments: object, **named: object) -> object:
            self._fuse.burn(name, "before")
            result: object = operation(*arguments, **named)
            self._fuse.burn(name, "after")
            return result

        return guarded


def shelves_of(home: Path) -> Shelves:
    """Folders of a home for everything."""
    objects = DiskObjects(home)
    return Shelves(
        store=Store(objects),
        pictures=Store(objects, LIBRARY),
        renditions=RenditionCache(home / "renditions", 1 << 30),
        buckets=disk_buckets(home / "buckets"),
        spool=home / "spool",
    )


def work(home: Path, catalog: Catalog, fuse: Fuse) -> None:
    """End every job there is, one after the other."""
    there = shelves_of(home)
    with (
        open_database(home) as database,
        open_books(database, unix_time) as books,
        Flow(ToyEngine(), now, marks=marks()) as flow,
    ):
        queue, name = fuse.guard(open_queue(database, unix_time, now)), new_id()
        maker = Maker(catalog=catalog, flow=fuse.guard(flow), books=fuse.guard(books))
        works = works_of(
            maker,
            replace(there, store=fuse.guard(there.store), buckets=fuse.guard(there.buckets)),
            fuse.guard(open_library(database, there, unix_time)),
            Board(),
            now,
        )
        with database.owners.living(name):
            worker = Worker(name, queue, works, now)
            worker.attend()
            while (job := worker.take(tuple(works))) is not None:
                worker.see_to(job)
            worker.leave()


def warm(catalog: Catalog) -> None:
    """Load here what every worker would load for its first job, so that each is forked with all of it."""
    with (
        TemporaryDirectory() as home,
        open_database(Path(home)) as database,
        open_books(database, unix_time) as books,
        Flow(ToyEngine(), now, marks=marks()) as flow,
    ):
        maker = Maker(catalog=catalog, flow=flow, books=books)
        for model, body in WARMING.items():
            task = Task(
                name="warm", job="warm", account_id="", user_name="", model_id=model, body=body, priority="standard"
            )
            for each in maker.plan(task).plans:
                flow.start(each).picture.result()


def main(toy: Path) -> None:
    """Fork a worker for each line."""
    catalog = load_catalog(folders={"toy": toy}, tiers={model: {"checkpoint": "toy"} for model in MODELS})
    warm(catalog)
    for line in sys.stdin:
        home, point, nth = line.rstrip("\n").split("\t")
        child = os.fork()
        if child == 0:
            work(Path(home), catalog, Fuse(point, int(nth)))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
