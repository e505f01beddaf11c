"""Clients of AWS in other languages, as they are published: run where they are installed, see docs/why.md."""

import base64
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import CANVAS, CORE
from tests.serving import KEY_ID, REGION, SECRET, Serving

JAVASCRIPT = Path(__file__).parent / "javascript"
NODE, AWS = shutil.which("node"), shutil.which("aws")


def environ(server: Serving) -> dict[str, str]:
    """What a user sets to reach a server, and nothing else of AWS."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}  # noqa: TID251
    return mine | {
        "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": server.url,
        "AWS_ENDPOINT_URL_BEDROCK": server.url,
        "AWS_ACCESS_KEY_ID": KEY_ID,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
    }


@pytest.mark.skipif(
    NODE is None or not (JAVASCRIPT / "node_modules").is_dir(), reason="node and its packages: make javascript"
)
def test_the_sdk_for_javascript(server: Serving) -> None:
    """It signs in its own way, encodes ids in its own way, and reads pictures and modelled errors."""
    done = subprocess.run(
        [str(NODE), str(JAVASCRIPT / "draw.mjs")],
        env=environ(server),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    heard = json.loads(done.stdout)
    for name in ("drawn", "byArn"):
        assert heard[name].pop("requestId")
        assert heard[name] == {"status": 200, "contentType": "application/json", "images": ["PNG"]}
    assert (heard["refused"]["status"], heard["refused"]["error"]) == (400, "ValidationException")
    assert "Invalid field in request" in heard["refused"]["message"]
    assert heard["unknown"] == {
        "status": 400,
        "error": "ValidationException",
        "message": "The provided model identifier is invalid.",
    }


def aws(server: Serving, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line."""
    command = [str(AWS), *arguments, "--output", "json"]
    return subprocess.run(command, env=environ(server), capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.skipif(AWS is None, reason="the AWS CLI is not installed")
def test_the_aws_cli(server: Serving, tmp_path: Path) -> None:
    """It lists models, keeps a picture's body, and tells of an error as of one of AWS."""
    listed = aws(server, "bedrock", "list-foundation-models", "--by-output-modality", "IMAGE")
    assert listed.returncode == 0, listed.stderr
    assert CORE in [model["modelId"] for model in json.loads(listed.stdout)["modelSummaries"]]
    body = {
        "taskType": "TEXT_IMAGE",
        "textToImageParams": {"text": "a fox"},
        "imageGenerationConfig": {"width": 320, "height": 320},
    }
    (tmp_path / "body.json").write_text(json.dumps(body))
    given = f"fileb://{tmp_path / 'body.json'}"
    out = tmp_path / "answer.json"
    drawn = aws(server, "bedrock-runtime", "invoke-model", "--model-id", CANVAS, "--body", given, str(out))
    assert drawn.returncode == 0, drawn.stderr
    assert json.loads(drawn.stdout) == {"contentType": "application/json"}
    assert base64.b64decode(json.loads(out.read_text())["images"][0]).startswith(b"\x89PNG")
    refused = aws(server, "bedrock-runtime", "invoke-model", "--model-id", "no.such", "--body", given, str(out))
    assert "(ValidationException)" in refused.stderr
    assert "The provided model identifier is invalid." in refused.stderr
