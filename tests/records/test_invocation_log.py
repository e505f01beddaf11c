"""The log of invocations, on a folder and on a real S3 that checks signatures; and that it never stands in the way."""

import gzip
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue
from threading import Event
from typing import Any

import pytest

from outcrop.assets.buckets import Buckets, S3Uri, disk_buckets
from outcrop.assets.disk import DiskObjects
from outcrop.assets.s3 import s3_buckets
from outcrop.errors import StorageFailed
from outcrop.records import invocation_log
from outcrop.records.invocation import Destination, Invocation
from outcrop.records.invocation_log import TRIES, InvocationLog, Means
from outcrop.records.metrics import Metrics
from tests.assets.s3_server import S3Server, s3_server
from tests.toy_engine import PATIENCE_S

ACCOUNT = "123456789012"
AT = 1_780_000_000
HOUR = f"AWSLogs/{ACCOUNT}/BedrockModelInvocationLogs/us-west-2/2026/05/28/20"
WANTED = Destination(bucket="logs", prefix="pictures/", text=True, images=False)


@pytest.fixture(scope="module")
def s3() -> Iterator[S3Server]:
    """Moto's S3 with its signature check on."""
    with s3_server() as running:
        yield running


def call(number: int = 1, at: float = AT, prompt: str = "a fox") -> Invocation:
    """A call."""
    return Invocation(
        at=at,
        account=ACCOUNT,
        user_arn=f"arn:aws:iam::{ACCOUNT}:user/tester",
        region="us-west-2",
        request_id=f"request-{number}",
        model="a.model-v1:0",
        output_type="application/json",
        input=json.dumps({"prompt": prompt}).encode(),
        output=b'{"images":["aGVsbG8="]}',
    )


def means(buckets: Buckets, metrics: Metrics, wanted: Destination | None = WANTED, flush_s: float = 3600) -> Means:
    """What a log works with, at one moment."""
    return Means(buckets=buckets, destination=lambda _: wanted, metrics=metrics, now=lambda: AT, flush_s=flush_s)


def lines(content: bytes) -> list[dict[str, Any]]:
    """The records of an object."""
    return [json.loads(line) for line in gzip.decompress(content).splitlines()]


def delivered(metrics: Metrics, kind: str = "Logs", ended: str = "Success") -> float | None:
    """How many objects were written."""
    return metrics.registry.get_sample_value(f"ModelInvocation{kind}S3Delivery{ended}_total")


@pytest.mark.parametrize("place", ["disk", "s3"])
def test_calls_are_records_in_objects_named_as_aws_names_them(s3: S3Server, tmp_path: Path, place: str) -> None:
    """Those of an hour together in one gzipped object, a long body in one of its own beside them."""
    metrics = Metrics()
    if place == "s3":
        s3.make_bucket("logs")
    buckets = s3_buckets(s3.account) if place == "s3" else disk_buckets(tmp_path)
    with InvocationLog(means(buckets, metrics)) as log:
        log.take(call(1))
        log.take(call(2, prompt="a fox " * 50_000))
        log.take(call(3, at=AT + 3600))
    there = S3Uri(bucket="logs", key="pictures")
    found = {uri.key.removeprefix("pictures/"): buckets.get(ACCOUNT, uri) for uri in buckets.below(ACCOUNT, there)}
    large = f"{HOUR}/data/request-2_input.json.gz"
    assert json.loads(gzip.decompress(found.pop(large))) == {"prompt": "a fox " * 50_000}
    first, second = sorted(found)
    assert re.fullmatch(HOUR + r"/20260528T202640000Z_[0-9a-f]{16}\.json\.gz", first)
    assert second.startswith(HOUR.removesuffix("20") + "21/")
    assert [one["requestId"] for one in lines(found[first])] == ["request-1", "request-2"]
    assert lines(found[first])[0]["input"]["inputBodyJson"] == {"prompt": "a fox"}
    assert lines(found[first])[1]["input"]["inputBodyS3Path"] == f"s3://logs/pictures/{large}"
    assert [one["requestId"] for one in lines(found[second])] == ["request-3"]
    assert (delivered(metrics), delivered(metrics, "LargeData")) == (2, 1)


def test_an_account_that_wants_no_log_has_none(tmp_path: Path) -> None:
    """Which is how it is until it says otherwise."""
    with InvocationLog(means(disk_buckets(tmp_path), Metrics(), wanted=None)) as log:
        log.take(call())
    assert list(tmp_path.iterdir()) == []


