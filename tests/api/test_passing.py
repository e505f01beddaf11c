"""Models that are passed on: by boto3 through one server to another, and to a service that answers what it is told."""

import json
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from PIL import Image

from outcrop.access.keys import create_key
from outcrop.access.quotas import Limit
from outcrop.api.manner import Manner
from outcrop.catalog.load import Catalog, load_catalog
from outcrop.catalog.prices import to_micros
from outcrop.clock import unix_time
from outcrop.forward.bedrock import Bedrock, Place
from outcrop.forward.credentials import Signer
from outcrop.forward.upstream import Upstream
from outcrop.records.metrics import Metrics
from outcrop.records.trail import Trail, Wanted, read_trail
from outcrop.store.accounts import find_users
from outcrop.store.bookings import Booking, all_bookings
from outcrop.store.budgets import Budget, put_budget
from outcrop.store.model_access import ALL, remove_grant
from outcrop.units import Micros, ModelId
from tests.api.examples import EXAMPLES
from tests.conftest import CANVAS, CORE, MODELS, ULTRA, client
from tests.elsewhere import ANSWER, PICTURE, THEIR_ID, elsewhere, refused, reply
from tests.serving import ACCOUNT, REGION, SIGNED, Serving, serving
from tests.toy_engine import PATIENCE_S

INVOKE = f"/model/{CORE}/invoke"
BODY = b'{"prompt":"a fox"}'


@pytest.fixture(scope="module")
def passed_on(toy_folder: Path) -> Catalog:
    """The shipped catalogue with every model set to run on Amazon Bedrock."""
    tiers = {model: {"checkpoint": "toy"} for model in MODELS}
    return load_catalog(folders={"toy": toy_folder}, tiers=tiers, backend="bedrock")


@contextmanager
def passing(catalog: Catalog, upstream: Upstream, **manner: Any) -> Iterator[Serving]:  # noqa: ANN401
    """A server that passes calls on."""
    with serving(catalog, manner=Manner(upstream=upstream, **manner)) as server:
        yield server


def bookings(server: Serving) -> list[Booking]:
    """All that is booked."""
    with server.directory.database.reading() as connection:
        return all_bookings(connection)


def states(server: Serving) -> list[tuple[str, int]]:
    """State and price of every picture, in order."""
    return [(one.state, one.price) for one in sorted(bookings(server), key=lambda one: one.id)]


@pytest.mark.parametrize("model", [CORE, CANVAS, "us.stability.stable-image-inpaint-v1:0"])
def test_a_model_goes_from_here_to_there(catalog: Catalog, passed_on: Catalog, tmp_path: Path, model: str) -> None:
    """Boto3 calls one server with its own key, which calls another with the operator's: one line apart.

    The other is an Outcrop server too, so it verifies the signature, and its trail says whose it was.
    """
    body = next(iter(EXAMPLES[model.removeprefix("us.")].values()))
    with Trail(tmp_path / "there", unix_time) as theirs, serving(catalog, manner=Manner(trail=theirs)) as there:
        with there.directory.database.writing() as connection:
            (user,) = find_users(connection, "tester", ACCOUNT)
            key = create_key(there.directory, connection, user)
        place = Place(region=REGION, endpoint=there.url, timeout_s=PATIENCE_S, calls=8)
        upstream = Bedrock(place, Signer(Credentials(key.id, key.secret), REGION))
        with Trail(tmp_path / "here", unix_time) as ours, passing(passed_on, upstream, trail=ours) as here:
            runtime = client("bedrock-runtime", here)
            answer = runtime.invoke_model(modelId=model, body=json.dumps(body))
            content = json.loads(answer["body"].read())
            runtime.close()
            assert here.engine.under_way.empty()
            (booked,) = bookings(here)
            # What AWS asks is what it cost, whatever a list says of an engine that did nothing.
            assert (booked.state, booked.engine_ms, booked.own_cost) == ("settled", 0, booked.price)
    with Image.open(BytesIO(b64decode(content["images"][0]))) as image:
        image.load()
    (at_theirs,) = read_trail(tmp_path / "there", Wanted())
    (at_ours,) = read_trail(tmp_path / "here", Wanted())
    assert at_theirs is not None
    assert at_ours is not None
    assert at_theirs["userIdentity"]["accessKeyId"] == key.id
    assert at_theirs["requestParameters"] == {"modelId": model}
    assert at_ours["requestID"] == answer["ResponseMetadata"]["RequestId"] != at_theirs["requestID"]
    assert at_ours["additionalEventData"] == {
        "inferenceRegion": REGION,
        "passedOnTo": "Amazon Bedrock",
        "passedOnRequestID": at_theirs["requestID"],
    }


