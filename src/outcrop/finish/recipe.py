"""How a picture was made, as text that travels inside its file. Knows plans; knows no file format."""

import json
from dataclasses import asdict
from hashlib import sha256

from outcrop import __version__
from outcrop.finish.enlarge import METHOD
from outcrop.plan import Means, Plan


def recipe(plan: Plan, means: Means) -> str:
    """One line of ASCII JSON from which the same picture can be made again, given the picture it started from, if any.

    `means` is what the engine drew it with. `steps` are those really taken, in both
    stages where there are two: image-to-image leaves out the first.
    """
    start = None
    if plan.start is not None:
        start = {
            "sha256_of_file": plan.start.image.file,
            "sha256_of_native_rgb": sha256(plan.start.image.rgb).hexdigest(),
            "strength": plan.start.strength,
        }
        if plan.start.mask is not None:
            start["sha256_of_native_mask"] = sha256(plan.start.mask.levels).hexdigest()
    refine = None
    if plan.refine is not None:
        refine = {
            "native_size": str(plan.refine.native),
            "steps": len(plan.refine.sigmas) - 1,
            "strength": plan.refine.strength,
            "noise_levels": plan.refine.sigmas,
            "guidance": plan.refine.guidance,
            "guided": None if plan.refine.guided is None else asdict(plan.refine.guided),
        }
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
            "precision": means.precision,
            "device": means.device,
            "threads": means.threads,
            "torch": means.torch,
            "start": start,
            "refine": refine,
            "native_size": str(plan.native),
            "fitting": plan.fitting,
            "delivered_size": str(plan.delivered),
            "enlarged_by": METHOD if plan.drawn != plan.delivered else None,
        }
    )