def test_an_account_that_wants_no_log_holds_no_thread_up(tmp_path: Path) -> None:
    """Once that is known, its calls are let go at once, until it is time to ask again."""
    asked: SimpleQueue[float] = SimpleQueue()
    at, expected, found = [0.0], [0.0, 9.0], []

    def now() -> float:
        return at[0]

    def destination(_: str) -> Destination | None:
        asked.put(at[0])
        return None

    with InvocationLog(
        Means(buckets=disk_buckets(tmp_path), destination=destination, metrics=Metrics(), now=now, fresh_s=5)
    ) as log:
        for moment in (0.0, 1.0, 4.0, 9.0, 10.0):
            at[0] = moment
            log.take(call())
            if moment in expected:
                found.append(asked.get(timeout=PATIENCE_S))
    assert list(tmp_path.iterdir()) == []
    assert found == expected
    assert asked.empty()


def test_what_an_account_wants_is_asked_for_once_in_a_while(tmp_path: Path) -> None:
    """Not at every call."""
    asked = []

    def destination(account: str) -> Destination:
        asked.append(account)
        return WANTED

    with InvocationLog(
        Means(buckets=disk_buckets(tmp_path), destination=destination, metrics=Metrics(), now=lambda: AT)
    ) as log:
        for number in range(5):
            log.take(call(number))
    assert asked == [ACCOUNT]


def test_what_cannot_be_written_is_tried_again_and_then_said(caplog: pytest.LogCaptureFixture) -> None:
    """Counted each time, and the server's log has how many calls it was; another account's are written."""
    metrics, tried = Metrics(), []

    class Broken(DiskObjects):  # type: ignore[misc] # final elsewhere: here it is the disk that fails
        def put(self, name: str, content: bytes) -> None:
            tried.append((name, content))
            raise StorageFailed("There is no room.")

    buckets = Buckets(lambda *_: Broken(Path("/nowhere")))
    with InvocationLog(means(buckets, metrics, flush_s=0)) as log:
        for number in range(TRIES):
            log.take(call(number))
    assert len(tried) >= 1
    assert delivered(metrics, ended="Failure") == len(tried)
    assert "There is no room." in caplog.text
    lost = sum(int(count) for count in re.findall(r"(\d+) invocations of account", caplog.text))
    assert lost == TRIES


@pytest.mark.parametrize("bucket", ["../../../tmp/x", "a/b", "..", "UPPER", "x" * 64, "a\nb"])
def test_a_bucket_cannot_lead_elsewhere(tmp_path: Path, bucket: str) -> None:
    """Its account may have put anything into its configuration."""
    metrics, home = Metrics(), tmp_path / "home"
    wanted = Destination(bucket=bucket, prefix="", text=True, images=True)
    with InvocationLog(means(disk_buckets(home), metrics, wanted)) as log:
        log.take(call())
    assert list(tmp_path.iterdir()) == []
    assert delivered(metrics, ended="Failure") == 1


def test_a_prefix_cannot_lead_elsewhere(tmp_path: Path) -> None:
    """Out of its bucket."""
    wanted = Destination(bucket="logs", prefix="../../up", text=True, images=True)
    with InvocationLog(means(disk_buckets(tmp_path / "home"), Metrics(), wanted)) as log:
        log.take(call())
    assert list(tmp_path.iterdir()) == []


def test_a_defect_of_one_record_does_not_end_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It is said, and the next call is written."""
    asked = []

    def destination(account: str) -> Destination:
        asked.append(account)
        if len(asked) == 1:
            raise ZeroDivisionError("a defect")
        return WANTED

    metrics = Metrics()
    with InvocationLog(
        Means(buckets=disk_buckets(tmp_path), destination=destination, metrics=metrics, now=lambda: AT)
    ) as log:
        log.take(call(1))
        log.take(call(2))
    assert "a defect" in caplog.text
    assert (delivered(metrics), delivered(metrics, ended="Failure")) == (1, 1)


def test_a_log_that_does_not_keep_up_takes_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What waits is bounded in bytes; a call beyond is counted and not logged, and whoever called waits for nothing."""
    monkeypatch.setattr(invocation_log, "MOST_BYTES", 4 * call().size)
    begun, go_on = Event(), Event()

    def slow(_: str) -> Destination:
        begun.set()
        assert go_on.wait(PATIENCE_S)
        return WANTED

    metrics = Metrics()
    with (
        caplog.at_level(logging.WARNING),
        InvocationLog(Means(buckets=disk_buckets(tmp_path), destination=slow, metrics=metrics, now=lambda: AT)) as log,
    ):
        log.take(call(0))
        assert begun.wait(PATIENCE_S)
        for number in range(1, 8):
            log.take(call(number))
        go_on.set()
    assert delivered(metrics, ended="Failure") == 3
    assert caplog.text.count("is not logged: too many") == 3
    (file,) = (path for path in tmp_path.rglob("*.gz") if path.is_file())
    assert len(lines(file.read_bytes())) == 5
