"""What is written of a call: only what its account wants, and never a picture of one that wants none."""

import json
from base64 import b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcrop.records.invocation import INLINE_BYTES, LEFT_OUT, Destination, Invocation, record_of, without_pictures
from tests.api.examples import EXAMPLES
from tests.dialects.bodies import MASK, PICTURE, encoded

WORD = "rhododendron"
GIVEN = {"prompt": WORD, "image": PICTURE, "strength": 0.5}
ANSWERED = {"seeds": [7], "finish_reasons": [None], "images": [PICTURE]}


def wanted(*, text: bool, images: bool) -> Destination:
    """An account's wish."""
    return Destination(bucket="logs", prefix="", text=text, images=images)


def call(given: object = GIVEN, answered: object = ANSWERED, **more: Any) -> Invocation:  # noqa: ANN401
    """A call that succeeded."""
    return Invocation(
        at=1_780_000_000,
        account="123456789012",
        user_arn="arn:aws:iam::123456789012:user/tester",
        region="us-west-2",
        request_id="request-1",
        model="a.model-v1:0",
        output_type="application/json",
        input=json.dumps(given).encode(),
        output=json.dumps(answered).encode(),
        **more,
    )


def test_a_record_has_aws_s_fields() -> None:
    """Who, when, what, and both bodies where both are wanted."""
    record = record_of(call(metadata={"team": "foxes"}), wanted(text=True, images=True))
    assert record.large == {}
    assert record.content == {
        "schemaType": "ModelInvocationLog",
        "schemaVersion": "1.0",
        "timestamp": "2026-05-28T20:26:40Z",
        "accountId": "123456789012",
        "identity": {"arn": "arn:aws:iam::123456789012:user/tester"},
        "region": "us-west-2",
        "requestId": "request-1",
        "operation": "InvokeModel",
        "modelId": "a.model-v1:0",
        "requestMetadata": {"team": "foxes"},
        "input": {"inputContentType": "application/json", "inputTokenCount": 0, "inputBodyJson": GIVEN},
        "output": {
            "outputContentType": "application/json",
            "outputTokenCount": 0,
            "outputImageWidth": 80,
            "outputImageHeight": 64,
            "outputBodyJson": ANSWERED,
        },
    }


@pytest.mark.parametrize("text", [False, True])
@pytest.mark.parametrize("images", [False, True])
def test_words_and_pictures_only_where_they_are_wanted(*, text: bool, images: bool) -> None:
    """Neither, one, or both."""
    written = json.dumps(record_of(call(), wanted(text=text, images=images)).content)
    assert (WORD in written) == text
    assert (PICTURE in written) == images
    assert '"modelId": "a.model-v1:0"' in written
    assert '"outputImageWidth": 80' in written


@pytest.mark.parametrize("model", EXAMPLES)
def test_every_family_s_pictures_are_found(model: str) -> None:
    """In every body that a model can be asked for, however small the picture."""
    for body in EXAMPLES[model].values():
        written = json.dumps(without_pictures(body))
        assert PICTURE not in written
        assert MASK not in written
        assert json.dumps(body) == written or LEFT_OUT in written


@given(field=st.text(max_size=10), content=st.binary(min_size=150, max_size=400))
def test_what_looks_like_a_picture_is_one(field: str, content: bytes) -> None:
    """In a field that nobody knows, too."""
    text = b64encode(content).decode()
    for body in ({field: text}, {field: [{"x": f"data:image/png;base64,{text}"}]}):
        assert text not in json.dumps(without_pictures(body))


def test_words_are_no_pictures() -> None:
    """A long prompt stays, in any script."""
    prompt = {"prompt": "a red fox under the old tree " * 40, "text_prompts": [{"text": "狐" * 500, "weight": 1}]}
    assert without_pictures(prompt) == prompt


def test_a_long_body_is_an_object_of_its_own() -> None:
    """With all that is wanted of it, and the record without it."""
    long = {"prompt": "a fox " * INLINE_BYTES}
    record = record_of(call(long, {"images": [encoded(size=(64, 64))]}), wanted(text=True, images=False))
    assert json.loads(record.large["input"]) == long
    assert "inputBodyJson" not in record.content["input"]
    assert record.content["output"]["outputBodyJson"] == {"images": [LEFT_OUT]}


@pytest.mark.parametrize("body", [b"", b"\xff\x00", b"{", b"[" * 100_000])
def test_what_is_no_json_is_not_logged(body: bytes) -> None:
    """It may hold anything."""
    invocation = Invocation(
        at=0, account="1", user_arn="a", region="r", request_id="i", model="m", error_code="X", input=body
    )
    record = record_of(invocation, wanted(text=True, images=True))
    assert record.content["input"] == {"inputContentType": "application/json", "inputTokenCount": 0}
    assert "output" not in record.content
    assert record.content["errorCode"] == "X"


@pytest.mark.parametrize(
    "answer", [{}, [], {"images": ["no picture"]}, {"images": [5]}, {"artifacts": [{"base64": ""}]}]
)
def test_an_answer_without_a_picture_has_no_size(answer: object) -> None:
    """And is logged as it is."""
    record = record_of(call(answered=answer), wanted(text=True, images=True))
    assert "outputImageWidth" not in record.content["output"]
    assert record.content["output"]["outputBodyJson"] == answer
