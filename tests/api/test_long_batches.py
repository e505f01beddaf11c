"""A batch of ten thousand records, from its creation to its manifest: it streams, and never stands in memory."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from botocore.client import BaseClient

from outcrop.assets.buckets import S3Uri
from outcrop.catalog.load import Catalog
from outcrop.clock import unix_time
from outcrop.ledger.books import open_books
from outcrop.store.bookings import all_bookings
from outcrop.units import Size
from tests.api.test_batches import create
from tests.conftest import CORE, client
from tests.serving import ACCOUNT, Serving, serving

RECORDS, FEW = 10_000, 100
BROKEN = 2_500
"""Every so many-th cannot be drawn."""
SMALL = Size(width=64, height=64)
PROMPT = "a red fox in deep snow"
LENGTH = 8192
"""Bytes of a line, so that all of them together are of a size that shows."""
MOST_MIB = 24
STATUS, REFERENCES = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def memory_mib(name: str) -> float:
    """What the system says of this process: VmRSS is what it has, VmHWM the most it ever had."""
    lines = STATUS.read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) / 1024


def record(number: int) -> bytes:
    """A line of the input."""
    body = {"prompt": ["no text"] if number % BROKEN == 0 else PROMPT, "seed": number}
    return json.dumps({"recordId": f"record-{number}", "modelInput": body}).encode().ljust(LENGTH) + b"\n"


def forgetful(own: Serving) -> None:
    """Have the toy engine forget what it has drawn: it keeps every plan for whoever asks."""
    try:
        while True:
            own.engine.under_way.get_nowait()
    except Empty:
        own.engine.errands.clear()


def output(own: Serving, job: str) -> Iterator[bytes]:
    """The lines of the output."""
    with (own.home / "buckets" / ACCOUNT / "work" / "out" / job / "long.jsonl.out").open("rb") as file:
        yield from file


def drawn(own: Serving, control: BaseClient, folder: Path, count: int) -> dict[str, Any]:
    """What a batch of so many records says once it has ended."""
    file = folder / "long.jsonl"
    with file.open("wb") as lines:
        lines.writelines(map(record, range(count)))
    own.desk.shelves.buckets.put_file(ACCOUNT, S3Uri(bucket="work", key="in/long.jsonl"), file)
    job = create(control, "in/long.jsonl")
    while True:
        told: dict[str, Any] = control.get_model_invocation_job(jobIdentifier=job)
        if told["status"] not in {"Submitted", "Scheduled", "Validating", "InProgress"}:
            return told
        own.desk.queue.wait(0.5)
        forgetful(own)


@pytest.mark.slow
@pytest.mark.skipif(not REFERENCES.exists(), reason="the peak of a process is read from Linux's files")
def test_ten_thousand_records_stream(catalog: Catalog, tmp_path: Path) -> None:
    """Every record has its line, in order, and is paid; all of them take less memory than what they say, or leave."""
    card = catalog.model(CORE)
    small = replace(catalog, models={**catalog.models, card.id: replace(card, sizes=dict.fromkeys(card.sizes, SMALL))})
    with serving(small) as own:
        control = client("bedrock", own)
        drawn(own, control, tmp_path, FEW)
        before = memory_mib("VmRSS")
        REFERENCES.write_text("5", encoding="ascii")  # the peak begins anew
        told = drawn(own, control, tmp_path, RECORDS)
        grown = memory_mib("VmHWM") - before
        control.close()
        job, bad = told["jobArn"].rpartition("/")[2], RECORDS // BROKEN
        counts = [told[f"{name}RecordCount"] for name in ("total", "processed", "success", "error")]
        assert (told["status"], counts) == ("PartiallyCompleted", [RECORDS, RECORDS, RECORDS - bad, bad])
        size = 0
        for number, line in enumerate(output(own, job)):
            size += len(line)
            said = json.loads(line)
            assert (said["recordId"], "error" in said) == (f"record-{number}", number % BROKEN == 0)
            assert "error" in said or said["modelOutput"]["seeds"] == [number]
        manifest = own.desk.shelves.buckets.get(ACCOUNT, S3Uri(bucket="work", key=f"out/{job}/manifest.json.out"))
        assert json.loads(manifest)["successRecordCount"] == RECORDS - bad
        with own.directory.database.reading() as connection:
            booked = [one.state for one in all_bookings(connection) if one.request_id.startswith(job)]
        assert booked == ["settled"] * (RECORDS - bad)
        with open_books(own.directory.database, unix_time) as books:
            assert books.faults() == []
        assert grown < MOST_MIB < size / 2**20 < RECORDS * LENGTH / 2**20
