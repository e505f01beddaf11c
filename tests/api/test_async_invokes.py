"""Asynchronous invocations, as boto3 starts them, asks after them and lists them."""

import json
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from PIL import Image

from outcrop.assets.s3 import s3_buckets
from outcrop.catalog.load import Catalog
from outcrop.clock import unix_time
from outcrop.ledger.books import open_books
from outcrop.store.bookings import all_bookings
from outcrop.store.budgets import Budget, put_budget
from outcrop.store.jobs import Sought, list_jobs
from outcrop.units import Micros
from tests.assets.s3_server import S3Server
from tests.conftest import CORE, TITAN, client
from tests.serving import ACCOUNT, Serving, serving
from tests.toy_engine import FAIL, HANG, PATIENCE_S

OUTPUT = {"s3OutputDataConfig": {"s3Uri": "s3://pictures/today/"}}
FOX = {"prompt": "a fox", "seed": 7}
TWO = {"taskType": "TEXT_IMAGE", "textToImageParams": {"text": "a fox"}, "imageGenerationConfig": {"numberOfImages": 2}}


def start(runtime: BaseClient, body: dict[str, Any], model: str = CORE, **given: Any) -> str:  # noqa: ANN401
    """Start an invocation; returns its ARN."""
    answer = runtime.start_async_invoke(modelId=model, modelInput=body, **{"outputDataConfig": OUTPUT} | given)
    return str(answer["invocationArn"])


def ended(own: Serving, runtime: BaseClient, arn: str) -> dict[str, Any]:
    """What an invocation says once it has ended; the queue's bell is waited for, no time."""
    for _ in range(PATIENCE_S * 10):
        told: dict[str, Any] = runtime.get_async_invoke(invocationArn=arn)
        if told["status"] != "InProgress":
            return told
        own.desk.queue.wait(0.1)
    raise AssertionError(f"{arn} has not ended")


def folder(own: Serving, arn: str) -> Path:
    """Where the output of an invocation lies on disk."""
    return own.home / "buckets" / ACCOUNT / "pictures" / "today" / arn.rpartition("/")[2]


def test_an_invocation_is_drawn_and_written(own: Serving, runtime: BaseClient) -> None:
    """With what InvokeModel answers to the same body, and the picture as a file."""
    arn = start(runtime, FOX)
    told = ended(own, runtime, arn)
    assert told["status"] == "Completed"
    assert told["modelArn"].endswith(f"::foundation-model/{CORE}")
    assert told["outputDataConfig"] == OUTPUT
    assert told["submitTime"] <= told["lastModifiedTime"] == told["endTime"]
    answered = json.loads(runtime.invoke_model(modelId=CORE, body=json.dumps(FOX))["body"].read())
    assert json.loads((folder(own, arn) / "output.json").read_bytes()) == answered
    assert (folder(own, arn) / "image-1.png").read_bytes() == b64decode(answered["images"][0])
    assert sorted(path.name for path in folder(own, arn).iterdir()) == ["image-1.png", "output.json"]


def test_every_picture_is_a_file_and_is_paid(own: Serving, runtime: BaseClient) -> None:
    """Once each, when all are there; the tags stand with the bookings."""
    tags = [{"key": "campaign", "value": "spring"}]
    arn = start(runtime, TWO, TITAN, tags=tags)
    assert ended(own, runtime, arn)["status"] == "Completed"
    assert len(list(folder(own, arn).glob("image-*.png"))) == 2
    with own.directory.database.reading() as connection:
        booked = [one for one in all_bookings(connection) if one.request_id.startswith(arn.rpartition("/")[2])]
    assert [(one.state, one.owner, dict(one.tags)) for one in booked] == [("settled", "", {"campaign": "spring"})] * 2
    control = client("bedrock", own)
    assert control.list_tags_for_resource(resourceARN=arn)["tags"] == tags
    control.close()


def test_a_seed_that_is_left_open_is_chosen_by_the_invocation(own: Serving, runtime: BaseClient) -> None:
    """Two of the same body differ; what each has drawn it says."""
    arns = [start(runtime, {"prompt": "a fox"}) for _ in range(2)]
    seeds = set()
    for arn in arns:
        assert ended(own, runtime, arn)["status"] == "Completed"
        seeds |= set(json.loads((folder(own, arn) / "output.json").read_bytes())["seeds"])
    assert len(seeds) == 2


