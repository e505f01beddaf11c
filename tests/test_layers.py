"""Packages import along the architecture's table, without a cycle. Knows imports, those inside functions included."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "src" / "outcrop"
FILES = sorted(PACKAGE.rglob("*.py"))

LEVEL_0 = {"", "errors", "units", "clock", "prompt", "palette", "log_lines", "rounds", "certificates"}
"""What all may import; "" is the package itself, which holds the version."""

ALLOWED = {
    "errors": set[str](),
    "units": set[str](),
    "clock": set[str](),
    "palette": set[str](),
    "log_lines": set[str](),
    "prompt": set[str](),
    "rounds": set[str](),
    "certificates": set[str](),
    "processors": set[str](),
    "setting_names": set[str](),
    "setting_tables": {"setting_names"},
    "settings": {"processors", "setting_names", "setting_tables"},
    "catalog": set[str](),
    "request": set[str](),
    "store": set[str](),
    "access": {"store"},
    "records": {"assets"},
    "forward": set[str](),
    "plan": {"request", "catalog"},
    "dialects": {"request", "catalog"},
    "operations": {"plan", "request", "catalog"},
    "engine": {"plan", "request", "catalog"},
    "finish": {"plan", "request"},
    "ledger": {"plan", "catalog", "store"},
    "assets": {"store"},
    "provenance": {"plan", "request"},
    "flow": {"plan", "engine", "finish", "provenance"},
    "prompting": set[str](),
    "safety": {"prompting"},
    "jobs": {"flow", "dialects", "operations", "plan", "request", "catalog", "engine", "finish"}
    | {"assets", "ledger", "safety", "store"},
    "client": {"access"},
    "api": {"dialects", "operations", "plan", "request", "catalog", "flow", "settings", "engine"}
    | {"access", "assets", "forward", "jobs", "ledger", "prompting", "provenance", "records", "safety", "store"},
}
"""The table, bottom to top. The command line and the training stand above it and may import everything."""

ABOVE = {"cli", "training", "__init__", "__main__"}
ENGINE_SEAM = "outcrop.engine.engine"
UPSTREAM_SEAM = "outcrop.forward.upstream"
AWS_LIBRARIES = {"boto3", "botocore", "httpx2"}
SQL_LIBRARIES = {"sqlalchemy", "alembic", "sqlite3"}
TENSOR_LIBRARIES = {"torch", "diffusers", "transformers", "safetensors", "accelerate", "tokenizers"}


def imports(path: Path) -> set[str]:
    """Full names of all modules that a file imports, at any depth; `from a import b` counts as both a and a.b."""
    names = set[str]()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively; write the full name"
            names.add(node.module or "")
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def module(path: Path) -> str:
    """The full name of a file's module."""
    parts = ("outcrop", *path.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module(path): path for path in FILES}


def part(name: str) -> str:
    """The second part of a module's name: its package in the table."""
    return name.partition(".")[2].partition(".")[0]


def inner_imports(path: Path) -> set[str]:
    """The modules of the package that a file imports."""
    return {name for name in imports(path) if name in MODULES}


@pytest.mark.parametrize("name", MODULES)
def test_imports_follow_the_table(name: str) -> None:
    """A package imports itself, level 0 and its row."""
    package = part(name)
    if package not in ABOVE | {""}:
        assert {part(found) for found in inner_imports(MODULES[name])} <= LEVEL_0 | {package} | ALLOWED[package]


@pytest.mark.parametrize("name", [name for name in MODULES if part(name) in {"flow", "jobs", "api"}])
def test_the_engine_is_known_by_its_seam_only(name: str) -> None:
    """The flow, the jobs and the API know the engine's protocol, never one of its implementations."""
    engine = {found for found in inner_imports(MODULES[name]) if part(found) == "engine"}
    assert engine <= {ENGINE_SEAM, "outcrop.engine"}


@pytest.mark.parametrize("name", [name for name in MODULES if part(name) not in {"engine", "training"}])
def test_tensors_live_in_the_engine(name: str) -> None:
    """Torch and what stands on it are imported by the engine and the training alone."""
    assert {found.partition(".")[0] for found in imports(MODULES[name])} & TENSOR_LIBRARIES == set()


@pytest.mark.parametrize("name", [name for name in MODULES if part(name) == "api"])
def test_what_is_elsewhere_is_known_by_its_seam_only(name: str) -> None:
    """The API knows that calls are passed on, and not to whom: whoever passes nothing on installs nothing for it."""
    forward = {found for found in inner_imports(MODULES[name]) if part(found) == "forward"}
    assert forward <= {UPSTREAM_SEAM, "outcrop.forward"}


@pytest.mark.parametrize("name", [name for name in MODULES if part(name) != "forward"])
def test_aws_libraries_live_where_calls_are_passed_on(name: str) -> None:
    """Calls are signed there and nowhere else."""
    assert {found.partition(".")[0] for found in imports(MODULES[name])} & AWS_LIBRARIES == set()


@pytest.mark.parametrize("name", [name for name in MODULES if part(name) != "store"])
def test_sql_is_spoken_in_the_store(name: str) -> None:
    """Whoever wants something of the database asks for it by the name of a query."""
    assert {found.partition(".")[0] for found in imports(MODULES[name])} & SQL_LIBRARIES == set()


def test_batching_knows_no_tensor() -> None:
    """Which images share a pass is bookkeeping on values."""
    path = MODULES["outcrop.engine.batching"]
    assert {found.partition(".")[0] for found in imports(path)} & TENSOR_LIBRARIES == set()


def test_there_is_no_import_cycle() -> None:
    """No module can be reached from itself, not even through an import inside a function."""
    graph = {name: inner_imports(path) - {name} for name, path in MODULES.items()}
    while leaves := {name for name, needed in graph.items() if not needed}:
        graph = {name: needed - leaves for name, needed in graph.items() if name not in leaves}
    assert graph == {}


def test_tests_lie_where_the_package_s_parts_lie() -> None:
    """Every folder of tests is called like the package it tests; two test what lies beside the package."""
    folders = {path.name for path in Path(__file__).parent.iterdir() if path.is_dir() and path.name[0] not in "_."}
    assert folders - {"examples", "benchmarks"} <= {path.name for path in PACKAGE.iterdir() if path.is_dir()}
