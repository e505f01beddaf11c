"""The only registry of dialects: the name a model card gives to what reads its bodies."""

from collections.abc import Mapping

from outcrop.dialects import image_services, sdxl, stable_image
from outcrop.dialects.dialect import Dialect
from outcrop.dialects.pictures import PictureLimits
from outcrop.dialects.task_bodies import TaskBodies

_BLOCKED = "This request has been blocked by our content filters"
_TITAN_PROMPT = (
    "Our filters automatically flagged this prompt because it may conflict our AUP or AWS Responsible AI Policy."
)
_TITAN_IMAGES = (
    "because the generated image(s) may conflict with our AUP or AWS Responsible AI Policy. Please try again."
)

NOVA_CANVAS = TaskBodies(
    limits=PictureLimits(max_side=4096),
    prompt_filtered=f"{_BLOCKED}. Please adjust your text prompt to submit a new request.",
    image_filtered=f"{_BLOCKED}. Please adjust your input image to submit a new request.",
    all_filtered="All of the generated images have been blocked by our content filters.",
    some_filtered="Some of the generated images have been blocked by our content filters.",
    error_if_all_filtered=False,
)
TITAN = TaskBodies(
    limits=PictureLimits(max_side=1408),
    prompt_filtered=f"{_BLOCKED}. {_TITAN_PROMPT} Please adjust your text prompt to submit a new request.",
    image_filtered=f"{_BLOCKED}. Please adjust your input image to submit a new request.",
    all_filtered=f"{_BLOCKED} {_TITAN_IMAGES}",
    some_filtered=f"{_BLOCKED} {_TITAN_IMAGES}",
    error_if_all_filtered=True,
)

DIALECTS: Mapping[str, Dialect] = {
    "image_services": image_services,
    "nova_canvas": NOVA_CANVAS,
    "sdxl": sdxl,
    "stable_image": stable_image,
    "titan": TITAN,
}