def test_the_format_is_the_one_that_was_asked_for(own: Serving, runtime: BaseClient) -> None:
    """In the file's name as in its bytes."""
    arn = start(runtime, FOX | {"output_format": "webp"})
    assert ended(own, runtime, arn)["status"] == "Completed"
    assert Image.open(BytesIO((folder(own, arn) / "image-1.webp").read_bytes())).format == "WEBP"


def test_thirty_two_equal_posts_make_one_invocation(own: Serving, runtime: BaseClient) -> None:
    """Drawn once, paid once; the same token with another body is a conflict."""
    token = {"clientRequestToken": "the-same-thirty-two-times"}
    with ThreadPoolExecutor(32) as threads:
        arns = set(threads.map(lambda _: start(runtime, FOX, **token), range(32)))
    assert len(arns) == 1
    (arn,) = arns
    assert ended(own, runtime, arn)["clientRequestToken"] == token["clientRequestToken"]
    with own.directory.database.reading() as connection:
        booked = [one for one in all_bookings(connection) if one.request_id.startswith(arn.rpartition("/")[2])]
    assert [one.state for one in booked] == ["settled"]
    with pytest.raises(ClientError) as refusal:
        start(runtime, FOX | {"seed": 8}, **token)
    assert refusal.value.response["Error"]["Code"] == "ConflictException"


def test_what_the_model_cannot_draw_fails_with_its_reason(own: Serving, runtime: BaseClient) -> None:
    """And costs nothing; nothing is written."""
    arn = start(runtime, {"prompt": FAIL})
    told = ended(own, runtime, arn)
    assert (told["status"], told["failureMessage"]) == (
        "Failed",
        "The picture came out as no numbers; try another seed.",
    )
    assert not folder(own, arn).exists()
    with own.directory.database.reading() as connection:
        booked = [one for one in all_bookings(connection) if one.request_id.startswith(arn.rpartition("/")[2])]
    assert [one.state for one in booked] == ["released"]


def test_an_invocation_can_be_cancelled(own: Serving, runtime: BaseClient) -> None:
    """By whoever runs the server: its picture stops, and its price is given back."""
    arn = start(runtime, {"prompt": HANG})
    own.engine.begun(HANG)
    own.desk.queue.cancel(arn.rpartition("/")[2], lambda _: None)
    told = ended(own, runtime, arn)
    assert (told["status"], told["failureMessage"]) == ("Failed", "The invocation was cancelled.")


def test_invocations_are_drawn_with_the_priority_of_those_who_wait(own: Serving, runtime: BaseClient) -> None:
    """Behind whoever watches a picture come."""
    assert ended(own, runtime, start(runtime, FOX))["status"] == "Completed"
    assert (own.engine.errands[-1].priority, own.engine.errands[-1].account) == ("standard", ACCOUNT)


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        ({"modelInput": {"prompt": 3}}, "ValidationException", "expected type: String"),
        ({"modelInput": {}}, "ValidationException", "required key [prompt] not found"),
        ({"modelId": "stability.nothing-v1:0"}, "ValidationException", "model identifier is invalid"),
        ({"modelId": "stability nothing"}, "ValidationException", "regular expression pattern"),
        ({"clientRequestToken": "a token"}, "ValidationException", "regular expression pattern"),
        ({"outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "file:///etc"}}}, "ValidationException", "no place"),
        ({"outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://b/../../x"}}}, "ValidationException", "no place"),
        ({"outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://bucket/../x"}}}, "ValidationException", "cannot"),
        (
            {"outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://bucket/x", "kmsKeyId": "alias/key"}}},
            "ValidationException",
            "nothing is encrypted with keys of KMS here",
        ),
        ({"tags": [{"key": "aws:own", "value": ""}]}, "ValidationException", "aws:"),
    ],
)
def test_what_cannot_be_started_is_refused_at_once(
    own: Serving, runtime: BaseClient, given: dict[str, Any], code: str, said: str
) -> None:
    """As InvokeModel refuses it; there is no job then, and nothing is set aside."""
    with own.directory.database.reading() as connection:
        before = len(list_jobs(connection, Sought())), len(all_bookings(connection))
    with pytest.raises(ClientError) as refusal:
        runtime.start_async_invoke(**{"modelId": CORE, "modelInput": FOX, "outputDataConfig": OUTPUT} | given)
    assert refusal.value.response["Error"]["Code"] == code
    assert said in refusal.value.response["Error"]["Message"]
    with own.directory.database.reading() as connection:
        assert (len(list_jobs(connection, Sought())), len(all_bookings(connection))) == before


