"""Pictures that a judge holds back: answered in each family's own words, paid for as far as they were delivered.

The judge is a stand-in that says what a test wants; the real one is tried in tests/safety/test_images.py.
"""

import json
from base64 import b64decode, b64encode
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from PIL import Image

from outcrop.records.trail import Wanted, read_trail
from outcrop.store.bookings import all_bookings
from outcrop.store.documents import put_document, remove_document
from tests.api.test_async_invokes import ended
from tests.api.test_moderation import JSON, body_of
from tests.api.watched import CLEAN, SURE, StandIn, Watched
from tests.conftest import CANVAS, CORE, SDXL, TITAN, client
from tests.serving import ACCOUNT
from tests.toy_engine import PATIENCE_S

SOME = "Some of the generated images have been blocked by our content filters."
ALL = "All of the generated images have been blocked by our content filters."
OUTPUT = {"s3OutputDataConfig": {"s3Uri": "s3://pictures/looked/"}}


def bookings(watched: Watched) -> set[str]:
    """The ids of those there are."""
    with watched.server.directory.database.reading() as connection:
        return {booking.id for booking in all_bookings(connection)}


def states(watched: Watched, before: set[str]) -> list[str]:
    """What became of the bookings that were made since."""
    with watched.server.directory.database.reading() as connection:
        return sorted(str(booking.state) for booking in all_bookings(connection) if booking.id not in before)


def invoke(runtime: BaseClient, model: str, **fields: object) -> dict[str, Any]:
    """InvokeModel; its body."""
    answer = runtime.invoke_model(modelId=model, body=json.dumps(body_of(model, "a red apple") | fields))
    return dict(json.loads(answer["body"].read()))


def three(model: str) -> dict[str, Any]:
    """Fields by which three pictures are asked for."""
    assert model in {CANVAS, TITAN}
    return {"imageGenerationConfig": {"numberOfImages": 3, "width": 512, "height": 512}}


def held_back(watched: Watched) -> object:
    """What the audit trail says of the last call beside the usual."""
    return watched.last_event().get("additionalEventData")


def test_stable_image_answers_a_finish_reason(watched: Watched, watched_runtime: BaseClient, judge: StandIn) -> None:
    """Without the picture; its price is given back, and trail and metrics have it."""
    since, counted = bookings(watched), watched.counted("FilteredCount", CORE, Stage="output image")
    judge.scores.append(SURE)
    assert invoke(watched_runtime, CORE) == {"finish_reasons": ["Filter reason: output image"]}
    assert states(watched, since) == ["released"]
    assert held_back(watched) == {"filtered": "output image", "categories": ["sexual"]}
    assert watched.counted("FilteredCount", CORE, Stage="output image") == counted + 1
    assert invoke(watched_runtime, CORE)["finish_reasons"] == [None]
    assert states(watched, since) == ["released", "settled"]


@pytest.mark.parametrize(("made", "shown"), [("blur", True), ("withhold", False)])
def test_sdxl_shows_a_blur(
    watched: Watched,
    watched_runtime: BaseClient,
    judge: StandIn,
    made: str,
    shown: bool,  # noqa: FBT001
) -> None:
    """With CONTENT_FILTERED, of the picture's size and nothing like it; or nothing, by policy. It costs nothing."""
    drawn = invoke(watched_runtime, SDXL, seed=7)["artifacts"][0]
    since = bookings(watched)
    with watched.server.directory.database.writing() as connection:
        put_document(connection, ACCOUNT, "picture_policy", json.dumps({"made": made}))
    judge.scores.append(SURE)
    (artifact,) = invoke(watched_runtime, SDXL, seed=7)["artifacts"]
    assert (artifact["finishReason"], artifact["seed"]) == ("CONTENT_FILTERED", 7)
    assert (artifact["base64"] != "") is shown
    if shown:
        before, after = (Image.open(BytesIO(b64decode(each["base64"]))) for each in (drawn, artifact))
        assert (before.size, before.format) == (after.size, after.format)
        assert before.tobytes() != after.tobytes()
        assert not after.info
    assert states(watched, since) == ["released"]
    with watched.server.directory.database.writing() as connection:
        remove_document(connection, ACCOUNT, "picture_policy")


@pytest.mark.parametrize("model", [CANVAS, TITAN])
def test_some_pictures_are_delivered_and_paid(
    watched: Watched, watched_runtime: BaseClient, judge: StandIn, model: str
) -> None:
    """Those that are left, with the family's words about the others."""
    since, pictures = bookings(watched), watched.counted("OutputImageCount", model)
    judge.scores.extend([CLEAN, SURE, CLEAN])
    body = invoke(watched_runtime, model, **three(model))
    assert len(body["images"]) == 2
    assert body["error"] == SOME or "AUP" in body["error"]
    assert states(watched, since) == ["released", "settled", "settled"]
    assert watched.counted("OutputImageCount", model) == pictures + 2


