"""`outcrop prompt` says what stands in a picture's way, and makes sentences of parts."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from outcrop.cli.app import app
from outcrop.cli.wording import HELD_BACK, show_advice
from outcrop.settings import Settings


def run(*words: str, status: int = 0) -> str:
    """Run the command line; returns what it prints."""
    found = CliRunner().invoke(app, ["prompt", *words])
    assert found.exit_code == status, found.output
    return found.output


def test_advice_is_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With its severity and rule; a good prompt has none."""
    settings = Settings(home=tmp_path)
    show_advice(settings, "a fox, no hat", "", "core")
    printed = capsys.readouterr().out
    assert "negation" in printed
    assert "no-light" in printed
    show_advice(settings, "a fox, close-up, at dawn", "", None)
    assert capsys.readouterr().out == "There is nothing to say of it.\n"


def test_what_would_be_held_back_ends_with_status_1() -> None:
    """So that scripts can tell."""
    assert "blocked" in run("lint", "a nude fox", status=HELD_BACK)


def test_a_sentence_is_printed_alone() -> None:
    """So that it can be passed on."""
    assert run("build", "--subject", "an apple", "--details", "red") == "a red apple\n"
    assert run("build", "--subject", "a fox", "--refine") == "a fox, centered, soft studio lighting\n"
