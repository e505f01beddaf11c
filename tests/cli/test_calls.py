"""The calls that `outcrop serve --calls` prints and the README shows, run as a person would paste them."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from outcrop.access.keys import NewKey
from outcrop.cli.calls import Reached, ready_calls
from outcrop.clock import unix_time
from outcrop.units import ModelId
from tests.conftest import CORE
from tests.serving import KEY_ID, REGION, SECRET, Serving

KEY = {"AWS_ACCESS_KEY_ID": KEY_ID, "AWS_SECRET_ACCESS_KEY": SECRET}
README = Path(__file__).parents[2] / "README.md"


def sections(url: str) -> list[str]:
    """The three calls, without their headings."""
    text = ready_calls(Reached(url=url, region=REGION), ModelId(CORE), NewKey(id=KEY_ID, secret=SECRET), unix_time())
    return re.split(r"^# .*\n", text, flags=re.MULTILINE)[1:]


def paste(folder: Path, *command: str, **variables: str) -> None:
    """Run a call in a folder of its own, and expect an apple there."""
    paths = [str(Path(sys.executable).parent), os.environ["PATH"]]  # noqa: TID251 - for the programs it calls
    environ = os.environ | {"PATH": os.pathsep.join(paths), "HOME": str(folder)} | variables  # noqa: TID251
    done = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    with Image.open(folder / "apple.png") as apple:
        assert apple.size == (1024, 1024)


def test_the_boto3_call_works(server: Serving, tmp_path: Path) -> None:
    """Pasted into Python, it leaves a picture."""
    paste(tmp_path, sys.executable, "-c", sections(server.url)[0])


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_curl_call_works(server: Serving, tmp_path: Path) -> None:
    """Pasted into a shell, it leaves a picture."""
    paste(tmp_path, "bash", "-euo", "pipefail", "-c", sections(server.url)[1])


@pytest.mark.skipif(shutil.which("aws") is None, reason="the AWS CLI is not installed")
def test_the_aws_cli_call_works(server: Serving, tmp_path: Path) -> None:
    """Pasted into a shell, it leaves a picture."""
    paste(tmp_path, "bash", "-euo", "pipefail", "-c", sections(server.url)[2])


def test_the_readme_s_call_works(server: Serving, tmp_path: Path) -> None:
    """The block of the README, with this server's address in place of the usual one."""
    block, *_ = re.findall(r"^```python\n(.*?)^```", README.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert "http://127.0.0.1:8321" in block
    paste(tmp_path, sys.executable, "-c", block.replace("http://127.0.0.1:8321", server.url), **KEY)
