"""Bodies of Titan Image Generator and Nova Canvas: what they ask for, and what answers them."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outcrop.catalog.card import ModelCard
from outcrop.catalog.load import Catalog
from outcrop.dialects.dialect import Filtered, Outcome, Result
from outcrop.dialects.table import DIALECTS, NOVA_CANVAS, TITAN
from outcrop.dialects.task_bodies import REFERENCE_STRENGTH
from outcrop.errors import InvalidRequest, Unsupported
from outcrop.prompt import plain
from outcrop.request import Effort, ImageToImage, Inpaint, Request, TextToImage
from outcrop.units import Seed, Size
from tests.conftest import CANVAS, TITAN_1
from tests.conftest import TITAN as TITAN_2
from tests.dialects.bodies import MASK, PICTURE, encoded, objects, schema_file

FAMILY = (CANVAS, TITAN_1, TITAN_2)
BLACK_HALF = (b"\x00" * 40 + b"\xff" * 40) * 64
WHITE_HALF = (b"\xff" * 40 + b"\x00" * 40) * 64


@pytest.fixture(params=FAMILY)
def model(request: pytest.FixtureRequest, catalog: Catalog) -> ModelCard:
    """Each model in turn."""
    return catalog.model(request.param)


@pytest.fixture
def canvas(catalog: Catalog) -> ModelCard:
    """Nova Canvas."""
    return catalog.model(CANVAS)


def asked(card: ModelCard, body: dict[str, Any]) -> Request:
    """What a body asks for."""
    return DIALECTS[card.dialect].parse(json.dumps(body).encode(), card)


def text_image(config: dict[str, Any] | None = None, **fields: object) -> dict[str, Any]:
    """A body for a picture from words."""
    body = {"taskType": "TEXT_IMAGE", "textToImageParams": {"text": "a (red) fox"} | fields}
    return body if config is None else body | {"imageGenerationConfig": config}


def refusal(card: ModelCard, body: dict[str, Any]) -> str:
    """What is wrong with a body."""
    with pytest.raises(InvalidRequest) as caught:
        asked(card, body)
    return str(caught.value)


def test_words_are_enough(model: ModelCard) -> None:
    """Size and seed have the documented defaults, so the same body gives the same picture; the scale is the tier's."""
    assert asked(model, text_image()) == TextToImage(
        prompt=plain("a (red) fox"),
        size=Size(width=1024, height=1024),
        seed=Seed(12 if model.id == CANVAS else 42),
        effort=Effort(guidance=model.tier.guidance),
    )


def test_every_field_of_the_config_is_read(model: ModelCard) -> None:
    """Sizes, number, quality, scale and a seed of 0, which is meant."""
    config = {"numberOfImages": 3, "quality": "premium", "cfgScale": 1.1, "height": 512, "width": 512, "seed": 0}
    request = asked(model, text_image(config, negativeText="text"))
    assert isinstance(request, TextToImage)
    assert (request.size, request.images, request.seed) == (Size(width=512, height=512), 3, 0)
    assert (request.negative_prompt, request.effort.quality) == (plain("text"), "premium")
    assert request.effort.guidance is not None
    assert 1 < request.effort.guidance < model.tier.guidance


def test_a_style_is_words(canvas: ModelCard) -> None:
    """Nova Canvas alone has them."""
    request = asked(canvas, text_image(style="FLAT_VECTOR_ILLUSTRATION"))
    assert request.prompt == plain("a (red) fox, flat vector illustration")


def test_inpainting_draws_black_anew_and_outpainting_white(model: ModelCard) -> None:
    """PRECISE leaves even the edge of what is kept."""
    edit = {"image": PICTURE, "maskImage": MASK, "negativeText": "text"}
    inpaint = asked(model, {"taskType": "INPAINTING", "inPaintingParams": edit})
    assert isinstance(inpaint, Inpaint)
    assert (inpaint.prompt, inpaint.mask.levels, inpaint.strength) == (plain(""), BLACK_HALF, 1.0)
    body = {"taskType": "OUTPAINTING", "outPaintingParams": edit | {"text": "snow"}}
    outpaint = asked(model, body)
    assert isinstance(outpaint, Inpaint)
    assert (outpaint.prompt, outpaint.mask.levels, outpaint.grow) == (plain("snow"), WHITE_HALF, inpaint.grow)
    body["outPaintingParams"] = edit | {"text": "snow", "outPaintingMode": "PRECISE"}
    precise = asked(model, body)
    assert isinstance(precise, Inpaint)
    assert (precise.grow, precise.feather) == (0, 0)