def test_body_and_headers_go_through_untouched(passed_on: Catalog) -> None:
    """Both ways, byte for byte; what says who asks, from where and with what stays here."""
    body = b' {"prompt" :\t"a \\u0066ox" , "not known here": 1e2}\n'
    sent = {
        "Content-Type": "application/json; charset=utf-8",
        "X-Amzn-Bedrock-Service-Tier": "flex",
        "X-Amzn-Bedrock-ProjectIdentifier": "spring",
        "X-Amzn-Bedrock-GuardrailIdentifier": "abc123",
        "X-Amzn-Bedrock-Request-Metadata": '{"team":"foxes"}',
        "Via": "1.1 a-proxy",
        "Cookie": "secret",
        "User-Agent": "a client",
        "X-Amzn-Trace-Id": "Root=1",
    }
    headers = {"X-Amzn-Bedrock-Invocation-Latency": "4321", "X-Amzn-Bedrock-New": "yes", "Set-Cookie": "a=b"}
    back = reply("200 OK", ANSWER, {"Content-Type": "application/json", **headers})
    with elsewhere(back) as there, passing(passed_on, there.upstream()) as here:
        answer = here.send("POST", INVOKE, body, SIGNED | sent)
        call = there.call()
    assert call.body == body
    for name, value in sent.items():
        kept = name.startswith(("Content", "X-Amzn-Bedrock"))
        assert (call.header(name.lower()) == value) == kept
    assert SIGNED["Authorization"] not in str(call.headers)
    assert (answer.status, answer.body) == (200, ANSWER)
    assert answer.headers["x-amzn-bedrock-invocation-latency"] == "4321"
    assert answer.headers["x-amzn-bedrock-new"] == "yes"
    assert answer.headers["x-amzn-bedrock-input-token-count"] == "0"
    assert answer.headers["x-amzn-requestid"] != THEIR_ID
    assert "set-cookie" not in answer.headers


def test_what_would_be_held_is_not_passed_on(passed_on: Catalog) -> None:
    """Nobody here can hold what is drawn there: it is refused, nothing is set aside, and the rest goes on."""
    with elsewhere(PICTURE) as there, passing(passed_on, there.upstream()) as here:
        assert here.send("PUT", "/v1/review-policy", b'{"rules": [{"campaign": "spring"}]}').status == 200
        spring = SIGNED | {"X-Amzn-Bedrock-Request-Metadata": '{"campaign":"spring"}'}
        answer = here.send("POST", INVOKE, BODY, spring)
        assert (answer.status, answer.code, "held for a review" in answer.json["message"]) == (
            400,
            "ValidationException",
            True,
        )
        assert there.count == 0
        assert states(here) == []
        assert here.send("POST", INVOKE, BODY).status == 200


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("400 Bad Request", "ValidationException"),
        ("403 Forbidden", "AccessDeniedException"),
        ("404 Not Found", "ResourceNotFoundException"),
        ("424 Failed Dependency", "ModelErrorException"),
        ("429 Too Many Requests", "ThrottlingException"),
        ("500 Internal Server Error", "InternalServerException"),
        ("503 Service Unavailable", "ServiceUnavailableException"),
    ],
)
def test_a_refusal_comes_back_as_it_was_and_costs_nothing(
    passed_on: Catalog, tmp_path: Path, status: str, code: str
) -> None:
    """Status, code and message, to boto3's own exception; their request's id is in the trail."""
    words = "This model version has reached the end of its life."
    metrics = Metrics()
    with (
        elsewhere(refused(status, code, words, {"Retry-After": "3"})) as there,
        Trail(tmp_path, unix_time) as trail,
        passing(passed_on, there.upstream(), trail=trail, metrics=metrics) as here,
    ):
        runtime = client("bedrock-runtime", here)
        with pytest.raises(ClientError) as caught:
            runtime.invoke_model(modelId=CORE, body=BODY)
        runtime.close()
        assert states(here) == [("released", 40_000)]
    told = caught.value.response
    assert type(caught.value).__name__ == code
    assert (told["Error"]["Message"], told["ResponseMetadata"]["HTTPStatusCode"]) == (words, int(status[:3]))
    assert told["ResponseMetadata"]["HTTPHeaders"]["retry-after"] == "3"
    (event,) = read_trail(tmp_path, Wanted())
    assert event is not None
    assert event["errorCode"] == code
    assert event["additionalEventData"]["passedOnRequestID"] == THEIR_ID
    kind = "Throttles" if status.startswith("429") else f"{'Client' if status < '5' else 'Server'}Errors"
    assert metrics.registry.get_sample_value(f"Invocation{kind}_total", {"ModelId": CORE}) == 1


