"""Orders of drafts and finals by processes that kill themselves with SIGKILL at a chosen point of them.

python -m tests.jobs.ordering CATALOG_FOLDER, then for each process a line "HOME POINT NTH"; answers with its status.
Each orders a set under one key, has what there is drawn, and orders two finals.
"""

import os
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, final

from outcrop.assets.darkroom import Darkroom
from outcrop.catalog.load import Catalog, load_catalog
from outcrop.clock import new_id, now, random_bytes, unix_time
from outcrop.flow import Flow
from outcrop.jobs.board import Board
from outcrop.jobs.desk import Desk, open_library, open_queue, works_of
from outcrop.jobs.drafting import Drafting, WantedDrafts, WantedFinals
from outcrop.jobs.making import Maker
from outcrop.jobs.worker import Worker
from outcrop.ledger.books import open_books
from outcrop.store.database import open_database
from tests.conftest import CORE, MODELS, ULTRA
from tests.jobs.crashing import NEVER, shelves_of
from tests.marking import marks
from tests.serving import TESTER
from tests.toy_engine import ToyEngine

OPERATIONS = {"put": 9, "add_all": 2, "reserve_within": 5}
"""Of the store of bodies, the queue and the books, and how often each is passed at least on the way of both orders."""
POINTS = tuple(
    (f"{when} {operation}", nth)
    for operation, often in OPERATIONS.items()
    for when in ("before", "after")
    for nth in range(1, often + 1, 2 if often > 2 else 1)
)
DRAFTS, FINALS = 3, (1, 3)


@final
class Trap:
    """A part of a desk, in which a point kills the process."""

    def __init__(self, part: Any, point: str, left: list[int]) -> None:  # noqa: ANN401 - any part
        self._part = part
        self._point = point
        self._left = left

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the part has
        found = getattr(self._part, name)
        when, _, operation = self._point.partition(" ")
        if name != operation:
            return found

        def trapped(*arguments: object, **named: object) -> object:
            self._left[0] -= 1
            if self._left[0] == 0 and when == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            result: object = found(*arguments, **named)
            if self._left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return trapped


def order(home: Path, catalog: Catalog, point: str, nth: int) -> None:
    """Order the set, have it drawn, and order its finals; whatever was ordered before stays as it is."""
    shelves, left = shelves_of(home), [nth]
    with (
        open_database(home) as database,
        open_books(database, unix_time) as books,
        Flow(ToyEngine(), now, marks=marks()) as flow,
    ):
        queue = open_queue(database, unix_time, now)
        trapped: Any = [Trap(part, point, left) for part in (books, queue, shelves.store)]
        maker = Maker(catalog=catalog, flow=flow, books=trapped[0])
        library = open_library(database, shelves, unix_time)
        desk = Desk(
            queue=trapped[1],
            maker=maker,
            shelves=replace(shelves, store=trapped[2]),
            library=library,
            darkroom=Darkroom(library, shelves.renditions),
            board=Board(),
        )
        drafting = Drafting(desk=desk, random=random_bytes)
        wanted = WantedDrafts(prompt="a fox", count=DRAFTS, token="the-order")
        made = drafting.draft(TESTER, catalog.model(CORE), catalog.model(ULTRA), wanted)
        works = works_of(replace(maker, books=books), shelves, library, Board(), now)
        name = new_id()
        with database.owners.living(name):
            worker = Worker(name, queue, works, now)
            worker.attend()
            _work(worker, tuple(works))
            drafting.finish(TESTER, made, catalog.model(ULTRA), WantedFinals(numbers=FINALS, strength=0.6))
            _work(worker, tuple(works))
            worker.leave()


def _work(worker: Worker, kinds: tuple[str, ...]) -> None:
    while (job := worker.take(kinds)) is not None:
        worker.see_to(job)


def main(folder: Path) -> None:
    """Fork a process for each line, and answer with how it ended."""
    catalog = load_catalog(folders={"toy": folder}, tiers={model: {"checkpoint": "toy"} for model in MODELS})
    for line in sys.stdin:
        home, point, nth = line.rstrip("\n").split("\t")
        child = os.fork()
        if child == 0:
            try:
                order(Path(home), catalog, point if point != NEVER else "", int(nth))
                os._exit(0)
            finally:
                os._exit(1)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
