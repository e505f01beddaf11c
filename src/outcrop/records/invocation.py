"""One call of a model, and what its account wants logged of it, as a record in AWS's form. Pure; knows no place.

Source: Amazon Bedrock User Guide, "Monitor model invocation using CloudWatch Logs and Amazon S3"; published records.
"""

import json
import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Final, Literal

from PIL import Image, UnidentifiedImageError

INLINE_BYTES: Final = 100 * 1024
"""A body that is longer becomes an object of its own."""
LEFT_OUT: Final = "(a picture, which this account does not log)"

Side = Literal["input", "output"]

_PICTURES: Final = frozenset({
    "image", "images", "init_image", "mask_image", "mask", "maskImage", "conditionImage", "referenceImage",
    "sourceImage", "style_image", "base64",
})  # fmt: skip
"""Fields of bodies that hold pictures."""
# And whatever looks like one, in a field that nobody here knows: leaving out too much gives nothing away.
_LOOKS_LIKE_ONE: Final = re.compile(r"(data:image/.{0,40},)?[A-Za-z0-9+/=_\r\n-]{200,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where an account has its calls logged, and what of them."""

    bucket: str
    prefix: str
    """Before AWS's own folders; may be empty."""
    text: bool
    images: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """A call of a model and how it ended."""

    at: float
    """Seconds since 1970."""
    account: str
    user_arn: str
    region: str
    request_id: str
    operation: str = "InvokeModel"
    model: str
    """As the call named it."""
    inference_region: str | None = None
    """Where it was answered, if elsewhere."""
    error_code: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    input_type: str = "application/json"
    output_type: str | None = None
    input: bytes = field(default=b"", repr=False)
    output: bytes = field(default=b"", repr=False)

    @property
    def size(self) -> int:
        """Bytes that it holds."""
        return len(self.input) + len(self.output)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What is written of a call."""

    content: dict[str, Any]
    large: Mapping[Side, bytes]
    """Bodies that are too long for it, as JSON."""


def record_of(invocation: Invocation, wanted: Destination) -> Record:
    """Write down a call, as far as its account wants it."""
    given, answered = _json(invocation.input), _json(invocation.output)
    content = _head(invocation)
    content["input"] = {"inputContentType": invocation.input_type, "inputTokenCount": 0}
    large: dict[Side, bytes] = {}
    # Words are in every request and in no answer; pictures are what an answer is there for.
    if wanted.text:
        _put(content, large, "input", given if wanted.images else without_pictures(given))
    if invocation.output_type is not None:
        content["output"] = {"outputContentType": invocation.output_type, "outputTokenCount": 0, **_size(answered)}
        if wanted.text or wanted.images:
            _put(content, large, "output", answered if wanted.images else without_pictures(answered))
    return Record(content=content, large=large)


def _head(invocation: Invocation) -> dict[str, Any]:
    """All that is written of every call; what is not known is left out."""
    content = {
        "schemaType": "ModelInvocationLog",
        "schemaVersion": "1.0",
        "timestamp": datetime.fromtimestamp(invocation.at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "accountId": invocation.account,
        "identity": {"arn": invocation.user_arn},
        "region": invocation.region,
        "requestId": invocation.request_id,
        "operation": invocation.operation,
        "modelId": invocation.model,
        "inferenceRegion": invocation.inference_region,
        "errorCode": invocation.error_code,
        "requestMetadata": dict(invocation.metadata),
    }
    return {name: value for name, value in content.items() if value}


def without_pictures(value: Any, name: str = "") -> Any:  # noqa: ANN401 - any JSON value
    """A body with a note in place of each picture."""
    match value:
        case dict():
            return {key: without_pictures(each, key) for key, each in value.items()}
        case list():
            return [without_pictures(each, name) for each in value]
        case str() if name in _PICTURES or _LOOKS_LIKE_ONE.fullmatch(value):
            return LEFT_OUT
        case _:
            return value


def _put(content: dict[str, Any], large: dict[Side, bytes], side: Side, body: Any) -> None:  # noqa: ANN401
    if body is None:
        return
    text = json.dumps(body, separators=(",", ":")).encode()
    if len(text) > INLINE_BYTES:
        large[side] = text
    else:
        content[side][f"{side}BodyJson"] = body


def _json(body: bytes) -> Any:  # noqa: ANN401 - any JSON value; None where there is none
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None  # what is no JSON may hold anything, and has no place in a record of JSON


def _size(answer: Any) -> dict[str, int]:  # noqa: ANN401 - any JSON value
    """The size of the first picture of an answer."""
    match answer:
        case {"images": [str(text), *_]} | {"artifacts": [{"base64": str(text)}, *_]}:
            try:
                with Image.open(BytesIO(b64decode(text))) as image:
                    return {"outputImageWidth": image.width, "outputImageHeight": image.height}
            except (ValueError, OSError, UnidentifiedImageError, Image.DecompressionBombError):
                return {}
        case _:
            return {}
