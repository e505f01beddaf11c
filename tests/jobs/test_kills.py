"""Workers that are killed at any point of a job: it ends once, its output is there once, and the books agree."""

import json
import signal
import subprocess
import sys
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from outcrop.assets.buckets import S3Uri
from outcrop.assets.darkroom import Darkroom
from outcrop.assets.store import Digest, digest_of
from outcrop.catalog.load import Catalog
from outcrop.clock import now, unix_time
from outcrop.flow import Flow
from outcrop.jobs import batch
from outcrop.jobs.async_invoke import KIND, OUTPUT, request_of, task_of
from outcrop.jobs.board import Board
from outcrop.jobs.canonical import canonical
from outcrop.jobs.desk import Desk, open_library, open_queue
from outcrop.jobs.endings import EVENTS
from outcrop.jobs.handing_in import Wanted, made_ready
from outcrop.jobs.handing_in import hand_in as hand_in_job
from outcrop.jobs.making import Maker, Planned
from outcrop.jobs.pictures import About
from outcrop.jobs.queue import nothing
from outcrop.ledger.books import open_books
from outcrop.store.assets import SoughtAssets, list_assets
from outcrop.store.bookings import all_bookings
from outcrop.store.database import Connection, open_database
from outcrop.store.job_events import list_job_events
from outcrop.store.jobs import Job, Sought, list_jobs
from outcrop.store.webhooks import AccountWebhook, put_webhook
from tests.cli.programs import environment
from tests.conftest import CORE, TITAN
from tests.jobs.crashing import BATCH, BATCH_POINTS, NEVER, PICTURES_POINTS, POINTS, shelves_of
from tests.marking import marks
from tests.serving import ACCOUNT, TESTER, directory_of
from tests.toy_engine import FAIL, ToyEngine

ROOT = Path(__file__).parents[2]
TWO = {
    "taskType": "TEXT_IMAGE",
    "textToImageParams": {"text": "a fox"},
    "imageGenerationConfig": {"numberOfImages": 2, "width": 512, "height": 512},
}
BODIES: tuple[tuple[str, dict[str, Any], int], ...] = (
    (CORE, {"prompt": "a fox"}, 1),
    (TITAN, TWO, 2),
    (CORE, {"prompt": FAIL}, 0),
)
"""Model, body and how many pictures come of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nursery:
    """A process that forks workers."""

    process: subprocess.Popen[str]

    def work(self, home: Path, point: str, nth: int) -> int:
        """Have a worker work in a home; returns how it ended."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{home}\t{point}\t{nth}\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())


