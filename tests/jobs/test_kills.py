"""Workers that are killed at any point of a job: it ends once, its output is there once, and the books agree."""

import json
import signal
import subprocess
import sys
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from outcrop.assets.store import Digest
from outcrop.clock import unix_time
from outcrop.jobs import async_invoke, batch, pictures
from outcrop.jobs.async_invoke import OUTPUT
from outcrop.jobs.endings import EVENTS
from outcrop.ledger.books import open_books
from outcrop.store.assets import SoughtAssets, list_assets
from outcrop.store.bookings import all_bookings
from outcrop.store.database import open_database
from outcrop.store.job_events import list_job_events
from outcrop.store.jobs import Sought, list_jobs
from outcrop.store.webhooks import AccountWebhook, put_webhook
from tests.cli.programs import environment
from tests.jobs.crashing import NEVER, points, shelves_of
from tests.jobs.killed_jobs import BODIES
from tests.serving import ACCOUNT, directory_of

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Nursery:
    """A process that forks workers."""

    process: subprocess.Popen[str]

    def work(self, home: Path, kind: str, number: int, point: str, nth: int) -> int:
        """Have a worker work in a home; returns how it ended."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{home}\t{kind}\t{number}\t{point}\t{nth}\n")
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


def kill(workers: Nursery, home: Path, kind: str, times: int) -> None:
    """Kill a worker at each point in turn; each has ended, before it, what the one before it left behind."""
    hook = AccountWebhook(account_id=ACCOUNT, name="hook", url="", secret=b"", events=EVENTS, created_at=0)
    with directory_of(home) as directory, directory.database.writing() as connection:
        put_webhook(connection, hook)
    places = points(kind)
    for number in range(times * len(places)):
        point, often = places[number % len(places)]
        nth = 1 + number // len(places) % often
        assert workers.work(home, kind, number, point, nth) == -signal.SIGKILL, (point, nth)
    assert workers.work(home, kind, 0, NEVER, 0) == 0
    CHECKS[kind](home)


CHECKS: Mapping[str, Callable[[Path], None]] = {
    async_invoke.KIND: check,
    batch.KIND: check_batches,
    pictures.KIND: check_pictures,
}


@pytest.mark.parametrize("kind", CHECKS)
def test_a_job_ends_once_wherever_its_worker_is_killed(kind: str, tmp_path: Path, toy_folder: Path) -> None:
    """Once at each point."""
    with nursery(tmp_path, toy_folder) as workers:
        kill(workers, tmp_path, kind, 1)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_five_hundred_kills(tmp_path: Path, toy_folder: Path) -> None:
    """As above, longer."""
    with nursery(tmp_path, toy_folder) as workers:
        kill(workers, tmp_path / "invocations", async_invoke.KIND, 15)
        kill(workers, tmp_path / "batches", batch.KIND, 10)
        kill(workers, tmp_path / "pictures", pictures.KIND, 9)
