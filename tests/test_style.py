"""The rules of the house that a program can check, over every file of the package. Knows syntax; runs nothing."""

import ast
import re
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "src" / "outcrop"
FILES = sorted(PACKAGE.rglob("*.py"))

FILE_LINES, MEDIAN_LINES, FUNCTION_LINES, ARGUMENTS, BRANCHES = 400, 150, 50, 6, 10
JUNK_DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc", "shared", "base", "core", "manager"}
BRANCHING = (
    ast.If,
    ast.For,
    ast.While,
    ast.ExceptHandler,
    ast.BoolOp,
    ast.IfExp,
    ast.comprehension,
    ast.Match,
)

LAZY = "--help must answer before this is loaded"
ALLOWED = {
    ("cli/imagine.py", "more than 6 arguments"): "typer reads one argument an option",
    ("cli/serve.py", "more than 6 arguments"): "typer reads one argument an option",
    ("api/app.py", "more than 6 arguments"): "here the application is put together, one part an argument",
    ("cli/imagine.py", "import in a function"): LAZY,
    ("cli/forwarding.py", "import in a function"): "an extra that only those install who pass calls on",
    ("cli/judging.py", "import in a function"): "an extra that only those install whose server looks at pictures",
    ("safety/images.py", "broad except"): "whatever a library says of a file that is none of its own",
    ("cli/wiring.py", "import in a function"): "obstore need not be installed",
    ("cli/sealing.py", "import in a function"): "botocore need not be installed",
    ("cli/metering.py", "import in a function"): "a library that only a server with a port for metrics needs",
    ("cli/tables.py", "import in a function"): "a server, which prints none, starts without the library for them",
    ("cli/users.py", "import in a function"): LAZY,
    ("cli/budgets.py", "import in a function"): LAZY,
    ("cli/costs.py", "import in a function"): LAZY,
    ("cli/credit.py", "import in a function"): LAZY,
    ("cli/credit.py", "more than 6 arguments"): "typer reads one argument an option",
    ("cli/ledger.py", "import in a function"): LAZY,
    ("cli/jobs.py", "import in a function"): LAZY,
    ("cli/reviews.py", "import in a function"): LAZY,
    ("cli/webhooks.py", "import in a function"): LAZY,
    ("cli/assets.py", "import in a function"): LAZY,
    ("cli/assets.py", "more than 6 arguments"): "typer reads one argument an option",
    ("cli/keys.py", "import in a function"): LAZY,
    ("cli/access.py", "import in a function"): LAZY,
    ("cli/policies.py", "import in a function"): LAZY,
    ("cli/prices.py", "import in a function"): LAZY,
    ("cli/prompt.py", "import in a function"): LAZY,
    ("cli/prompt.py", "more than 6 arguments"): "typer reads one argument an option",
    ("cli/models.py", "import in a function"): LAZY,
    ("cli/fetch.py", "import in a function"): LAZY,
    ("cli/audit.py", "import in a function"): LAZY,
    ("cli/invoice.py", "import in a function"): LAZY,
    ("cli/quote.py", "import in a function"): LAZY,
    ("cli/quote.py", "more than 6 arguments"): "typer reads one argument an option",
    ("cli/recipe.py", "import in a function"): LAZY,
    ("cli/verify.py", "import in a function"): LAZY,
    ("cli/replay.py", "import in a function"): LAZY,
    ("cli/drafts.py", "import in a function"): LAZY,
    ("cli/drafts.py", "more than 6 arguments"): "typer reads one argument an option",
    ("cli/serve.py", "import in a function"): LAZY,
    ("store/database.py", "import in a function"): "Alembic takes as long to load as all else, and rarely has work",
    ("cli/app.py", "broad except"): "the edge of the command line: a person gets one line",
    ("api/edge.py", "broad except"): "the edge of HTTP: a client gets an error of its protocol",
    ("jobs/batch.py", "broad except"): "the edge of a record: a defect at one must not end the others",
    ("jobs/worker.py", "broad except"): "the edge of a job: a bad one must not end the others",
    ("jobs/lookout.py", "broad except"): "the edge of its thread: a busy database must not end the streams",
    ("jobs/crew.py", "broad except"): "the edge of its threads: a busy database must not end the work",
    ("store/calls.py", "broad except"): "the edge of its thread: a database that is away comes back",
    ("records/invocation_log.py", "broad except"): "the log's thread: one call must not end the logs of others",
    ("engine/local.py", "broad except"): "the engine's loop: a bad job must not end the others",
    ("engine/process.py", "reads the environment"): "hands all of it on to the worker",
    ("settings.py", "reads the environment"): "the one reader",
    ("client/place.py", "reads the environment"): "a program of its own, which reads what AWS's clients read",
    ("clock.py", "takes time or chance"): "the one source",
}
"""What a file may do in spite of the rules, and why."""


Function = ast.FunctionDef | ast.AsyncFunctionDef