@pytest.mark.parametrize(
    ("fields", "strength"), [({}, 0.3), ({"similarityStrength": 1}, 0), ({"similarityStrength": 0.2}, 0.8)]
)
def test_a_variation_is_as_far_as_it_may_be(model: ModelCard, fields: dict[str, float], strength: float) -> None:
    """In the size that was asked for."""
    params = {"images": [PICTURE]} | fields
    body = {
        "taskType": "IMAGE_VARIATION",
        "imageVariationParams": params,
        "imageGenerationConfig": {"width": 768, "height": 1152},
    }
    request = asked(model, body)
    assert isinstance(request, ImageToImage)
    assert request.strength == pytest.approx(strength)
    assert request.image.size == Size(width=768, height=1152)
    assert request.image.rgb[:3] == b"\xff\x00\x00"


COLOURS: dict[str, Any] = {"text": "a fox", "negativeText": "text", "colors": ["#FF9900", "#001122", "#ff9900"]}


def guided(**params: Any) -> dict[str, Any]:  # noqa: ANN401 - any field of the task
    """A body that asks for colours."""
    return {"taskType": "COLOR_GUIDED_GENERATION", "colorGuidedGenerationParams": COLOURS | params}


def test_colours_guide_words(canvas: ModelCard) -> None:
    """Each once, in the size that was asked for."""
    request = asked(canvas, guided() | {"imageGenerationConfig": {"width": 768, "height": 1152}})
    assert isinstance(request, TextToImage)
    assert request.palette == ((255, 153, 0), (0, 17, 34))
    assert (request.prompt, request.negative_prompt) == (plain("a fox"), plain("text"))
    assert request.size == Size(width=768, height=1152)


def test_a_reference_is_where_a_picture_of_colours_begins(canvas: ModelCard) -> None:
    """In the size that was asked for, too; and it has the limits of every picture."""
    request = asked(canvas, guided(referenceImage=PICTURE))
    assert isinstance(request, ImageToImage)
    assert request.palette == ((255, 153, 0), (0, 17, 34))
    assert request.image.size == Size(width=1024, height=1024)
    assert request.strength == REFERENCE_STRENGTH
    with pytest.raises(InvalidRequest, match="referenceImage"):
        asked(canvas, guided(referenceImage="aGk="))


def test_what_is_missing_is_named(canvas: ModelCard) -> None:
    """Never a picture that passes for what was asked for."""
    with pytest.raises(Unsupported, match="maskPrompt"):
        asked(canvas, {"taskType": "INPAINTING", "inPaintingParams": {"image": PICTURE, "maskPrompt": "sky"}})
    with pytest.raises(Unsupported, match="conditionImage"):
        asked(canvas, text_image(conditionImage=PICTURE, controlStrength=0.5))
    with pytest.raises(Unsupported, match="BACKGROUND_REMOVAL"):
        asked(canvas, {"taskType": "BACKGROUND_REMOVAL", "backgroundRemovalParams": {"image": PICTURE}})


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no task": ({}, "#: required key [taskType] not found"),
    "an unknown task": ({"taskType": "PAINT"}, "#/taskType: PAINT is not a valid enum value"),
    "a task without its params": ({"taskType": "TEXT_IMAGE"}, "#: required key [textToImageParams] not found"),
    "no text": (
        {"taskType": "TEXT_IMAGE", "textToImageParams": {}},
        "#/textToImageParams: required key [text] not found",
    ),
    "a long text": (text_image(text="a" * 1469), "#/textToImageParams/text: expected maxLength: 1024, actual: 1469"),
    "an empty text": (text_image(text=""), "#/textToImageParams/text: expected minLength: 1, actual: 0"),
    "an unknown field": (text_image(images=[]), "#/textToImageParams: extraneous key [images] is not permitted"),
    "both masks": (
        {"taskType": "INPAINTING", "inPaintingParams": {"image": "aGk=", "maskImage": "aGk=", "maskPrompt": "a"}},
        "#/inPaintingParams: 2 subschemas matched instead of one",
    ),
    "no mask": (
        {"taskType": "INPAINTING", "inPaintingParams": {"image": "aGk="}},
        "#/inPaintingParams: 0 subschemas matched instead of one",
    ),
    "six images": (
        {"taskType": "IMAGE_VARIATION", "imageVariationParams": {"images": ["aGk="] * 6}},
        "#/imageVariationParams/images: expected maximum item count: 5, found: 6",
    ),
    "a colour in words": (
        {
            "taskType": "COLOR_GUIDED_GENERATION",
            "colorGuidedGenerationParams": {"text": "a", "colors": ["#FF9900", "red"]},
        },
        "#/colorGuidedGenerationParams/colors/1: string [red] does not match pattern ^#[0-9a-fA-F]{6}$",
    ),
    "a side between": (text_image({"width": 1000}), "#/imageGenerationConfig/width: 1000 is not a multiple of 16"),
    "a large side": (text_image({"width": 8192}), "#/imageGenerationConfig/width: 8192 is not less or equal to 4096"),
    "too many": (
        text_image({"numberOfImages": 6}),
        "#/imageGenerationConfig/numberOfImages: 6 is not less or equal to 5",
    ),
    "a seed in words": (
        text_image({"seed": "1"}),
        "#/imageGenerationConfig/seed: expected type: Integer, found: String",
    ),
    "control of nothing": (
        text_image(controlStrength=0.5),
        "#/textToImageParams: required key [conditionImage] not found",
    ),
}


