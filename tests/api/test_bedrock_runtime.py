"""InvokeModel over a real socket with unmodified boto3: what comes back, byte by byte and word by word."""

import base64
import json
import re
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from botocore.validate import ParamValidator
from PIL import Image

from outcrop.catalog.load import Catalog
from outcrop.finish.files import RECIPE_KEY
from outcrop.store.bookings import all_bookings
from outcrop.store.budgets import Budget, put_budget
from outcrop.units import Micros
from tests.conftest import CORE, SD35, STABLE_IMAGE, ULTRA, client
from tests.serving import ACCOUNT, REGION, SIGNED, Serving, serving
from tests.toy_engine import BREAK, FAIL, MEET

CHAT_TEXT = "This action doesn't support the model that you provided. Try again with a supported text or chat model."
MALFORMED = "Malformed input request, please reformat your input and try again."


def violation(text: str) -> str:
    """The message for a body that breaks its schema."""
    return f"Malformed input request: {text}, please reformat your input and try again."


def invoke(runtime: BaseClient, model: str = CORE, /, **fields: object) -> dict[str, Any]:
    """The body of a successful InvokeModel."""
    body = {"prompt": "a red apple"} | fields
    answer: dict[str, Any] = json.loads(runtime.invoke_model(modelId=model, body=json.dumps(body))["body"].read())
    return answer


def refusal(runtime: BaseClient, body: bytes | str, model: str = CORE, /, **members: str) -> tuple[int, str, str]:
    """Status, code and message of an InvokeModel that must fail."""
    with pytest.raises(ClientError) as caught:
        runtime.invoke_model(modelId=model, body=body, **members)
    error = caught.value.response
    assert error["ResponseMetadata"]["RequestId"]
    return error["ResponseMetadata"]["HTTPStatusCode"], error["Error"]["Code"], error["Error"]["Message"]


def encoded(image: Image.Image) -> str:
    """A picture as a body carries it."""
    out = BytesIO()
    image.save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()


def picture(answer: dict[str, Any]) -> bytes:
    """The bytes of the one picture in a body."""
    (image,) = answer["images"]
    return base64.b64decode(image, validate=True)


@pytest.mark.parametrize("model", STABLE_IMAGE)
def test_every_stable_image_model_makes_a_picture(runtime: BaseClient, model: str) -> None:
    """One picture, one seed, one null finish reason: the body of the Stable Image family and nothing more."""
    answer = invoke(runtime, model, seed=7)
    assert list(answer) == ["seeds", "finish_reasons", "images"]
    assert (answer["seeds"], answer["finish_reasons"]) == ([7], [None])
    with Image.open(BytesIO(picture(answer))) as image:
        assert (image.format, image.size, image.mode) == ("PNG", (1024, 1024), "RGB")


def test_the_answer_fits_botocores_own_model(runtime: BaseClient) -> None:
    """Every member that the service model requires is there and of its type, with the headers of the real service."""
    response = runtime.invoke_model(modelId=CORE, body=b'{"prompt":"a"}')
    about = response.pop("ResponseMetadata")
    shape = runtime.meta.service_model.operation_model("InvokeModel").output_shape
    assert ParamValidator().validate(response, shape).generate_report() == ""
    assert response["contentType"] == "application/json"
    assert about["HTTPStatusCode"] == 200
    assert about["RequestId"] == about["HTTPHeaders"]["x-amzn-requestid"]
    for header in ("invocation-latency", "input-token-count", "output-token-count"):
        assert int(about["HTTPHeaders"][f"x-amzn-bedrock-{header}"]) >= 0
    response["body"].close()


def test_every_aspect_ratio_is_delivered_in_its_size(runtime: BaseClient, catalog: Catalog) -> None:
    """All nine aspect ratios come in the size that the wire promises, whatever size the network works at."""
    promised = catalog.model(CORE).sizes
    assert len(promised) == 9
    for ratio, size in promised.items():
        with Image.open(BytesIO(picture(invoke(runtime, aspect_ratio=ratio)))) as image:
            assert image.size == (size.width, size.height), ratio


def test_a_seed_means_the_same_bytes(runtime: BaseClient) -> None:
    """The same request gives the same PNG byte by byte; another seed gives another picture."""
    first, again, other = (picture(invoke(runtime, seed=seed)) for seed in (7, 7, 8))
    assert first == again
    assert first != other


