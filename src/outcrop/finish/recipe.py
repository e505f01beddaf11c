"""How a picture was made, as text that travels inside its file. Knows plans; knows no file format."""

import json
from dataclasses import asdict
from hashlib import sha256

from outcrop import __version__
from outcrop.finish.enlarge import METHOD
from outcrop.palette import write_palette
from outcrop.plan import Edited, Kept, Means, Plan, Refine, Start


def recipe(plan: Plan, means: Means) -> str:
    """One line of ASCII JSON from which the same picture can be made again, given the picture it started from, if any.

    `means` is what the engine drew it with. `steps` are those really taken, in both
    stages where there are two: image-to-image leaves out the first.
    """
    return json.dumps(
        {
            "software": f"outcrop {__version__}",
            "model": plan.model,
            "checkpoint": plan.checkpoint,
            "weights": means.weights,
            "operation": plan.operation,
            "prompt": plan.prompt.written,
            "negative_prompt": plan.negative_prompt.written,
            "seed": plan.seed,
            "steps": plan.steps,
            "sampler": plan.sampler,
            "noise_levels": plan.sigmas,
            "guidance": plan.guidance,
            "guided": None if plan.guided is None else asdict(plan.guided),
            **({"palette": write_palette(plan.palette)} if plan.palette else {}),
            "precision": means.precision,
            "device": means.device,
            "threads": means.threads,
            "torch": means.torch,
            "start": None if plan.start is None else _started(plan.start),
            "edited": None if plan.edited is None or plan.kept is None else _edited(plan.edited, plan.kept),
            "refine": None if plan.refine is None else _refined(plan.refine),
            "native_size": str(plan.native),
            "fitting": plan.fitting,
            "delivered_size": str(plan.delivered),
            "watermark": plan.watermark,
            "licence": None if plan.licence is None else asdict(plan.licence),
            "enlarged_by": METHOD if plan.drawn != plan.delivered else None,
        }
    )


def _started(start: Start) -> dict[str, object]:
    told: dict[str, object] = {
        "sha256_of_file": start.image.file,
        "sha256_of_native_rgb": sha256(start.image.rgb).hexdigest(),
        "strength": start.strength,
    }
    if start.mask is not None:
        told["sha256_of_native_mask"] = sha256(start.mask.levels).hexdigest()
    return told


def _edited(edited: Edited, kept: Kept) -> dict[str, object]:
    return {
        "sha256_of_rgb": sha256(kept.image.rgb).hexdigest(),
        "margins": None if edited.margins is None else asdict(edited.margins),
        "feather": edited.feather,
        "mask": edited.mask,
    }


def _refined(refine: Refine) -> dict[str, object]:
    return {
        "native_size": str(refine.native),
        "steps": len(refine.sigmas) - 1,
        "strength": refine.strength,
        "noise_levels": refine.sigmas,
        "guidance": refine.guidance,
        "guided": None if refine.guided is None else asdict(refine.guided),
    }
