"""Batches, as boto3 creates them, asks after them, lists them and stops them."""

import json
from base64 import b64decode
from collections.abc import Sequence
from io import BytesIO
from itertools import count
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from PIL import Image

from outcrop.assets.buckets import S3Uri
from outcrop.assets.s3 import s3_buckets
from outcrop.catalog.load import Catalog
from outcrop.clock import unix_time
from outcrop.ledger.books import open_books
from outcrop.store.bookings import Booking, all_bookings
from tests.assets.s3_server import S3Server
from tests.conftest import CORE, TITAN, client
from tests.serving import ACCOUNT, Serving, serving
from tests.toy_engine import FAIL, HANG, PATIENCE_S

ROLE = f"arn:aws:iam::{ACCOUNT}:role/batch"
NAMES = count(1)
FOX = {"prompt": "a fox", "seed": 7}


def put(own: Serving, key: str, lines: Sequence[object]) -> None:
    """Write records into the bucket `work`; bytes as they are."""
    content = b"".join(line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n" for line in lines)
    own.desk.shelves.buckets.put(ACCOUNT, S3Uri(bucket="work", key=key), content)


def create(control: BaseClient, source: str, model: str = CORE, **given: Any) -> str:  # noqa: ANN401 - of boto3
    """Create a batch from a place in that bucket; returns its ARN."""
    answer = control.create_model_invocation_job(
        **{
            "jobName": f"batch-{next(NAMES)}",
            "roleArn": ROLE,
            "modelId": model,
            "inputDataConfig": {"s3InputDataConfig": {"s3Uri": f"s3://work/{source}", "s3InputFormat": "JSONL"}},
            "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://work/out/"}},
        }
        | given
    )
    return str(answer["jobArn"])


def ended(own: Serving, control: BaseClient, arn: str) -> dict[str, Any]:
    """What a batch says once it has ended."""
    for _ in range(PATIENCE_S * 10):
        told: dict[str, Any] = control.get_model_invocation_job(jobIdentifier=arn)
        if told["status"] not in {"Submitted", "Scheduled", "Validating", "InProgress", "Stopping"}:
            return told
        own.desk.queue.wait(0.1)
    raise AssertionError(f"{arn} has not ended")


def output(own: Serving, arn: str, name: str) -> list[dict[str, Any]]:
    """The lines of a file of a batch's output."""
    place = S3Uri(bucket="work", key=f"out/{arn.rpartition('/')[2]}/{name}")
    return [json.loads(line) for line in own.desk.shelves.buckets.get(ACCOUNT, place).splitlines()]


def booked(own: Serving, arn: str) -> list[Booking]:
    """The bookings of a batch."""
    with own.directory.database.reading() as connection:
        return [one for one in all_bookings(connection) if one.request_id.startswith(arn.rpartition("/")[2])]


def test_a_batch_is_drawn_and_written(own: Serving, control: BaseClient) -> None:
    """A line a record, in the order of the input, with what InvokeModel answers; and a manifest."""
    put(own, "in/foxes.jsonl", [{"recordId": f"fox-{seed}", "modelInput": FOX | {"seed": seed}} for seed in (1, 2, 3)])
    arn = create(control, "in/foxes.jsonl")
    told = ended(own, control, arn)
    assert told["status"] == "Completed"
    counts = [told[f"{name}RecordCount"] for name in ("total", "processed", "success", "error")]
    assert counts == [3, 3, 3, 0]
    lines = output(own, arn, "foxes.jsonl.out")
    assert [line["recordId"] for line in lines] == ["fox-1", "fox-2", "fox-3"]
    assert [line["modelOutput"]["seeds"] for line in lines] == [[1], [2], [3]]
    assert lines[1]["modelInput"] == FOX | {"seed": 2}
    runtime = client("bedrock-runtime", own)
    answered = json.loads(runtime.invoke_model(modelId=CORE, body=json.dumps(FOX | {"seed": 2}))["body"].read())
    runtime.close()
    assert lines[1]["modelOutput"] == answered
    assert Image.open(BytesIO(b64decode(answered["images"][0]))).format == "PNG"
    (manifest,) = output(own, arn, "manifest.json.out")
    assert manifest == {
        "totalRecordCount": 3,
        "processedRecordCount": 3,
        "successRecordCount": 3,
        "errorRecordCount": 0,
        "inputTokenCount": 0,
        "outputTokenCount": 0,
    }
    assert [(one.state, one.owner) for one in booked(own, arn)] == [("settled", "")] * 3
    assert own.engine.errands[-2].priority == "batch"


