"""What happens when a module is imported: nothing, and quickly where a person waits."""

import resource
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "src" / "outcrop"
LIGHT = sorted(
    ".".join(("outcrop", *path.relative_to(PACKAGE).with_suffix("").parts))
    for path in PACKAGE.rglob("*.py")
    if path.relative_to(PACKAGE).parts[0] not in {"training", "engine"} and path.stem not in {"__init__", "__main__"}
)
HELP_S = 0.3
"""What the command line promises for --help."""

WATCH = """
import importlib, os, sys, threading
import alembic.command, jsonschema, numpy, PIL.Image, platformdirs, rich.progress, sqlalchemy  # not ours
import botocore.auth, botocore.session, cryptography.x509, httpx2, starlette.applications, typer, uvicorn
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
forbidden = {"socket.connect", "socket.bind", "subprocess.Popen", "os.mkdir", "os.remove", "os.rename", "os.putenv"}
def watch(event, args):
    if event in forbidden:
        raise SystemExit(f"importing does {event} {args}")
    if event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+"):
        raise SystemExit(f"importing writes {args[0]}")
sys.dont_write_bytecode = True
before = dict(os.environ)
sys.addaudithook(watch)
for name in sys.argv[1:]:
    importlib.import_module(name)
assert dict(os.environ) == before, "importing changes the environment"
assert threading.active_count() == 1, "importing starts a thread"
heavy = {"torch", "diffusers", "transformers"} & set(sys.modules)
assert not heavy, f"importing loads {heavy}"
"""


def test_importing_does_nothing(tmp_path: Path) -> None:
    """No file, socket, process, thread or variable is touched by importing all of the package but engine and training.

    Nor is torch loaded: the API and the command line run without it in their own process.
    """
    done = subprocess.run(
        [sys.executable, "-c", WATCH, *LIGHT], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert done.stderr == ""
    assert done.returncode == 0


@pytest.mark.parametrize(
    "command", [[], ["imagine"], ["models"], ["recipe"], ["serve"]], ids=lambda c: c[0] if c else "outcrop"
)
def test_help_answers_at_once(command: list[str]) -> None:
    """`--help` takes less than 0.3 seconds of processor time: by the clock, when nothing else runs.

    The least of five runs, for the first one after an installation still compiles.
    """
    seconds = []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-m", "outcrop", *command, "--help"], capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert min(seconds) < HELP_S
