"""Tasks of jobs in the invocation log and the metrics, of a real server: as calls are, each once it has ended."""

from base64 import b64decode
from pathlib import Path

import pytest

from outcrop.assets.buckets import disk_buckets
from outcrop.catalog.load import Catalog
from outcrop.records.invocation import LEFT_OUT
from outcrop.records.metrics import Metrics
from tests.api.rest.jobs import FOX, post_job
from tests.api.rest.jobs import ended as ended_job
from tests.api.test_async_invokes import TWO, start
from tests.api.test_async_invokes import ended as ended_invocation
from tests.api.test_batches import create, put
from tests.api.test_batches import ended as ended_batch
from tests.api.test_invocations import WORD, logged, records, switch_on
from tests.conftest import CORE, TITAN, client
from tests.serving import ACCOUNT, Serving
from tests.toy_engine import FAIL


def pictures(metrics: Metrics, model: str) -> float | None:
    """How many are counted as delivered."""
    return metrics.registry.get_sample_value("OutputImageCount_total", {"ModelId": model})


def begin(server: Serving, kind: str, text: str) -> str:
    """Have a job of a kind make a picture, and wait for its end; tells the job's id."""
    body = {"prompt": text, "seed": 7}
    if kind == "CreateJob":
        return str(ended_job(server, post_job(server, {"model": CORE, "body": body}).json["id"])["id"])
    if kind == "StartAsyncInvoke":
        runtime = client("bedrock-runtime", server)
        arn = start(runtime, body)
        ended_invocation(server, runtime, arn)
    else:
        runtime = client("bedrock", server)
        record = {"recordId": "record00001", "modelInput": body}
        put(server, f"{kind}.jsonl", [record])
        arn = create(runtime, f"{kind}.jsonl")
        ended_batch(server, runtime, arn)
    runtime.close()
    return arn.rpartition("/")[2]


@pytest.mark.parametrize("kind", ["StartAsyncInvoke", "CreateModelInvocationJob", "CreateJob"])
def test_what_a_job_makes_is_logged_and_counted(catalog: Catalog, tmp_path: Path, kind: str) -> None:
    """Under the operation that handed it in: whose it is, the words, the answer without its pictures."""
    buckets, metrics = disk_buckets(tmp_path), Metrics()
    with logged(catalog, buckets, metrics=metrics) as server:
        switch_on(server, textDataDeliveryEnabled=True)
        job = begin(server, kind, WORD)
        assert pictures(metrics, CORE) == 1
    (record,) = records(buckets)
    assert (record["operation"], record["modelId"]) == (kind, CORE)
    assert record["requestId"].startswith(job)
    assert record["identity"] == {"arn": f"arn:aws:iam::{ACCOUNT}:user/tester"}
    assert record["input"]["inputBodyJson"]["prompt"] == WORD
    assert record["output"]["outputBodyJson"]["finish_reasons"] == [None]
    assert "errorCode" not in record


@pytest.mark.parametrize("kind", ["StartAsyncInvoke", "CreateModelInvocationJob", "CreateJob"])
def test_a_task_that_fails_is_logged_with_its_code(catalog: Catalog, tmp_path: Path, kind: str) -> None:
    """And counts no picture."""
    buckets, metrics = disk_buckets(tmp_path), Metrics()
    with logged(catalog, buckets, metrics=metrics) as server:
        switch_on(server)
        begin(server, kind, FAIL)
        assert pictures(metrics, CORE) is None
    assert {(one["operation"], one["errorCode"]) for one in records(buckets)} == {(kind, "ModelErrorException")}


def test_a_picture_that_waits_for_a_review_is_in_no_log(catalog: Catalog, tmp_path: Path) -> None:
    """Though the account has its calls logged with their pictures: that would deliver it."""
    buckets = disk_buckets(tmp_path)
    with logged(catalog, buckets) as server:
        switch_on(server, textDataDeliveryEnabled=True, imageDataDeliveryEnabled=True)
        assert server.send("PUT", "/v1/review-policy", b'{"rules": [{"campaign": "spring"}]}').status == 200
        free = post_job(server, FOX).json["id"]
        held = post_job(server, FOX | {"campaign": "spring"}).json["id"]
        (shown,) = ended_job(server, free)["assets"]
        ended_job(server, held)
        file = server.send("GET", f"/v1/assets/{shown}/content").body
    bodies = {one["requestId"].partition(".")[0]: one["output"]["outputBodyJson"] for one in records(buckets)}
    assert b64decode(bodies[free]["images"][0]) == file
    assert bodies[held] == bodies[free] | {"images": [LEFT_OUT]}


def test_every_picture_is_counted_and_what_is_held_back_is_not(catalog: Catalog, tmp_path: Path) -> None:
    """By the words, here: the family's answer says so, and the metric at which stage."""
    metrics = Metrics()
    with logged(catalog, disk_buckets(tmp_path), metrics=metrics) as server:
        runtime = client("bedrock-runtime", server)
        assert ended_invocation(server, runtime, start(runtime, TWO, TITAN))["status"] == "Completed"
        ended_invocation(server, runtime, start(runtime, {"prompt": "a nude woman"}))
        runtime.close()
    assert (pictures(metrics, TITAN), pictures(metrics, CORE)) == (2, None)
    filtered = {"ModelId": CORE, "Stage": "prompt"}
    assert metrics.registry.get_sample_value("FilteredCount_total", filtered) == 1
