"""First pictures through plain boto3, as against Amazon Bedrock: only the endpoint differs.

It takes the key that `outcrop serve` shows from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.

python examples/first_picture.py http://127.0.0.1:8321 --out demo
"""

import argparse
import base64
import json
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

CORE = "stability.stable-image-core-v1:1"
ULTRA = "stability.stable-image-ultra-v1:1"
PROMPT = "a red apple on a wooden table, 3D render"
SEED = 7


def connect(service: str, endpoint: str) -> Any:  # noqa: ANN401 - boto3 makes its clients at run time
    """A client of a Bedrock service at our own endpoint, with the key of the environment, as for AWS itself."""
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name="us-west-2",
        config=Config(read_timeout=300),  # a picture can take longer than botocore's 60 seconds
    )


def draw(runtime: Any, model: str, path: Path) -> float:  # noqa: ANN401
    """Ask a model for the picture, save it, and return the seconds it took."""
    began = time.perf_counter()
    response = runtime.invoke_model(
        modelId=model,
        body=json.dumps({"prompt": PROMPT, "seed": SEED, "aspect_ratio": "1:1", "output_format": "png"}),
    )
    answer = json.loads(response["body"].read())
    path.write_bytes(base64.b64decode(answer["images"][0]))
    return time.perf_counter() - began


def list_price(control: Any, model: str) -> Decimal:  # noqa: ANN401
    """What AWS asks for one picture of a model, in US dollars, from its rate card."""
    offers = control.list_foundation_model_agreement_offers(modelId=model)["offers"]
    return Decimal(offers[0]["termDetails"]["usageBasedPricingTerm"]["rateCard"][0]["price"])


def main() -> None:
    """A draft on Core, the same seed on Ultra, with their list prices, and what a mistake looks like."""
    parser = argparse.ArgumentParser(description="First pictures through plain boto3.")
    parser.add_argument("endpoint", help="where Outcrop listens, such as http://127.0.0.1:8321")
    parser.add_argument("--out", type=Path, default=Path("demo"), help="folder for the pictures")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    runtime = connect("bedrock-runtime", options.endpoint)
    control = connect("bedrock", options.endpoint)

    print(f'"{PROMPT}", seed {SEED}')
    for kind, model in (("draft", CORE), ("final", ULTRA)):
        path = options.out / f"{kind}-seed-{SEED}.png"
        seconds = draw(runtime, model, path)
        price = list_price(control, model)
        print(f"  {kind}  {model:34} {seconds:5.1f} s  list price ${price}  {path}")
    print("A model that there is not:")
    try:
        runtime.invoke_model(modelId="stability.no-such-model-v1:0", body=json.dumps({"prompt": PROMPT}))
    except ClientError as error:
        print(f"  {error}")


if __name__ == "__main__":
    main()