def test_boto3_s_own_repetition_pays_once(passed_on: Catalog) -> None:
    """A throttled call that boto3 makes again is drawn once, and paid for once."""
    throttled = refused("429 Too Many Requests", "ThrottlingException", "Too many requests.")
    with elsewhere(throttled, PICTURE) as there, passing(passed_on, there.upstream()) as here:
        runtime = client("bedrock-runtime", here, attempts=2)
        runtime.invoke_model(modelId=CORE, body=BODY)
        runtime.close()
        assert there.count == 2
        assert sorted(states(here)) == [("released", 40_000), ("settled", 40_000)]


@pytest.mark.parametrize(
    ("answer", "status", "code"),
    [
        (b"", 503, "ServiceUnavailableException"),
        (PICTURE[:-3], 424, "ModelErrorException"),
        (reply("502 Bad Gateway", b"<html>"), 503, "ServiceUnavailableException"),
        (refused("403 Forbidden", "ExpiredTokenException", "The token is expired"), 424, "ModelErrorException"),
    ],
)
def test_trouble_on_the_way_costs_nothing(passed_on: Catalog, answer: bytes, status: int, code: str) -> None:
    """Each is a modelled error; what may have been drawn for nothing is the house's loss, not the client's."""
    with elsewhere(answer) as there, passing(passed_on, there.upstream()) as here:
        got = here.send("POST", INVOKE, BODY)
        assert (got.status, got.code) == (status, code)
        assert states(here) == [("released", 40_000)]


def test_a_slow_answer_ends_in_time(passed_on: Catalog) -> None:
    """As a model's timeout."""
    with elsewhere(None) as there, passing(passed_on, there.upstream(timeout_s=0.2)) as here:
        got = here.send("POST", INVOKE, BODY)
        assert (got.status, got.code) == (408, "ModelTimeoutException")
        assert states(here) == [("released", 40_000)]


def test_when_the_client_hangs_up_so_does_the_server(passed_on: Catalog) -> None:
    """The connection there is closed, and the price given back."""
    with elsewhere(None) as there, passing(passed_on, there.upstream()) as here:
        connection = here.connect()
        connection.request("POST", INVOKE, BODY, SIGNED)
        there.call()
        connection.close()
        assert there.left.wait(PATIENCE_S)
    # The server has stopped: whatever was to be given back has been.


def test_pictures_are_paid_for_as_they_come(passed_on: Catalog) -> None:
    """Three asked for and two delivered, as when a filter holds one back: two are paid, one is given back."""
    body = json.dumps(
        next(iter(EXAMPLES[CANVAS].values())) | {"imageGenerationConfig": {"numberOfImages": 3, "quality": "premium"}}
    ).encode()
    back = reply("200 OK", b'{"images":["YQ==","Yg=="],"error":"Some of the generated images have been blocked."}')
    metrics = Metrics()
    with elsewhere(back) as there, passing(passed_on, there.upstream(), metrics=metrics) as here:
        assert here.send("POST", f"/model/{CANVAS}/invoke", body).status == 200
        assert states(here) == [("settled", 60_000)] * 2 + [("released", 60_000)]
    assert metrics.registry.get_sample_value("OutputImageCount_total", {"ModelId": CANVAS}) == 2
    assert metrics.registry.get_sample_value("Invocations_total", {"ModelId": CANVAS}) == 1


def test_a_body_that_is_not_known_here_is_for_the_other_side_to_judge(passed_on: Catalog) -> None:
    """It goes on; set aside is the dearest that it could be, paid what comes."""
    with elsewhere(reply("200 OK", b'{"images":["YQ=="]}')) as there, passing(passed_on, there.upstream()) as here:
        assert here.send("POST", f"/model/{CANVAS}/invoke", b'{"taskType":"NEW_TASK"}').status == 200
        assert there.call().body == b'{"taskType":"NEW_TASK"}'
        assert states(here) == [("settled", 80_000)] + [("released", 80_000)] * 4


