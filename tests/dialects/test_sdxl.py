"""Bodies of Stable Diffusion XL: what they ask for, and what answers them."""

import base64
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from outcrop.catalog.card import ModelCard
from outcrop.catalog.load import Catalog
from outcrop.catalog.noise import FITTING, DiffusionNoise
from outcrop.dialects.dialect import Filtered, Result
from outcrop.dialects.schema import body_schema
from outcrop.dialects.sdxl import SAMPLERS, parse, render
from outcrop.errors import InvalidRequest, Unsupported
from outcrop.prompt import plain, weighted
from outcrop.request import Effort, ImageToImage, Inpaint, Request, TextToImage
from outcrop.units import MAX_SEED, Seed, Size
from tests.conftest import SDXL, SDXL_0
from tests.dialects.bodies import MASK, PICTURE, as_text, encoded, half_white, objects, schema_file

FOX = {"text_prompts": [{"text": "a fox"}]}
LEFT_HALF = (b"\xff" * 40 + b"\x00" * 40) * 64
RIGHT_HALF = (b"\x00" * 40 + b"\xff" * 40) * 64


@pytest.fixture
def xl(catalog: Catalog) -> ModelCard:
    """Version 1.0."""
    return catalog.model(SDXL)


def asked(card: ModelCard, **fields: object) -> Request:
    """What a body with a prompt and these fields asks for."""
    return parse(json.dumps(FOX | fields).encode(), card)


def refusal(card: ModelCard, **fields: object) -> str:
    """What is wrong with a body of these fields alone."""
    with pytest.raises(InvalidRequest) as caught:
        parse(json.dumps(fields).encode(), card)
    return str(caught.value)


def test_a_prompt_is_enough(catalog: Catalog, xl: ModelCard) -> None:
    """Size and scale have the documented defaults; how hard to work is the tier's affair."""
    expected = TextToImage(
        prompt=plain("a fox"), size=Size(width=1024, height=1024), effort=Effort(guidance=xl.tier.guidance)
    )
    assert asked(xl) == expected
    assert asked(catalog.model(SDXL_0)) == replace(expected, size=Size(width=512, height=512))


def test_every_field_of_text_to_image_is_read(xl: ModelCard) -> None:
    """Prompts by the sign of their weights, the style as words, the sampler by the engine's name."""
    request = asked(
        xl,
        text_prompts=[
            {"text": "a (red) fox", "weight": 1.5},
            {"text": "snow", "weight": 0.5},
            {"text": "text", "weight": -1},
        ],
        cfg_scale=1,
        clip_guidance_preset="FAST_BLUE",
        height=640,
        width=1536,
        sampler="K_DPMPP_2S_ANCESTRAL",
        samples=1,
        seed=7,
        steps=50,
        style_preset="analog-film",
        extras={"anything": [1]},
    )
    prompt, negative = weighted([("a (red) fox", 1.5), ("snow", 0.5), ("analog film", 1.0), ("text", -1.0)])
    assert request == TextToImage(
        prompt=prompt,
        negative_prompt=negative,
        size=Size(width=1536, height=640),
        seed=Seed(7),
        effort=Effort(steps=50, guidance=1.0, sampler="dpmpp_2s_ancestral"),
    )


def test_every_sampler_of_the_wire_is_one_of_the_engine_s() -> None:
    """Ten names there, ten for diffusion here, each once; the schema knows the same."""
    assert sorted(SAMPLERS.values()) == sorted(FITTING[DiffusionNoise])
    assert set(schema_file("sdxl_1")["properties"]["sampler"]["enum"]) == set(SAMPLERS)


@pytest.mark.parametrize("seed", [0, 1, MAX_SEED])
def test_seed_zero_is_no_seed(xl: ModelCard, seed: int) -> None:
    """Every other one is meant."""
    assert asked(xl, seed=seed).seed == (seed or None)


@pytest.mark.parametrize(
    ("fields", "strength"),
    [
        ({}, 0.65),
        ({"image_strength": 1}, 0),
        ({"image_strength": 0.25}, 0.75),
        ({"init_image_mode": "IMAGE_STRENGTH", "image_strength": 0, "step_schedule_start": 0.1}, 1),
        ({"init_image_mode": "STEP_SCHEDULE"}, 0.65),
        ({"init_image_mode": "STEP_SCHEDULE", "step_schedule_start": 0.2, "image_strength": 0.9}, 0.2),
        ({"init_image_mode": "STEP_SCHEDULE", "step_schedule_start": 0, "step_schedule_end": 1}, 0),
    ],
)
def test_an_initial_image_counts_as_much_as_is_said(xl: ModelCard, fields: dict[str, object], strength: float) -> None:
    """A strength of the image is what is left of ours; a schedule's start is ours. Width and height mean nothing."""
    request = asked(xl, init_image=PICTURE, width=1536, height=1536, **fields)
    assert isinstance(request, ImageToImage)
    assert request.strength == strength
    assert str(request.image.size) == "80x64"


