"""The second stage of a plan, where the tier has one. Pure: never denoises, draws no chance of its own."""

from outcrop.catalog.card import Refinement
from outcrop.operations.guided import guided_levels
from outcrop.operations.schedules import schedule
from outcrop.operations.setting import Setting
from outcrop.plan import Refine
from outcrop.units import Size


def plan_refine(native: Size, setting: Setting) -> Refine | None:
    """Decide how a picture of the `native` size is drawn once more; None where the tier does not say so.

    Its noise levels are the last ones of a schedule of which its steps are the share that strength is.
    """
    refine = setting.card.tier.refine
    if refine is None:
        return None
    whole = schedule(setting.checkpoint.noise, round(refine.steps / refine.strength))
    return Refine(
        native=_enlarged(native, refine, setting),
        strength=refine.strength,
        sigmas=whole[-(refine.steps + 1) :],
        guidance=setting.card.tier.guidance if refine.guidance is None else refine.guidance,
        guided=guided_levels(setting.card.tier.guided, whole),
    )


def _enlarged(native: Size, refine: Refinement, setting: Setting) -> Size:
    multiple, longest = setting.checkpoint.side_multiple, setting.checkpoint.longest_side
    width, height = (
        min(longest, multiple * round(side * refine.scale / multiple)) for side in (native.width, native.height)
    )
    return Size(width=width, height=height)
