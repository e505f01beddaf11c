"""A body for everything that a model can be asked for, by the names of docs/compatibility.md. Knows no server."""

from typing import Any

from tests.conftest import CORE, CORE_10, SD3, SD35, SDXL, SDXL_0, ULTRA, ULTRA_10
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

EXAMPLES: dict[str, dict[str, Body]] = {
    SDXL: SDXL_BODIES,
    SDXL_0: SDXL_BODIES,
    CORE_10: WORDS,
    CORE: WORDS,
    SD3: WORDS_AND_PICTURES,
    SD35: WORDS_AND_PICTURES,
    ULTRA_10: WORDS_AND_PICTURES,
    ULTRA: WORDS_AND_PICTURES,
}
"""Model id to what it can be asked for to the smallest body that asks for it."""
