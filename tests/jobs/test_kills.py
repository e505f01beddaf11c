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

from outcrop.assets.store import digest_of
from outcrop.catalog.load import Catalog
from outcrop.clock import now, unix_time
from outcrop.flow import Flow
from outcrop.jobs.async_invoke import KIND, OUTPUT, canonical, request_of, task_of
from outcrop.jobs.desk import open_queue
from outcrop.jobs.making import Maker, Planned
from outcrop.ledger.books import open_books
from outcrop.store.bookings import all_bookings
from outcrop.store.database import Connection, open_database
from outcrop.store.jobs import Job, Sought, list_jobs
from tests.cli.programs import environment
from tests.conftest import CORE, TITAN
from tests.jobs.crashing import NEVER, POINTS, shelves_of
from tests.serving import ACCOUNT, directory_of
from tests.toy_engine import FAIL, ToyEngine

ROOT = Path(__file__).parents[2]
TWO = {"taskType": "TEXT_IMAGE", "textToImageParams": {"text": "a fox"}, "imageGenerationConfig": {"numberOfImages": 2}}
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
        assert (job.state, [booking.state for booking in own]) == ("done", ["settled"] * count)
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


def kill(home: Path, catalog: Catalog, toy: Path, times: int) -> None:
    """Kill a worker at each point in turn, let the next one end what is there, and look after each."""
    with directory_of(home):
        pass
    with nursery(home, toy) as workers:
        for number in range(times):
            hand_in(home, catalog, number * len(BODIES))
            assert workers.work(home, POINTS[number % len(POINTS)], 1 + number // len(POINTS) % 3) == -signal.SIGKILL
            assert workers.work(home, NEVER, 0) == 0
            if number % len(POINTS) == len(POINTS) - 1:
                check(home)


def test_a_job_ends_once_wherever_its_worker_is_killed(tmp_path: Path, catalog: Catalog, toy_folder: Path) -> None:
    """Once at each point."""
    kill(tmp_path, catalog, toy_folder, len(POINTS))


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_five_hundred_kills(tmp_path: Path, catalog: Catalog, toy_folder: Path) -> None:
    """As above, longer."""
    kill(tmp_path, catalog, toy_folder, 504)