def test_a_schedule_cannot_end_early(xl: ModelCard) -> None:
    """The message says what is missing."""
    with pytest.raises(Unsupported, match="step_schedule_end"):
        asked(xl, init_image=PICTURE, init_image_mode="STEP_SCHEDULE", step_schedule_end=0.5)


@pytest.mark.parametrize(("source", "levels"), [("MASK_IMAGE_WHITE", LEFT_HALF), ("MASK_IMAGE_BLACK", RIGHT_HALF)])
def test_a_mask_says_what_is_drawn_anew(xl: ModelCard, source: str, levels: bytes) -> None:
    """Its white or its black, from noise alone unless the body says otherwise."""
    request = asked(xl, init_image=PICTURE, mask_source=source, mask_image=MASK, seed=3)
    assert isinstance(request, Inpaint)
    assert (request.mask.levels, request.strength, request.seed) == (levels, 1.0, 3)
    request = asked(xl, init_image=PICTURE, mask_source=source, mask_image=MASK, image_strength=0.25)
    assert isinstance(request, Inpaint)
    assert request.strength == 0.75


def test_what_is_transparent_can_be_the_mask(xl: ModelCard) -> None:
    """Wholly or in part."""
    picture = Image.new("RGBA", (80, 64), (255, 0, 0, 255))
    picture.paste((0, 255, 0, 0), (0, 0, 40, 64))
    request = asked(xl, init_image=as_text(picture), mask_source="INIT_IMAGE_ALPHA")
    assert isinstance(request, Inpaint)
    assert request.mask.levels == LEFT_HALF


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no prompts": ({}, "#: required key [text_prompts] not found"),
    "an empty list": ({"text_prompts": []}, "#/text_prompts: expected minimum item count: 1, found: 0"),
    "prompts as text": ({"text_prompts": "a"}, "#/text_prompts: expected type: JSONArray, found: String"),
    "a prompt without text": (
        {"text_prompts": [{"weight": 1}]},
        "#/text_prompts/0: required key [text] not found",
    ),
    "a long prompt": (
        {"text_prompts": [{"text": "a"}, {"text": "a" * 2001}]},
        "#/text_prompts/1/text: expected maxLength: 2000, actual: 2001",
    ),
    "a weight in words": (
        {"text_prompts": [{"text": "a", "weight": "1"}]},
        "#/text_prompts/0/weight: expected type: Number, found: String",
    ),
    "an unknown field": (FOX | {"prompt": "a"}, "#: extraneous key [prompt] is not permitted"),
    "an unknown field within": (
        {"text_prompts": [{"text": "a", "wait": 1}]},
        "#/text_prompts/0: extraneous key [wait] is not permitted",
    ),
    "too much scale": (FOX | {"cfg_scale": 35.5}, "#/cfg_scale: 35.5 is not less or equal to 35"),
    "too few steps": (FOX | {"steps": 9}, "#/steps: 9 is not greater or equal to 10"),
    "too many steps": (FOX | {"steps": 151}, "#/steps: 151 is not less or equal to 150"),
    "two samples": (FOX | {"samples": 2}, "#/samples: 2 is not less or equal to 1"),
    "an unknown sampler": (FOX | {"sampler": "K_EULAR"}, "#/sampler: K_EULAR is not a valid enum value"),
    "an unknown style": (FOX | {"style_preset": "oil"}, "#/style_preset: oil is not a valid enum value"),
    "a width between": (FOX | {"width": 1000}, "#/width: 1000 is not a multiple of 64"),
    "a seed too large": (FOX | {"seed": 2**32}, "#/seed: 4294967296 is not less or equal to 4294967295"),
    "a mask without its image": (
        FOX | {"mask_source": "MASK_IMAGE_WHITE", "init_image": "aGk="},
        "#: required key [mask_image] not found",
    ),
    "a mask without a picture": (
        FOX | {"mask_source": "INIT_IMAGE_ALPHA"},
        "#: required key [init_image] not found",
    ),
    "a mask image without a source": (
        FOX | {"mask_image": "aGk=", "init_image": "aGk="},
        "#: required key [mask_source] not found",
    ),
}


