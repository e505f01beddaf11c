"""A body for everything that a model can be asked for, by the names of docs/compatibility.md. Knows no server."""

from typing import Any

from tests.conftest import CANVAS, CORE, CORE_10, SD3, SD35, SDXL, SDXL_0, TITAN, TITAN_1, ULTRA, ULTRA_10
from tests.dialects.bodies import MASK, PICTURE

Body = dict[str, Any]

SDXL_PROMPT: Body = {"text_prompts": [{"text": "a fox"}]}
SDXL_BODIES: dict[str, Body] = {
    "text to image": SDXL_PROMPT,
    "image to image": SDXL_PROMPT | {"init_image": PICTURE},
    "inpainting": SDXL_PROMPT | {"init_image": PICTURE, "mask_source": "MASK_IMAGE_BLACK", "mask_image": MASK},
    "a step schedule that ends early": SDXL_PROMPT
    | {"init_image": PICTURE, "init_image_mode": "STEP_SCHEDULE", "step_schedule_end": 0.5},
}
WORDS: dict[str, Body] = {"text to image": {"prompt": "a fox"}}
WORDS_AND_PICTURES = WORDS | {"image to image": {"prompt": "a fox", "image": PICTURE, "strength": 0.5}}


def task(name: str, params: str, /, **fields: object) -> Body:
    """A body that names its task."""
    return {"taskType": name, params: fields}


EDIT: Body = {"image": PICTURE, "maskImage": MASK, "text": "a fox"}
WORDS_FOR_MASK: Body = {"image": PICTURE, "maskPrompt": "the sky", "text": "a fox"}
TASKS_OF_OLD: dict[str, Body] = {
    "TEXT_IMAGE": task("TEXT_IMAGE", "textToImageParams", text="a fox"),
    "IMAGE_VARIATION": task("IMAGE_VARIATION", "imageVariationParams", images=[PICTURE]),
    "IMAGE_VARIATION of several images": task("IMAGE_VARIATION", "imageVariationParams", images=[PICTURE, PICTURE]),
    "INPAINTING with maskImage": task("INPAINTING", "inPaintingParams", **EDIT),
    "INPAINTING with maskPrompt": task("INPAINTING", "inPaintingParams", **WORDS_FOR_MASK),
    "OUTPAINTING with maskImage": task("OUTPAINTING", "outPaintingParams", **EDIT),
    "OUTPAINTING with maskPrompt": task("OUTPAINTING", "outPaintingParams", **WORDS_FOR_MASK),
}
RETURNED_MASK: dict[str, Body] = {
    "returnMask": task("INPAINTING", "inPaintingParams", **EDIT, returnMask=True),
}
TASKS = TASKS_OF_OLD | {
    "TEXT_IMAGE with conditionImage": task("TEXT_IMAGE", "textToImageParams", text="a fox", conditionImage=PICTURE),
    "COLOR_GUIDED_GENERATION": task(
        "COLOR_GUIDED_GENERATION", "colorGuidedGenerationParams", text="a fox", colors=["#FF9900"]
    ),
    "BACKGROUND_REMOVAL": task("BACKGROUND_REMOVAL", "backgroundRemovalParams", image=PICTURE),
}
TRY_ON: dict[str, Body] = {
    "VIRTUAL_TRY_ON": task(
        "VIRTUAL_TRY_ON",
        "virtualTryOnParams",
        sourceImage=PICTURE,
        referenceImage=PICTURE,
        maskType="GARMENT",
        garmentBasedMask={"garmentClass": "UPPER_BODY"},
    ),
}

BOTH: Body = {"prompt": "a fox", "image": PICTURE}
SERVICES: dict[str, dict[str, Body]] = {
    "stability.stable-creative-upscale-v1:0": {"upscaling": BOTH},
    "stability.stable-conservative-upscale-v1:0": {"upscaling": BOTH},
    "stability.stable-fast-upscale-v1:0": {"upscaling": {"image": PICTURE}},
    "stability.stable-image-inpaint-v1:0": {"inpainting": BOTH | {"mask": MASK}},
    "stability.stable-outpaint-v1:0": {"outpainting": {"image": PICTURE, "left": 50}},
    "stability.stable-image-search-recolor-v1:0": {"search and recolor": BOTH | {"select_prompt": "the sky"}},
    "stability.stable-image-search-replace-v1:0": {"search and replace": BOTH | {"search_prompt": "the sky"}},
    "stability.stable-image-erase-object-v1:0": {"erasing": {"image": PICTURE, "mask": MASK}},
    "stability.stable-image-remove-background-v1:0": {"removing the background": {"image": PICTURE}},
    "stability.stable-image-control-sketch-v1:0": {"following a sketch": BOTH},
    "stability.stable-image-control-structure-v1:0": {"following a structure": BOTH},
    "stability.stable-image-style-guide-v1:0": {"following a style": BOTH},
    "stability.stable-style-transfer-v1:0": {"following a style": {"init_image": PICTURE, "style_image": PICTURE}},
}

EXAMPLES: dict[str, dict[str, Body]] = {
    TITAN_1: TASKS_OF_OLD | RETURNED_MASK,
    TITAN: TASKS | RETURNED_MASK,
    CANVAS: TASKS | TRY_ON,
    SDXL: SDXL_BODIES,
    SDXL_0: SDXL_BODIES,
    CORE_10: WORDS,
    CORE: WORDS,
    SD3: WORDS_AND_PICTURES,
    SD35: WORDS_AND_PICTURES,
    ULTRA_10: WORDS_AND_PICTURES,
    ULTRA: WORDS_AND_PICTURES,
    **SERVICES,
}
"""Model id to what it can be asked for to the smallest body that asks for it."""
