"""A prompt that is blocked costs nothing on any path, is answered in its family's own words, and leaves its record."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from outcrop.assets.buckets import S3Uri
from outcrop.catalog.load import Catalog
from outcrop.safety.policy import Policy, written
from outcrop.store.documents import put_document, remove_document
from outcrop.store.jobs import ENDS, Sought, list_jobs
from tests.api.watched import Watched, watching
from tests.conftest import CANVAS, CORE, SDXL, TITAN, ULTRA, client
from tests.serving import ACCOUNT, SIGNED
from tests.toy_engine import PATIENCE_S

BLOCKED = "a nude woman on a sofa"
NOVA_SAYS = (
    "This request has been blocked by our content filters. Please adjust your text prompt to submit a new request."
)
TITAN_SAYS = (
    "This request has been blocked by our content filters. Our filters automatically flagged this prompt because it "
    "may conflict our AUP or AWS Responsible AI Policy. Please adjust your text prompt to submit a new request."
)
ERRORS = {CANVAS: NOVA_SAYS, TITAN: TITAN_SAYS, SDXL: "One or more prompts contains filtered words."}
JSON = SIGNED | {"content-type": "application/json"}
OUTPUT = {"s3OutputDataConfig": {"s3Uri": "s3://pictures/today/"}}
GRID_PROMPTS = ("a fox", "a revolver on a table")
GRID = {
    "name": "a fox or a revolver",
    "down": {"by": "prompt", "values": GRID_PROMPTS},
    "across": {"by": "model", "values": ["Core"]},
}


def body_of(model: str, prompt: str) -> dict[str, Any]:
    """A body of a model's family with a prompt."""
    if model == SDXL:
        return {"text_prompts": [{"text": prompt}]}
    if model in {CANVAS, TITAN}:
        return {"taskType": "TEXT_IMAGE", "textToImageParams": {"text": prompt}}
    return {"prompt": prompt}