@pytest.mark.parametrize(("fields", "text"), BAD.values(), ids=BAD)
def test_a_body_that_breaks_the_schema_is_refused(xl: ModelCard, fields: dict[str, object], text: str) -> None:
    """In the words of the validator behind the service."""
    assert refusal(xl, **fields) == f"Malformed input request: {text}, please reformat your input and try again."


def test_what_is_no_json_is_refused(xl: ModelCard) -> None:
    """With the shortest of texts."""
    with pytest.raises(InvalidRequest, match=r"^Malformed input request, please reformat your input and try again\.$"):
        parse(b"{", xl)


def test_only_listed_sizes_are_drawn(catalog: Catalog, xl: ModelCard) -> None:
    """Version 1.0 has nine; 0.8 any pair of its sides of which one is at most 512."""
    assert refusal(xl, **FOX, width=1024, height=768) == (
        "The size 1024x768 is not among those allowed: 1024x1024, 1152x896, 1216x832, 1344x768, 1536x640, 640x1536, "
        "768x1344, 832x1216, 896x1152."
    )
    for size in xl.sizes.values():
        assert getattr(asked(xl, width=size.width, height=size.height), "size", None) == size
    older = catalog.model(SDXL_0)
    assert getattr(asked(older, width=896, height=128), "size", None) == Size(width=896, height=128)
    assert "#/height: 576 is not less or equal to 512" in refusal(older, **FOX, width=576, height=576)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"init_image": "aGk="}, "'init_image' cannot be read as a picture"),
        ({"init_image": encoded(size=(63, 64))}, "'init_image' is a picture of 63x64"),
        (
            {"init_image": PICTURE, "mask_source": "MASK_IMAGE_WHITE", "mask_image": encoded("black")},
            "'mask_image' has no white, so nothing would change",
        ),
        (
            {"init_image": PICTURE, "mask_source": "MASK_IMAGE_BLACK", "mask_image": encoded("white")},
            "'mask_image' has no black, so nothing would change",
        ),
        ({"init_image": PICTURE, "mask_source": "INIT_IMAGE_ALPHA"}, "'init_image' has no transparent part"),
    ],
)
def test_a_picture_that_cannot_be_used_is_refused(xl: ModelCard, fields: dict[str, object], text: str) -> None:
    """The message names the field."""
    assert text in refusal(xl, **FOX, **fields)


@settings(max_examples=60)
@given(fields=objects(schema_file("sdxl_1")))
def test_bodies_of_the_schema_are_requests_or_domain_errors(catalog: Catalog, fields: dict[str, object]) -> None:
    """Whatever keeps each field's rule is understood, or refused in words."""
    schema = body_schema("sdxl_1")
    try:
        request = parse(json.dumps(fields).encode(), catalog.model(SDXL))
    except (InvalidRequest, Unsupported) as error:
        assert str(error)  # noqa: PT017  either may come
    else:
        assert schema.violations(fields).texts == ()
        assert request.effort.sampler is None or request.effort.sampler in FITTING[DiffusionNoise]


@given(body=st.binary(max_size=100))
def test_any_bytes_are_a_domain_error(catalog: Catalog, body: bytes) -> None:
    """Nothing else is ever raised."""
    with pytest.raises(InvalidRequest):
        parse(body, catalog.model(SDXL))


def test_a_success_is_an_artifact() -> None:
    """With its seed, its picture and its reason."""
    body = json.loads(render([Result(seed=Seed(7), file=b"\x89PNG")]))
    artifact = {"seed": 7, "base64": base64.b64encode(b"\x89PNG").decode(), "finishReason": "SUCCESS"}
    assert body == {"result": "success", "artifacts": [artifact]}


def test_what_was_filtered_says_so() -> None:
    """A picture as an artifact of its own reason, a prompt as an error."""
    body = json.loads(render([Filtered(stage="output image", seed=Seed(7), file=b"blurred")]))
    (artifact,) = body["artifacts"]
    assert (artifact["finishReason"], artifact["seed"]) == ("CONTENT_FILTERED", 7)
    assert base64.b64decode(artifact["base64"]) == b"blurred"
    with pytest.raises(InvalidRequest, match="filtered words"):
        render([Filtered(stage="prompt")])


def test_a_mask_of_another_size_reaches_the_plan(xl: ModelCard) -> None:
    """It is the plan that refuses it, as for every front."""
    request = asked(xl, init_image=PICTURE, mask_source="MASK_IMAGE_WHITE", mask_image=half_white((100, 64)))
    assert isinstance(request, Inpaint)
    assert request.mask.size != request.image.size
