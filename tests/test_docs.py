"""The documentation names what there is: commands, options, settings, models, dependencies, files. Runs nothing."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.main import get_command

from outcrop import __version__
from outcrop.catalog.load import load_catalog
from outcrop.catalog.noise import FITTING
from outcrop.cli.app import app
from outcrop.setting_names import (
    NUMBER_FIELDS,
    PLACES,
    PLAIN,
    PREFIX,
    REFINE_FIELDS,
    SECRETS,
    SWITCH_FIELDS,
    TABLES,
    TEXT_FIELDS,
)
from outcrop.settings import Settings, read_settings

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "outcrop"
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
UNSPOKEN = {"__init__.py", "__main__.py", "__pycache__", "py.typed"}


def text(name: str) -> str:
    """A file of the repository."""
    return (ROOT / name).read_text(encoding="utf-8")


def fenced(page: str, language: str) -> list[str]:
    """The blocks of a language on a page."""
    return re.findall(rf"^```{language}\n(.*?)^```", page, re.DOTALL | re.MULTILINE)


def test_the_readme_s_tree_is_the_tree() -> None:
    """Every part of the package is in the README with a few words, and nothing else is."""
    lines = re.findall(r"^[├└]── (\S+?)/?\s+\S", text("README.md"), re.MULTILINE)
    assert set(lines) == {path.name for path in PACKAGE.iterdir()} - UNSPOKEN


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    """A relative link names a file or folder that is there."""
    links = re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    broken = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_make_targets_that_pages_name_exist(page: Path) -> None:
    """`make something` in a code span or block is a target of the Makefile."""
    targets = set(re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE))
    content = page.read_text(encoding="utf-8")
    code = " \n".join([*re.findall(r"`([^`\n]+)`", content), *fenced(content, "sh")])
    assert set(re.findall(r"\bmake ([a-z]+)", code)) <= targets


def commands() -> dict[str, set[str]]:
    """Every command, those of groups with both their names, with all spellings of its options, and its arguments."""
    return dict(_commands(get_command(app), ()))


def _commands(group: Any, above: tuple[str, ...]) -> Iterator[tuple[str, set[str]]]:  # noqa: ANN401 - typer's own
    context = typer.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if hasattr(command, "list_commands"):
            yield from _commands(command, (*above, name))
        else:
            spellings = {text for option in command.params for text in (*option.opts, *option.secondary_opts)}
            yield " ".join((*above, name)), spellings - {"-h", "--help"}


def test_every_option_is_documented() -> None:
    """The reference has a section for each command and names each of its options there."""
    sections = dict(
        re.findall(
            r"^## outcrop ([a-z]+(?: [a-z]+)?)(?= \[?[A-Z]|$)(.*?)(?=^## |\Z)",
            text("docs/reference/cli.md"),
            re.DOTALL | re.MULTILINE,
        )
    )
    there = {name: {option for option in options if option.startswith("-")} for name, options in commands().items()}
    documented = {name: set(re.findall(r"`(--?[a-z-]+)`", section)) for name, section in sections.items()}
    assert documented == there


def test_calls_in_the_pages_use_options_that_exist() -> None:
    """Every `outcrop` call of a shell block names a command and options that there are."""
    there = commands()
    calls = [
        line.split("outcrop ", 1)[1]
        for page in PAGES
        for block in fenced(page.read_text(encoding="utf-8"), "sh")
        for line in block.splitlines()
        if re.match(r"(\.venv/bin/)?outcrop ", line)
    ]
    assert calls
    for call in calls:
        words = call.split(" ")
        command = next(name for name in (" ".join(words[:2]), words[0]) if name in there)
        rest = call.removeprefix(command)
        unquoted = re.sub(r'"[^"]*"', "", rest)
        assert set(re.findall(r"(?<!\S)--?[a-z][a-z-]*", unquoted)) <= there[command], call


def test_every_setting_is_documented() -> None:
    """Keys, variables, tables and a tier's fields each have their line, with the default where it is a constant."""
    page = text("docs/reference/settings.md")
    variables = [PREFIX + name.upper() for name in PLAIN]
    of_models = [*TEXT_FIELDS, *SWITCH_FIELDS, *NUMBER_FIELDS, *REFINE_FIELDS]
    names = [*PLACES, *SECRETS.values(), *PLAIN, *variables, *of_models]
    missing = [name for name in names if f"| `{name}`" not in page]
    assert missing == []
    assert [table for table in TABLES if f"`[{table}" not in page] == []
    settings = read_settings(environ={})
    for name in ("host", "port", "region"):
        assert str(getattr(settings, name)) in re.findall(rf"^\| `{name}` .*$", page, re.MULTILINE)[0]
    assert {field.name for field in fields(Settings)} == {"home", *SECRETS, *PLAIN, *TABLES}


def test_every_sampler_is_documented() -> None:
    """The line of `sampler` names each one that settings may ask for, and no other."""
    (line,) = re.findall(r"^\| `sampler` .*$", text("docs/reference/settings.md"), re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", line)) == {"sampler"}.union(*FITTING.values())


@pytest.mark.parametrize(
    "page",
    [
        "docs/reference/settings.md",
        "docs/how-to/use-your-own-weights.md",
        "docs/how-to/postgresql.md",
        "docs/how-to/switch-from-bedrock.md",
        "docs/trust.md",
    ],
)
def test_settings_files_in_the_pages_can_be_read(page: str, tmp_path: Path) -> None:
    """Every TOML block is a settings file that is accepted, and names models that there are."""
    blocks = fenced(text(page), "toml")
    assert blocks
    models = load_catalog().models
    for block in blocks:
        (tmp_path / "outcrop.toml").write_text(block, encoding="utf-8")
        assert set(read_settings(environ={"OUTCROP_HOME": str(tmp_path)}).models) <= set(models)


def test_every_model_is_documented() -> None:
    """The reference names each model's id beside its short name, and the README its name."""
    for card in load_catalog().models.values():
        assert f"`{card.alias}` (`{card.id}`)" in text("docs/reference/cli.md")
        assert card.name in text("README.md")


def test_every_dependency_has_its_reason() -> None:
    """What is installed with the base, the engine and the extras of a server stands in why.md."""
    project = tomllib.loads(text("pyproject.toml"))["project"]
    extras = project["optional-dependencies"]
    needed = [*project["dependencies"], *extras["engine"], *extras["aws"]]
    listed = {
        name.split(" ")[0]
        for cell in re.findall(r"^\| ([a-z][a-z_, ().0-9-]*?) \|", text("docs/why.md"), re.MULTILINE)
        for name in cell.split(", ")
    }
    assert {re.split(r"[<>=\[]", requirement)[0] for requirement in needed} == listed - {"package"}


def test_the_changelog_has_this_version_and_what_comes() -> None:
    """The version of the package and the unreleased changes each have their heading."""
    headings = re.findall(r"^## (\S+)", text("CHANGELOG.md"), re.MULTILINE)
    assert headings[:2] == ["Unreleased", __version__]


def test_the_licence_is_whole() -> None:
    """LICENSE is the Apache License 2.0 with its terms to the end and its appendix."""
    licence = text("LICENSE")
    assert "Version 2.0, January 2004" in licence
    assert [f"\n   {number}. " in licence for number in range(1, 10)] == [True] * 9
    assert "END OF TERMS AND CONDITIONS" in licence
    assert "APPENDIX" in licence