@pytest.mark.parametrize("fields", [{}, {"seed": 0}])
def test_no_seed_means_a_new_one_each_time(runtime: BaseClient, fields: dict[str, int]) -> None:
    """Without a seed, or at 0, one is chosen and told, and asking for it gives the same picture."""
    first, second = invoke(runtime, **fields), invoke(runtime, **fields)
    assert first["seeds"] != second["seeds"]
    assert first["seeds"][0] > 0
    assert picture(invoke(runtime, seed=first["seeds"][0])) == picture(first)


@pytest.mark.parametrize(
    ("asked", "format_"), [("png", "PNG"), ("jpeg", "JPEG"), ("webp", "WEBP"), ("PNG", "PNG"), ("JPEG", "JPEG")]
)
@pytest.mark.parametrize("model", STABLE_IMAGE)
def test_the_file_has_the_format_asked_for(runtime: BaseClient, model: str, asked: str, format_: str) -> None:
    """PNG, JPEG and WebP, in the capitals of the documentation too."""
    with Image.open(BytesIO(picture(invoke(runtime, model, output_format=asked)))) as image:
        assert image.format == format_


def test_a_png_says_how_it_was_made(runtime: BaseClient) -> None:
    """The recipe travels in the file, with the prompt whatever its language."""
    with Image.open(BytesIO(picture(invoke(runtime, ULTRA, prompt="ein Ölbild 油画", seed=3)))) as image:
        recipe = json.loads(image.info[RECIPE_KEY])
    assert (recipe["model"], recipe["prompt"], recipe["seed"]) == (ULTRA, "ein Ölbild 油画", 3)
    assert recipe["delivered_size"] == "1024x1024"


@pytest.mark.parametrize(
    "members",
    [
        {"contentType": "application/json", "accept": "*/*"},
        {"contentType": "", "accept": ""},
        {"contentType": "Application/JSON; charset=utf-8", "accept": "application/json; q=1, */*; q=0.5"},
        {"trace": "DISABLED", "performanceConfigLatency": "standard", "serviceTier": "default"},
    ],
)
def test_the_usual_headers_are_welcome(runtime: BaseClient, members: dict[str, str]) -> None:
    """Parameters of media types, several of them, and the values that the service model lists."""
    response = runtime.invoke_model(modelId=CORE, body=b'{"prompt":"a"}', **members)
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 200
    response["body"].close()


FIELDS_OF_CORE = ["prompt", "negative_prompt", "mode", "seed", "output_format", "aspect_ratio"]

BAD_BODIES = {
    "no prompt": ({}, violation("#: required key [prompt] not found")),
    "prompt is a number": ({"prompt": 5}, violation("#/prompt: expected type: String, found: Integer")),
    "prompt is null": ({"prompt": None}, violation("#/prompt: expected type: String, found: Null")),
    "prompt is a list": ({"prompt": ["a"]}, violation("#/prompt: expected type: String, found: JSONArray")),
    "prompt is too long": (
        {"prompt": "a" * 10_001},
        violation("#/prompt: expected maxLength: 10000, actual: 10001"),
    ),
    "negative prompt is too long": (
        {"prompt": "a", "negative_prompt": "ü" * 10_001},
        violation("#/negative_prompt: expected maxLength: 10000, actual: 10001"),
    ),
    "unknown field": (
        {"prompt": "a", "cfg_scale": 7},
        f'{{"detail":"Invalid field in request. Available fields: {FIELDS_OF_CORE}"}}',
    ),
    "an image, which this model does not take": (
        {"prompt": "a", "image": "aGk="},
        f'{{"detail":"Invalid field in request. Available fields: {FIELDS_OF_CORE}"}}',
    ),
    "unknown aspect ratio": (
        {"prompt": "a", "aspect_ratio": "4:3"},
        violation("#/aspect_ratio: 4:3 is not a valid enum value"),
    ),
    "unknown output format": (
        {"prompt": "a", "output_format": "gif"},
        violation("#/output_format: gif is not a valid enum value"),
    ),
    "mode of another model": (
        {"prompt": "a", "mode": "image-to-image"},
        violation("#/mode: image-to-image is not a valid enum value"),
    ),
    "seed is too large": (
        {"prompt": "a", "seed": 4_294_967_296},
        violation("#/seed: 4294967296 is not less or equal to 4294967295"),
    ),
    "seed is negative": ({"prompt": "a", "seed": -1}, violation("#/seed: -1 is not greater or equal to 0")),
    "seed is a text": ({"prompt": "a", "seed": "7"}, violation("#/seed: expected type: Integer, found: String")),
    "seed is a fraction": (
        {"prompt": "a", "seed": 7.5},
        violation("#/seed: expected type: Integer, found: BigDecimal"),
    ),
    "seed is a truth value": (
        {"prompt": "a", "seed": True},
        violation("#/seed: expected type: Integer, found: Boolean"),
    ),
    "several things at once": (
        {"seed": -1, "aspect_ratio": "4:3"},
        violation(
            "#/seed: -1 is not greater or equal to 0, #/aspect_ratio: 4:3 is not a valid enum value, "
            "#: required key [prompt] not found"
        ),
    ),
    "no object": (["prompt"], violation("#: expected type: JSONObject, found: JSONArray")),
}


