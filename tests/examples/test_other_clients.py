"""Clients of AWS in other languages, as they are published: run where they are installed, see docs/why.md."""

import base64
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from outcrop.catalog.load import Catalog
from outcrop.cli.tls import open_tls
from outcrop.settings import Settings
from tests.conftest import CANVAS, CORE
from tests.examples.javascript_program import READY, WHY_NOT, run_javascript
from tests.serving import KEY_ID, REGION, SECRET, Serving, serving

AWS = shutil.which("aws")


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


@pytest.mark.skipif(not READY, reason=WHY_NOT)
@pytest.mark.parametrize("secure", [False, True], ids=["http", "https"])
def test_the_sdk_for_javascript(catalog: Catalog, tmp_path: Path, *, secure: bool) -> None:
    """It speaks HTTP/2, signs and encodes ids in its own way, and reads pictures and modelled errors."""
    tls = open_tls(Settings(home=tmp_path, tls=secure))
    trust = {"NODE_EXTRA_CA_CERTS": str(tls.authority)} if tls else {}
    with serving(catalog, tls=tls) as server:
        url = server.url.replace("http:", "https:") if tls else server.url
        heard = run_javascript(url, {"AWS_ACCESS_KEY_ID": KEY_ID, "AWS_SECRET_ACCESS_KEY": SECRET, **trust})
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