def arguments(function: Function) -> list[ast.arg]:
    """Named arguments without self and cls."""
    given = function.args
    every = [*given.posonlyargs, *given.args, *given.kwonlyargs]
    return [argument for argument in every if argument.arg not in {"self", "cls"}]


def own_nodes(function: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function without those of functions and classes inside it."""
    for child in ast.iter_child_nodes(function):
        yield child
        if not isinstance(child, Function | ast.ClassDef | ast.Lambda):
            yield from own_nodes(child)


def breaches_of_function(function: Function, *, inner: bool) -> Iterator[str]:
    """Rules on the shape and the words of one function."""
    doc = ast.get_docstring(function)
    public = not inner and not function.name.startswith("_")
    own = list(own_nodes(function))
    named = arguments(function)
    if (function.end_lineno or 0) - function.lineno + 1 > FUNCTION_LINES:
        yield "function of more than 50 lines"
    if len(named) > ARGUMENTS:
        yield "more than 6 arguments"
    if any(argument.annotation is None for argument in named) or function.returns is None:
        yield "not fully annotated"
    if function.args.kwarg is not None:
        yield "takes **kwargs"
    if 1 + sum(isinstance(node, BRANCHING) for node in own) > BRANCHES:
        yield "more than 10 branches"
    if public and doc is None:
        yield "public function without a docstring"
    raises = any(isinstance(node, ast.Raise) and node.exc is not None for node in own)
    if public and doc is not None and raises and "Raises" not in doc:
        yield "raises without saying so"
    if any(isinstance(default, ast.List | ast.Dict | ast.Set) for default in function.args.defaults):
        yield "mutable default"
    if any(isinstance(node, ast.Import | ast.ImportFrom) for node in own):
        yield "import in a function"


def breaches_of_node(node: ast.AST) -> Iterator[str]:
    """Rules on single statements and classes."""
    match node:
        case ast.ExceptHandler(type=None) | ast.ExceptHandler(type=ast.Name(id="Exception" | "BaseException")):
            yield "broad except"
        case ast.Global():
            yield "global"
        case ast.Call(func=ast.Name(id="print")):
            yield "print"
        case ast.Attribute(value=ast.Name(id="os"), attr="environ" | "getenv"):
            yield "reads the environment"
        case ast.Attribute(value=ast.Name(id="time"), attr="time" | "perf_counter" | "monotonic"):
            yield "takes time or chance"
        case ast.Attribute(value=ast.Name(id="uuid"), attr="uuid4"):
            yield "takes time or chance"
        case ast.ClassDef(decorator_list=decorators):
            texts = [ast.unparse(decorator) for decorator in decorators]
            for text in texts:
                if "dataclass" in text and not all(
                    flag in text for flag in ("frozen=True", "slots=True", "kw_only=True")
                ):
                    yield "dataclass that is not frozen, slotted and kw_only"
        case _:
            pass


def breaches(path: Path) -> Iterator[tuple[str, str]]:
    """Every rule that a file breaks, and where, as often as it breaks it."""
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    if text.count("\n") > FILE_LINES:
        yield "file of more than 400 lines", path.name
    if path.stem in JUNK_DRAWERS:
        yield "junk-drawer name", path.name
    if text.strip() and ast.get_docstring(tree) is None:
        yield "no module docstring", path.name
    for node in ast.walk(tree):
        for breach in breaches_of_node(node):
            yield breach, f"line {getattr(node, 'lineno', 1)}"
    inner = {
        node
        for function in ast.walk(tree)
        if isinstance(function, Function)
        for node in ast.walk(function)
        if node is not function
    }
    for node in ast.walk(tree):
        if isinstance(node, Function):
            for breach in breaches_of_function(node, inner=node in inner):
                yield breach, f"{node.name}, line {node.lineno}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_every_file_keeps_the_rules(path: Path) -> None:
    """No file breaks a rule, save where the list above says why."""
    name = path.relative_to(PACKAGE).as_posix()
    assert [(rule, where) for rule, where in breaches(path) if (name, rule) not in ALLOWED] == []


def test_every_exception_is_still_needed() -> None:
    """A file that no longer breaks its rule, or is not there, leaves the list."""
    needed = {(path.relative_to(PACKAGE).as_posix(), rule) for path in FILES for rule, _ in breaches(path)}
    assert set(ALLOWED) - needed == set()


def test_files_are_short_on_the_whole() -> None:
    """Half the files that hold anything have at most 150 lines."""
    lengths = [count for path in FILES if (count := path.read_text(encoding="utf-8").count("\n"))]
    assert statistics.median(lengths) <= MEDIAN_LINES


def test_no_model_id_stands_in_code() -> None:
    """Models are data: their ids stand in the catalogue's files and in tests, never in Python."""
    pattern = re.compile(r"(stability|amazon)\.[a-z0-9-]+-v\d")
    assert [path.name for path in FILES if pattern.search(path.read_text(encoding="utf-8"))] == []
