"""Bodies that name a task, of Titan Image Generator and Nova Canvas. Knows fields; knows no HTTP and no plan.

Source: Amazon Titan and Amazon Nova user guides, "request and response"; texts of filters as the guides and captured
answers have them.
"""

import json
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, final

from outcrop.catalog.card import ModelCard
from outcrop.catalog.prices import Work
from outcrop.dialects.dialect import Filtered, Outcome, Outline, Result
from outcrop.dialects.guidance import to_guidance
from outcrop.dialects.malformed import allowed_size, read_fields
from outcrop.dialects.pictures import PictureLimits, fit, picture_size, read_mask, read_picture
from outcrop.dialects.schema import BodySchema, body_schema
from outcrop.dialects.styles import styled
from outcrop.errors import InvalidRequest, Unsupported
from outcrop.palette import read_palette
from outcrop.prompt import plain
from outcrop.request import Effort, ImageToImage, Inpaint, Request, TextToImage
from outcrop.units import Seed, Size

MAX_PIXELS: Final = 4_194_304
MAX_ASPECT: Final = 4
"""The longer side of a picture over its shorter one."""
SIMILARITY: Final = 0.7
"""How much of an image a variation keeps where the body does not say."""
REFERENCE_STRENGTH: Final = 0.7
"""How far a picture that is guided by colors leaves its reference: the guides call that one of subject and style."""

MISSING: Final = {
    "maskPrompt": "Finding what is masked by words ('maskPrompt') is not implemented; send a 'maskImage'.",
    "conditionImage": "Conditioning on the edges or segments of an image ('conditionImage') is not implemented.",
    "returnMask": "Returning the mask ('returnMask') is not implemented.",
    "BACKGROUND_REMOVAL": "Telling a subject from its background (BACKGROUND_REMOVAL) is not implemented.",
    "VIRTUAL_TRY_ON": "Dressing a person in a garment (VIRTUAL_TRY_ON) is not implemented.",
}
"""Task or field to what is said of it while this installation cannot do it."""

