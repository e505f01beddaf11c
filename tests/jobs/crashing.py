"""Workers that kill themselves with SIGKILL at a chosen point of a job, each forked from a process that is ready.

python -m tests.jobs.crashing CATALOG_FOLDER, then for each worker a line "HOME KIND NUMBER POINT NTH"; answers with its
status. It ends what others left behind, hands in jobs of that kind, and dies amid them. POINT is such as "before put";
"never" hands in nothing and lets the worker go.
"""

import gc
import os
import signal
import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, final

from outcrop.assets.buckets import disk_buckets
from outcrop.assets.darkroom import Darkroom
from outcrop.assets.disk import DiskObjects
from outcrop.assets.library import FOLDER as LIBRARY
from outcrop.assets.rendition_cache import RenditionCache
from outcrop.assets.store import Store
from outcrop.catalog.load import Catalog, load_catalog
from outcrop.clock import new_id, now, unix_time
from outcrop.flow import Flow
from outcrop.jobs import async_invoke, batch, pictures
from outcrop.jobs.board import Board
from outcrop.jobs.desk import Desk, Shelves, open_library, open_queue, works_of
from outcrop.jobs.making import Maker, Task
from outcrop.jobs.worker import Worker
from outcrop.ledger.books import open_books
from outcrop.store.database import open_database
from outcrop.units import Size
from tests.conftest import CANVAS, CORE, MODELS
from tests.jobs.killed_jobs import HANDING_IN
from tests.toy_engine import ToyEngine

NEVER = "never"
INVOCATION: Mapping[str, int] = {"take": 3, "get": 3, "reserve": 3, "start": 3, "put": 3, "end": 3}
"""Of the queue, the store, the books, the flow, the buckets and the queue again: an invocation's whole way, and how
often each is passed at least by those that are handed in together."""
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
"""The same of a batch; lines are written right before they are delivered, as many at once as are done."""
PICTURES: Mapping[str, int] = dict.fromkeys(
    ("take", "get", "reserve", "start", "put", "deliver_within", "keep", "end"), 2
)
"""The same of picture jobs: their bytes are put first, then money and assets are booked within their end."""
OPERATIONS: Mapping[str, Mapping[str, int]] = {
    async_invoke.KIND: INVOCATION,
    batch.KIND: BATCH,
    pictures.KIND: PICTURES,
}


def points(kind: str) -> list[tuple[str, int]]:
    """Where workers on a kind of job are killed, and how often each point is passed at least."""
    return [
        (f"{when} {operation}", often) for operation, often in OPERATIONS[kind].items() for when in ("before", "after")
    ]


WARMING = {
    CORE: b'{"prompt": "a fox"}',
    CANVAS: b'{"taskType": "TEXT_IMAGE", "textToImageParams": {"text": "a fox"},'
    b' "imageGenerationConfig": {"width": 320, "height": 320}}',
}
SMALL, UNMARKED = Size(width=64, height=64), {"watermark": False, "credentials": False}
"""Every picture here, where its body lets it be small: nobody looks at them."""


@final
class Fuse:
    """Kills the process when a point is passed for the nth time after it was lit."""

    def __init__(self) -> None:
        self._when = self._operation = ""
        self._left = 0

    def light(self, point: str, nth: int) -> None:
        """Choose the point."""
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
        if not any(name in operations for operations in OPERATIONS.values()):
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Death:
    """What a worker dies of."""

    kind: str
    number: int
    """Of the round of jobs of that kind amid which it dies."""
    point: str
    nth: int


def work(home: Path, catalog: Catalog, death: Death) -> None:
    """End every job that was left behind, one after the other; then hand in some more and die amid them."""
    there, fuse = shelves_of(home), Fuse()
    with (
        open_database(home) as database,
        open_books(database, unix_time) as books,
        Flow(ToyEngine(), now) as flow,
    ):
        queue, name = open_queue(database, unix_time, now), new_id()
        maker, library = Maker(catalog=catalog, flow=flow, books=books), open_library(database, there, unix_time)
        works = works_of(
            replace(maker, flow=fuse.guard(flow), books=fuse.guard(books)),
            replace(there, store=fuse.guard(there.store), buckets=fuse.guard(there.buckets)),
            fuse.guard(library),
            Board(),
            now,
        )
        with database.owners.living(name):
            worker = Worker(name, fuse.guard(queue), works, now)
            worker.attend()
            end_all(worker, works)
            if death.point != NEVER:
                darkroom = Darkroom(library, there.renditions)
                desk = Desk(queue=queue, maker=maker, shelves=there, library=library, darkroom=darkroom, board=Board())
                HANDING_IN[death.kind](desk, death.number)
                fuse.light(death.point, death.nth)
                end_all(worker, works)
            worker.leave()


def end_all(worker: Worker, kinds: Collection[str]) -> None:
    """Work on jobs until there is none."""
    while (job := worker.take(tuple(kinds))) is not None:
        worker.see_to(job)


def small(catalog: Catalog) -> Catalog:
    """A catalogue whose models draw small pictures, whatever size they are asked for."""
    cards = {name: replace(card, sizes=dict.fromkeys(card.sizes, SMALL)) for name, card in catalog.models.items()}
    return replace(catalog, models=cards)


def warm(catalog: Catalog) -> None:
    """Load here what every worker would load for its first job, so that each is forked with all of it."""
    with (
        TemporaryDirectory() as home,
        open_database(Path(home)) as database,
        open_books(database, unix_time) as books,
        Flow(ToyEngine(), now) as flow,
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
    catalog = small(
        load_catalog(folders={"toy": toy}, tiers={model: {"checkpoint": "toy"} | UNMARKED for model in MODELS})
    )
    warm(catalog)
    gc.freeze()  # a worker that looks for garbage would copy all that it was forked with
    for line in sys.stdin:
        home, kind, number, point, nth = line.rstrip("\n").split("\t")
        child = os.fork()
        if child == 0:
            work(Path(home), catalog, Death(kind=kind, number=int(number), point=point, nth=int(nth)))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
