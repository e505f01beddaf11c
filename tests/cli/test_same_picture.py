"""One plan, one picture: the command line and the server draw the same bytes with the shipped weights."""

import base64
import json
from pathlib import Path

import boto3
import pytest
from botocore.config import Config

from outcrop.catalog.load import Catalog
from tests.cli.programs import run, started

PROMPT = "a red apple on a green background"


def invoke(url: str, model: str, seed: int) -> bytes:
    """The picture that the server gives to plain boto3."""
    client = boto3.client(
        "bedrock-runtime",
        endpoint_url=url,
        region_name="us-west-2",
        aws_access_key_id="any",
        aws_secret_access_key="any",
        config=Config(read_timeout=300),
    )
    answer = client.invoke_model(modelId=model, body=json.dumps({"prompt": PROMPT, "seed": seed}))
    content = json.loads(answer["body"].read())
    client.close()
    assert content["seeds"] == [seed]
    return base64.b64decode(content["images"][0])


@pytest.mark.slow
def test_the_command_line_and_the_server_draw_the_same_bytes(tmp_path: Path, shipped: Catalog) -> None:
    """Seeds 7 and 8 drawn together by `outcrop imagine` equal the server's, one by one; twice the same, 7 unlike 8."""
    done = run(tmp_path, "imagine", PROMPT, "-n", "2", "--seed", "7")
    assert done.returncode == 0, done.stderr
    paths = [tmp_path / line for line in done.stdout.splitlines()]
    assert [path.name.rpartition("-")[2] for path in paths] == ["7.png", "8.png", "sheet.png"]
    drawn = [path.read_bytes() for path in paths[:2]]
    with started(tmp_path) as (_, url):
        model = shipped.model_named("core").id
        assert [invoke(url, model, seed) for seed in (7, 8)] == drawn
        assert invoke(url, model, 7) == drawn[0]
    assert drawn[0] != drawn[1]
