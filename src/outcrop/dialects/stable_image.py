"""Bodies of the Stable Image family: SD3.5 Large, Stable Image Core and Ultra. Knows fields; knows no HTTP and no plan.

Source: Amazon Bedrock user guide, "Stability AI models"; the unknown-field text as the live service sends it.
"""

import json
from base64 import b64encode
from collections.abc import Sequence
from typing import Any

from outcrop.catalog.card import ModelCard
from outcrop.catalog.prices import Work
from outcrop.dialects.dialect import Filtered, Outcome, Outline
from outcrop.dialects.json_body import read_json
from outcrop.dialects.malformed import MALFORMED, malformed
from outcrop.dialects.pictures import PictureLimits, picture_size, read_picture
from outcrop.dialects.schema import BodySchema, body_schema
from outcrop.errors import InvalidRequest
from outcrop.prompt import parse as parse_prompt
from outcrop.request import ImageToImage, Request, TextToImage
from outcrop.units import Seed


def parse(body: bytes, card: ModelCard) -> Request:
    """Turn a body into what it asks for.

    Raises: InvalidRequest when the body is no JSON, breaks the model's schema, or has a picture that cannot be used.
    """
    fields = read_fields(body, body_schema(card.schema))
    del body
    seed = Seed(fields["seed"]) if fields["seed"] else None  # 0 means "choose for me"
    output_format = fields["output_format"].lower()
    # A body with an image wants it used: AWS's own SD3.5 sample sends one without naming a mode.
    if "image" in fields:
        return ImageToImage(
            prompt=parse_prompt(fields["prompt"]),
            negative_prompt=parse_prompt(fields["negative_prompt"]),
            image=read_picture(fields.pop("image"), "image", PictureLimits()),
            strength=fields["strength"],
            seed=seed,
            output_format=output_format,
        )
    return TextToImage(
        prompt=parse_prompt(fields["prompt"]),
        negative_prompt=parse_prompt(fields["negative_prompt"]),
        size=card.sizes[fields["aspect_ratio"]],
        seed=seed,
        output_format=output_format,
    )


def outline(body: bytes, card: ModelCard) -> Outline:
    """Read a body for its price alone.

    Raises: InvalidRequest when it breaks the model's schema, or its image cannot be read.
    """
    fields = read_fields(body, body_schema(card.schema))
    size = picture_size(fields["image"], "image") if "image" in fields else card.sizes[fields["aspect_ratio"]]
    return Outline(images=1, work=Work(pixels=size.pixels))


def render(outcomes: Sequence[Outcome]) -> bytes:
    """Write the body of a success: one seed, one null finish reason and one base64 text a picture.

    Where a picture was filtered there are the reasons alone.
    """
    reasons = [_reason(outcome) for outcome in outcomes]
    results = [outcome for outcome in outcomes if not isinstance(outcome, Filtered)]
    if len(results) < len(outcomes):
        return json.dumps({"finish_reasons": reasons}).encode()
    seeds = json.dumps([result.seed for result in results]).encode()
    # The images are joined by hand: base64 needs no escaping, and looking for some takes longer than all the rest.
    images = b",".join(b'"%s"' % b64encode(result.file) for result in results)
    return b'{"seeds":%s,"finish_reasons":%s,"images":[%s]}' % (seeds, json.dumps(reasons).encode(), images)


def _reason(outcome: Outcome) -> str | None:
    return f"Filter reason: {outcome.stage}" if isinstance(outcome, Filtered) else None


def read_fields(body: bytes, schema: BodySchema) -> dict[str, Any]:
    """The fields of a body, with the schema's defaults.

    Raises: InvalidRequest when the body is no JSON or breaks the schema; an unknown field is all that is named then.
    """
    try:
        content = _unwrap(read_json(body))
        _check(content, schema)
    except (ValueError, RecursionError):
        raise InvalidRequest(MALFORMED) from None
    fields: dict[str, Any] = schema.defaults | content
    return fields


def _unwrap(content: Any) -> Any:  # noqa: ANN401  any JSON value may come
    """Take the one image out of a list of one: some client libraries always send a list."""
    match content:
        case {"image": [image]}:
            return content | {"image": image}
        case _:
            return content


def _check(content: object, schema: BodySchema) -> None:
    violations = schema.violations(content)
    if violations.unknown_fields:
        detail = f"Invalid field in request. Available fields: {list(schema.fields)}"
        raise InvalidRequest(f'{{"detail":"{detail}"}}')
    if violations.texts:
        raise malformed(violations.texts)
