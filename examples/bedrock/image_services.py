"""Stability AI's image services on Amazon Bedrock that draw: inpainting, outpainting, erasing. Names no endpoint.

python examples/bedrock/image_services.py PICTURE MASK FOLDER
"""

import base64
import json
import sys
from pathlib import Path

import boto3

picture, mask, folder = map(Path, sys.argv[1:])
bedrock = boto3.client("bedrock-runtime")
image, white = (base64.b64encode(path.read_bytes()).decode("utf-8") for path in (picture, mask))


def edit(name: str, service: str, body: dict[str, object]) -> None:
    """Ask a service through its inference profile."""
    answer = bedrock.invoke_model(modelId=f"us.stability.{service}-v1:0", body=json.dumps(body))
    content = json.loads(answer["body"].read())
    reason = content.get("finish_reasons", [None])[0]
    if reason:
        raise RuntimeError(f"{name} failed: {reason}")
    (folder / f"{name}.png").write_bytes(base64.b64decode(content["images"][0]))
    print(f"{name}.png")


edit(
    "inpainted",
    "stable-image-inpaint",
    {"image": image, "mask": white, "prompt": "a potted fern", "grow_mask": 5, "seed": 3, "output_format": "png"},
)
edit(
    "outpainted",
    "stable-outpaint",
    {"image": image, "prompt": "a wide meadow", "left": 64, "right": 64, "creativity": 0.5, "output_format": "png"},
)
# The picture in a list of one, as a stray comma after it makes it: the service takes it.
edit("erased", "stable-image-erase-object", {"image": [image], "mask": white})
