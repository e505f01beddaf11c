"""The whole path with nothing replaced: `outcrop serve` in its own process, the embedded model, plain boto3."""

import base64
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.client import BaseClient
from botocore.config import Config
from botocore.exceptions import ClientError
from PIL import Image

from tests.conftest import CORE, ULTRA

pytestmark = pytest.mark.slow

PROMPT = "a red apple on a wooden table, 3D render"


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BaseClient]:
    """A boto3 client of a server that was started as a user would."""
    home = tmp_path_factory.mktemp("home")
    command = [sys.executable, "-m", "outcrop", "serve", "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={"OUTCROP_HOME": str(home)}
    ) as server:
        assert server.stdout is not None
        url = re.search(r"http://\S+", server.stdout.readline())
        assert url is not None
        said = dict(server.stdout.readline().strip().partition("=")[::2] for _ in range(4))
        client = boto3.client(
            "bedrock-runtime",
            endpoint_url=url[0],
            region_name="us-west-2",
            aws_access_key_id=said["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=said["AWS_SECRET_ACCESS_KEY"],
            config=Config(read_timeout=300, retries={"total_max_attempts": 1}),
        )
        yield client
        client.close()
        server.terminate()
        assert server.wait(60) == 0
        assert {path.name for path in home.iterdir()} == {"outcrop.db", "master.key", "audit", "ledger"}


def draw(runtime: BaseClient, model: str = CORE, **fields: Any) -> bytes:  # noqa: ANN401 - fields of the wire
    """The file of one picture."""
    response = runtime.invoke_model(modelId=model, body=json.dumps({"prompt": PROMPT} | fields))
    return base64.b64decode(json.loads(response["body"].read())["images"][0])


def test_a_seed_means_one_picture(runtime: BaseClient) -> None:
    """The same seed gives the same bytes twice, another seed another picture."""
    first = draw(runtime, seed=7)
    assert draw(runtime, seed=7) == first
    assert draw(runtime, seed=8) != first


def test_the_command_line_and_the_server_give_the_same_file(runtime: BaseClient, tmp_path: Path) -> None:
    """Four at once from the command line, which share passes, are byte for byte the server's, one by one."""
    command = [sys.executable, "-m", "outcrop", "imagine", PROMPT, "-n", "4", "--seed", "7", "--out", str(tmp_path)]
    subprocess.run([*command, "--aspect-ratio", "16:9"], check=True, capture_output=True, timeout=300)
    for seed in (7, 8, 9, 10):
        (file,) = tmp_path.glob(f"*-{seed}.png")
        assert file.read_bytes() == draw(runtime, seed=seed, aspect_ratio="16:9")


def test_the_file_says_how_it_was_made(runtime: BaseClient) -> None:
    """Delivered in the wire's size, with a recipe that names the smaller size the network worked at."""
    with Image.open(BytesIO(draw(runtime, ULTRA, seed=3, aspect_ratio="21:9"))) as image:
        assert image.size == (1536, 640)
        recipe = json.loads(image.info["outcrop"])
    assert recipe["prompt"] == PROMPT
    assert recipe["seed"] == 3
    assert recipe["model"] == ULTRA
    assert (recipe["native_size"], recipe["delivered_size"]) == ("384x160", "1536x640")
    assert recipe["enlarged_by"] == "lanczos"


def test_the_server_goes_on_after_bad_input(runtime: BaseClient) -> None:
    """A mistake costs nothing but its answer."""
    with pytest.raises(ClientError, match="seed"):
        draw(runtime, seed=-1)
    assert draw(runtime, seed=1)
