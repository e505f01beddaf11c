"""The command as a person runs it: exit statuses, and one line for whatever goes wrong."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import click
import pytest
import typer
from rich.text import Text

from outcrop import __version__
from outcrop.cli.app import app
from tests.cli.programs import run


def test_the_version_is_the_package_s(tmp_path: Path) -> None:
    """`outcrop --version` names program and version."""
    assert run(tmp_path, "--version").stdout == f"outcrop {__version__}\n"


def words(given: list[str] | str) -> str:
    """The arguments of a call as the test's name; what it says needs none."""
    return " ".join(given) if isinstance(given, list) else ""


def commands(above: click.Group, name: str) -> Iterator[tuple[str, click.Command]]:
    """Every command below one, groups too, by all the words that call it."""
    for word, command in above.commands.items():
        yield f"{name} {word}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{name} {word}")


EVERY_COMMAND = dict(commands(cast("click.Group", typer.main.get_command(app)), "outcrop"))


def test_help_shows_examples(tmp_path: Path) -> None:
    """It ends with calls of that command."""
    done = run(tmp_path, "imagine", "--help")
    assert done.returncode == 0
    assert "outcrop imagine" in done.stdout.partition("Examples")[2]


@pytest.mark.parametrize("name", EVERY_COMMAND)
def test_every_command_s_help_teaches(name: str) -> None:
    """It has examples of that command, and breaks no line within a sentence: such breaks are shown as they stand."""
    command = EVERY_COMMAND[name]
    assert f"{name} " in f"{command.epilog} ".replace("\n", " ")
    further = (command.help or "").partition("\n\n")[2]
    assert [line for line in further.splitlines() if line and line[-1] not in ".:"] == []


@pytest.mark.parametrize("name", EVERY_COMMAND)
def test_brackets_in_help_are_shown(name: str) -> None:
    """Not taken for colours: what is not escaped would be left out."""
    for parameter in EVERY_COMMAND[name].params:
        text = getattr(parameter, "help", None) or ""
        assert Text.from_markup(text).plain == text.replace("\\[", "[")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["imagine", ""], "The prompt is empty"),
        (["imagine", "a fox", "--model", "pastel"], "There is no model 'pastel'; choose one of: "),
        (["imagine", "a fox", "--model", "ulta"], "There is no model 'ulta'; did you mean ultra"),
        (["imagine", "a fox", "--aspect-ratio", "7:1"], "The aspect ratio '7:1' is none of"),
        (["imagine", "a fox", "--config", "none.toml"], "There is no settings file"),
        (["models", "--config", "none.toml"], "There is no settings file"),
        (["recipe", "none.png"], "none.png cannot be read as a picture: No such file or directory."),
        (["recipe", __file__], f"{__file__} cannot be read as a picture: its format is unknown."),
        (["serve", "--host", "0.0.0.0"], "The host is '0.0.0.0', which other machines can reach, and there is no key"),
        (["serve", "--port", "70000"], "--port is 70000; a port is a whole number from 0"),
    ],
    ids=words,
)
def test_bad_input_ends_with_status_2_and_one_line(tmp_path: Path, arguments: list[str], says: str) -> None:
    """The line names the command, the value and the fix; there is no traceback, and nothing is written."""
    done = run(tmp_path, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"outcrop: {says}")
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["imagine"],
        ["imagine", "a", "-n", "0"],
        ["imagine", "a", "--seed", "-1"],
        ["draw"],
        ["imagine", "a", "--prompt"],
    ],
    ids=" ".join,
)
def test_a_misspelled_call_ends_with_status_2(tmp_path: Path, arguments: list[str]) -> None:
    """What the option parser refuses is bad input as well."""
    done = run(tmp_path, *arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_an_unknown_variable_is_refused(tmp_path: Path) -> None:
    """A misspelled OUTCROP_ variable does not pass in silence."""
    done = run(tmp_path, "models", OUTCROP_PROT="1")
    assert done.returncode == 2
    assert "OUTCROP_PROT" in done.stderr


def test_weights_that_are_none_are_refused(tmp_path: Path) -> None:
    """A folder that holds no checkpoint is named, with what was looked for."""
    (tmp_path / "outcrop.toml").write_text('[checkpoints]\nmine = "weights"\n', encoding="utf-8")
    done = run(tmp_path, "models")
    assert done.returncode == 2
    assert "model_index.json is missing" in done.stderr


def test_models_fits_a_pipe(tmp_path: Path) -> None:
    """Piped output has whole lines and no colour codes."""
    done = run(tmp_path, "models")
    assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in done.stdout
    assert "ultra" in done.stdout
