"""The program on AWS's SDK for JavaScript, run where node and its packages are. Knows nothing of what it calls."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent / "javascript"
NODE = shutil.which("node")
READY = NODE is not None and (HERE / "node_modules").is_dir()
WHY_NOT = "node and its packages: make javascript"


def run_javascript(url: str, variables: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """What the program heard of a server."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}  # noqa: TID251
    place = {"AWS_ENDPOINT_URL_BEDROCK_RUNTIME": url, "AWS_REGION": "us-west-2", "AWS_CONFIG_FILE": os.devnull}
    done = subprocess.run(
        [str(NODE), str(HERE / "draw.mjs")],
        env={**mine, **place, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    heard: dict[str, dict[str, Any]] = json.loads(done.stdout)
    return heard