@pytest.fixture(scope="module")
def own(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """A server of this file's own, with a trail and metrics."""
    with watching(catalog, tmp_path_factory.mktemp("trail")) as running:
        yield running


@pytest.fixture(scope="module")
def runtime(own: Watched) -> Iterator[BaseClient]:
    """boto3's client on it."""
    made = client("bedrock-runtime", own.server)
    yield made
    made.close()


def invoke(runtime: BaseClient, model: str, prompt: str) -> dict[str, Any]:
    """InvokeModel with a prompt; its body."""
    answer = runtime.invoke_model(modelId=model, body=json.dumps(body_of(model, prompt)))
    return dict(json.loads(answer["body"].read()))


@pytest.mark.parametrize("model", sorted(ERRORS))
def test_families_with_an_error_answer_it_in_their_words(own: Watched, runtime: BaseClient, model: str) -> None:
    """A ValidationException, which counts among the client's errors; nothing is booked, and the trail has it."""
    before, errors = own.books(), own.counted("InvocationClientErrors", model)
    filtered = own.counted("FilteredCount", model, Stage="prompt")
    with pytest.raises(ClientError) as refusal:
        invoke(runtime, model, BLOCKED)
    assert refusal.value.response["Error"] == {"Code": "ValidationException", "Message": ERRORS[model]}
    assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert own.books() == before
    assert own.counted("InvocationClientErrors", model) == errors + 1
    assert own.counted("FilteredCount", model, Stage="prompt") == filtered + 1
    event = own.last_event()
    assert event["errorCode"] == "ValidationException"
    assert event["additionalEventData"] == {"filtered": "prompt", "categories": ["sexual"]}
    assert "nude" not in json.dumps(event)


@pytest.mark.parametrize("model", [CORE, ULTRA])
def test_stable_image_answers_a_finish_reason(own: Watched, runtime: BaseClient, model: str) -> None:
    """With status 200 and no picture; nothing is booked, and the trail has it."""
    before, pictures = own.books(), own.counted("OutputImageCount", model)
    filtered = own.counted("FilteredCount", model, Stage="prompt")
    answer = runtime.invoke_model(modelId=model, body=json.dumps(body_of(model, BLOCKED)))
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
    headers = answer["ResponseMetadata"]["HTTPHeaders"]
    assert headers["x-amzn-bedrock-input-token-count"] == "0"
    assert int(headers["x-amzn-bedrock-invocation-latency"]) >= 0
    assert json.loads(answer["body"].read()) == {"finish_reasons": ["Filter reason: prompt"]}
    assert own.books() == before
    assert own.counted("OutputImageCount", model) == pictures
    assert own.counted("FilteredCount", model, Stage="prompt") == filtered + 1
    assert own.last_event()["additionalEventData"] == {"filtered": "prompt", "categories": ["sexual"]}


def settled(own: Watched) -> None:
    """Wait until every job has ended: what one books does so behind the tests that count."""
    for _ in range(PATIENCE_S * 10):
        with own.server.directory.database.reading() as connection:
            if all(job.state in ENDS for job in list_jobs(connection, Sought())):
                return
        own.server.desk.queue.wait(0.1)
    raise AssertionError("a job has not ended")


@pytest.mark.parametrize("prompt", ["breast of chicken on a plate", "a woman in a bikini"])
def test_what_is_innocent_is_drawn(own: Watched, runtime: BaseClient, prompt: str) -> None:
    """And what is found with low confidence as well; it is held against nobody."""
    assert invoke(runtime, CORE, prompt)["finish_reasons"] == [None]
    assert "additionalEventData" not in own.last_event()


def test_what_only_warns_is_drawn_and_on_record(own: Watched, runtime: BaseClient) -> None:
    """By its categories, never by its words."""
    assert invoke(runtime, CORE, "a revolver on a table by Banksy")["finish_reasons"] == [None]
    event = own.last_event()
    assert event["additionalEventData"] == {"warned": ["weapons", "artists"]}
    assert "revolver" not in json.dumps(event)


def test_every_way_to_a_picture_has_its_warnings_on_record(own: Watched, runtime: BaseClient) -> None:
    """Jobs, sets of drafts, grids, and asynchronous invocations."""
    prompt, warned = "a revolver on a table", {"warned": ["weapons"]}
    runtime.start_async_invoke(modelId=CORE, modelInput=body_of(CORE, prompt), outputDataConfig=OUTPUT)
    assert own.last_event()["additionalEventData"] == warned
    for path, body in (
        ("/v1/jobs", {"model": CORE, "body": body_of(CORE, prompt)}),
        ("/v1/drafts", {"prompt": prompt, "count": 1}),
        ("/v1/comparisons", GRID | {"cells": [{"model": CORE, "body": body_of(CORE, each)} for each in GRID_PROMPTS]}),
    ):
        assert own.server.send("POST", path, json.dumps(body).encode(), headers=JSON).status == 202
        assert own.last_event()["additionalEventData"] == warned
    settled(own)


def test_a_negative_prompt_is_no_wish(runtime: BaseClient) -> None:
    """What shall not be there may be named, unless that is what a person wears."""
    fields = {"prompt": "a portrait of a woman", "negative_prompt": "nude, blood"}
    answer = runtime.invoke_model(modelId=CORE, body=json.dumps(fields))
    assert json.loads(answer["body"].read())["finish_reasons"] == [None]
    answer = runtime.invoke_model(modelId=CORE, body=json.dumps(fields | {"negative_prompt": "clothes"}))
    assert json.loads(answer["body"].read())["finish_reasons"] == ["Filter reason: prompt"]


def test_a_prompt_of_several_weights_is_read_as_one(runtime: BaseClient) -> None:
    """Words hide in no bracket and in no second text."""
    assert invoke(runtime, CORE, "a (nu:1.3)(de:0.7) woman")["finish_reasons"] == ["Filter reason: prompt"]
    texts = [{"text": "a woman"}, {"text": "nude", "weight": 0.5}, {"text": "blurry", "weight": -1}]
    with pytest.raises(ClientError, match="filtered words"):
        runtime.invoke_model(modelId=SDXL, body=json.dumps({"text_prompts": texts}))


def test_an_account_s_policy_counts(own: Watched, runtime: BaseClient) -> None:
    """What it denies is blocked, what it allows is drawn, from the next call on."""
    policy = Policy(deeds={"sexual": "allow"}, deny=("red apple",))
    with own.server.directory.database.writing() as connection:
        put_document(connection, ACCOUNT, "prompt_policy", written(policy))
    try:
        assert invoke(runtime, CORE, BLOCKED)["finish_reasons"] == [None]
        assert invoke(runtime, CORE, "a red apple")["finish_reasons"] == ["Filter reason: prompt"]
        assert own.last_event()["additionalEventData"]["categories"] == ["denied"]
    finally:
        with own.server.directory.database.writing() as connection:
            remove_document(connection, ACCOUNT, "prompt_policy")


def test_a_policy_that_is_set_is_on_record_without_its_words(own: Watched) -> None:
    """What is done about each category, and how long the account's own lists are."""
    policy = json.dumps({"categories": {"weapons": "block"}, "deny": ["Acme Cola"]}).encode()
    assert own.server.send("PUT", "/v1/prompts/policy", policy, JSON).status == 200
    event = own.last_event()
    told = event["additionalEventData"]["policy"]
    assert (told["categories"]["weapons"], told["categories"]["minors"]) == ("block", "block")
    assert (told["deny"], told["allow"]) == (1, 0)
    assert "Acme" not in json.dumps(event)
    assert own.server.send("DELETE", "/v1/prompts/policy", headers=SIGNED).status == 204
    assert own.last_event()["additionalEventData"] == {"account": ACCOUNT}


def test_an_asynchronous_invocation_is_refused_where_the_family_has_an_error(own: Watched, runtime: BaseClient) -> None:
    """Before there is a job; nothing is booked."""
    before, jobs = own.books(), own.jobs()
    filtered = own.counted("FilteredCount", CANVAS, Stage="prompt")
    with pytest.raises(ClientError) as refusal:
        runtime.start_async_invoke(modelId=CANVAS, modelInput=body_of(CANVAS, BLOCKED), outputDataConfig=OUTPUT)
    assert refusal.value.response["Error"]["Message"] == NOVA_SAYS
    assert (own.books(), own.jobs()) == (before, jobs)
    assert own.last_event()["additionalEventData"] == {"filtered": "prompt", "categories": ["sexual"]}
    assert own.counted("FilteredCount", CANVAS, Stage="prompt") == filtered + 1


def test_an_asynchronous_invocation_completes_with_the_reason_otherwise(own: Watched, runtime: BaseClient) -> None:
    """Its output is what InvokeModel would have answered; there is no picture, and nothing is booked."""
    before = own.books()
    started = runtime.start_async_invoke(modelId=CORE, modelInput=body_of(CORE, BLOCKED), outputDataConfig=OUTPUT)
    arn = started["invocationArn"]
    assert own.last_event()["additionalEventData"] == {"filtered": "prompt", "categories": ["sexual"]}
    for _ in range(PATIENCE_S * 10):
        told = runtime.get_async_invoke(invocationArn=arn)
        if told["status"] != "InProgress":
            break
        own.server.desk.queue.wait(0.1)
    assert told["status"] == "Completed"
    folder = own.server.home / "buckets" / ACCOUNT / "pictures" / "today" / arn.rpartition("/")[2]
    assert [path.name for path in folder.iterdir()] == ["output.json"]
    assert json.loads((folder / "output.json").read_bytes()) == {"finish_reasons": ["Filter reason: prompt"]}
    assert own.books() == before


@pytest.mark.parametrize("model", [CORE, CANVAS])
def test_a_picture_job_is_refused_with_the_reason(own: Watched, model: str) -> None:
    """Before there is a job, whatever the family; the problem says what it is about, never the words."""
    before, jobs = own.books(), own.jobs()
    filtered = own.counted("FilteredCount", model, Stage="prompt")
    asked = json.dumps({"model": model, "body": body_of(model, BLOCKED)}).encode()
    answer = own.server.send("POST", "/v1/jobs", asked, headers=JSON)
    assert (answer.status, answer.json["detail"]) == (
        422,
        "It asks for nudity or sexual content. Describe the person dressed, or the scene without its sexual part.",
    )
    assert (own.books(), own.jobs()) == (before, jobs)
    assert own.last_event()["additionalEventData"] == {"filtered": "prompt", "categories": ["sexual"]}
    assert own.counted("FilteredCount", model, Stage="prompt") == filtered + 1


def test_a_set_of_drafts_that_is_refused_counts_once(own: Watched) -> None:
    """However many pictures it would have been."""
    before, jobs = own.books(), own.jobs()
    filtered = own.counted("FilteredCount", CORE, Stage="prompt")
    asked = json.dumps({"prompt": BLOCKED, "count": 4}).encode()
    assert own.server.send("POST", "/v1/drafts", asked, headers=JSON).status == 422
    assert (own.books(), own.jobs()) == (before, jobs)
    assert own.counted("FilteredCount", CORE, Stage="prompt") == filtered + 1


@pytest.mark.parametrize(
    ("model", "ended", "status"), [(CORE, "modelOutput", "Completed"), (TITAN, "error", "PartiallyCompleted")]
)
def test_a_batch_goes_on_after_a_blocked_record(own: Watched, model: str, ended: str, status: str) -> None:
    """The record has its family's answer, the others their pictures, and only these are paid.

    What a filter made of a record is on record under the batch, where it warned too; of the others there is nothing.
    """
    bookings, _ = own.books()
    since, filtered = len(own.events()), own.counted("FilteredCount", model, Stage="prompt")
    prompts = ["a fox", BLOCKED, "a revolver on a table"]
    records = [{"recordId": str(number), "modelInput": body_of(model, each)} for number, each in enumerate(prompts)]
    lines = b"".join(json.dumps(record).encode() + b"\n" for record in records)
    own.server.desk.shelves.buckets.put(ACCOUNT, S3Uri(bucket="work", key=f"{ended}.jsonl"), lines)
    control = client("bedrock", own.server)
    arn = control.create_model_invocation_job(
        jobName=f"batch-{ended}",
        roleArn=f"arn:aws:iam::{ACCOUNT}:role/batch",
        modelId=model,
        inputDataConfig={"s3InputDataConfig": {"s3Uri": f"s3://work/{ended}.jsonl", "s3InputFormat": "JSONL"}},
        outputDataConfig={"s3OutputDataConfig": {"s3Uri": "s3://work/out/"}},
    )["jobArn"]
    for _ in range(PATIENCE_S * 10):
        told = control.get_model_invocation_job(jobIdentifier=arn)
        if told["status"] not in {"Submitted", "Validating", "InProgress"}:
            break
        own.server.desk.queue.wait(0.1)
    control.close()
    assert told["status"] == status
    folder = own.server.home / "buckets" / ACCOUNT / "work" / "out" / arn.rpartition("/")[2]
    results = [json.loads(line) for line in (folder / f"{ended}.jsonl.out").read_text(encoding="utf-8").splitlines()]
    assert ended in results[1]
    assert "filter" in json.dumps(results[1][ended]).lower()
    assert all(results[at]["modelOutput"]["images"] for at in (0, 2))
    assert own.books()[0] == bookings + 2
    job = arn.rpartition("/")[2]
    lines_of = [event for event in own.events()[since:] if event["eventType"] == "AwsServiceEvent"]
    assert {event["requestID"]: event["additionalEventData"] for event in lines_of} == {
        f"{job}.0.0.1": {"filtered": "prompt", "categories": ["sexual"], "job": job},
        f"{job}.0.0.2": {"warned": ["weapons"], "job": job},
    }
    assert {event["eventName"] for event in lines_of} == {"CreateModelInvocationJob"}
    assert {event["userIdentity"]["arn"] for event in lines_of} == {f"arn:aws:iam::{ACCOUNT}:user/tester"}
    assert {event.get("errorCode") for event in lines_of} == {
        None,
        *(["ValidationException"] if ended == "error" else []),
    }
    assert own.counted("FilteredCount", model, Stage="prompt") == filtered + 1
    assert "nude" not in json.dumps(own.events())
