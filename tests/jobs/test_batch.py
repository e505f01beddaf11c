"""Batches whose input goes or cannot be read while they are worked on: what was drawn by then is theirs."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from outcrop.assets.buckets import Buckets, S3Uri
from outcrop.assets.s3 import s3_buckets
from outcrop.catalog.load import Catalog
from outcrop.clock import now, unix_time
from outcrop.errors import StorageFailed
from outcrop.flow import Flow
from outcrop.jobs.batch import KIND, MANIFEST, PRIORITY
from outcrop.jobs.board import Board
from outcrop.jobs.database_queue import DatabaseQueue
from outcrop.jobs.desk import Shelves, open_library, works_of
from outcrop.jobs.leases import Watch
from outcrop.jobs.making import Maker
from outcrop.jobs.queue import MOST_ATTEMPTS, MOST_DELAY_S, nothing
from outcrop.jobs.worker import UNEXPECTED, Worker
from outcrop.ledger.books import open_books
from outcrop.store.bookings import all_bookings
from outcrop.store.database import Database
from outcrop.store.jobs import Job, find_job
from tests.assets.s3_server import S3Server
from tests.conftest import CORE
from tests.jobs.crashing import shelves_of
from tests.jobs.queues import job
from tests.marking import marks
from tests.serving import ACCOUNT, directory_of
from tests.toy_engine import BREAK, DIE, ToyEngine

RECORDS = (
    b'{"recordId": "a", "modelInput": {"prompt": "a fox"}}\n{"recordId": "b", "modelInput": {"prompt": "a cat"}}\n'
)
GOES = "second.jsonl"


@dataclass(slots=True)
class Failing:
    """Buckets of which an object cannot be read once it has been: it is gone, or its place is away."""

    buckets: Buckets
    go: Callable[[], None] | None
    seen: int = 0

    def chunks(self, account: str, place: S3Uri) -> Iterator[bytes]:
        """The bytes of an object."""
        if place.key.endswith(GOES):
            self.seen += 1
            if self.seen > 1 and self.go is None:
                raise StorageFailed("The S3 is away.")
            if self.seen > 1 and self.go is not None:
                self.go()
        return self.buckets.chunks(account, place)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever buckets have
        return getattr(self.buckets, name)


def worked_on(
    home: Path, catalog: Catalog, shelves: Shelves, files: Mapping[str, bytes], bucket: str, times: int = MOST_ATTEMPTS
) -> tuple[Job, list[str]]:
    """A batch of some files after some attempts, and the states of its bookings."""
    time = [unix_time()]
    for name, content in files.items():
        shelves.buckets.put(ACCOUNT, S3Uri(bucket=bucket, key=f"in/{name}"), content)
    places = {"input": {"s3Uri": f"s3://{bucket}/in/"}, "output": {"s3Uri": f"s3://{bucket}/out"}}
    request = {**places, "role": "", "hours": 24, "type": None, "tags": {}}
    with (
        directory_of(home) as directory,
        open_books(directory.database, unix_time) as books,
        Flow(ToyEngine(), now, marks=marks()) as flow,
    ):
        database = directory.database
        queue = DatabaseQueue(database, lambda: time[0], Watch(now, lambda _: False))
        library, maker = open_library(database, shelves, unix_time), Maker(catalog=catalog, flow=flow, books=books)
        works = works_of(maker, shelves, library, Board(), now)
        worker = Worker("one", queue, works, now)
        at = int(time[0])
        queue.add(
            job(
                1, ACCOUNT, kind=KIND, model_id=CORE, priority=PRIORITY, request=request,
                created_at=at, due_at=at, changed_at=at,
            ),
            nothing,
        )  # fmt: skip
        for _ in range(times):
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


@pytest.mark.parametrize("place", ["folder", "s3"])
@pytest.mark.parametrize(("state", "words"), [("failed", "no object"), ("dead", "The S3 is away")])
def test_what_was_drawn_is_written(
    tmp_path: Path, catalog: Catalog, s3: S3Server, state: str, words: str, place: str
) -> None:
    """When the batch ends, with a manifest that says how far it came; it is paid once, however often it was tried."""
    shelves, bucket = shelves_of(tmp_path), f"{place}-{state}"
    if place == "s3":
        s3.make_bucket(bucket)
        shelves = replace(shelves, buckets=s3_buckets(s3.account))
    buckets = shelves.buckets
    second = S3Uri(bucket=bucket, key=f"in/{GOES}")
    failing: Any = Failing(buckets=buckets, go=partial(buckets.delete, ACCOUNT, second) if state == "failed" else None)
    files = {"first.jsonl": RECORDS, GOES: RECORDS}
    ended, booked = worked_on(tmp_path, catalog, replace(shelves, buckets=failing), files, bucket)
    assert (ended.state, words in (ended.reason or "")) == (state, True)
    folder = S3Uri(bucket=bucket, key=f"out/{ended.id}")
    written = buckets.get(ACCOUNT, folder.below("first.jsonl.out"))
    lines = [json.loads(line) for line in written.splitlines()]
    assert [(line["recordId"], "modelOutput" in line) for line in lines] == [("a", True), ("b", True)]
    told = json.loads(buckets.get(ACCOUNT, folder.below(MANIFEST)))
    assert (told["totalRecordCount"], told["successRecordCount"], told["errorRecordCount"]) == (4, 2, 0)
    assert booked == ["settled"] * 2


def test_a_defect_at_a_record_ends_no_other_one(
    tmp_path: Path, catalog: Catalog, caplog: pytest.LogCaptureFixture
) -> None:
    """It has its line, costs nothing, and is logged with where it broke; the manifest counts it."""
    prompts = ["a fox", BREAK, *("a dog" for _ in range(10)), BREAK, "a bird"]
    content = b"".join(
        json.dumps({"recordId": str(at), "modelInput": {"prompt": prompt}}).encode() + b"\n"
        for at, prompt in enumerate(prompts)
    )
    ended, booked = worked_on(tmp_path, catalog, shelves_of(tmp_path), {"in.jsonl": content}, "work", 1)
    assert (ended.state, ended.reason) == ("done", None)
    folder = tmp_path / "buckets" / ACCOUNT / "work" / "out" / ended.id
    lines = [json.loads(line) for line in (folder / "in.jsonl.out").read_bytes().splitlines()]
    assert [line["recordId"] for line in lines] == [str(at) for at in range(len(prompts))]
    told = {line["recordId"]: line["error"] for line in lines if "error" in line}
    assert told == {at: {"errorCode": 500, "errorMessage": UNEXPECTED} for at in ("1", "12")}
    manifest = json.loads((folder / MANIFEST).read_bytes())
    counts = [manifest[f"{name}RecordCount"] for name in ("total", "processed", "success", "error")]
    assert counts == [14, 14, 12, 2]
    assert sorted(booked) == ["released"] * 2 + ["settled"] * 12
    logged = [record for record in caplog.records if record.levelname == "ERROR"]
    assert ["'1' of job" in record.getMessage() for record in logged] == [True, False]
    assert all(record.exc_info is not None and record.exc_info[0] is ZeroDivisionError for record in logged)


def test_a_defect_of_all_leaves_what_was_drawn(tmp_path: Path, catalog: Catalog) -> None:
    """What no record is to blame for is tried again, and then the job is dead; its output and manifest are there."""
    shelves = shelves_of(tmp_path)

    def broken() -> None:
        raise OSError("the disk has gone")

    failing: Any = Failing(buckets=shelves.buckets, go=broken)
    files = {"first.jsonl": RECORDS, GOES: RECORDS}
    ended, booked = worked_on(tmp_path, catalog, replace(shelves, buckets=failing), files, "work")
    assert (ended.state, ended.reason) == ("dead", UNEXPECTED)
    folder = tmp_path / "buckets" / ACCOUNT / "work" / "out" / ended.id
    assert len((folder / "first.jsonl.out").read_bytes().splitlines()) == 2
    assert json.loads((folder / MANIFEST).read_bytes())["successRecordCount"] == 2
    assert booked == ["settled"] * 2


def test_a_record_at_which_the_engine_dies_each_time_holds_up_no_other(tmp_path: Path, catalog: Catalog) -> None:
    """It is tried again as often as a job is, then it has its error and all others are drawn; each attempt waits."""
    prompts = ["a fox", "a cat", DIE, *("a dog" for _ in range(20)), DIE, "a bird"]
    content = b"".join(
        json.dumps({"recordId": str(at), "modelInput": {"prompt": prompt}}).encode() + b"\n"
        for at, prompt in enumerate(prompts)
    )
    files = {"in.jsonl": content}
    ended, booked = worked_on(tmp_path, catalog, shelves_of(tmp_path), files, "work", 2 * MOST_ATTEMPTS)
    assert (ended.state, ended.progress["success"], ended.progress["error"]) == ("done", 23, 2)
    folder = tmp_path / "buckets" / ACCOUNT / "work" / "out" / ended.id
    lines = [json.loads(line) for line in (folder / "in.jsonl.out").read_bytes().splitlines()]
    assert [line["recordId"] for line in lines if "error" in line] == ["2", "23"]
    assert {line["error"]["errorCode"] for line in lines if "error" in line} == {503}
    assert sorted(booked) == ["released"] * 2 + ["settled"] * 23
    assert 2 < ended.lease < 2 * MOST_ATTEMPTS
