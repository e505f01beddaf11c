"""Nova Canvas and Titan Image Generator on Amazon Bedrock: four tasks of each. Names no endpoint.

python examples/bedrock/task_bodies.py PICTURE MASK FOLDER
"""

import base64
import json
import sys
from pathlib import Path

import boto3
from botocore.config import Config

picture, mask, folder = map(Path, sys.argv[1:])
bedrock = boto3.client("bedrock-runtime", config=Config(read_timeout=300))
image, black = (base64.b64encode(path.read_bytes()).decode("utf8") for path in (picture, mask))

TASKS: dict[str, dict[str, object]] = {
    "TEXT_IMAGE": {"textToImageParams": {"text": "a stone bridge in autumn", "negativeText": "people"}},
    "INPAINTING": {"inPaintingParams": {"image": image, "maskImage": black, "text": "a wooden boat"}},
    "OUTPAINTING": {
        "outPaintingParams": {"image": image, "maskImage": black, "text": "a harbour", "outPaintingMode": "DEFAULT"}
    },
    "IMAGE_VARIATION": {
        "imageVariationParams": {"images": [image], "text": "in watercolour", "similarityStrength": 0.7}
    },
}


def invoke(model: str, name: str, body: dict[str, object]) -> None:
    """Send a body and keep every picture that comes back."""
    answer = bedrock.invoke_model(
        body=json.dumps(body), modelId=model, accept="application/json", contentType="application/json"
    )
    content = json.loads(answer.get("body").read())
    error = content.get("error")
    if error is not None:
        sys.exit(f"{model}: {error}")
    for number, encoded in enumerate(content["images"]):
        file = f"{name}-{number}.png"
        (folder / file).write_bytes(base64.b64decode(encoded.encode("ascii")))
        print(file)


for short, model in {
    "canvas": "amazon.nova-canvas-v1:0",
    "titan-2": "amazon.titan-image-generator-v2:0",
    "titan-1": "amazon.titan-image-generator-v1",
}.items():
    for task, params in TASKS.items():
        config: dict[str, object] = {"numberOfImages": 1, "cfgScale": 8.0, "seed": 42}
        if task in {"TEXT_IMAGE", "IMAGE_VARIATION"}:
            config |= {"width": 512, "height": 512, "quality": "standard"}
        invoke(model, f"{short}-{task.lower()}", {"taskType": task, **params, "imageGenerationConfig": config})