def test_a_record_that_cannot_be_drawn_has_its_error(own: Serving, control: BaseClient) -> None:
    """And costs nothing; all others are drawn."""
    put(
        own,
        "in/mixed.jsonl",
        [
            {"recordId": "good", "modelInput": FOX},
            {"recordId": "wrong", "modelInput": {"prompt": 3}},
            {"recordId": "good", "modelInput": FOX},
            {"modelInput": FOX},
            b"\n",
            b"no JSON\n",
            {"recordId": "fails", "modelInput": {"prompt": FAIL}},
            {"recordId": "x"},
            b'{"recordId": "cut", "modelInput": {"prom',
        ],
    )
    arn = create(control, "in/mixed.jsonl")
    told = ended(own, control, arn)
    assert (told["status"], told["successRecordCount"], told["errorRecordCount"]) == ("PartiallyCompleted", 2, 6)
    lines = output(own, arn, "mixed.jsonl.out")
    assert [line["recordId"] for line in lines] == [
        *("good", "wrong", "good", "00000000004", "00000000005", "fails", "x", "00000000008")
    ]
    said = {
        at: (line["error"]["errorCode"], line["error"]["errorMessage"])
        for at, line in enumerate(lines)
        if "error" in line
    }
    assert list(said) == [1, 2, 4, 5, 6, 7]
    assert said[1][0] == 400
    assert "expected type: String" in said[1][1]
    assert "stands in an earlier record" in said[2][1]
    assert said[5] == (424, "The picture came out as no numbers; try another seed.")
    assert said[4] == said[7] == (400, "The line is no JSON object; it may be cut short.")
    assert sorted(one.state for one in booked(own, arn)) == ["released", "settled", "settled"]


def test_every_file_of_a_folder_has_its_output(own: Serving, control: BaseClient) -> None:
    """Those of JSON Lines, whatever else lies there; a model with several pictures a record pays for each."""
    two = {"taskType": "TEXT_IMAGE", "textToImageParams": {"text": "x"}, "imageGenerationConfig": {"numberOfImages": 2}}
    put(own, "many/a.jsonl", [{"recordId": "a", "modelInput": two}])
    put(own, "many/deep/b.jsonl", [{"recordId": "a", "modelInput": two}, {"recordId": "b", "modelInput": two}])
    put(own, "many/readme.txt", [b"nothing"])
    arn = create(control, "many/", TITAN, tags=[{"key": "campaign", "value": "spring"}])
    told = ended(own, control, arn)
    assert (told["totalRecordCount"], told["successRecordCount"]) == (3, 2)
    assert len(output(own, arn, "a.jsonl.out")[0]["modelOutput"]["images"]) == 2
    assert [line["recordId"] for line in output(own, arn, "deep/b.jsonl.out")] == ["a", "b"]
    assert [(one.state, dict(one.tags)) for one in booked(own, arn)] == [("settled", {"campaign": "spring"})] * 4
    assert control.list_tags_for_resource(resourceARN=arn)["tags"] == [{"key": "campaign", "value": "spring"}]


def test_a_batch_is_stopped(own: Serving, control: BaseClient) -> None:
    """With the output so far; what is not drawn costs nothing."""
    put(
        own, "in/hangs.jsonl", [{"recordId": "a", "modelInput": FOX}, {"recordId": "b", "modelInput": {"prompt": HANG}}]
    )
    arn = create(control, "in/hangs.jsonl")
    own.engine.begun(HANG)
    control.stop_model_invocation_job(jobIdentifier=arn)
    told = ended(own, control, arn)
    assert told["status"] == "Stopped"
    assert [line["recordId"] for line in output(own, arn, "hangs.jsonl.out")] in ([], ["a"])
    assert {one.state for one in booked(own, arn)} <= {"settled", "released"}
    assert not any(one.owner for one in booked(own, arn))
    with pytest.raises(ClientError) as refusal:
        control.stop_model_invocation_job(jobIdentifier=arn)
    assert refusal.value.response["Error"]["Code"] == "ConflictException"


