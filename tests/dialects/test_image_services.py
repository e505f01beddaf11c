"""Bodies of the image services: what they ask for, and what is refused by name."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from outcrop.catalog.card import ModelCard
from outcrop.catalog.load import Catalog
from outcrop.dialects.image_services import MISSING, parse
from outcrop.errors import InvalidRequest, Unsupported
from outcrop.prompt import NOTHING
from outcrop.prompt import parse as parse_prompt
from outcrop.request import Bitmap, Inpaint, Margins, Outpaint, Request
from outcrop.units import Seed, Size
from tests.dialects.bodies import MASK, PICTURE, as_text, encoded, half_white, objects, schema_file

LEFT_HALF = (b"\xff" * 40 + b"\x00" * 40) * 64
RED = Bitmap(size=Size(width=80, height=64), rgb=b"\xff\x00\x00" * 80 * 64)


def service(catalog: Catalog, schema: str) -> ModelCard:
    """The card of a service."""
    return next(card for card in catalog.models.values() if card.schema == schema)


def asked(card: ModelCard, **fields: object) -> Request:
    """What a body asks for."""
    return parse(json.dumps(fields).encode(), card)


def test_there_are_thirteen(catalog: Catalog) -> None:
    """Ten of which are missing; all through profiles alone."""
    cards = [card for card in catalog.models.values() if card.dialect == "image_services"]
    assert len(cards) == 13
    assert {card.schema for card in cards} == {*MISSING, "inpaint", "outpaint", "erase_object"}
    assert all((card.inference_types, card.profiles) == (("INFERENCE_PROFILE",), ("us",)) for card in cards)


def test_inpainting_reads_every_field(catalog: Catalog) -> None:
    """Words weigh in brackets, the style is words; the mask grows and fades by as much."""
    fields: dict[str, Any] = {
        "prompt": "a (red:1.5) fox",
        "image": [PICTURE],
        "mask": MASK,
        "grow_mask": 7.0,
        "style_preset": "pixel-art",
        "negative_prompt": "text",
        "seed": 3,
        "output_format": "WEBP",
    }
    request = asked(service(catalog, "inpaint"), **fields)
    assert isinstance(request, Inpaint)
    assert request.image == RED
    assert request.prompt == parse_prompt("a (red:1.5) fox, pixel art")
    assert request.negative_prompt == parse_prompt("text")
    assert (request.mask.levels, request.grow, request.feather) == (LEFT_HALF, 7, 7)
    assert (request.seed, request.output_format) == (Seed(3), "webp")


def test_a_mask_of_another_size_is_stretched(catalog: Catalog) -> None:
    """Each place stays in its place."""
    request = asked(service(catalog, "erase_object"), image=PICTURE, mask=half_white((160, 128)))
    assert isinstance(request, Inpaint)
    assert request.mask.size == request.image.size
    rows = [request.mask.levels[row * 80 : row * 80 + 80] for row in range(64)]
    assert all((row[10], row[70]) == (255, 0) for row in rows)


def test_without_a_mask_what_is_transparent_is_drawn_anew(catalog: Catalog) -> None:
    """A picture without either is refused."""
    picture = Image.new("RGBA", (80, 64), (255, 0, 0, 255))
    picture.paste((0, 255, 0, 0), (0, 0, 40, 64))
    card = service(catalog, "inpaint")
    request = asked(card, prompt="a fox", image=as_text(picture))
    assert isinstance(request, Inpaint)
    assert request.mask.levels == LEFT_HALF
    with pytest.raises(InvalidRequest, match="'image' has no transparent part"):
        asked(card, prompt="a fox", image=PICTURE)


def test_erasing_is_inpainting_without_words(catalog: Catalog) -> None:
    """Which takes none."""
    card = service(catalog, "erase_object")
    request = asked(card, image=PICTURE, mask=MASK)
    assert isinstance(request, Inpaint)
    assert (request.prompt, request.seed, request.output_format) == (NOTHING, None, "png")
    with pytest.raises(InvalidRequest, match="Invalid field in request"):
        asked(card, image=PICTURE, mask=MASK, prompt="grass")


def test_outpainting_reads_every_field(catalog: Catalog) -> None:
    """Margins, creativity and words, none of which are required."""
    card = service(catalog, "outpaint")
    assert asked(card, image=PICTURE, up=9) == Outpaint(image=RED, margins=Margins(up=9))
    request = asked(card, image=PICTURE, left=1, right=2, down=2000, prompt="snow", creativity=1, seed=5)
    assert request == Outpaint(
        image=RED,
        margins=Margins(left=1, right=2, down=2000),
        prompt=parse_prompt("snow"),
        creativity=1,
        seed=Seed(5),
    )


@pytest.mark.parametrize(
    ("schema", "fields", "text"),
    [
        ("inpaint", {"image": "aGk="}, "#: required key [prompt] not found"),
        ("inpaint", {"prompt": "a", "image": "aGk=", "grow_mask": 21}, "#/grow_mask: 21 is not less or equal to 20"),
        ("outpaint", {"image": "aGk=", "left": 2001}, "#/left: 2001 is not less or equal to 2000"),
        ("outpaint", {"image": "aGk=", "left": 1.5}, "#/left: expected type: Integer, found: BigDecimal"),
        ("outpaint", {"image": "aGk=", "creativity": 0}, "#/creativity: 0 is not greater or equal to 0.1"),
        ("search_replace", {"prompt": "a", "image": "aGk="}, "#: required key [search_prompt] not found"),
        ("creative_upscale", {"image": "aGk="}, "#: required key [prompt] not found"),
        ("style_transfer", {"init_image": "aGk="}, "#: required key [style_image] not found"),
    ],
)
def test_a_body_that_breaks_the_schema_is_refused(
    catalog: Catalog, schema: str, fields: dict[str, object], text: str
) -> None:
    """In the words of the family, also where the service itself is missing."""
    with pytest.raises(InvalidRequest) as caught:
        asked(service(catalog, schema), **fields)
    assert str(caught.value) == f"Malformed input request: {text}, please reformat your input and try again."


def test_pictures_are_not_too_narrow(catalog: Catalog) -> None:
    """2.5 to 1 at most."""
    with pytest.raises(InvalidRequest, match=r"one side may be at most 2\.5 times the other"):
        asked(service(catalog, "outpaint"), image=encoded(size=(161, 64)), left=1)


@pytest.mark.parametrize("schema", [*MISSING, "inpaint", "outpaint", "erase_object"])
def test_bodies_of_the_schema_are_requests_or_domain_errors(catalog: Catalog, schema: str) -> None:
    """Whatever keeps each field's rule is understood, or refused in words."""
    card = service(catalog, schema)

    @settings(max_examples=20)
    @given(body=objects(schema_file(schema)))
    def check(body: dict[str, Any]) -> None:
        try:
            assert asked(card, **body).images == 1
        except Unsupported as error:
            assert MISSING[schema] in str(error)  # noqa: PT017  any of the three may come
        except InvalidRequest as error:
            assert str(error)  # noqa: PT017  any of the three may come

    check()


@given(body=st.binary(max_size=100))
def test_any_bytes_are_a_domain_error(catalog: Catalog, body: bytes) -> None:
    """Nothing else is ever raised."""
    with pytest.raises(InvalidRequest):
        parse(body, service(catalog, "inpaint"))
