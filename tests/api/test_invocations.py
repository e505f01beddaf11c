"""Logs of invocations of a real server: by boto3's own operation switched on, and read back from where they are put."""

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from outcrop.api.invocations import logged_at, read_destination
from outcrop.api.manner import Manner
from outcrop.assets.buckets import Buckets, S3Uri, disk_buckets
from outcrop.assets.s3 import s3_buckets
from outcrop.catalog.load import Catalog, load_catalog
from outcrop.clock import unix_time
from outcrop.errors import StorageFailed
from outcrop.records.invocation import Destination
from outcrop.records.invocation_log import InvocationLog, Means
from outcrop.records.metrics import Metrics
from tests.assets.s3_server import s3_server
from tests.conftest import CORE, MODELS, client
from tests.elsewhere import ANSWER, elsewhere
from tests.serving import ACCOUNT, REGION, SIGNED, Serving, serving
from tests.toy_engine import FAIL

INVOKE = f"/model/{CORE}/invoke"
WORD = "rhododendron"


@contextmanager
def logged(catalog: Catalog, buckets: Buckets, **manner: Any) -> Iterator[Serving]:  # noqa: ANN401
    """A server with a log of invocations, which is whole when this ends."""
    running: list[Serving] = []

    def destination(account: str) -> Destination | None:
        return logged_at(running[0].directory)(account)

    log = InvocationLog(Means(buckets=buckets, destination=destination, metrics=Metrics(), now=unix_time, fresh_s=0))
    with serving(catalog, manner=Manner(invocation_log=log, **manner)) as server:
        running.append(server)
        with log:
            yield server


def switch_on(server: Serving, **flags: bool) -> None:
    """What an account does to have its calls logged."""
    control = client("bedrock", server)
    control.put_model_invocation_logging_configuration(
        loggingConfig={"s3Config": {"bucketName": "logs", "keyPrefix": "here"}, **flags}
    )
    control.close()


def records(buckets: Buckets) -> list[dict[str, Any]]:
    """All that was written, but for long bodies."""
    places = [uri for uri in buckets.below(ACCOUNT, S3Uri(bucket="logs", key="here")) if "/data/" not in uri.key]
    assert all(f"/BedrockModelInvocationLogs/{REGION}/" in uri.key for uri in places)
    return [json.loads(line) for uri in places for line in gzip.decompress(buckets.get(ACCOUNT, uri)).splitlines()]


@pytest.mark.parametrize("place", ["disk", "s3"])
def test_a_call_is_logged_once_its_account_says_so(catalog: Catalog, tmp_path: Path, place: str) -> None:
    """On a folder, and on a real S3: who, what, the words; the picture's size and not the picture."""
    with s3_server() as s3:
        s3.make_bucket("logs")
        buckets = s3_buckets(s3.account) if place == "s3" else disk_buckets(tmp_path)
        with logged(catalog, buckets) as server:
            runtime = client("bedrock-runtime", server)
            runtime.invoke_model(modelId=CORE, body=json.dumps({"prompt": "before"}))
            switch_on(server, textDataDeliveryEnabled=True)
            answer = runtime.invoke_model(
                modelId=CORE, body=json.dumps({"prompt": WORD}), requestMetadata='{"team":"foxes"}'
            )
            runtime.close()
        (record,) = records(buckets)
    assert record["requestId"] == answer["ResponseMetadata"]["RequestId"]
    assert record["identity"] == {"arn": f"arn:aws:iam::{ACCOUNT}:user/tester"}
    assert (record["modelId"], record["operation"]) == (CORE, "InvokeModel")
    assert record["requestMetadata"] == {"team": "foxes"}
    assert record["input"]["inputBodyJson"] == {"prompt": WORD}
    assert (record["output"]["outputImageWidth"], record["output"]["outputImageHeight"]) == (1024, 1024)
    assert record["output"]["outputBodyJson"]["finish_reasons"] == [None]


def test_a_call_that_fails_is_logged_with_its_code(catalog: Catalog, tmp_path: Path) -> None:
    """By its body, in the engine, or on its way elsewhere."""
    buckets = disk_buckets(tmp_path)
    with logged(catalog, buckets) as server:
        switch_on(server)
        assert server.send("POST", INVOKE, b'{"prompt":1}').status == 400
        assert server.send("POST", INVOKE, json.dumps({"prompt": f"{WORD} {FAIL}"}).encode()).status == 424
        assert server.send("POST", INVOKE, b"{}", {}).status == 403  # nobody's: in no account's log
    found = records(buckets)
    assert sorted(one["errorCode"] for one in found) == ["ModelErrorException", "ValidationException"]
    assert WORD not in json.dumps(found)
    assert "output" not in found[0]


def test_a_call_that_is_passed_on_says_where_it_went(toy_folder: Path, tmp_path: Path) -> None:
    """And has the body that came back."""
    tiers = {model: {"checkpoint": "toy"} for model in MODELS}
    passed_on = load_catalog(folders={"toy": toy_folder}, tiers=tiers, backend="bedrock")
    buckets = disk_buckets(tmp_path)
    with elsewhere() as there, logged(passed_on, buckets, upstream=there.upstream()) as server:
        switch_on(server, textDataDeliveryEnabled=True, imageDataDeliveryEnabled=True)
        assert server.send("POST", INVOKE, b'{"prompt":"a"}', SIGNED).status == 200
    (record,) = records(buckets)
    assert record["inferenceRegion"] == REGION
    assert record["output"]["outputBodyJson"] == json.loads(ANSWER)


def test_a_picture_is_never_lost_for_its_log(catalog: Catalog) -> None:
    """The place of the logs is broken: every call is answered as ever."""

    def broken(*_: str) -> Any:  # noqa: ANN401
        raise StorageFailed("There is no such bucket.")

    with logged(catalog, Buckets(broken)) as server:
        switch_on(server, textDataDeliveryEnabled=True)
        for _ in range(3):
            assert server.send("POST", INVOKE, b'{"prompt":"a"}').status == 200


def test_a_configuration_says_where_and_what() -> None:
    """What it does not name is not delivered; without a bucket there is nowhere to."""
    assert read_destination("{}") is None
    assert read_destination('{"cloudWatchConfig":{"logGroupName":"a","roleArn":"b"}}') is None
    assert read_destination('{"s3Config":{"bucketName":"abc"}}') == Destination(
        bucket="abc", prefix="", text=False, images=False
    )
    assert read_destination(
        '{"s3Config":{"bucketName":"abc","keyPrefix":"a/b"},"imageDataDeliveryEnabled":true}'
    ) == Destination(bucket="abc", prefix="a/b", text=False, images=True)