@pytest.mark.parametrize(("body", "text"), BAD.values(), ids=BAD)
def test_a_body_that_breaks_the_schema_is_refused(canvas: ModelCard, body: dict[str, Any], text: str) -> None:
    """In the words of the validator behind the service."""
    assert refusal(canvas, body) == f"Malformed input request: {text}, please reformat your input and try again."


def test_titan_reads_half_as_many_words(catalog: Catalog) -> None:
    """As a captured answer says it."""
    text = "#/textToImageParams/text: expected maxLength: 512, actual: 536"
    assert text in refusal(catalog.model(TITAN_2), text_image(text="a" * 536))


def test_only_documented_sizes_are_drawn(catalog: Catalog, canvas: ModelCard) -> None:
    """Titan lists them; Nova Canvas bounds pixels and shape."""
    config = {"width": 1024, "height": 512}
    assert refusal(catalog.model(TITAN_1), text_image(config)).startswith("The size 1024x512 is not among those")
    assert "4,227,072 pixels; at most 4,194,304" in refusal(canvas, text_image({"width": 2064, "height": 2048}))
    assert "too narrow" in refusal(canvas, text_image({"width": 2048, "height": 320}))
    for width, height in ((2048, 2048), (1024, 4096), (320, 1280)):
        request = asked(canvas, text_image({"width": width, "height": height}))
        assert getattr(request, "size", None) == Size(width=width, height=height)


def test_pictures_have_limits(catalog: Catalog) -> None:
    """Titan takes 1,408 pixels a side; a mask must change something."""
    large = {"image": encoded(size=(1409, 64)), "maskImage": MASK}
    titan = catalog.model(TITAN_2)
    text = refusal(titan, {"taskType": "INPAINTING", "inPaintingParams": large})
    assert "'image' is a picture of 1409x64; each side may be at most 1,408" in text
    white = {"image": PICTURE, "maskImage": encoded("white")}
    assert "'maskImage' has no black" in refusal(titan, {"taskType": "INPAINTING", "inPaintingParams": white})


@pytest.mark.parametrize("name", ["titan_1", "titan_2", "nova_canvas"])
def test_bodies_of_the_schema_are_requests_or_domain_errors(catalog: Catalog, name: str) -> None:
    """Whatever keeps each field's rule is understood, or refused in words."""
    card = next(card for card in catalog.models.values() if card.schema == name)

    @settings(max_examples=30)
    @given(body=objects(schema_file(name)))
    def check(body: dict[str, Any]) -> None:
        try:
            assert asked(card, body).images >= 1
        except (InvalidRequest, Unsupported) as error:
            assert str(error)  # noqa: PT017  either may come

    check()


@given(body=st.binary(max_size=100))
def test_any_bytes_are_a_domain_error(catalog: Catalog, body: bytes) -> None:
    """Nothing else is ever raised."""
    with pytest.raises(InvalidRequest):
        NOVA_CANVAS.parse(body, catalog.model(CANVAS))


def test_a_success_is_a_list_of_pictures() -> None:
    """And nothing beside it: client programs take an error for one."""
    body = json.loads(TITAN.render([Result(seed=Seed(7), file=b"a"), Result(seed=Seed(8), file=b"b")]))
    assert body == {"images": [base64.b64encode(file).decode() for file in (b"a", b"b")]}


def test_filtered_pictures_are_left_out_and_said() -> None:
    """Nova Canvas always answers; Titan refuses when nothing is left."""
    some: list[Outcome] = [Result(seed=Seed(7), file=b"a"), Filtered(stage="output image")]
    answer = json.loads(NOVA_CANVAS.render(some))
    assert answer["images"] == [base64.b64encode(b"a").decode()]
    assert answer["error"] == "Some of the generated images have been blocked by our content filters."
    assert json.loads(NOVA_CANVAS.render(some[1:])) == {
        "images": [],
        "error": "All of the generated images have been blocked by our content filters.",
    }
    assert "AUP" in json.loads(TITAN.render(some))["error"]
    with pytest.raises(InvalidRequest, match="generated image"):
        TITAN.render(some[1:])


@pytest.mark.parametrize("family", [NOVA_CANVAS, TITAN])
def test_filtered_input_is_an_error(family: Any) -> None:  # noqa: ANN401  either of the two
    """Which says what to change."""
    with pytest.raises(InvalidRequest, match=r"content filters.*adjust your text prompt"):
        family.render([Filtered(stage="prompt")])
    with pytest.raises(InvalidRequest, match=r"content filters.*adjust your input image"):
        family.render([Filtered(stage="input image")])
