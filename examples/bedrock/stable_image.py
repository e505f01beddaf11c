"""Stable Diffusion 3 and 3.5, Stable Image Core and Ultra on Amazon Bedrock: from words, from a picture.

Names no endpoint.

    python examples/bedrock/stable_image.py PICTURE FOLDER
"""

import base64
import json
import sys
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

picture, folder = map(Path, sys.argv[1:])
bedrock = boto3.client("bedrock-runtime", config=Config(read_timeout=300))
WORDS = "a red bicycle against a whitewashed wall, midday light"


def draw(name: str, model: str, body: dict[str, object]) -> None:
    """Send a body and keep what comes back."""
    try:
        answer = bedrock.invoke_model(modelId=model, body=json.dumps(body))
    except ClientError as error:
        sys.exit(f"{model}: {error.response['Error']['Code']}: {error.response['Error']['Message']}")
    content = json.loads(answer["body"].read().decode("utf-8"))
    if content["finish_reasons"][0] is not None:
        sys.exit(f"{name}: {content['finish_reasons'][0]}")
    file = f"{name}.{body.get('output_format', 'png')}"
    (folder / file).write_bytes(base64.b64decode(content["images"][0]))
    print(f"{file}, seed {content['seeds'][0]}")


initial = base64.b64encode(picture.read_bytes()).decode("utf-8")
draw("core", "stability.stable-image-core-v1:1", {"prompt": WORDS, "aspect_ratio": "16:9", "seed": 7})
draw("core-before", "stability.stable-image-core-v1:0", {"prompt": WORDS})
draw(
    "ultra",
    "stability.stable-image-ultra-v1:1",
    {"prompt": WORDS, "negative_prompt": "cars", "output_format": "jpeg", "seed": 7},
)
draw("ultra-before", "stability.stable-image-ultra-v1:0", {"prompt": WORDS, "mode": "text-to-image"})
for version in ("sd3-large", "sd3-5-large"):
    model = f"stability.{version}-v1:0"
    draw(version, model, {"prompt": WORDS, "mode": "text-to-image", "aspect_ratio": "1:1", "output_format": "png"})
    draw(
        f"{version}-picture",
        model,
        {"prompt": "at night", "mode": "image-to-image", "image": initial, "strength": 0.75, "seed": 7},
    )
draw("sd3-5-large-no-mode", "stability.sd3-5-large-v1:0", {"prompt": "at night", "image": initial, "strength": 0.75})
