"""What jobs cost beside their pictures: `python -m benchmarks.jobs` prints it; `--records 1000` also draws a batch,
`--postgresql` measures the queue there, and how soon a job is taken that another process has added.

Enqueueing, starting and streaming are measured with the tests' engine, which draws at once: what is left is the queue.
A batch is measured with the embedded model, against the same pictures asked of the same engine without a batch.
"""

import argparse
import json
import multiprocessing
import statistics
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Event
from typing import final

import numpy as np
from sqlalchemy import insert
from tests.api.rest.jobs import FOX, ended, post_job
from tests.api.rest.streams import Sent, stream
from tests.conftest import CORE
from tests.databases import NONE, cluster, programs
from tests.serving import ACCOUNT, TESTER, desk_of, directory_of, serving
from tests.toy_engine import HANG, PATIENCE_S

from outcrop.assets.buckets import S3Uri
from outcrop.catalog.load import Catalog, load_catalog
from outcrop.cli.wiring import open_flow
from outcrop.clock import new_id, now, unix_time
from outcrop.engine.engine import Step
from outcrop.flow import Running
from outcrop.jobs import batch, pictures
from outcrop.jobs.crew import open_crew
from outcrop.jobs.database_queue import CALL
from outcrop.jobs.desk import Desk, open_queue
from outcrop.jobs.handing_in import Wanted, hand_in, made_ready
from outcrop.jobs.making import Maker, Task
from outcrop.jobs.queue import Booked, Ending, Queue, nothing
from outcrop.jobs.worker import Hand, Worker
from outcrop.ledger.books import open_books
from outcrop.settings import Settings
from outcrop.store.calls import hearing
from outcrop.store.database import Connection as SqlConnection
from outcrop.store.database import Database, open_database
from outcrop.store.job_tables import jobs as jobs_table
from outcrop.store.jobs import Job

