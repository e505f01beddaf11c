"""Plan pictures continued beyond their edges. Pure: never denoises, draws no chance of its own."""

from dataclasses import asdict, replace

import numpy as np

from outcrop.errors import InvalidRequest
from outcrop.operations.canvas import extend
from outcrop.operations.inpaint import WIDEST, plan_inpaint
from outcrop.operations.setting import Setting
from outcrop.plan import Plan
from outcrop.request import Inpaint, Margins, Mask, Outpaint
from outcrop.units import Size

WIDEST_MARGIN = 2_000
MAX_PIXELS = 33_554_432
"""Pixels of the largest picture that may come out."""
LEAST_STRENGTH = 0.5
"""Strength at no creativity: with less of it the softened edges would remain what they are."""
OVERLAP_SHARE = 4
"""The overlap takes at most this part of the image's shorter side."""


def plan_outpaint(request: Outpaint, setting: Setting) -> tuple[Plan, ...]:
    """Decide everything for each picture of the request; it is delivered in the size of its image and the margins.

    It is the extended picture with its margins drawn anew, and with them the overlap, in which the image fades out.

    Raises: InvalidRequest when no margin is above 0, one is out of its range, or the picture would be too large.
    """
    _check(request)
    image, margins = request.image, request.margins
    overlap = min(request.overlap, image.size.width // OVERLAP_SHARE, image.size.height // OVERLAP_SHARE)
    whole = Inpaint(
        prompt=request.prompt,
        negative_prompt=request.negative_prompt,
        image=extend(image, margins),
        mask=_around(image.size, margins),
        grow=overlap,
        feather=overlap,
        strength=LEAST_STRENGTH + (1 - LEAST_STRENGTH) * request.creativity,
        seed=request.seed,
        images=request.images,
        output_format=request.output_format,
    )
    return tuple(
        replace(plan, edited=replace(plan.edited, margins=margins))
        for plan in plan_inpaint(whole, setting)
        if plan.edited is not None
    )


def _around(size: Size, margins: Margins) -> Mask:
    """A mask of the extended size, white in the margins."""
    sides = ((margins.up, margins.down), (margins.left, margins.right))
    levels = np.pad(np.zeros((size.height, size.width), np.uint8), sides, constant_values=255)
    return Mask(size=Size(width=levels.shape[1], height=levels.shape[0]), levels=levels.tobytes())


def _check(request: Outpaint) -> None:
    sides = asdict(request.margins)
    for name, pixels in sides.items():
        if not 0 <= pixels <= WIDEST_MARGIN:
            raise InvalidRequest(f"The margin {name} is {pixels}; it must be from 0 to {WIDEST_MARGIN:,} pixels.")
    if not any(sides.values()):
        raise InvalidRequest("All margins are 0, so nothing would change; give left, right, up or down.")
    if not 0 <= request.overlap <= WIDEST:
        raise InvalidRequest(f"The overlap is {request.overlap}; it must be from 0 to {WIDEST} pixels.")
    if not 0 <= request.creativity <= 1:
        raise InvalidRequest(f"The creativity is {request.creativity}; it must be from 0 to 1.")
    width = request.image.size.width + sides["left"] + sides["right"]
    height = request.image.size.height + sides["up"] + sides["down"]
    if width * height > MAX_PIXELS:
        raise InvalidRequest(
            f"The extended picture would have {width}x{height} = {width * height:,} pixels; at most {MAX_PIXELS:,} "
            "are allowed, so give smaller margins."
        )