def test_batches_are_listed(catalog: Catalog) -> None:
    """By their status and a part of their name, a page at a time; and found by id as by ARN."""
    with serving(catalog) as own:
        control = client("bedrock", own)
        put(own, "good.jsonl", [{"modelInput": FOX}])
        put(own, "bad.jsonl", [{"modelInput": {}}])
        arns = [create(control, "good.jsonl", jobName=f"good-{number}") for number in range(3)]
        arns.append(create(control, "bad.jsonl", jobName="bad"))
        for arn in arns:
            ended(own, control, arn)

        def listed(**given: Any) -> list[str]:  # noqa: ANN401 - arguments of boto3
            pages = control.get_paginator("list_model_invocation_jobs").paginate(**given)
            return [one["jobArn"] for each in pages for one in each["invocationJobSummaries"]]

        assert listed() == arns[::-1] == listed(PaginationConfig={"PageSize": 1})
        assert listed(sortOrder="Ascending", sortBy="CreationTime") == arns
        assert listed(nameContains="good", PaginationConfig={"PageSize": 2}) == arns[2::-1]
        assert listed(statusEquals="Completed", maxResults=1) == arns[2::-1]
        assert listed(statusEquals="PartiallyCompleted") == arns[3:]
        assert listed(statusEquals="Expired") == listed(nameContains="none") == []
        short = control.get_model_invocation_job(jobIdentifier=arns[0].rpartition("/")[2])
        assert short["jobArn"] == arns[0]
        with open_books(own.directory.database, unix_time) as books:
            assert books.faults() == []
        control.close()


def test_equal_requests_make_one_batch(own: Serving, control: BaseClient) -> None:
    """The same token with another request is a conflict."""
    put(own, "in/one.jsonl", [{"modelInput": FOX}])
    given = {"clientRequestToken": "one", "jobName": "one"}
    assert create(control, "in/one.jsonl", **given) == create(control, "in/one.jsonl", **given)
    with pytest.raises(ClientError) as refusal:
        create(control, "in/one.jsonl", TITAN, **given)
    assert refusal.value.response["Error"]["Code"] == "ConflictException"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"inputDataConfig": {"s3InputDataConfig": {"s3Uri": "s3://work/nothing/"}}},
            "No S3 objects found under S3 URL",
        ),
        ({"jobName": "-"}, "regular expression pattern"),
        ({"roleArn": "me"}, "regular expression pattern"),
        ({"timeoutDurationInHours": 169}, "a whole number from 24 to 168"),
        ({"modelInvocationType": "Converse"}, "No image model has Converse"),
        ({"vpcConfig": {"subnetIds": ["a"], "securityGroupIds": ["b"]}}, "leave vpcConfig out"),
        ({"modelId": "stability.nothing-v1:0"}, "model identifier is invalid"),
        (
            {"outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://work/x", "s3EncryptionKeyId": "alias/a"}}},
            "nothing is encrypted with keys of KMS here",
        ),
    ],
)
def test_what_cannot_be_created_is_refused_at_once(
    own: Serving, control: BaseClient, given: dict[str, Any], said: str
) -> None:
    """With what is wrong."""
    put(own, "in/one.jsonl", [{"modelInput": FOX}])
    with pytest.raises(ClientError) as refusal:
        create(control, "in/one.jsonl", **given)
    assert refusal.value.response["Error"]["Code"] == "ValidationException"
    assert said in refusal.value.response["Error"]["Message"]


def test_a_batch_that_is_not_there_is_not_found(control: BaseClient) -> None:
    """Nor one of another account."""
    for name in ("abcdefghijkl", f"arn:aws:bedrock:us-west-2:999999999999:model-invocation-job/{'a' * 12}"):
        for ask in (control.get_model_invocation_job, control.stop_model_invocation_job):
            with pytest.raises(ClientError) as refusal:
                ask(jobIdentifier=name)
            assert refusal.value.response["Error"]["Code"] == "ResourceNotFoundException"


def test_a_batch_goes_from_an_s3_to_an_s3(catalog: Catalog, s3: S3Server) -> None:
    """Signed with the server's key, both ways."""
    s3.make_bucket("work")
    with serving(catalog, buckets=s3_buckets(s3.account)) as own:
        control = client("bedrock", own)
        put(own, "in/a.jsonl", [{"recordId": "a", "modelInput": FOX}])
        arn = create(control, "in/")
        assert ended(own, control, arn)["status"] == "Completed"
        assert [line["recordId"] for line in output(own, arn, "a.jsonl.out")] == ["a"]
        control.close()