@contextmanager
def nursery(home: Path, toy: Path) -> Iterator[Nursery]:
    """One for as long as the block lasts."""
    environ = environment(home, PYTHONPATH=f"{ROOT / 'src'}:{ROOT}")
    command = [sys.executable, "-m", "tests.jobs.crashing", str(toy)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=environ, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        yield Nursery(process=process)
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait() == 0


def reserve(maker: Maker, planned: Planned, connection: Connection) -> None:
    """Set the price of an invocation aside."""
    maker.reserve(connection, planned)


def hand_in(home: Path, catalog: Catalog, first: int) -> None:
    """Hand in an invocation of each body, with what it costs."""
    shelves = shelves_of(home)
    with (
        open_database(home) as database,
        open_books(database, unix_time) as books,
        Flow(ToyEngine(), now) as flow,
    ):
        maker, queue = Maker(catalog=catalog, flow=flow, books=books), open_queue(database, unix_time, now)
        for number, (model, body, _) in enumerate(BODIES, first):
            text, at = canonical(body).encode(), int(unix_time())
            job = Job(
                id=f"job{number:09d}",
                kind=KIND,
                account_id=ACCOUNT,
                user_name="tester",
                model_id=model,
                digest="any",
                request=request_of(digest_of(text), {"s3Uri": "s3://pictures"}, {}),
                priority="standard",
                created_at=at,
                due_at=at,
                changed_at=at,
            )
            planned = maker.plan(task_of(job, text))
            shelves.store.put(text)
            queue.add(job, partial(reserve, maker, planned))


def check(home: Path) -> None:
    """Every job has ended once, with its output and its bookings and nothing else."""
    with open_database(home) as database, open_books(database, unix_time) as books:
        assert books.faults() == []
        with database.reading() as connection:
            jobs, bookings = list_jobs(connection, Sought()), all_bookings(connection)
    assert jobs
    written = {path.relative_to(home / "buckets" / ACCOUNT / "pictures").as_posix() for path in files(home)}
    names = set()
    for job in jobs:
        count = BODIES[int(job.id[3:]) % len(BODIES)][2]
        own = [booking for booking in bookings if booking.request_id.partition(".")[0] == job.id]
        assert {booking.owner for booking in own} == {""}
        if count == 0:
            assert (job.state, [booking.state for booking in own]) == ("failed", ["released"])
            continue
        assert (job.state, job.reason, [booking.state for booking in own]) == ("done", None, ["settled"] * count)
        names |= {f"{job.id}/{OUTPUT}", *(f"{job.id}/image-{number}.png" for number in range(1, count + 1))}
        folder = home / "buckets" / ACCOUNT / "pictures" / job.id
        answer = json.loads((folder / OUTPUT).read_bytes())
        assert [b64decode(image) for image in answer["images"]] == [
            (folder / f"image-{number}.png").read_bytes() for number in range(1, count + 1)
        ]
    assert written == names


def files(home: Path) -> Iterator[Path]:
    """Everything in the buckets but what a dead worker had begun to write."""
    return (path for path in (home / "buckets").rglob("*") if path.is_file() and ".parts" not in path.parts)


RECORDS = (
    b'{"recordId": "a", "modelInput": {"prompt": "a fox"}}',
    b'{"recordId": "b", "modelInput": {"prompt": "' + FAIL.encode() + b'"}}',
    b'{"recordId": "c", "modelInput": {"prompt": "a fox", "seed": 3}}',
    b'{"recordId": "d", "modelIn',
    b'{"recordId": "e", "modelInput": {"prompt": "a fox"}}',
)
"""Three that can be drawn, and two that cannot."""


def hand_in_batch(home: Path, _: Catalog, number: int) -> None:
    """Hand in a batch."""
    shelves_of(home).buckets.put(ACCOUNT, S3Uri(bucket="work", key="in.jsonl"), b"\n".join(RECORDS))
    at = int(unix_time())
    places = {"input": {"s3Uri": "s3://work/in.jsonl"}, "output": {"s3Uri": "s3://work/out"}}
    job = Job(
        id=f"job{number:09d}",
        kind=batch.KIND,
        account_id=ACCOUNT,
        user_name="tester",
        model_id=CORE,
        digest="any",
        request={**places, "role": "", "hours": 24, "type": None, "tags": {}},
        priority=batch.PRIORITY,
        created_at=at,
        due_at=at,
        changed_at=at,
    )
    with open_database(home) as database:
        open_queue(database, unix_time, now).add(job, nothing)


def check_batches(home: Path) -> None:
    """Every batch has ended once, each record has one line, and what was drawn is paid once."""
    with open_database(home) as database, open_books(database, unix_time) as books:
        assert books.faults() == []
        with database.reading() as connection:
            jobs, bookings = list_jobs(connection, Sought()), all_bookings(connection)
    for job in jobs:
        assert (job.state, job.progress["success"], job.progress["error"]) == ("done", 3, 2)
        folder = home / "buckets" / ACCOUNT / "work" / "out" / job.id
        assert sorted(path.name for path in folder.iterdir()) == ["in.jsonl.out", batch.MANIFEST]
        found = [json.loads(line) for line in (folder / "in.jsonl.out").read_bytes().splitlines()]
        assert [line["recordId"] for line in found] == ["a", "b", "c", "00000000004", "e"]
        assert ["modelOutput" in line for line in found] == [True, False, True, False, True]
        assert json.loads((folder / batch.MANIFEST).read_bytes())["successRecordCount"] == 3
        own = {one.request_id: one for one in bookings if one.request_id.partition(".")[0] == job.id}
        ends = {name.rpartition(".")[2]: (one.state, one.owner) for name, one in own.items()}
        assert ends == {"0": ("settled", ""), "1": ("released", ""), "2": ("settled", ""), "4": ("settled", "")}


@contextmanager
def desk_of(home: Path, catalog: Catalog) -> Iterator[Desk]:
    """A desk at which nobody works."""
    shelves = shelves_of(home)
    with (
        open_database(home) as database,
        open_books(database, unix_time) as books,
        Flow(ToyEngine(), now, marks=marks()) as flow,
    ):
        library = open_library(database, shelves, unix_time)
        yield Desk(
            queue=open_queue(database, unix_time, now),
            maker=Maker(catalog=catalog, flow=flow, books=books),
            shelves=shelves,
            library=library,
            darkroom=Darkroom(library, shelves.renditions),
            board=Board(),
        )


def hand_in_pictures(home: Path, catalog: Catalog, first: int) -> None:
    """Hand in a picture job of each body; a webhook is to be told how they end."""
    hook = AccountWebhook(account_id=ACCOUNT, name="hook", url="", secret=b"", events=EVENTS, created_at=0)
    with desk_of(home, catalog) as desk:
        with desk.library.database.writing() as connection:
            put_webhook(connection, hook)
        for number, (model, body, _) in enumerate(BODIES, first):
            wanted = Wanted(id=f"job{number:09d}", model_id=model, body=body, about=About(webhook="hook"))
            hand_in_job(desk, made_ready(desk, TESTER, wanted))


def check_pictures(home: Path) -> None:
    """Every job has ended once; its assets with their bytes, its bookings and its message are there once."""
    with open_database(home) as database, open_books(database, unix_time) as books:
        assert books.faults() == []
        with database.reading() as connection:
            jobs, bookings = list_jobs(connection, Sought()), all_bookings(connection)
            assets = list_assets(connection, SoughtAssets(account_id=ACCOUNT, most=10_000))
            events = list_job_events(connection, (ACCOUNT, "hook"), 10_000)
    assert sorted(event.job_id for event in events) == sorted(job.id for job in jobs)
    for job in jobs:
        count = BODIES[int(job.id[3:]) % len(BODIES)][2]
        state, booked = ("done", ["settled"] * count) if count else ("failed", ["released"])
        own = [booking for booking in bookings if booking.request_id.partition(".")[0] == job.id]
        assert {booking.owner for booking in own} == {""}
        assert (job.state, [booking.state for booking in own]) == (state, booked)
        assert sorted(one.number or 0 for one in assets if one.job_id == job.id) == list(range(1, count + 1))
    kept = shelves_of(home).pictures
    assert all(kept.has(Digest(one.digest)) for one in assets)


def kill_pictures(workers: Nursery, home: Path, catalog: Catalog, times: int) -> None:
    """The same with picture jobs."""
    with directory_of(home):
        pass
    for number in range(times):
        hand_in_pictures(home, catalog, number * len(BODIES))
        nth = 1 + number // len(PICTURES_POINTS) % 2
        point = PICTURES_POINTS[number % len(PICTURES_POINTS)]
        assert workers.work(home, point, nth) == -signal.SIGKILL, (point, nth)
        assert workers.work(home, NEVER, 0) == 0
    check_pictures(home)


def kill(workers: Nursery, home: Path, catalog: Catalog, times: int) -> None:
    """Kill a worker at each point in turn, let the next one end what is there, and look after each round."""
    with directory_of(home):
        pass
    for number in range(times):
        hand_in(home, catalog, number * len(BODIES))
        assert workers.work(home, POINTS[number % len(POINTS)], 1 + number // len(POINTS) % 3) == -signal.SIGKILL
        assert workers.work(home, NEVER, 0) == 0
        if number % len(POINTS) == len(POINTS) - 1:
            check(home)


def kill_batches(workers: Nursery, home: Path, catalog: Catalog, times: int) -> None:
    """The same with batches."""
    with directory_of(home):
        pass
    for number in range(times):
        hand_in_batch(home, catalog, number)
        point = BATCH_POINTS[number % len(BATCH_POINTS)]
        nth = 1 + number // len(BATCH_POINTS) % BATCH[point.partition(" ")[2]]
        assert workers.work(home, point, nth) == -signal.SIGKILL, (point, nth)
        assert workers.work(home, NEVER, 0) == 0
    check_batches(home)


def test_a_job_ends_once_wherever_its_worker_is_killed(tmp_path: Path, catalog: Catalog, toy_folder: Path) -> None:
    """Once at each point."""
    with nursery(tmp_path, toy_folder) as workers:
        kill(workers, tmp_path, catalog, len(POINTS))


def test_a_batch_ends_once_wherever_its_worker_is_killed(tmp_path: Path, catalog: Catalog, toy_folder: Path) -> None:
    """Once at each point."""
    with nursery(tmp_path, toy_folder) as workers:
        kill_batches(workers, tmp_path, catalog, len(BATCH_POINTS))


def test_a_picture_job_ends_once_wherever_its_worker_is_killed(
    tmp_path: Path, catalog: Catalog, toy_folder: Path
) -> None:
    """Once at each point."""
    with nursery(tmp_path, toy_folder) as workers:
        kill_pictures(workers, tmp_path, catalog, len(PICTURES_POINTS))


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_five_hundred_kills(tmp_path: Path, catalog: Catalog, toy_folder: Path) -> None:
    """As above, longer."""
    with nursery(tmp_path, toy_folder) as workers:
        kill(workers, tmp_path / "invocations", catalog, 15 * len(POINTS))
        kill_batches(workers, tmp_path / "batches", catalog, 10 * len(BATCH_POINTS))
        kill_pictures(workers, tmp_path / "pictures", catalog, 9 * len(PICTURES_POINTS))
