"""The example that `make demo` runs: plain boto3, two pictures, their prices and an error."""

import os
import subprocess
import sys
from pathlib import Path

from PIL import Image

from tests.serving import KEY_ID, SECRET, Serving

EXAMPLE = Path(__file__).parents[2] / "examples" / "first_picture.py"


def run(url: str, out: Path) -> subprocess.CompletedProcess[str]:
    """Run the example against a server."""
    command = [sys.executable, str(EXAMPLE), url, "--out", str(out)]
    environ = os.environ | {"AWS_ACCESS_KEY_ID": KEY_ID, "AWS_SECRET_ACCESS_KEY": SECRET}  # noqa: TID251
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=60)


def test_it_draws_and_says_the_price(server: Serving, tmp_path: Path) -> None:
    """Two pictures of the promised size, their list prices, and the error's code and message."""
    done = run(server.url, tmp_path / "demo")
    assert done.returncode == 0, done.stderr
    for name in ("draft-seed-7.png", "final-seed-7.png"):
        assert str(tmp_path / "demo" / name) in done.stdout
        with Image.open(tmp_path / "demo" / name) as picture:
            assert picture.size == (1024, 1024)
    assert [line.split("list price ")[1].split()[0] for line in done.stdout.splitlines() if "list price" in line] == [
        "$0.04",
        "$0.14",
    ]
    assert "(ValidationException)" in done.stdout
    assert done.stdout.endswith("The provided model identifier is invalid.\n")


def test_without_a_server_it_fails(tmp_path: Path) -> None:
    """Nothing listens on port 1: the demo must not end with status 0."""
    assert run("http://127.0.0.1:1", tmp_path).returncode != 0
