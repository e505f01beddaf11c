"""What happens when a module is imported: nothing, and little where a person waits."""

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
LIBRARIES = {
    *("PIL", "alembic", "botocore", "cryptography", "diffusers", "h2", "httpx2", "jsonschema", "numpy", "platformdirs"),
    *("sqlalchemy", "starlette", "torch", "transformers", "uvicorn"),
}
"""What commands work with; some take seconds to load."""
SPELLED_WITH = {"outcrop.errors", "outcrop.request", "outcrop.palette", "outcrop.prompt", "outcrop.units"}
"""What the spelling of options knows of the package."""

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


START = """
import sys
from pathlib import Path
from outcrop.cli import serve, serving
from outcrop.cli.wiring import open_shelves
from outcrop.settings import Settings
settings = Settings(home=Path(sys.argv[1]))
with serving.open_callers(settings):
    open_shelves(settings)
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""
NOT_AT_A_START = {
    *("alembic", "mako", "pygments", "prometheus_client", "psycopg", "obstore", "onnxruntime", "torch", "diffusers"),
    *("transformers", "boto3", "botocore", "httpx2", "matplotlib", "pytest", "rich"),
}


def test_a_start_on_a_home_that_is_there_imports_no_more_than_it_needs(tmp_path: Path) -> None:
    """The first start makes the database, for which it needs Alembic; after it nothing of this is there."""
    command = [sys.executable, "-c", START, str(tmp_path)]
    first, second = (
        set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()) for _ in range(2)
    )
    assert "alembic" in first
    assert second & NOT_AT_A_START == set()


@pytest.mark.parametrize(
    "command", [[], ["imagine"], ["models"], ["recipe"], ["serve"]], ids=lambda c: c[0] if c else "outcrop"
)
def test_help_loads_nothing_but_the_commands(command: list[str]) -> None:
    """So it answers at once, on a busy machine too: a test of the time would fail with the machine's load."""
    call = [sys.executable, "-X", "importtime", "-m", "outcrop", *command, "--help"]
    told = subprocess.run(call, capture_output=True, text=True, check=True).stderr
    loaded = {line.rpartition("|")[2].strip() for line in told.splitlines() if line.startswith("import time:")}
    assert "outcrop.cli.app" in loaded
    assert {name.partition(".")[0] for name in loaded} & LIBRARIES == set()
    ours = {name for name in loaded if name.startswith("outcrop.") and not name.startswith("outcrop.cli")}
    assert ours <= SPELLED_WITH