KEEPS_SIZE: Final = {
    "INPAINTING": ("inPaintingParams", "image"),
    "OUTPAINTING": ("outPaintingParams", "image"),
    "BACKGROUND_REMOVAL": ("backgroundRemovalParams", "image"),
    "VIRTUAL_TRY_ON": ("virtualTryOnParams", "sourceImage"),
}
"""Task whose picture is as large as one that it comes with, to where that stands."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class TaskBodies:
    """A dialect of one family of models; what differs between the families is in its fields."""

    limits: PictureLimits
    prompt_filtered: str
    image_filtered: str
    all_filtered: str
    some_filtered: str
    error_if_all_filtered: bool
    """Whether an answer without any picture is an error."""

    def parse(self, body: bytes, card: ModelCard) -> Request:
        """Turn a body into what it asks for.

        Raises: InvalidRequest when the body is no JSON, breaks the model's schema, asks for a size the model does not
        have, or has a picture that cannot be used; Unsupported when it asks for what is MISSING.
        """
        schema = body_schema(card.schema)
        fields = read_fields(body, schema)
        del body
        usual = schema.defaults["imageGenerationConfig"]
        config = usual | fields["imageGenerationConfig"]
        return replace(
            self._request(fields, config, schema),
            seed=Seed(config["seed"]),
            images=config["numberOfImages"],
            effort=Effort(
                guidance=to_guidance(config["cfgScale"], usual["cfgScale"], card.tier.guidance),
                quality=config["quality"],
            ),
        )

    def outline(self, body: bytes, card: ModelCard) -> Outline:
        """Read a body for its price alone.

        Raises: InvalidRequest when it breaks the model's schema, or a picture whose size it keeps cannot be read.
        """
        schema = body_schema(card.schema)
        fields = read_fields(body, schema)
        config = schema.defaults["imageGenerationConfig"] | fields["imageGenerationConfig"]
        size = Size(width=config["width"], height=config["height"])
        if fields["taskType"] in KEEPS_SIZE:
            params, field = KEEPS_SIZE[fields["taskType"]]
            size = picture_size(fields[params][field], field)
        return Outline(images=config["numberOfImages"], work=Work(pixels=size.pixels, quality=config["quality"]))

    def render(self, outcomes: Sequence[Outcome]) -> bytes:
        """Write the body of a success: the pictures that there are, and an error where some were filtered.

        Raises: InvalidRequest when a prompt or an input image was filtered, or all pictures were and the family says so
        with an error.
        """
        stages = {outcome.stage for outcome in outcomes if isinstance(outcome, Filtered)}
        if "prompt" in stages:
            raise InvalidRequest(self.prompt_filtered)
        if "input image" in stages:
            raise InvalidRequest(self.image_filtered)
        results = [outcome for outcome in outcomes if isinstance(outcome, Result)]
        if self.error_if_all_filtered and stages and not results:
            raise InvalidRequest(self.all_filtered)
        # Base64 needs no escaping, and looking for some takes longer than all the rest: joined by hand.
        images = b",".join(b'"%s"' % b64encode(result.file) for result in results)
        error = json.dumps(self.some_filtered if results else self.all_filtered).encode()
        return b'{"images":[%s]%s}' % (images, b',"error":' + error if stages else b"")

    def _request(self, fields: dict[str, Any], config: dict[str, Any], schema: BodySchema) -> Request:
        task = fields["taskType"]
        match task:
            case "TEXT_IMAGE":
                return self._text_to_image(fields["textToImageParams"], _size(config, schema))
            case "IMAGE_VARIATION":
                return self._variation(fields["imageVariationParams"], _size(config, schema))
            case "COLOR_GUIDED_GENERATION":
                return self._color_guided(fields["colorGuidedGenerationParams"], _size(config, schema))
            case "INPAINTING":
                return self._inpaint(fields["inPaintingParams"])
            case "OUTPAINTING":
                return self._outpaint(fields["outPaintingParams"])
            case _:
                raise Unsupported(MISSING[task])

    def _text_to_image(self, params: dict[str, Any], size: Size) -> TextToImage:
        _refuse_missing(params, "conditionImage")
        words = f"{params['text']}, {styled(params['style'])}" if "style" in params else params["text"]
        return TextToImage(prompt=plain(words), negative_prompt=plain(params.get("negativeText", "")), size=size)

    def _variation(self, params: dict[str, Any], size: Size) -> ImageToImage:
        if len(params["images"]) > 1:
            raise Unsupported("Varying several images at once is not implemented; send one in 'images'.")
        return ImageToImage(
            prompt=plain(params.get("text", "")),
            negative_prompt=plain(params.get("negativeText", "")),
            image=fit(read_picture(params["images"].pop(), "images", self.limits), size),
            strength=1 - params.get("similarityStrength", SIMILARITY),
        )

    def _color_guided(self, params: dict[str, Any], size: Size) -> TextToImage | ImageToImage:
        prompt, negative_prompt = plain(params["text"]), plain(params.get("negativeText", ""))
        palette = read_palette(params["colors"])
        if "referenceImage" not in params:
            return TextToImage(prompt=prompt, negative_prompt=negative_prompt, size=size, palette=palette)
        reference = read_picture(params.pop("referenceImage"), "referenceImage", self.limits)
        return ImageToImage(
            prompt=prompt,
            negative_prompt=negative_prompt,
            image=fit(reference, size),
            strength=REFERENCE_STRENGTH,
            palette=palette,
        )

    def _inpaint(self, params: dict[str, Any]) -> Inpaint:
        _refuse_missing(params, "maskPrompt", "returnMask")
        return Inpaint(
            prompt=plain(params.get("text", "")),
            negative_prompt=plain(params.get("negativeText", "")),
            image=read_picture(params.pop("image"), "image", self.limits),
            mask=read_mask(params.pop("maskImage"), "maskImage", self.limits, "black"),
        )

    def _outpaint(self, params: dict[str, Any]) -> Inpaint:
        """The opposite of inpainting: black is kept; PRECISE changes nothing of it, not even at its edge."""
        _refuse_missing(params, "maskPrompt", "returnMask")
        request = Inpaint(
            prompt=plain(params["text"]),
            negative_prompt=plain(params.get("negativeText", "")),
            image=read_picture(params.pop("image"), "image", self.limits),
            mask=read_mask(params.pop("maskImage"), "maskImage", self.limits, "white"),
        )
        return replace(request, grow=0, feather=0) if params.get("outPaintingMode") == "PRECISE" else request


def _refuse_missing(params: dict[str, Any], *names: str) -> None:
    for name in names:
        if params.get(name):
            raise Unsupported(MISSING[name])


def _size(config: dict[str, Any], schema: BodySchema) -> Size:
    size = allowed_size(config["width"], config["height"], schema)
    if size.pixels > MAX_PIXELS:
        raise InvalidRequest(f"The size {size} has {size.pixels:,} pixels; at most {MAX_PIXELS:,} are allowed.")
    if max(size.width, size.height) > MAX_ASPECT * size.shorter:
        raise InvalidRequest(f"The size {size} is too narrow; one side may be at most {MAX_ASPECT} times the other.")
    return size
