"""Bodies of Stability AI's thirteen image services, which change a picture. Knows fields; knows no HTTP and no plan.

Source: Amazon Bedrock user guide, "Stability AI Image Services". Answers are those of `stable_image`.
"""

from typing import Any, Final

from outcrop.catalog.card import ModelCard
from outcrop.catalog.prices import Work
from outcrop.dialects.dialect import Outline
from outcrop.dialects.pictures import PictureLimits, picture_size, read_cutout, read_mask, read_picture, stretch_mask
from outcrop.dialects.schema import body_schema
from outcrop.dialects.stable_image import read_fields, render
from outcrop.dialects.styles import styled
from outcrop.errors import Unsupported
from outcrop.prompt import NOTHING, Prompt
from outcrop.prompt import parse as parse_prompt
from outcrop.request import Inpaint, Margins, Outpaint, Request
from outcrop.units import Seed

__all__ = ["outline", "parse", "render"]

LIMITS: Final = PictureLimits(max_aspect=2.5)

MISSING: Final = {
    "creative_upscale": "Upscaling that draws new detail (Creative Upscale)",
    "conservative_upscale": "Upscaling that draws new detail (Conservative Upscale)",
    "fast_upscale": "Upscaling by a network (Fast Upscale)",
    "search_recolor": "Finding what a prompt names in a picture (Search and Recolor)",
    "search_replace": "Finding what a prompt names in a picture (Search and Replace)",
    "remove_background": "Telling a subject from its background (Remove Background)",
    "control_sketch": "Following a sketch (Control Sketch)",
    "control_structure": "Following the structure of a picture (Control Structure)",
    "style_guide": "Following the style of a picture (Style Guide)",
    "style_transfer": "Following the style of a picture (Style Transfer)",
}
"""Schema to what this installation lacks for it."""


def parse(body: bytes, card: ModelCard) -> Request:
    """Turn a body into what it asks for.

    Raises: InvalidRequest when the body is no JSON, breaks the service's schema, or has a picture that cannot be used;
    Unsupported when the service is among those of MISSING.
    """
    fields = read_fields(body, body_schema(card.schema))
    del body
    match card.schema:
        case "inpaint":
            return _inpaint(fields, _styled(fields))
        case "erase_object":
            return _inpaint(fields, NOTHING)
        case "outpaint":
            return _outpaint(fields)
        case _:
            raise Unsupported(f"{MISSING[card.schema]} is not implemented.")


def outline(body: bytes, card: ModelCard) -> Outline:
    """Read a body for its price alone; what a service enlarges has a size that is not known before.

    Raises: InvalidRequest when it breaks the service's schema, or its image cannot be read.
    """
    fields = read_fields(body, body_schema(card.schema))
    match card.schema:
        case "inpaint" | "erase_object":
            return Outline(images=1, work=Work(pixels=picture_size(fields["image"], "image").pixels))
        case "outpaint":
            image = picture_size(fields["image"], "image")
            width = image.width + fields["left"] + fields["right"]
            return Outline(images=1, work=Work(pixels=width * (image.height + fields["up"] + fields["down"])))
        case _:
            return Outline(images=1, work=None)


def _inpaint(fields: dict[str, Any], prompt: Prompt) -> Inpaint:
    if "mask" in fields:
        image = read_picture(fields.pop("image"), "image", LIMITS)
        mask = stretch_mask(read_mask(fields.pop("mask"), "mask", LIMITS, "white"), image.size)
    else:
        image, mask = read_cutout(fields.pop("image"), "image", LIMITS)
    grown = round(fields["grow_mask"])
    return Inpaint(
        prompt=prompt,
        negative_prompt=parse_prompt(fields.get("negative_prompt", "")),
        image=image,
        mask=mask,
        grow=grown,
        feather=grown,
        seed=_seed(fields),
        output_format=fields["output_format"].lower(),
    )


def _outpaint(fields: dict[str, Any]) -> Outpaint:
    return Outpaint(
        prompt=_styled(fields),
        image=read_picture(fields.pop("image"), "image", LIMITS),
        margins=Margins(**{side: fields[side] for side in ("left", "right", "up", "down")}),
        creativity=fields["creativity"],
        seed=_seed(fields),
        output_format=fields["output_format"].lower(),
    )


def _styled(fields: dict[str, Any]) -> Prompt:
    words = [fields["prompt"], styled(fields["style_preset"]) if "style_preset" in fields else ""]
    return parse_prompt(", ".join(word for word in words if word))


def _seed(fields: dict[str, Any]) -> Seed | None:
    return Seed(fields["seed"]) if fields["seed"] else None  # 0 means "choose for me"
