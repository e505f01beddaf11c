"""The example of the client: drafts, a choice, finals, and what they cost."""

import os
import subprocess
import sys
from pathlib import Path

from PIL import Image

from outcrop.catalog.load import Catalog
from tests.serving import KEY_ID, SECRET, serving

EXAMPLE = Path(__file__).parents[2] / "examples" / "draft_and_finish.py"


def run(url: str, out: Path) -> subprocess.CompletedProcess[str]:
    """Run the example against a server."""
    command = [sys.executable, str(EXAMPLE), url, "--out", str(out)]
    environ = os.environ | {"AWS_ACCESS_KEY_ID": KEY_ID, "AWS_SECRET_ACCESS_KEY": SECRET}  # noqa: TID251
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=60)


def test_it_drafts_chooses_and_finishes(catalog: Catalog, tmp_path: Path) -> None:
    """A sheet, two finals and the two sums."""
    with serving(catalog) as own:
        done = run(own.url, tmp_path / "demo")
    assert done.returncode == 0, done.stderr
    assert f"8 drafts for $0.32: {tmp_path / 'demo' / 'drafts.webp'}" in done.stdout
    for number in (2, 5):
        with Image.open(tmp_path / "demo" / f"final-{number}.png") as picture:
            assert picture.size == (1024, 1024)
    assert done.stdout.endswith("$0.6 in all; eight finals would have been $1.12\n")


def test_without_a_server_it_fails(tmp_path: Path) -> None:
    """Nothing listens on port 1."""
    assert "cannot be reached" in run("http://127.0.0.1:1", tmp_path).stderr
