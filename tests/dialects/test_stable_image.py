"""Bodies of the Stable Image family: what they ask for, and what answers them."""

import base64
import json
from io import BytesIO
from typing import Literal, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from outcrop.catalog.card import ModelCard
from outcrop.catalog.load import Catalog
from outcrop.dialects.dialect import Filtered, Result
from outcrop.dialects.stable_image import parse, render
from outcrop.errors import InvalidRequest
from outcrop.prompt import parse as parse_prompt
from outcrop.prompt import plain
from outcrop.request import Bitmap, ImageToImage, Request, TextToImage
from outcrop.units import MAX_SEED, Seed, Size
from tests.conftest import CORE, SD35, ULTRA


def _picture() -> str:
    out = BytesIO()
    Image.new("RGB", (80, 64), "red").save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()


PICTURE = _picture()


def asked(card: ModelCard, **fields: object) -> Request:
    """What a body with a prompt and these fields asks for."""
    return parse(json.dumps({"prompt": "a fox"} | fields).encode(), card)


def refusal(card: ModelCard, **fields: object) -> str:
    """What is wrong with a body of these fields alone."""
    with pytest.raises(InvalidRequest) as caught:
        parse(json.dumps(fields).encode(), card)
    return str(caught.value)


def test_a_prompt_is_enough(stable_image: ModelCard) -> None:
    """Everything else has the documented default."""
    assert asked(stable_image) == TextToImage(prompt=plain("a fox"), size=Size(width=1024, height=1024))


def test_every_field_is_read(stable_image: ModelCard) -> None:
    """The fields that all models share."""
    request = asked(
        stable_image, negative_prompt="text", seed=7, output_format="JPEG", aspect_ratio="21:9", mode="text-to-image"
    )
    assert request == TextToImage(
        prompt=plain("a fox"),
        negative_prompt=plain("text"),
        seed=Seed(7),
        output_format="jpeg",
        size=Size(width=1536, height=640),
    )


@pytest.mark.parametrize("seed", [0, 1, MAX_SEED])
def test_seed_zero_is_no_seed(stable_image: ModelCard, seed: int) -> None:
    """Every other one is meant."""
    assert asked(stable_image, seed=seed).seed == (seed or None)


@given(prompt=st.text(max_size=100))
def test_a_prompt_comes_through_unchanged(catalog: Catalog, prompt: str) -> None:
    """In every language, with quotes, escapes and control characters."""
    assert asked(catalog.model(CORE), prompt=prompt).prompt == parse_prompt(prompt)


@pytest.mark.parametrize(
    "fields",
    [
        {"image": PICTURE, "strength": 0.5, "mode": "image-to-image"},
        {"image": PICTURE, "strength": 0},
        {"image": [PICTURE], "strength": 1},
        {"image": PICTURE, "strength": 1, "mode": "text-to-image", "aspect_ratio": "16:9"},
    ],
)
def test_an_image_is_meant_to_be_used(catalog: Catalog, fields: dict[str, object]) -> None:
    """With or without the mode, alone or in a list of one: never quietly left aside."""
    request = asked(catalog.model(SD35), seed=7, output_format="WEBP", negative_prompt="text", **fields)
    size = Size(width=80, height=64)
    assert request == ImageToImage(
        prompt=plain("a fox"),
        negative_prompt=plain("text"),
        seed=Seed(7),
        output_format="webp",
        image=Bitmap(size=size, rgb=b"\xff\x00\x00" * size.pixels),
        strength=cast("float", fields["strength"]),
    )


def test_ultra_takes_an_image_without_its_strength(catalog: Catalog) -> None:
    """There it has a default; a mode for it there is not."""
    request = asked(catalog.model(ULTRA), image=PICTURE)
    assert isinstance(request, ImageToImage)
    assert request.strength == 0.35
    assert "#/mode: image-to-image is not a valid enum" in refusal(
        catalog.model(ULTRA), prompt="", mode="image-to-image"
    )


@pytest.mark.parametrize(
    ("fields", "texts"),
    [
        ({"mode": "image-to-image"}, ["#: required key [image] not found", "#: required key [strength] not found"]),
        ({"mode": "image-to-image", "image": "aGk="}, ["#: required key [strength] not found"]),
        ({"image": "aGk="}, ["#: required key [strength] not found"]),
        ({"image": "aGk=", "strength": 1.5}, ["#/strength: 1.5 is not less or equal to 1"]),
        ({"image": "aGk=", "strength": "1"}, ["#/strength: expected type: Number, found: String"]),
        ({"image": "", "strength": 1}, ["#/image: expected minLength: 1, actual: 0"]),
        ({"image": ["a", "b"], "strength": 1}, ["#/image: expected type: String, found: JSONArray"]),
        ({"image": [], "strength": 1}, ["#/image: expected type: String, found: JSONArray"]),
        ({"image": [7], "strength": 1}, ["#/image: expected type: String, found: Integer"]),
    ],
)
def test_half_an_image_to_image_is_refused(catalog: Catalog, fields: dict[str, object], texts: list[str]) -> None:
    """SD3.5 wants the image and its strength, each once and in range."""
    message = refusal(catalog.model(SD35), prompt="a fox", **fields)
    assert message == f"Malformed input request: {', '.join(texts)}, please reformat your input and try again."


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (CORE, "['prompt', 'negative_prompt', 'mode', 'seed', 'output_format', 'aspect_ratio']"),
        (
            ULTRA,
            "['prompt', 'negative_prompt', 'mode', 'strength', 'seed', 'output_format', 'image', 'aspect_ratio']",
        ),
    ],
)
def test_an_unknown_field_comes_before_all_else(catalog: Catalog, model: str, fields: str) -> None:
    """The live service lists the fields there are, as JSON within JSON; nothing else is named beside it."""
    message = refusal(catalog.model(model), prompt=5, samples=2)
    assert message == f'{{"detail":"Invalid field in request. Available fields: {fields}"}}'
    assert json.loads(message)


@given(body=st.binary(max_size=100))
def test_any_bytes_are_a_request_or_a_domain_error(catalog: Catalog, body: bytes) -> None:
    """Nothing else is ever raised."""
    with pytest.raises(InvalidRequest):
        parse(body, catalog.model(SD35))


@given(depth=st.integers(900, 1100))
def test_depth_is_refused_wherever_it_is_noticed(catalog: Catalog, depth: int) -> None:
    """While it is read, or while it is quoted."""
    body = b'{"prompt": "", "aspect_ratio": ' + b"[" * depth + b"]" * depth + b"}"
    with pytest.raises(InvalidRequest, match="Malformed input request"):
        parse(body, catalog.model(SD35))


def test_a_success_has_three_lists_of_one_length() -> None:
    """Seeds as integers, finish reasons null, pictures in base64."""
    results = [Result(seed=Seed(7), file=b"\x89PNG"), Result(seed=MAX_SEED, file=b"")]
    body = json.loads(render(results))
    assert body["seeds"] == [7, 4_294_967_295]
    assert body["finish_reasons"] == [None, None]
    assert [base64.b64decode(image) for image in body["images"]] == [b"\x89PNG", b""]


@pytest.mark.parametrize("stage", ["prompt", "input image", "output image"])
def test_what_was_filtered_is_a_reason_and_no_picture(stage: Literal["prompt", "input image", "output image"]) -> None:
    """Neither images nor seeds are there: client programs look at the reason first."""
    assert json.loads(render([Filtered(stage=stage)])) == {"finish_reasons": [f"Filter reason: {stage}"]}