@pytest.mark.parametrize(
    "body",
    [
        *(b"{}", b"[]", b"no JSON", b'{"modelId": 3, "modelInput": [], "outputDataConfig": {}}'),
        json.dumps({"modelId": CORE, "modelInput": FOX, "outputDataConfig": {"other": {}}}).encode(),
    ],
)
def test_a_body_that_boto3_would_not_send_is_refused(own: Serving, body: bytes) -> None:
    """With every member that is wrong."""
    answer = own.send("POST", "/async-invoke", body)
    assert (answer.status, answer.code) == (400, "ValidationException")


def test_an_invocation_that_is_not_the_account_s_is_not_there(runtime: BaseClient) -> None:
    """Nor is one that never was."""
    there = start(runtime, FOX)
    for arn in (
        there.replace(ACCOUNT, "999999999999"),
        there[:-12] + "abcdefghijkl",
        there.replace("async-invoke", "model-invocation-job"),
    ):
        with pytest.raises(ClientError, match="There is no asynchronous invocation") as refusal:
            runtime.get_async_invoke(invocationArn=arn)
        assert refusal.value.response["Error"]["Code"] == "ValidationException"


def test_invocations_are_listed(catalog: Catalog) -> None:
    """The newest first or last, by their status and their time, a page at a time."""
    with serving(catalog) as own:
        runtime = client("bedrock-runtime", own)
        arns = [start(runtime, FOX) for _ in range(5)] + [start(runtime, {"prompt": FAIL})]
        for arn in arns:
            ended(own, runtime, arn)

        def listed(**given: Any) -> list[str]:  # noqa: ANN401 - arguments of boto3
            pages = runtime.get_paginator("list_async_invokes").paginate(**given)
            return [one["invocationArn"] for each in pages for one in each["asyncInvokeSummaries"]]

        assert listed() == arns[::-1]
        assert listed(sortOrder="Ascending", sortBy="SubmissionTime") == arns
        assert listed(maxResults=4) == listed(PaginationConfig={"PageSize": 1}) == arns[::-1]
        assert listed(statusEquals="Failed") == arns[5:]
        assert listed(statusEquals="Completed", maxResults=2, sortOrder="Ascending") == arns[:5]
        assert listed(statusEquals="InProgress") == []
        now = datetime.now(UTC)
        assert listed(submitTimeAfter=now - timedelta(hours=1), submitTimeBefore=now + timedelta(hours=1)) == arns[::-1]
        assert listed(submitTimeAfter=now + timedelta(hours=1)) == listed(submitTimeBefore=now - timedelta(1)) == []
        for query in ("maxResults=0", "maxResults=1001", "nextToken=x", "statusEquals=Done", "submitTimeAfter=noon"):
            answer = own.send("GET", f"/async-invoke?{query}")
            assert (answer.status, answer.code) == (400, "ValidationException"), query
        runtime.close()


def test_a_budget_that_would_be_passed_refuses_the_start(catalog: Catalog) -> None:
    """Not one picture over, though none is drawn yet when the next is asked for."""
    with serving(catalog) as own:
        runtime = client("bedrock-runtime", own)
        budget = Budget(name="all", scope="all", value="", period="all", ceiling=Micros(2 * 40_000), warn_at=())
        with own.directory.database.writing() as connection:
            put_budget(connection, budget)
        first, second = start(runtime, FOX), start(runtime, FOX)
        with pytest.raises(ClientError) as refusal:
            start(runtime, FOX)
        assert refusal.value.response["Error"]["Code"] == "ServiceQuotaExceededException"
        assert {ended(own, runtime, arn)["status"] for arn in (first, second)} == {"Completed"}
        with open_books(own.directory.database, unix_time) as books:
            assert books.faults() == []
        runtime.close()


def test_output_goes_to_an_s3(catalog: Catalog, s3: S3Server) -> None:
    """Signed with the server's key; a bucket that is not there is a job that is tried again."""
    s3.make_bucket("async-pictures")
    with serving(catalog, buckets=s3_buckets(s3.account)) as own:
        runtime = client("bedrock-runtime", own)
        output = {"s3OutputDataConfig": {"s3Uri": "s3://async-pictures/today"}}
        arn = start(runtime, FOX, outputDataConfig=output)
        assert ended(own, runtime, arn)["status"] == "Completed"
        runtime.close()
    reader = s3.client()
    prefix = f"today/{arn.rpartition('/')[2]}/"
    listed = reader.list_objects_v2(Bucket="async-pictures", Prefix=prefix)["Contents"]
    assert [one["Key"] for one in listed] == [f"{prefix}image-1.png", f"{prefix}output.json"]
    reader.close()