def test_all_pictures_of_nova_are_an_error_in_the_body(
    watched: Watched, watched_runtime: BaseClient, judge: StandIn
) -> None:
    """With status 200; nothing is paid."""
    since = bookings(watched)
    judge.scores.extend([SURE] * 3)
    assert invoke(watched_runtime, CANVAS, **three(CANVAS)) == {"images": [], "error": ALL}
    assert states(watched, since) == ["released"] * 3


def test_all_pictures_of_titan_are_an_error(watched: Watched, watched_runtime: BaseClient, judge: StandIn) -> None:
    """With status 400; nothing is paid."""
    since = bookings(watched)
    judge.scores.extend([SURE] * 3)
    with pytest.raises(ClientError, match="generated image"):
        invoke(watched_runtime, TITAN, **three(TITAN))
    assert states(watched, since) == ["released"] * 3


def test_a_picture_that_is_sent_is_looked_at(watched: Watched, watched_runtime: BaseClient, judge: StandIn) -> None:
    """Before anything is planned or booked; a policy may allow it."""
    sent = BytesIO()
    Image.new("RGB", (128, 128), "teal").save(sent, "PNG")
    text = b64encode(sent.getvalue()).decode()
    since = bookings(watched)
    judge.scores.append(SURE)
    assert invoke(watched_runtime, CORE.replace("core", "ultra"), image=text, strength=0.5) == {
        "finish_reasons": ["Filter reason: input image"]
    }
    judge.scores.append(SURE)
    with pytest.raises(ClientError, match="adjust your input image"):
        watched_runtime.invoke_model(modelId=CANVAS, body=json.dumps(variation(text)))
    assert bookings(watched) == since
    with watched.server.directory.database.writing() as connection:
        put_document(connection, ACCOUNT, "picture_policy", json.dumps({"sent": "allow", "made": "allow"}))
    seen = judge.seen
    assert invoke(watched_runtime, CORE.replace("core", "ultra"), image=text, strength=0.5)["finish_reasons"] == [None]
    assert judge.seen == seen
    with watched.server.directory.database.writing() as connection:
        remove_document(connection, ACCOUNT, "picture_policy")


def variation(text: str) -> dict[str, Any]:
    """A body that asks for a variation of a picture."""
    return {"taskType": "IMAGE_VARIATION", "imageVariationParams": {"images": [text], "text": "a red apple"}}


def test_jobs_are_looked_at_too(watched: Watched, watched_runtime: BaseClient, judge: StandIn) -> None:
    """An asynchronous invocation leaves the pictures that are left, and pays for those alone."""
    since = bookings(watched)
    judge.scores.extend([SURE, CLEAN, SURE])
    body = body_of(CANVAS, "a red apple") | three(CANVAS)
    started = watched_runtime.start_async_invoke(modelId=CANVAS, modelInput=body, outputDataConfig=OUTPUT)
    assert ended(watched.server, watched_runtime, started["invocationArn"])["status"] == "Completed"
    job = started["invocationArn"].rpartition("/")[2]
    folder = watched.server.home / "buckets" / ACCOUNT / "pictures" / "looked" / job
    assert sorted(path.name for path in folder.iterdir()) == ["image-2.png", "output.json"]
    answer = json.loads((folder / "output.json").read_bytes())
    assert (len(answer["images"]), answer["error"]) == (1, SOME)
    assert states(watched, since) == ["released", "released", "settled"]
    assert told_of(watched, job) == [("StartAsyncInvoke", None)]


def told_of(watched: Watched, job: str) -> list[tuple[str, str | None]]:
    """The lines of the trail on pictures of a job that were held back: of which operation, and the error's code."""
    held = {"filtered": "output image", "categories": ["sexual"], "job": job}
    of_jobs = [event for event in watched.events() if event.get("additionalEventData") == held]
    assert all(event["eventType"] == "AwsServiceEvent" for event in of_jobs)
    assert all(event["requestID"].startswith(f"{job}.") for event in of_jobs)
    return [(event["eventName"], event.get("errorCode")) for event in of_jobs]