TIMES = 200
SIZES = (1_000, 100_000, 1_000_000)
BULK = 20_000
STREAMS = 200
STEPS = 40
PAUSE_S = 0.05
ELSEWHERE = "elsewhere"
"""Name of the process that takes what another adds."""
WARMING = 100
"""Pictures drawn before, until all engines are up."""
"""Between two steps of the picture that is watched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enqueued:
    """Units: milliseconds, medians."""

    hand_in_ms: float
    """Of a request that is read: checked, planned, its body kept, its price set aside, its job added."""
    post_ms: float
    """Of the same over HTTP, with its signature, policies and audit."""
    start_ms: float
    """From there until the engine begins, when nothing else waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sized:
    """The queue with so many finished jobs. Units: milliseconds, medians."""

    finished: int
    add_ms: float
    take_ms: float
    end_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """Jobs on PostgreSQL that another process takes. Units: milliseconds."""

    add_ms: float
    """The median."""
    start_ms: float
    """From there until the work begins in the other process, the median."""
    start_p95_ms: float
    start_max_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Streamed:
    """So many streams of one picture at once. Units: milliseconds."""

    streams: int
    step_ms: float
    """For the engine's thread to tell a step, the median."""
    step_max_ms: float
    end_ms: float
    """From the end of the job until its last stream has heard of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batched:
    """A batch on the embedded model, and the same pictures without one. Units: pictures a second."""

    records: int
    alone: float
    batch: float
    part: float


def median_ms(seconds: Sequence[float]) -> float:
    """The median in milliseconds."""
    return round(statistics.median(seconds) * 1000, 2)


def timed(does: Callable[[], object]) -> float:
    """How long something takes."""
    began = time.perf_counter()
    does()
    return time.perf_counter() - began


def fox(number: int) -> Wanted:
    """A picture of its own."""
    return Wanted(id=f"b{number:011d}", model_id=CORE, body={"prompt": "a fox", "seed": number + 1})


def measure_enqueue(catalog: Catalog) -> Enqueued:
    """Jobs one at a time, each seen to its end before the next."""
    with serving(catalog) as server:
        handed, posted, started = [], [], []
        for number in range(TIMES):
            began = time.perf_counter()
            job = hand_in(server.desk, made_ready(server.desk, TESTER, fox(number)))
            there = time.perf_counter()
            server.engine.under_way.get(timeout=PATIENCE_S)
            started.append(time.perf_counter() - there)
            handed.append(there - began)
            ended(server, job.id)
            began = time.perf_counter()
            answer = post_job(server, FOX)
            posted.append(time.perf_counter() - began)
            ended(server, answer.json["id"])
            server.engine.under_way.get(timeout=PATIENCE_S)
    return Enqueued(hand_in_ms=median_ms(handed), post_ms=median_ms(posted), start_ms=median_ms(started))


def measure_sizes(url: str | None = None) -> Iterator[Sized]:
    """The queue with more and more jobs that are done, on SQLite or where a URL leads."""
    with tempfile.TemporaryDirectory() as home, directory_of(Path(home), unix_time, url) as directory:
        queue = open_queue(directory.database, unix_time, now)
        there = 0
        for size in SIZES:
            fill(directory.database, range(there, size))
            there = size
            yield sized(queue, size)


def measure_sizes_on_postgresql() -> Iterator[Sized]:
    """The same on a server of PostgreSQL that runs for it, with its usual settings."""
    folder = programs()
    assert folder is not None, NONE
    with cluster(folder, "fsync=on") as server, server.database() as name:
        yield from measure_sizes(server.url(name))


def sized(queue: Queue, size: int) -> Sized:
    """Add, take and end jobs one at a time."""
    added, taken, over = [], [], []
    for number in range(TIMES):
        waiting = a_job(f"n{size // 1000:05d}{number:05d}"[:12].ljust(12, "x"))
        added.append(timed(partial(queue.add, waiting, nothing)))
        began = time.perf_counter()
        job = queue.take("somebody", [pictures.KIND])
        taken.append(time.perf_counter() - began)
        assert job is not None
        over.append(timed(partial(queue.end, job, Ending(state="done", took_ms=1), nothing)))
    return Sized(finished=size, add_ms=median_ms(added), take_ms=median_ms(taken), end_ms=median_ms(over))


def fill(database: Database, numbers: range) -> None:
    """Add jobs that are done, in bulk."""
    for begin in range(numbers.start, numbers.stop, BULK):
        some = [a_job(f"f{number:011d}") for number in range(begin, min(begin + BULK, numbers.stop))]
        rows = [{name: getattr(job, name) for name in jobs_table.c.keys() if name != "number"} for job in some]  # noqa: SIM118
        done = {"state": "done", "request": "{}", "progress": "{}", "took_ms": 1, "ended_at": int(unix_time())}
        with database.writing() as connection:
            connection.execute(insert(jobs_table), [row | done for row in rows])


def measure_elsewhere() -> Elsewhere:
    """Jobs that one process adds and another takes, one at a time, each seen to its end before the next."""
    folder = programs()
    assert folder is not None, NONE
    here, there = multiprocessing.Pipe()
    with (
        cluster(folder, "fsync=on") as server,
        server.database() as name,
        tempfile.TemporaryDirectory() as home,
        directory_of(Path(home), unix_time, server.url(name)) as directory,
    ):
        worker = multiprocessing.get_context("spawn").Process(
            target=work_elsewhere, args=(home, server.url(name), there)
        )
        worker.start()
        here.recv()
        queue, added, started = open_queue(directory.database, unix_time, now), [], []
        for number in range(TIMES):
            time.sleep(PAUSE_S)  # the other one waits by now
            began = time.perf_counter()
            queue.add(a_job(f"e{number:011d}"), nothing)
            added.append(time.perf_counter())
            started.append(here.recv() - added[-1])
            added[-1] -= began
        here.send(None)
        worker.join()
    late = statistics.quantiles(started, n=20)[-1]
    return Elsewhere(
        add_ms=median_ms(added),
        start_ms=median_ms(started),
        start_p95_ms=round(late * 1000, 2),
        start_max_ms=round(max(started) * 1000, 2),
    )


def work_elsewhere(home: str, url: str, told: Connection) -> None:
    """In a process of its own: take jobs, and tell when each begins, by the clock that all processes share."""
    with open_database(Path(home), url) as database:
        queue = open_queue(database, unix_time, now)
        worker = Worker(ELSEWHERE, queue, {pictures.KIND: Begins(told)}, now)
        ready = Event()

        def heard() -> None:
            queue.ring()
            ready.set()

        with (
            database.owners.living(ELSEWHERE),
            open_crew(worker, queue, {pictures.KIND: 1}, now),
            hearing(database, CALL, heard),
        ):
            ready.wait()
            told.send(None)
            told.recv()


@final
class Begins:
    """Work that tells when it begins, and is done."""

    def __init__(self, told: Connection) -> None:
        self._told = told

    def do(self, job: Job, hand: Hand) -> Booked:
        """Tell the time."""
        del job, hand
        self._told.send(time.perf_counter())
        return nothing

    def give_up(self, connection: SqlConnection, job: Job) -> None:
        """Nothing was booked."""


def a_job(job_id: str) -> Job:
    """One that waits."""
    at = int(unix_time())
    return Job(
        id=job_id,
        kind=pictures.KIND,
        account_id=ACCOUNT,
        user_name="tester",
        model_id=CORE,
        digest="any",
        request={},
        priority="standard",
        created_at=at,
        due_at=at,
        changed_at=at,
    )


def measure_streams(catalog: Catalog) -> Streamed:
    """One picture that is watched by many, clients and server in one process."""
    noise = np.random.default_rng(0).integers(0, 255, (128, 128, 3), dtype=np.uint8)

    def last(events: Iterator[Sent]) -> float:
        for _ in events:
            pass
        return time.perf_counter()

    with serving(catalog) as server, ExitStack() as stack, ThreadPoolExecutor(STREAMS) as threads:
        job = post_job(server, {"model": CORE, "body": {"prompt": HANG}}).json["id"]
        server.engine.under_way.get(timeout=PATIENCE_S)
        every = [stack.enter_context(stream(server, f"/v1/jobs/{job}/events")) for _ in range(STREAMS)]
        for one in every:
            next(one)
        ends = [threads.submit(last, one) for one in every]
        listen, told = server.desk.board.listener(job, 1), []
        for done in range(STEPS):
            told.append(timed(partial(listen, Step(done=done, total=STEPS, preview=noise))))
            time.sleep(PAUSE_S)
        began = time.perf_counter()
        server.send("POST", f"/v1/jobs/{job}/cancel")
        end = max(one.result(PATIENCE_S * 4) for one in ends)
    return Streamed(
        streams=STREAMS,
        step_ms=median_ms(told),
        step_max_ms=round(max(told) * 1000, 2),
        end_ms=round((end - began) * 1000, 1),
    )


def measure_batch(catalog: Catalog, records: int) -> Batched:
    """The same pictures twice; the engine has drawn before, and draws those of the batch with the same seeds."""
    with (
        tempfile.TemporaryDirectory() as home,
        directory_of(Path(home)) as directory,
        open_books(directory.database, unix_time) as books,
        open_flow(Settings(home=Path(home)), catalog) as flow,
        desk_of(Path(home), Maker(catalog=catalog, flow=flow, books=books), directory) as desk,
    ):
        draw_all(desk, WARMING)
        alone = draw_all(desk, records)
        whole = draw_batch(desk, records)
    return Batched(
        records=records,
        alone=round(records / alone, 3),
        batch=round(records / whole, 3),
        part=round(alone / whole, 3),
    )


def body(number: int) -> dict[str, object]:
    """What a record asks for."""
    return {"prompt": "a red apple on a wooden table", "seed": number + 1}


def draw_all(desk: Desk, count: int) -> float:
    """Draw pictures, as many at once as a batch has; tells how long that took."""
    began, under_way = time.perf_counter(), deque[Running]()
    for number in range(count):
        task = Task(
            name=new_id(),
            job="",
            account_id=ACCOUNT,
            user_name="",
            model_id=CORE,
            body=json.dumps(body(number)).encode(),
            priority="batch",
        )
        if len(under_way) >= batch.WINDOW:
            under_way.popleft().picture.result()
        under_way.extend(desk.maker.flow.start(each) for each in desk.maker.plan(task).plans)
    for one in under_way:
        one.picture.result()
    return time.perf_counter() - began


def draw_batch(desk: Desk, count: int) -> float:
    """Draw them as a batch from a bucket to a bucket; tells how long that took."""
    lines = (json.dumps({"recordId": str(number), "modelInput": body(number)}) for number in range(count))
    desk.shelves.buckets.put(ACCOUNT, S3Uri(bucket="work", key="in.jsonl"), "\n".join(lines).encode())
    places = {"input": {"s3Uri": "s3://work/in.jsonl"}, "output": {"s3Uri": "s3://work/out"}}
    asked = {**places, "role": "", "hours": 24, "type": None, "tags": {}}
    began = time.perf_counter()
    job = replace(a_job("a-batch-of-it"[:12]), kind=batch.KIND, request=asked, priority=batch.PRIORITY)
    desk.queue.add(job, nothing)
    manifest = S3Uri(bucket="work", key=f"out/{job.id}/{batch.MANIFEST}")
    while not any(desk.shelves.buckets.below(ACCOUNT, manifest)):
        time.sleep(0.05)
    return time.perf_counter() - began


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="What jobs cost.")
    parser.add_argument("--records", type=int, default=0, help="also a batch of so many records: hours on one core")
    parser.add_argument("--postgresql", action="store_true", help="only the queue, on PostgreSQL")
    options = parser.parse_args()
    if options.postgresql:
        print(json.dumps(asdict(measure_elsewhere())), flush=True)
        for one in measure_sizes_on_postgresql():
            print(json.dumps(asdict(one)), flush=True)
        return
    catalog = load_catalog()
    print(json.dumps(asdict(measure_enqueue(catalog))))
    print(json.dumps(asdict(measure_streams(catalog))))
    for one in measure_sizes():
        print(json.dumps(asdict(one)))
    if options.records:
        print(json.dumps(asdict(measure_batch(catalog, options.records))))


if __name__ == "__main__":
    main()
