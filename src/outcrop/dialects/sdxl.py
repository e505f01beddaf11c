"""Bodies of Stable Diffusion XL, versions 0.8 and 1.0. Knows fields; knows no HTTP and no plan.

Source: Amazon Bedrock user guide, "Stability.ai Diffusion 1.0": text to image, image to image and masking; Stability
AI's REST API reference, version 1, for what the guide leaves open.
"""

from base64 import b64encode
from collections.abc import Sequence
from typing import Any, Final

from outcrop.catalog.card import ModelCard
from outcrop.catalog.prices import Work
from outcrop.dialects.dialect import Filtered, Outcome, Outline
from outcrop.dialects.guidance import to_guidance
from outcrop.dialects.malformed import allowed_size, read_fields
from outcrop.dialects.pictures import PictureLimits, picture_size, read_cutout, read_mask, read_picture
from outcrop.dialects.schema import body_schema
from outcrop.dialects.styles import styled
from outcrop.errors import InvalidRequest, Unsupported
from outcrop.prompt import Prompt, weighted
from outcrop.request import Bitmap, Effort, ImageToImage, Inpaint, Mask, Request, TextToImage
from outcrop.units import Seed, Size

LIMITS: Final = PictureLimits()
IMAGE_STRENGTH: Final = 0.35
"""How much an initial image counts where the body does not say."""

SAMPLERS: Final = {
    "DDIM": "ddim",
    "DDPM": "ddpm",
    "K_DPMPP_2M": "dpmpp_2m",
    "K_DPMPP_2S_ANCESTRAL": "dpmpp_2s_ancestral",
    "K_DPM_2": "dpm_2",
    "K_DPM_2_ANCESTRAL": "dpm_2_ancestral",
    "K_EULER": "euler",
    "K_EULER_ANCESTRAL": "euler_ancestral",
    "K_HEUN": "heun",
    "K_LMS": "lms",
}
"""The wire's names to those of `catalog.noise.FITTING`."""

PROMPT_FILTERED: Final = "One or more prompts contains filtered words."


def parse(body: bytes, card: ModelCard) -> Request:
    """Turn a body into what it asks for.

    Raises: InvalidRequest when the body is no JSON, breaks the model's schema, asks for a size the model does not have,
    or has a picture that cannot be used; Unsupported when its step schedule is to end early.
    """
    schema = body_schema(card.schema)
    fields = read_fields(body, schema)
    del body
    prompt, negative = _prompts(fields)
    seed = Seed(fields["seed"]) if fields["seed"] else None  # 0 means "choose for me"
    sampler = fields.get("sampler")
    effort = Effort(
        steps=fields.get("steps"),
        guidance=to_guidance(fields["cfg_scale"], schema.defaults["cfg_scale"], card.tier.guidance),
        sampler=None if sampler is None else SAMPLERS[sampler],
    )
    if "init_image" not in fields:
        size = allowed_size(fields["width"], fields["height"], schema)
        return TextToImage(prompt=prompt, negative_prompt=negative, size=size, seed=seed, effort=effort)
    image, mask = _pictures(fields)
    strength = _strength(fields)
    if mask is None:
        return ImageToImage(
            prompt=prompt, negative_prompt=negative, image=image, strength=strength, seed=seed, effort=effort
        )
    return Inpaint(
        prompt=prompt,
        negative_prompt=negative,
        image=image,
        mask=mask,
        strength=strength,
        seed=seed,
        effort=effort,
    )


def outline(body: bytes, card: ModelCard) -> Outline:
    """Read a body for its price alone.

    Raises: InvalidRequest when it breaks the model's schema, or its initial image cannot be read.
    """
    fields = read_fields(body, body_schema(card.schema))
    if "init_image" in fields:
        size = picture_size(fields["init_image"], "init_image")
    else:
        size = Size(width=fields["width"], height=fields["height"])
    return Outline(images=1, work=Work(pixels=size.pixels, steps=fields.get("steps") or 0))


def render(outcomes: Sequence[Outcome]) -> bytes:
    """Write the body of a success: one artifact a picture; a filtered one is there as far as it may be shown.

    Raises: InvalidRequest when a prompt was filtered.
    """
    if any(isinstance(outcome, Filtered) and outcome.stage == "prompt" for outcome in outcomes):
        raise InvalidRequest(PROMPT_FILTERED)
    # Base64 needs no escaping, and looking for some takes longer than all the rest: the artifacts are joined by hand.
    artifacts = b",".join(_artifact(outcome) for outcome in outcomes)
    return b'{"result":"success","artifacts":[%s]}' % artifacts


def _artifact(outcome: Outcome) -> bytes:
    reason = b"CONTENT_FILTERED" if isinstance(outcome, Filtered) else b"SUCCESS"
    return b'{"seed":%d,"base64":"%s","finishReason":"%s"}' % (outcome.seed, b64encode(outcome.file), reason)


def _prompts(fields: dict[str, Any]) -> tuple[Prompt, Prompt]:
    prompts = [(entry["text"], float(entry.get("weight", 1))) for entry in fields["text_prompts"]]
    style = fields.get("style_preset")
    return weighted(prompts if style is None else [*prompts, (styled(style), 1.0)])


def _strength(fields: dict[str, Any]) -> float:
    """How far to leave the initial image: in a schedule the part of it that is gone through, else what does not count.

    Where a mask says what is drawn anew, that is drawn from noise alone unless the body says otherwise.
    """
    if fields["init_image_mode"] == "STEP_SCHEDULE":
        if fields.get("step_schedule_end", 1) != 1:
            raise Unsupported("Ending a step schedule early is not implemented; leave 'step_schedule_end' out.")
        return float(fields["step_schedule_start"])
    usual = 0 if "mask_source" in fields else IMAGE_STRENGTH
    return 1.0 - float(fields.get("image_strength", usual))


def _pictures(fields: dict[str, Any]) -> tuple[Bitmap, Mask | None]:
    """The initial image and its mask, if there is one; the fields give them away."""
    if fields.get("mask_source") == "INIT_IMAGE_ALPHA":
        return read_cutout(fields.pop("init_image"), "init_image", LIMITS)
    image = read_picture(fields.pop("init_image"), "init_image", LIMITS)
    match fields.get("mask_source"):
        case None:
            return image, None
        case "MASK_IMAGE_WHITE":
            return image, read_mask(fields.pop("mask_image"), "mask_image", LIMITS, "white")
        case _:
            return image, read_mask(fields.pop("mask_image"), "mask_image", LIMITS, "black")
