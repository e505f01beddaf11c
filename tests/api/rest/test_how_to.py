"""The how-to page of the REST: its programs run as they stand there, against a real server."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.api.rest.figures import DRAWN, draw
from tests.serving import KEY_ID, SECRET, TOKEN, Serving

PAGE = (Path(__file__).parents[3] / "docs" / "how-to" / "rest.md").read_text(encoding="utf-8")
THERE = "http://127.0.0.1:8321"
KEYS = {"AWS_ACCESS_KEY_ID": KEY_ID, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_BEARER_TOKEN_BEDROCK": TOKEN}


def blocks(language: str) -> list[str]:
    """The programs of the page in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """What `outcrop serve` prints, in the environment."""
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)


def test_the_python_program(server: Serving, capsys: pytest.CaptureFixture[str]) -> None:
    """It prints a price, and what the campaigns have cost."""
    draw(server, DRAWN[0])
    (program,) = blocks("python")
    exec(compile(program.replace(THERE, server.url), "how-to", "exec"), {})
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "0.04"
    assert any(line.endswith("settled 0.04") for line in lines)
    assert any(line.startswith("spring ") for line in lines[1:])


def test_the_calls_of_curl(server: Serving) -> None:
    """Curl signs as the server verifies, and its answers are no problems."""
    programs = blocks("sh")
    assert len(programs) == 2
    for program in programs:
        done = subprocess.run(
            ["bash", "-c", program.replace("curl ", "curl -sS --fail-with-body ", 1).replace(THERE, server.url)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, ""), done.stdout