@pytest.mark.parametrize(("body", "message"), BAD_BODIES.values(), ids=BAD_BODIES)
def test_a_body_that_breaks_the_schema_is_refused(runtime: BaseClient, body: object, message: str) -> None:
    """A ValidationException names the place, what came and what is allowed; the server goes on."""
    assert refusal(runtime, json.dumps(body)) == (400, "ValidationException", message)
    assert invoke(runtime)["finish_reasons"] == [None]


NO_JSON = {
    "empty": b"",
    "text": b"a red apple",
    "cut off": b'{"prompt": "a',
    "two values": b"{} {}",
    "no UTF-8": b'{"prompt": "\xff"}',
    "UTF-16": '{"prompt": "a"}'.encode("utf-16"),
    "byte order mark": b'\xef\xbb\xbf{"prompt": "a"}',
    "not a number": b'{"prompt": "a", "seed": NaN}',
    "infinite": b'{"prompt": "a", "seed": 1e999}',
    "lone surrogate": b'{"prompt": "\\ud800"}',
    "a key twice": b'{"prompt": "a", "prompt": "b"}',
    "too deep": b"[" * 200_000,
    "too many digits": b'{"prompt": "a", "seed": ' + b"9" * 10_000 + b"}",
}


@pytest.mark.parametrize("body", NO_JSON.values(), ids=NO_JSON)
def test_a_body_that_is_no_json_is_refused(runtime: BaseClient, body: bytes) -> None:
    """Whatever cannot be read for certain is a plain ValidationException; the server goes on."""
    assert refusal(runtime, body) == (400, "ValidationException", MALFORMED)
    assert invoke(runtime)["finish_reasons"] == [None]


def test_a_body_of_25_megabytes_is_read_and_one_more_byte_is_not(runtime: BaseClient) -> None:
    """The service model's limit holds to the byte, and a client that sends first and listens later hears of it."""
    largest = b'{"prompt":"' + b"a" * (25_000_000 - 13) + b'"}'
    assert len(largest) == 25_000_000
    assert refusal(runtime, largest)[2] == violation("#/prompt: expected maxLength: 10000, actual: 24999987")
    message = (
        "1 validation error detected: Value at 'body' failed to satisfy constraint: "
        "Member must have length less than or equal to 25000000"
    )
    assert refusal(runtime, largest + b" ") == (400, "ValidationException", message)
    assert invoke(runtime)["finish_reasons"] == [None]


@pytest.mark.parametrize("model", [SD35, ULTRA])
def test_a_picture_can_grow_from_another(runtime: BaseClient, model: str) -> None:
    """In the size of the one it grows from, whatever the aspect ratio says; the image and its strength both matter."""
    red, blue = (encoded(Image.new("RGB", (300, 200), colour)) for colour in ("red", "blue"))
    fields = {"seed": 7, "strength": 0.5, "aspect_ratio": "21:9"}
    first = picture(invoke(runtime, model, image=red, **fields))
    with Image.open(BytesIO(first)) as image:
        assert image.size == (300, 200)
    assert picture(invoke(runtime, model, image=[red], **fields)) == first
    assert picture(invoke(runtime, model, image=blue, **fields)) != first
    assert picture(invoke(runtime, model, image=red, **fields | {"strength": 0.6})) != first


@pytest.mark.parametrize("image", ["aGk=", "no base64", encoded(Image.new("RGB", (63, 64)))])
def test_an_image_that_cannot_be_used_is_refused(runtime: BaseClient, image: str) -> None:
    """A ValidationException that names the field; the server goes on."""
    status, code, message = refusal(runtime, json.dumps({"prompt": "a", "image": image, "strength": 0.5}), SD35)
    assert (status, code) == (400, "ValidationException")
    assert "'image'" in message
    assert invoke(runtime)["finish_reasons"] == [None]


@pytest.mark.parametrize(
    "model",
    ["stability.stable-image-core-v9:9", "x", "..", "stability.stable-image-core-v1:1 ", "arn:aws:bedrock:us-west-2"],
)
def test_an_unknown_model_is_refused(runtime: BaseClient, model: str) -> None:
    """The text of the real service for ids that mean nothing to it."""
    message = "The provided model identifier is invalid."
    assert refusal(runtime, b'{"prompt":"a"}', model) == (400, "ValidationException", message)


