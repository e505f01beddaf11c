"""Stable Diffusion XL on Amazon Bedrock: from words, from a picture, and within a mask. Names no endpoint.

python examples/bedrock/stable_diffusion_xl.py PICTURE MASK FOLDER
"""

import base64
import json
import sys
from pathlib import Path

import boto3

MODEL = "stability.stable-diffusion-xl-v1"
picture, mask, folder = map(Path, sys.argv[1:])
bedrock = boto3.client("bedrock-runtime")


def draw(name: str, body: dict[str, object]) -> None:
    """Send a body and keep what comes back."""
    answer = bedrock.invoke_model(
        modelId=MODEL, body=json.dumps(body), accept="application/json", contentType="application/json"
    )
    artifact = json.loads(answer["body"].read())["artifacts"][0]
    if artifact["finishReason"] in {"ERROR", "CONTENT_FILTERED"}:
        sys.exit(f"{name} ended with {artifact['finishReason']}")
    (folder / f"{name}.png").write_bytes(base64.b64decode(artifact["base64"]))
    print(f"{name}.png, seed {artifact['seed']}")


def text(path: Path) -> str:
    """A file as bodies carry it."""
    return base64.b64encode(path.read_bytes()).decode("utf-8")


draw(
    "words",
    {
        "text_prompts": [
            {"text": "a lighthouse on a cliff at dusk", "weight": 1},
            {"text": "people, boats", "weight": -1},
        ],
        "cfg_scale": 10,
        "seed": 42,
        "steps": 30,
        "style_preset": "photographic",
        "sampler": "K_EULER_ANCESTRAL",
        "width": 1024,
        "height": 1024,
    },
)
draw(
    "picture",
    {
        "text_prompts": [{"text": "the same in winter"}],
        "init_image": text(picture),
        "init_image_mode": "IMAGE_STRENGTH",
        "image_strength": 0.5,
        "cfg_scale": 7,
        "seed": 42,
        "steps": 30,
    },
)
draw(
    "mask",
    {
        "text_prompts": [{"text": "a red door"}],
        "init_image": text(picture),
        "mask_source": "MASK_IMAGE_BLACK",
        "mask_image": text(mask),
        "cfg_scale": 7,
        "seed": 42,
        "steps": 30,
    },
)