@pytest.mark.parametrize(
    ("model", "body", "price", "pictures", "operation"),
    [
        (CORE, {"prompt": "a fox"}, 40_000, 1, "text_to_image"),
        (CORE, {"nobody": "knows this"}, 40_000, 1, "passed_on"),
        (CANVAS, EXAMPLES[CANVAS]["TEXT_IMAGE"], None, None, "text_to_image"),
        (CANVAS, EXAMPLES[CANVAS]["BACKGROUND_REMOVAL"], None, None, "passed_on"),
        (CANVAS, {"taskType": "OF_TOMORROW"}, 80_000, 5, "passed_on"),
        ("stability.stable-fast-upscale-v1:0", {"image": "aGVsbG8="}, 30_000, 1, "passed_on"),
    ],
)
def test_a_quote_is_what_is_set_aside(
    passed_on: Catalog, model: str, body: dict[str, object], price: int | None, pictures: int | None, operation: str
) -> None:
    """To the micro-dollar, for bodies that only the other side understands as well; nothing is sent for it."""
    picture = reply("200 OK", b'{"images":["aGVsbG8="]}', {"Content-Type": "application/json"})
    with elsewhere(picture) as there, passing(passed_on, there.upstream()) as here:
        content = json.dumps({"model": model, "body": body}).encode()
        quoted = here.send("POST", "/v1/quote", content).json
        assert there.count == 0
        assert (quoted["passedOn"], quoted["operation"]) == (True, operation)
        assert model in [offer["model"] for offer in quoted["offers"]]
        if price is not None:
            assert (to_micros(quoted["price"]), quoted["pictures"]) == (price, pictures)
        named = f"us.{model}" if "upscale" in model else model
        assert here.send("POST", f"/model/{named}/invoke", json.dumps(body).encode()).status == 200
        booked = bookings(here)
        assert {one.price for one in booked} == {to_micros(quoted["price"])}
        assert len(booked) == quoted["pictures"]
        assert sum(one.price for one in booked) == to_micros(quoted["total"])


def test_access_quotas_and_budgets_hold_before_anything_leaves(passed_on: Catalog) -> None:
    """A model without access, a quota that is used up, a budget that would be passed."""
    limits = {ModelId(ULTRA): Limit(name="ultra", per_minute=1)}
    with elsewhere() as there, passing(passed_on, there.upstream(), limits=limits) as here:
        assert here.send("POST", f"/model/{ULTRA}/invoke", BODY).status == 200
        assert here.send("POST", f"/model/{ULTRA}/invoke", BODY).code == "ThrottlingException"
        with here.directory.database.writing() as connection:
            put_budget(connection, Budget(name="small", scope="all", period="all", ceiling=Micros(150_000)))
        assert here.send("POST", INVOKE, BODY).code == "ServiceQuotaExceededException"
        with here.directory.database.writing() as connection:
            remove_grant(connection, ACCOUNT, ALL, ALL)
        assert here.send("POST", INVOKE, BODY).code == "AccessDeniedException"
        assert here.send("POST", INVOKE, BODY, {}).status == 403
        assert there.count == 1


def test_a_header_that_two_may_read_in_two_ways_stays_here(passed_on: Catalog) -> None:
    """Beyond ASCII, or with a control character."""
    with elsewhere() as there, passing(passed_on, there.upstream()) as here:
        for value in ("f\xfcchse", "a\tb"):
            got = here.send("POST", INVOKE, BODY, SIGNED | {"X-Amzn-Bedrock-Service-Tier": value})
            assert (got.status, got.code) == (400, "ValidationException")
        assert there.count == 0


def test_what_answers_there_writes_no_header_of_its_own(passed_on: Catalog) -> None:
    """Neither by a code nor by a header that it makes up."""
    forged = reply("400 Bad Request", b'{"message":"x","__type":"A\\r\\nSet-Cookie: a=b"}')
    with elsewhere(forged) as there, passing(passed_on, there.upstream()) as here:
        got = here.send("POST", INVOKE, BODY)
        assert got.code == "ModelErrorException"
        assert "set-cookie" not in got.headers


def test_models_here_and_there_stand_side_by_side(toy_folder: Path) -> None:
    """One line moves one model."""
    tiers: dict[str, dict[str, str]] = {model: {"checkpoint": "toy"} for model in MODELS}
    tiers[ULTRA]["backend"] = "bedrock"
    catalog = load_catalog(folders={"toy": toy_folder}, tiers=tiers)
    with elsewhere() as there, passing(catalog, there.upstream()) as here:
        assert here.send("POST", INVOKE, BODY).status == 200
        assert there.count == 0
        assert here.send("POST", f"/model/{ULTRA}/invoke", BODY).body == ANSWER
        assert there.count == 1
        assert here.engine.under_way.qsize() == 1
