"""`outcrop prices` on a database in a folder of its own, and beside servers that run."""

import json
from datetime import date
from pathlib import Path

import pytest

from outcrop.cli import accounting, pricing
from outcrop.cli.accounting import Grant
from outcrop.cli.kept_prices import at_prices_of
from outcrop.cli.wiring import open_catalog
from outcrop.errors import AlreadyThere, InvalidRequest, NoSuchResource
from outcrop.settings import Settings
from outcrop.units import ModelId
from tests.cli.programs import run
from tests.conftest import CORE

Output = pytest.CaptureFixture[str]

CONTRACT = """
name = "Contract"
holds_from = 2026-11-22
source = "ours"
[per_image]
core = "0.03"
canvas = [
  { max_pixels = 1_048_576, quality = "standard", price = "0.01" },
  { max_steps = 30, price = "0.02" },
  { price = "1234.5" },
]
"""
MACHINE = """
name = "Machine"
holds_from = 2026-11-01
source = "rent"
[engine]
dollars_per_hour = "0.72"
"""


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    """Settings whose home has two files of lists, and nothing else."""
    (tmp_path / "contract.toml").write_text(CONTRACT, encoding="utf-8")
    (tmp_path / "machine.toml").write_text(MACHINE, encoding="utf-8")
    return Settings(home=tmp_path)


def listed(home: Settings, capsys: Output, day: date | None = None, model: str | None = None) -> dict[str, str]:
    """What each list holds, by its name."""
    capsys.readouterr()
    pricing.show_lists(home, kind=None, day=day, model=model)
    lines = capsys.readouterr().out.splitlines()
    cells = [[cell.strip() for cell in line.split("   ") if cell.strip()] for line in lines[3:]]
    return {row[0]: row[-1] for row in cells if row}


def test_lists_are_shown_by_kind_day_and_model(home: Settings, capsys: Output) -> None:
    """With what each of them holds on that day."""
    pricing.add_list(home, str(home.home / "contract.toml"))
    pricing.add_list(home, str(home.home / "machine.toml"))
    shipped = "Amazon Bedrock on demand, us-west-2"
    assert listed(home, capsys) == {"Machine": "yes", shipped: "for 22 of 24 models", "Contract": "for 2 of 2 models"}
    assert listed(home, capsys, day=date(2026, 10, 31))["Machine"] == "not on that day"
    assert set(listed(home, capsys, model="ultra")) == {shipped}
    assert set(listed(home, capsys, model="core")) == {shipped, "Contract"}
    pricing.show_lists(home, kind="own-costs", day=None, model="core")
    assert "There are none with kind 'own-costs', model 'core'." in capsys.readouterr().out
    pricing.retire_list(home, "Contract")
    assert listed(home, capsys)["Contract"].startswith("no more, since 20")


def test_one_list_is_shown(home: Settings, capsys: Output) -> None:
    """With its source, its day and every price, as a table and as the REST has it."""
    pricing.add_list(home, str(home.home / "contract.toml"))
    pricing.add_list(home, str(home.home / "machine.toml"))
    capsys.readouterr()
    pricing.show_list(home, "Contract", "table")
    out = capsys.readouterr().out
    assert "Contract, from 2026-11-22 on, kept in the database." in out
    assert "Source: ours." in out
    rows = [line.split() for line in out.splitlines() if "$" in line]
    assert rows[0] == [CORE, "all", "$0.03", "yes"]
    assert [" ".join(row[1:]) for row in rows[1:]] == [
        "up to 1,048,576 pixels, standard $0.01 yes",
        "up to 30 steps $0.02 yes",
        "all $1,234.50 yes",
    ]
    pricing.show_list(home, "Contract", "json")
    assert json.loads(capsys.readouterr().out)["models"][0]["rates"][0]["price"] == "0.03"
    pricing.show_list(home, "Machine", "table")
    assert "An hour of the engine at work costs $0.72." in capsys.readouterr().out
    pricing.retire_list(home, "Machine")
    capsys.readouterr()
    pricing.show_list(home, "Machine", "table")
    assert "It was retired on 20" in capsys.readouterr().out
    with pytest.raises(NoSuchResource, match="no list 'Nothing'"):
        pricing.show_list(home, "Nothing", "table")


def test_a_list_is_checked_and_removed(home: Settings, capsys: Output) -> None:
    """A check keeps nothing; what has not begun can go."""
    file = home.home / "contract.toml"
    pricing.check_list(home, str(file))
    assert "It can be added; nothing was kept." in capsys.readouterr().out
    assert "Contract" not in listed(home, capsys)
    file.write_text(CONTRACT.replace("2026-11-22", "2098-01-01"), encoding="utf-8")
    pricing.add_list(home, str(file))
    with pytest.raises(AlreadyThere, match="choose another name"):
        pricing.check_list(home, str(file))
    pricing.remove_list(home, "Contract")
    assert "Contract" not in listed(home, capsys)
    file.write_bytes(b"\xff")
    with pytest.raises(InvalidRequest, match="not written in UTF-8"):
        pricing.add_list(home, str(file))


def test_credit_is_told_in_pictures_at_the_prices_that_hold(home: Settings, capsys: Output) -> None:
    """About so many left: $1.00 is 25 of Core at $0.04, and 33 at $0.03."""
    grant = Grant(name="spring", dollars="1", since=None, until=None, models=(), accounts=(), place=None)
    accounting.add_credit(home, grant)
    assert "about 7 ultra or 25 core pictures left" in capsys.readouterr().out
    pricing.add_list(home, str(home.home / "contract.toml"))
    capsys.readouterr()
    accounting.show_credits(home)
    assert "7 ultra or 33 core pictures left" in capsys.readouterr().out


def test_a_home_without_a_database_gets_none_for_a_look_at_prices(home: Settings) -> None:
    """And one with a database shows what it keeps."""
    shipped = at_prices_of(home, open_catalog(home))
    assert shipped.prices.price(ModelId(CORE)) == 40_000
    assert sorted(path.name for path in home.home.iterdir()) == ["contract.toml", "machine.toml"]
    pricing.add_list(home, str(home.home / "contract.toml"))
    assert at_prices_of(home, open_catalog(home)).prices.price(ModelId(CORE)) == 30_000


def test_the_program(home: Settings) -> None:
    """As it is typed, from a file and from standard input; what is wrong is one line."""
    added = run(home.home, "prices", "add", "contract.toml")
    assert (added.returncode, added.stderr) == (0, "")
    assert "what is booked stays as it is" in added.stdout
    again = run(home.home, "prices", "check", "contract.toml")
    assert (again.returncode, again.stdout) == (2, "")
    assert again.stderr == "outcrop: There is a list 'Contract' already, in the database; choose another name.\n"
