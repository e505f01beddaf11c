"""Batches whose input goes or cannot be read while they are worked on: what was drawn by then is theirs."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from outcrop.assets.buckets import Buckets, S3Uri
from outcrop.catalog.load import Catalog
from outcrop.clock import now, unix_time
from outcrop.errors import StorageFailed
from outcrop.flow import Flow
from outcrop.jobs.batch import KIND, MANIFEST, PRIORITY
from outcrop.jobs.board import Board
from outcrop.jobs.database_queue import DatabaseQueue
from outcrop.jobs.desk import open_library, works_of
from outcrop.jobs.leases import Watch
from outcrop.jobs.making import Maker
from outcrop.jobs.queue import MOST_ATTEMPTS, MOST_DELAY_S, nothing
from outcrop.jobs.worker import Worker
from outcrop.ledger.books import open_books
from outcrop.store.bookings import all_bookings
from outcrop.store.database import Database
from outcrop.store.jobs import Job, find_job
from tests.conftest import CORE
from tests.jobs.crashing import shelves_of
from tests.jobs.queues import job
from tests.marking import marks
from tests.serving import ACCOUNT, directory_of
from tests.toy_engine import ToyEngine

RECORDS = (
    b'{"recordId": "a", "modelInput": {"prompt": "a fox"}}\n{"recordId": "b", "modelInput": {"prompt": "a cat"}}\n'
)
GOES = "second.jsonl"


@dataclass(slots=True)
class Failing:
    """Buckets of which an object cannot be read once it has been: it is gone, or its place is away."""

    buckets: Buckets
    gone: Path | None
    seen: int = 0

    def chunks(self, account: str, place: S3Uri) -> Iterator[bytes]:
        """The bytes of an object."""
        if place.key.endswith(GOES):
            self.seen += 1
            if self.seen > 1 and self.gone is None:
                raise StorageFailed("The S3 is away.")
            if self.seen > 1 and self.gone is not None:
                self.gone.unlink()
        return self.buckets.chunks(account, place)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever buckets have
        return getattr(self.buckets, name)


def worked_on(home: Path, catalog: Catalog, *, gone: bool) -> tuple[Job, list[str]]:
    """A batch of two files, the second of which cannot be drawn, once it has ended; and the states of its bookings."""
    shelves, time = shelves_of(home), [unix_time()]
    for name in ("first.jsonl", GOES):
        shelves.buckets.put(ACCOUNT, S3Uri(bucket="work", key=f"in/{name}"), RECORDS)
    path = home / "buckets" / ACCOUNT / "work" / "in" / GOES
    places = {"input": {"s3Uri": "s3://work/in/"}, "output": {"s3Uri": "s3://work/out"}}
    request = {**places, "role": "", "hours": 24, "type": None, "tags": {}}
    failing: Any = Failing(buckets=shelves.buckets, gone=path if gone else None)
    with (
        directory_of(home) as directory,
        open_books(directory.database, unix_time) as books,
        Flow(ToyEngine(), now, marks=marks()) as flow,
    ):
        database = directory.database
        queue = DatabaseQueue(database, lambda: time[0], Watch(now, lambda _: False))
        library, maker = open_library(database, shelves, unix_time), Maker(catalog=catalog, flow=flow, books=books)
        works = works_of(maker, replace(shelves, buckets=failing), library, Board(), now)
        worker = Worker("one", queue, works, now)
        at = int(time[0])
        queue.add(
            job(
                1, ACCOUNT, kind=KIND, model_id=CORE, priority=PRIORITY, request=request,
                created_at=at, due_at=at, changed_at=at,
            ),
            nothing,
        )  # fmt: skip
        for _ in range(MOST_ATTEMPTS):
            taken = worker.take([KIND])
            if taken is not None:
                worker.see_to(taken)
            time[0] += MOST_DELAY_S
        assert books.faults() == []
        with database.reading() as connection:
            return _row(database), [booking.state for booking in all_bookings(connection)]


def _row(database: Database) -> Job:
    with database.reading() as connection:
        found = find_job(connection, "job000000001")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("gone", "state", "words"), [(True, "failed", "no object"), (False, "dead", "The S3 is away")], ids=["gone", "away"]
)
def test_what_was_drawn_is_written(tmp_path: Path, catalog: Catalog, gone: bool, state: str, words: str) -> None:  # noqa: FBT001
    """When the batch ends, with a manifest that says how far it came; it is paid once, however often it was tried."""
    ended, booked = worked_on(tmp_path, catalog, gone=gone)
    assert (ended.state, words in (ended.reason or "")) == (state, True)
    folder = tmp_path / "buckets" / ACCOUNT / "work" / "out" / ended.id
    lines = [json.loads(line) for line in (folder / "first.jsonl.out").read_bytes().splitlines()]
    assert [(line["recordId"], "modelOutput" in line) for line in lines] == [("a", True), ("b", True)]
    told = json.loads((folder / MANIFEST).read_bytes())
    assert (told["totalRecordCount"], told["successRecordCount"], told["errorRecordCount"]) == (4, 2, 0)
    assert booked == ["settled"] * 2
