"""Programs that were written for Amazon Bedrock run here with nothing changed but the endpoint in the environment."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.serving import KEY_ID, REGION, SECRET, Serving

PROGRAMS = Path(__file__).parents[2] / "examples" / "bedrock"
SIDE = 512


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A picture as a user has one."""
    Image.linear_gradient("L").resize((SIDE, SIDE)).convert("RGB").save(tmp_path / "picture.png")
    return tmp_path / "picture.png"


@pytest.fixture
def mask(tmp_path: Path) -> Path:
    """Black and white halves, of the same size: either colour may be the one that is drawn anew."""
    image = Image.new("L", (SIDE, SIDE), 0)
    image.paste(255, (0, 0, SIDE // 2, SIDE))
    image.save(tmp_path / "mask.png")
    return tmp_path / "mask.png"


def run(server: Serving, name: str, *files: Path) -> dict[str, tuple[int, int]]:
    """Run a program as its user would; the files that it says it has written, with their sizes."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}  # noqa: TID251
    environ |= {
        "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": server.url,
        "AWS_ACCESS_KEY_ID": KEY_ID,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
    }
    command = [sys.executable, str(PROGRAMS / name), *map(str, files)]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    found = {}
    for line in done.stdout.splitlines():
        written = line.partition(",")[0]
        with Image.open(files[-1] / written) as image:
            image.load()
            found[written] = image.size
    return found


def test_stable_diffusion_xl(server: Serving, picture: Path, mask: Path, tmp_path: Path) -> None:
    """Of the size that was asked for, and of the picture's."""
    drawn = run(server, "stable_diffusion_xl.py", picture, mask, tmp_path)
    assert drawn == {"words.png": (1024, 1024), "picture.png": (SIDE, SIDE), "mask.png": (SIDE, SIDE)}


def test_stable_image(server: Serving, picture: Path, tmp_path: Path) -> None:
    """All models of the family; a picture with and without the mode that asks for it."""
    drawn = run(server, "stable_image.py", picture, tmp_path)
    assert drawn == {
        "core.png": (1344, 768),
        "core-before.png": (1024, 1024),
        "ultra.jpeg": (1024, 1024),
        "ultra-before.png": (1024, 1024),
        "sd3-large.png": (1024, 1024),
        "sd3-large-picture.png": (SIDE, SIDE),
        "sd3-5-large.png": (1024, 1024),
        "sd3-5-large-picture.png": (SIDE, SIDE),
        "sd3-5-large-no-mode.png": (SIDE, SIDE),
    }


def test_image_services(server: Serving, picture: Path, mask: Path, tmp_path: Path) -> None:
    """Through their inference profiles."""
    drawn = run(server, "image_services.py", picture, mask, tmp_path)
    assert drawn == {"inpainted.png": (SIDE, SIDE), "outpainted.png": (SIDE + 128, SIDE), "erased.png": (SIDE, SIDE)}


def test_nova_canvas_and_titan(server: Serving, picture: Path, mask: Path, tmp_path: Path) -> None:
    """Four tasks on each of the three models."""
    drawn = run(server, "task_bodies.py", picture, mask, tmp_path)
    assert len(drawn) == 12
    assert set(drawn.values()) == {(SIDE, SIDE)}