def test_an_id_may_be_long_but_not_endless(runtime: BaseClient) -> None:
    """2,048 characters are an id that means nothing; one more is too long."""
    assert refusal(runtime, b"{}", "x" * 2048)[2] == "The provided model identifier is invalid."
    assert refusal(runtime, b"{}", "x" * 2049)[2] == (
        "1 validation error detected: Value at 'modelId' failed to satisfy constraint: "
        "Member must have length less than or equal to 2048"
    )


def test_a_model_answers_to_its_arn(runtime: BaseClient) -> None:
    """boto3 sends an ARN as one path segment with %2F in it."""
    answer = invoke(runtime, f"arn:aws:bedrock:us-east-1::foundation-model/{SD35}")
    assert answer["finish_reasons"] == [None]


INPAINT = "stability.stable-image-inpaint-v1:0"


@pytest.mark.parametrize(
    "name", [f"us.{INPAINT}", f"arn:aws:bedrock:us-west-2:123456789012:inference-profile/us.{INPAINT}"]
)
def test_an_image_service_answers_to_its_profile(runtime: BaseClient, name: str) -> None:
    """By its id and by its ARN, which boto3 sends as one path segment; what is not masked stays, to the bit."""
    image = Image.new("RGB", (300, 200), "red")
    mask = Image.new("L", (300, 200), 0)
    mask.paste(255, (0, 0, 100, 200))
    answer = invoke(runtime, name, image=encoded(image), mask=encoded(mask), seed=7)
    with Image.open(BytesIO(picture(answer))) as drawn:
        assert drawn.size == (300, 200)
        assert drawn.crop((110, 0, 300, 200)).tobytes() == image.crop((110, 0, 300, 200)).tobytes()
        assert drawn.crop((0, 0, 90, 200)).tobytes() != image.crop((0, 0, 90, 200)).tobytes()


def test_an_image_service_does_not_answer_to_its_own_id(runtime: BaseClient) -> None:
    """With the text of the live service, its apostrophe included."""
    text = (
        f"Invocation of model ID {INPAINT} with on-demand throughput isn\u2019t supported. "
        "Retry your request with the ID or ARN of an inference profile that contains this model."
    )
    assert refusal(runtime, b"{}", INPAINT) == (400, "ValidationException", text)


@pytest.mark.parametrize("spelled", [CORE, CORE.replace(":", "%3A"), CORE.replace(":", "%3a")])
def test_a_colon_may_be_encoded_or_not(server: Serving, spelled: str) -> None:
    """Programs without an SDK send the colon of an id as it is."""
    answer = server.send("POST", f"/model/{spelled}/invoke", b'{"prompt":"a"}')
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"


def test_a_body_sent_in_chunks_is_read(server: Serving) -> None:
    """No Content-Length is needed."""
    connection = server.connect()
    connection.request("POST", f"/model/{CORE}/invoke", iter([b'{"pro', b'mpt":"a"}']), SIGNED, encode_chunked=True)
    response = connection.getresponse()
    assert list(json.loads(response.read())) == ["seeds", "finish_reasons", "images"]
    connection.close()


TRACE = (
    "Value 'MAYBE' at 'trace' failed to satisfy constraint: "
    "Member must satisfy enum value set: [ENABLED, DISABLED, ENABLED_FULL]"
)
LATENCY = (
    "Value 'none' at 'performanceConfigLatency' failed to satisfy constraint: "
    "Member must satisfy enum value set: [standard, optimized]"
)
TIER = (
    "Value 'gold' at 'serviceTier' failed to satisfy constraint: "
    "Member must satisfy enum value set: [priority, default, flex, reserved]"
)
BAD_HEADERS = {
    "content type": (
        {"contentType": "text/plain"},
        "The content type 'text/plain' is not supported; send 'application/json'.",
    ),
    "accept": (
        {"accept": "image/png"},
        "The accept type 'image/png' is not supported; ask for 'application/json'.",
    ),
    "guardrail": (
        {"guardrailIdentifier": "abc123", "guardrailVersion": "1"},
        "The guardrail identifier or version provided in the request does not exist.",
    ),
    "trace": ({"trace": "MAYBE"}, f"1 validation error detected: {TRACE}"),
    "latency and tier": (
        {"performanceConfigLatency": "none", "serviceTier": "gold"},
        f"2 validation errors detected: {LATENCY}; {TIER}",
    ),
}