def test_a_job_whose_pictures_are_all_held_back_is_on_record(
    watched: Watched, watched_runtime: BaseClient, judge: StandIn
) -> None:
    """Where the family answers an error to that, and where it does not: the trail's line, and the metric."""
    for model, status, code in ((TITAN, "Failed", "ValidationException"), (CANVAS, "Completed", None)):
        counted, since = watched.counted("FilteredCount", model, Stage="output image"), bookings(watched)
        judge.scores.extend([SURE] * 3)
        body = body_of(model, "a red apple") | three(model)
        started = watched_runtime.start_async_invoke(modelId=model, modelInput=body, outputDataConfig=OUTPUT)
        assert ended(watched.server, watched_runtime, started["invocationArn"])["status"] == status
        assert states(watched, since) == ["released"] * 3
        assert told_of(watched, started["invocationArn"].rpartition("/")[2]) == [("StartAsyncInvoke", code)]
        assert watched.counted("FilteredCount", model, Stage="output image") == counted + 1


def test_a_picture_job_without_a_picture_fails(watched: Watched, judge: StandIn) -> None:
    """With the reason; nothing is kept or paid."""
    since = bookings(watched)
    judge.scores.append(SURE)
    asked = json.dumps({"model": CORE, "body": {"prompt": "a red apple"}}).encode()
    job = watched.server.send("POST", "/v1/jobs", asked, headers=JSON).json["id"]
    for _ in range(PATIENCE_S * 10):
        told = watched.server.send("GET", f"/v1/jobs/{job}").json
        if told["state"] not in {"queued", "running"}:
            break
        watched.server.desk.queue.wait(0.1)
    assert (told["state"], told["assets"]) == ("failed", [])
    assert "sexually explicit" in told["reason"]
    assert states(watched, since) == ["released"]
    assert told_of(watched, job) == [("CreateJob", None)]


def test_a_guardrail_looks_at_pictures(watched: Watched, watched_runtime: BaseClient, judge: StandIn) -> None:
    """Those that are made and those that are sent to be looked at; what it blocks costs nothing."""
    control = client("bedrock", watched.server)
    each = {"type": "SEXUAL", "inputStrength": "LOW", "outputStrength": "MEDIUM"}
    modalities = {"inputModalities": ["TEXT", "IMAGE"], "outputModalities": ["IMAGE"]}
    made = control.create_guardrail(
        name="pictures",
        contentPolicyConfig={"filtersConfig": [each | modalities]},
        blockedInputMessaging="Not here.",
        blockedOutputsMessaging="Not from here.",
    )["guardrailId"]
    since = bookings(watched)
    judge.scores.append(0.75)
    answer = watched_runtime.invoke_model(
        modelId=CORE, body='{"prompt": "an apple"}', guardrailIdentifier=made, guardrailVersion="DRAFT", trace="ENABLED"
    )
    body = json.loads(answer["body"].read())
    assert (body["finish_reasons"], body["error"]) == (["Filter reason: output image"], "Not from here.")
    (told,) = body["amazon-bedrock-trace"]["guardrail"]["outputs"]
    assert told[made]["contentPolicy"]["filters"][0]["confidence"] == "MEDIUM"
    assert states(watched, since) == ["released"]

    picture = BytesIO()
    Image.new("RGB", (8, 8), "teal").save(picture, "JPEG")
    content = [{"image": {"format": "jpeg", "source": {"bytes": picture.getvalue()}}}, {"text": {"text": "an apple"}}]
    for score, action in ((0.95, "GUARDRAIL_INTERVENED"), (0.75, "NONE")):
        judge.scores.append(score)
        applied = watched_runtime.apply_guardrail(
            guardrailIdentifier=made, guardrailVersion="DRAFT", source="INPUT", content=content
        )
        assert (applied["action"], applied["usage"]["contentPolicyImageUnits"]) == (action, 1)
        assert applied["guardrailCoverage"]["images"] == {"guarded": 1, "total": 1}
    no_picture = [{"image": {"format": "png", "source": {"bytes": b"no picture"}}}]
    with pytest.raises(ClientError, match="cannot be read as a picture"):
        watched_runtime.apply_guardrail(
            guardrailIdentifier=made, guardrailVersion="DRAFT", source="INPUT", content=no_picture
        )
    violent = each | modalities | {"type": "VIOLENCE"}
    with pytest.raises(ClientError, match="SEXUAL alone"):
        control.create_guardrail(
            name="violent",
            contentPolicyConfig={"filtersConfig": [violent]},
            blockedInputMessaging="a",
            blockedOutputsMessaging="b",
        )
    control.close()


def test_the_trail_has_no_picture(watched: Watched) -> None:
    """It says what was held back and why, and nothing of what it showed."""
    assert Path(watched.trail).is_dir()
    assert "base64" not in json.dumps([each for each in read_trail(watched.trail, Wanted()) if each])
