"""How a picture was made, as text that travels inside its file. Knows plans; knows no file format."""

import json

from outcrop import __version__
from outcrop.finish.enlarge import METHOD
from outcrop.plan import Plan


def recipe(plan: Plan) -> str:
    """One line of ASCII JSON from which the same picture can be made again."""
    return json.dumps(
        {
            "software": f"outcrop {__version__}",
            "model": plan.model,
            "checkpoint": plan.checkpoint,
            "prompt": plan.prompt,
            "negative_prompt": plan.negative_prompt,
            "seed": plan.seed,
            "steps": plan.steps,
            "sampler": plan.sampler,
            "guidance": plan.guidance,
            "native_size": str(plan.native),
            "delivered_size": str(plan.delivered),
            "enlarged_by": METHOD if plan.native != plan.delivered else None,
        }
    )