@pytest.mark.parametrize(("members", "message"), BAD_HEADERS.values(), ids=BAD_HEADERS)
def test_a_bad_header_is_refused(runtime: BaseClient, members: dict[str, str], message: str) -> None:
    """A ValidationException names the value that came and what is allowed."""
    assert refusal(runtime, b'{"prompt":"a"}', CORE, **members) == (400, "ValidationException", message)


def test_streaming_is_refused(runtime: BaseClient) -> None:
    """No image model streams."""
    with pytest.raises(runtime.exceptions.ValidationException, match="The model is unsupported for streaming"):
        runtime.invoke_model_with_response_stream(modelId=CORE, body=b'{"prompt":"a"}')


def test_chat_is_refused(runtime: BaseClient) -> None:
    """No image model converses or counts tokens."""
    messages = [{"role": "user", "content": [{"text": "hello"}]}]
    refused = pytest.raises(runtime.exceptions.ValidationException, match=re.escape(CHAT_TEXT))
    with refused:
        runtime.converse(modelId=CORE, messages=messages)
    with refused:
        runtime.converse_stream(modelId=CORE, messages=messages)
    with refused:
        runtime.count_tokens(modelId=CORE, input={"converse": {"messages": messages}})


def test_a_picture_that_fails_says_why(runtime: BaseClient) -> None:
    """The engine's own reason reaches the client; the server goes on."""
    body = json.dumps({"prompt": FAIL})
    message = "The picture came out as no numbers; try another seed."
    assert refusal(runtime, body) == (424, "ModelErrorException", message)
    with pytest.raises(runtime.exceptions.ModelErrorException) as caught:
        runtime.invoke_model(modelId=CORE, body=body)
    assert (caught.value.response["originalStatusCode"], caught.value.response["resourceName"]) == (500, CORE)
    assert invoke(runtime)["finish_reasons"] == [None]


def test_a_defect_tells_the_client_nothing(runtime: BaseClient) -> None:
    """An unexpected exception is an InternalServerException without a word of it; the server goes on."""
    message = "The system encountered an unexpected error during processing. Try your request again."
    assert refusal(runtime, json.dumps({"prompt": BREAK})) == (500, "InternalServerException", message)
    assert invoke(runtime)["finish_reasons"] == [None]


def test_pictures_are_made_side_by_side(runtime: BaseClient) -> None:
    """Two requests are under way at once: each of these waits for the other."""
    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(lambda seed: invoke(runtime, prompt=MEET, seed=seed), (1, 2)))
    assert [answer["seeds"] for answer in answers] == [[1], [2]]


def test_a_picture_is_booked_and_a_budget_refuses_the_next(catalog: Catalog) -> None:
    """At list price, with its tags; the refusal is one that boto3 knows and does not repeat, and draws nothing."""
    with serving(catalog) as server:
        budget = Budget(name="edge", scope="tag", value="team=red", period="month", ceiling=Micros(150_000))
        with server.directory.database.writing() as connection:
            put_budget(connection, budget)
        made = client("bedrock-runtime", server)
        body, tags = b'{"prompt":"a fox"}', json.dumps({"team": "red"})
        made.invoke_model(modelId=ULTRA, body=body, requestMetadata=tags)
        with pytest.raises(made.exceptions.ServiceQuotaExceededException, match=r"'edge' of \$0.15 a month") as caught:
            made.invoke_model(modelId=CORE, body=body, requestMetadata=tags)
        with pytest.raises(ClientError, match="picture came out as no numbers"):
            made.invoke_model(modelId=CORE, body=json.dumps({"prompt": FAIL}))
        made.close()
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
        assert len(server.engine.errands) == 2
        with server.directory.database.reading() as connection:
            booked = [(one.model_id, one.price, one.tags, one.state) for one in all_bookings(connection)]
    assert sorted(booked, key=str) == [
        (CORE, 40_000, {}, "released"),
        (ULTRA, 140_000, {"team": "red"}, "settled"),
    ]


@pytest.mark.parametrize("kind", ["provisioned-model", "custom-model-deployment", "imported-model"])
def test_what_no_account_can_have_made_is_not_found(runtime: BaseClient, kind: str) -> None:
    """Operations that would make one say that they are not built, so an ARN of one names nothing: in AWS's words."""
    arn = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:{kind}/abcdef123456"
    with pytest.raises(runtime.exceptions.ResourceNotFoundException) as caught:
        runtime.invoke_model(modelId=arn, body=b'{"prompt":"a"}')
    told = caught.value.response
    assert told["ResponseMetadata"]["HTTPStatusCode"] == 404
    assert told["Error"]["Message"] == f"Could not resolve the foundation model from the model identifier: {arn}"
