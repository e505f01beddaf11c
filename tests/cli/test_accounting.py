"""The commands of the ledger on a database in a folder of its own: credits, budgets, costs, invoices and the check."""

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

from outcrop.access.first_start import set_up
from outcrop.catalog.load import Catalog
from outcrop.catalog.prices import to_micros
from outcrop.cli import accounting, burning, costing, invoicing, people
from outcrop.cli.accounting import Grant
from outcrop.cli.directory import open_directory
from outcrop.cli.wiring import open_catalog
from outcrop.clock import day_of, random_seed, unix_time
from outcrop.errors import AlreadyThere, BudgetSpent, ImpossibleBooking, InvalidRequest, NoSuchModel, NoSuchResource
from outcrop.ledger.books import Books, Order, open_books
from outcrop.operations.table import plan
from outcrop.prompt import plain
from outcrop.request import TextToImage
from outcrop.settings import Settings
from outcrop.store.accounts import find_account
from outcrop.store.budgets import list_budgets
from outcrop.store.database import open_database
from outcrop.store.inference_profiles import InferenceProfile, add_profile
from tests.cli.programs import run
from tests.conftest import CORE, ULTRA

Output = pytest.CaptureFixture[str]

SPRING = Grant(name="spring", dollars="0.10", since=None, until=None, models=(), accounts=("studio",), place=None)
OWN_COSTS = """
name = "Ours"
holds_from = 2026-01-01
source = "a test"
[engine]
dollars_per_second = "0.001"
"""


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    """Settings whose home has the accounts `local` and `studio`, and a list of own costs."""
    settings = Settings(home=tmp_path)
    with open_directory(settings) as directory:
        set_up(directory)
    people.add(settings, "alice", "studio")
    (tmp_path / "own-costs").mkdir()
    (tmp_path / "own-costs" / "ours.toml").write_text(OWN_COSTS, encoding="utf-8")
    return settings


def draw(home: Settings, model: str, count: int, tags: dict[str, str] | None = None) -> list[str]:
    """Book pictures of the studio's alice as delivered, each after 2 s of the engine."""
    catalog = open_catalog(home)
    with open_database(home.home) as database, open_books(database, unix_time, catalog.own_costs) as books:
        ids = reserve(home, books, catalog, (model, count), tags)
        books.settle(dict.fromkeys(ids, 2000))
        books.hand_over(ids)
        return ids


def reserve(
    home: Settings, books: Books, catalog: Catalog, asked: tuple[str, int], tags: dict[str, str] | None = None
) -> list[str]:
    """Set their price aside."""
    card = catalog.model_named(asked[0])
    with open_database(home.home) as database, database.reading() as connection:
        studio = find_account(connection, "studio")
    assert studio
    order = Order(
        request_id=f"r{random_seed()}",
        account_id=studio.id,
        user_name="alice",
        price_list=catalog.prices.of(card.id).name,
        tags=tags or {},
    )
    request = TextToImage(prompt=plain("a fox"), size=card.sizes["1:1"], images=asked[1])
    return [booking.id for booking in books.reserve(order, plan(request, card.id, catalog, random_seed))]


def rows(capsys: Output) -> list[list[str]]:
    """The rows of what was printed as CSV."""
    return list(csv.reader(io.StringIO(capsys.readouterr().out)))


def this_month() -> str:
    """As in 2026-11."""
    return day_of(unix_time()).isoformat()[:7]


def test_costs_add_up_and_show_both_prices(home: Settings, capsys: Output) -> None:
    """What it would have cost on Bedrock, who paid, and what it cost here, exact."""
    accounting.add_credit(home, SPRING)
    draw(home, "core", 3, {"team": "red"})
    draw(home, "ultra", 1)
    capsys.readouterr()
    costing.show_costs(home, ["model"], "", "csv")
    headings, *found = rows(capsys)
    assert headings == ["model", "pictures", "list price", "from credit", "billed", "engine s", "own cost"]
    assert found == [
        [CORE, "3", "0.12", "0.1", "0.02", "6.000", "0.006"],
        [ULTRA, "1", "0.14", "0", "0.14", "2.000", "0.002"],
    ]
    costing.show_costs(home, ["tag:team", "operation"], this_month(), "json")
    assert [line["tag:team"] for line in json.loads(capsys.readouterr().out)] == ["", "red"]
    costing.show_costs(home, ["model"], "", "table")
    total = capsys.readouterr().out.splitlines()[-2].split()
    assert total == ["in", "all", "4", "$0.26", "$0.10", "$0.16", "8.0", "$0.008"]
    costing.show_costs(home, ["day"], "2001-01", "table")
    assert capsys.readouterr().out == "There are none with month '2001-01'.\n"


def test_what_it_cost_here_is_unknown_where_nobody_said(home: Settings, capsys: Output) -> None:
    """Not 0: a dash, and where to say it."""
    (home.home / "own-costs" / "ours.toml").unlink()
    draw(home, "core", 1)
    capsys.readouterr()
    costing.show_costs(home, ["model"], "", "table")
    out = capsys.readouterr().out
    assert "2.0        -" in out
    assert "own-costs" in out


def test_a_new_list_changes_nothing_that_is_booked(home: Settings, capsys: Output) -> None:
    """Neither an operator's prices nor their own costs: what comes later costs otherwise."""
    draw(home, "core", 1)
    (home.home / "prices").mkdir()
    contract = f'name = "Contract"\nholds_from = 2026-01-02\nsource = "ours"\n[per_image]\n"{CORE}" = "0.03"\n'
    # It holds from an earlier day than the shipped list's, which therefore still wins.
    (home.home / "prices" / "contract.toml").write_text(contract, encoding="utf-8")
    draw(home, "core", 1)
    newer = contract.replace("2026-01-02", day_of(unix_time()).isoformat())
    (home.home / "prices" / "contract.toml").write_text(newer, encoding="utf-8")
    dearer = OWN_COSTS.replace("0.001", "0.5")
    (home.home / "own-costs" / "ours.toml").write_text(dearer, encoding="utf-8")
    capsys.readouterr()
    draw(home, "core", 1)
    costing.show_costs(home, ["list"], "", "csv")
    _, bedrock, contracted = rows(capsys)
    assert bedrock[1:] == ["2", "0.08", "0", "0.08", "4.000", "0.004"]
    assert contracted == ["Contract", "1", "0.03", "0", "0.03", "2.000", "1"]


def test_the_invoice_of_a_month(home: Settings, capsys: Output) -> None:
    """As a table, CSV whose amounts add up to what is to pay, JSON and a page."""
    accounting.add_credit(home, SPRING)
    draw(home, "core", 3)
    draw(home, "ultra", 2)
    with open_database(home.home) as database, open_books(database, unix_time) as books:
        books.refund(draw(home, "ultra", 1))
    capsys.readouterr()
    invoicing.show_invoice(home, this_month(), "studio", "csv")
    headings, *found = rows(capsys)
    amount = headings.index("amount")
    assert [row[amount] for row in found] == ["0.12", "0.42", "-0.14", "-0.1"]
    invoicing.show_invoice(home, this_month(), "", "json")
    told = json.loads(capsys.readouterr().out)
    assert (told["account"], told["pictures"], told["total"], told["billed"]) == (None, 5, "0.4", "0.3")
    assert told["ownCost"] == {"amount": "0.012", "pictures": 6, "of": 6}
    invoicing.show_invoice(home, this_month(), "studio", "table")
    out = capsys.readouterr().out
    assert "account studio (" in out
    assert [line.split()[-1] for line in out.splitlines() if "to pay" in line] == ["$0.30"]
    invoicing.show_invoice(home, this_month(), "studio", "html")
    page = capsys.readouterr().out
    assert page.startswith("<!DOCTYPE html>")
    assert "Stable Image Ultra" in page
    invoicing.show_invoice(home, this_month(), "local", "json")
    assert json.loads(capsys.readouterr().out)["lines"] == []
    with pytest.raises(InvalidRequest, match="no account 'nowhere'"):
        invoicing.show_invoice(home, this_month(), "nowhere", "table")
    with pytest.raises(InvalidRequest, match="is no month"):
        invoicing.show_invoice(home, "November", "", "table")


def test_a_refund_is_told(home: Settings, capsys: Output) -> None:
    """Of two pictures of $0.14, credit of $0.10 paid the first; both are given back, and the pool is full again."""
    accounting.add_credit(home, SPRING)
    first, second = draw(home, "ultra", 2)
    capsys.readouterr()
    accounting.refund_pictures(home, [first, second])
    assert capsys.readouterr().out.splitlines() == [
        f"{first}: $0.14 given back, $0.10 of it to credit.",
        f"{second}: $0.14 given back.",
    ]
    accounting.show_credits(home)
    (spring,) = [line.split() for line in capsys.readouterr().out.splitlines() if "spring" in line]
    assert spring[1:3] == ["$0.10", "$0.10"]
    for ids, error in (([], InvalidRequest), (["x"] * 101, InvalidRequest), (["none/0"], NoSuchResource)):
        with pytest.raises(error):
            accounting.refund_pictures(home, ids)
    accounting.prove(home)


def test_an_invoice_over_broken_books_is_refused(home: Settings) -> None:
    """An entry that somebody made behind the books."""
    draw(home, "core", 1)
    with open_database(home.home) as database, database.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO entries (at, kind, booking_id, source, target, amount) "
            f"VALUES ({int(unix_time())}, 'settle', NULL, 'held:x', 'spent:x', 7)"
        )
    with pytest.raises(ImpossibleBooking, match="come to 40000 micro-dollars, but its entries to 40007"):
        invoicing.show_invoice(home, this_month(), "", "table")
    with pytest.raises(ImpossibleBooking, match="contradictions; nothing was changed"):
        accounting.prove(home)


def test_the_check_proves_books_that_are_right(home: Settings, capsys: Output) -> None:
    """In one line."""
    draw(home, "core", 2)
    capsys.readouterr()
    accounting.prove(home)
    assert capsys.readouterr().out == "The books are right: every balance is the sum of its entries.\n"


def test_credit_is_granted_and_listed(home: Settings, capsys: Output) -> None:
    """With what is left, when it ends, and for how many pictures it suffices."""
    until = datetime.now(UTC).replace(tzinfo=None) + timedelta(days=90)
    accounting.add_credit(home, replace(SPRING, dollars="$1", until=until))
    accounting.add_credit(home, replace(SPRING, name="trial", dollars="0.5", models=("ultra",), accounts=(), place=1))
    draw(home, "ultra", 3)
    capsys.readouterr()
    accounting.show_credits(home)
    found = {line.split()[0]: line for line in capsys.readouterr().out.splitlines() if "left" in line and "$" in line}
    assert found["spring"].split()[1:3] == ["$1.00", "$1.00"]
    assert "7 ultra or 25 core pictures left" in found["spring"]
    assert found["trial"].split()[1:3] == ["$0.50", "$0.08"]
    assert "0 ultra pictures left" in found["trial"]


def test_a_pool_burns_down(home: Settings, capsys: Output) -> None:
    """Day by day, as a table, CSV, JSON and a chart; with the day on which it runs out."""
    accounting.add_credit(home, replace(SPRING, dollars="1"))
    draw(home, "core", 5)
    capsys.readouterr()
    today = day_of(unix_time()).isoformat()
    burning.show_pool(home, "spring", "csv")
    assert rows(capsys) == [["day", "drawn", "ended", "left"], [today, "0.2", "0", "0.8"]]
    burning.show_pool(home, "spring", "json")
    told = json.loads(capsys.readouterr().out)
    # $0.20 on the first day: at that pace $0.80 are gone four days later.
    assert (told["left"], told["runsOut"]) == ("0.8", (day_of(unix_time()) + timedelta(days=4)).isoformat())
    burning.show_pool(home, "spring", "table")
    assert "$0.80 of $1.00 are left; at the pace of the last seven days it runs out on" in capsys.readouterr().out
    burning.show_pool(home, "spring", "svg")
    chart = fromstring(capsys.readouterr().out)
    assert str(chart[0].text).startswith("Credit 'spring': $0.80 of $1.00 left, runs out on ")
    with pytest.raises(InvalidRequest, match="no credit pool 'autumn'"):
        burning.show_pool(home, "autumn", "table")


def test_costs_are_drawn(home: Settings, capsys: Output) -> None:
    """A bar for each day, those without pictures too, divided by model."""
    draw(home, "core", 3)
    draw(home, "ultra", 1)
    capsys.readouterr()
    costing.show_costs(home, ["day", "model"], this_month(), "svg")
    chart = fromstring(capsys.readouterr().out)
    told = {str(title.text).partition(", ")[2] for title in chart.iter("{http://www.w3.org/2000/svg}title")}
    assert {f"{CORE}: $0.12", f"{ULTRA}: $0.14", "own cost here: $0.008"} <= told


def test_credit_that_cannot_be_is_refused(home: Settings) -> None:
    """Twice of one name, for nobody, of no amount, over before it begins."""
    accounting.add_credit(home, SPRING)
    with pytest.raises(AlreadyThere, match="'spring' already"):
        accounting.add_credit(home, SPRING)
    for change, why in (
        ({"accounts": ("nowhere",)}, "no account 'nowhere'"),
        ({"dollars": "much"}, "is no decimal amount. Write US dollars"),
        ({"dollars": "-1"}, "whole, non-negative"),
        ({"until": datetime(2001, 1, 1)}, "would end before it starts"),  # noqa: DTZ001 - as typer reads a day
        ({"name": ""}, "is no name"),
    ):
        with pytest.raises(InvalidRequest, match=why):
            accounting.add_credit(home, replace(SPRING, **({"name": "another"} | change)))
    with pytest.raises(NoSuchModel):
        accounting.add_credit(home, replace(SPRING, name="another", models=("pastel",)))


def test_a_budget_holds_until_it_is_deleted(home: Settings, capsys: Output) -> None:
    """Listed with its use; what was spent before it was made counts."""
    draw(home, "core", 2)
    accounting.set_budget(home, "studio-month", "0.10", ("account=studio", "month"), [80])
    with pytest.raises(BudgetSpent, match="'studio-month'"):
        draw(home, "core", 1)
    capsys.readouterr()
    accounting.show_budgets(home)
    (line,) = (line.split() for line in capsys.readouterr().out.splitlines() if "studio-month" in line)
    assert line[0] == "studio-month"
    assert line[3:6] == ["month", "$0.10", "$0.08"]
    accounting.remove_budget(home, "studio-month")
    assert len(draw(home, "core", 1)) == 1
    with pytest.raises(InvalidRequest, match="no budget 'studio-month'"):
        accounting.remove_budget(home, "studio-month")


def test_a_budget_may_be_a_profile_s(home: Settings) -> None:
    """By its name or its id."""
    with open_database(home.home) as database, database.writing() as connection:
        studio = find_account(connection, "studio")
        assert studio
        profile = InferenceProfile(
            account_id=studio.id,
            id="abcdef123456",
            name="Spring",
            description=None,
            source=CORE,
            token=None,
            created_at=0,
        )
        add_profile(connection, profile)
    for named in ("Spring", "abcdef123456"):
        accounting.set_budget(home, named, "1", (f"profile=studio/{named}", "all"), [80])
    with open_database(home.home) as database, database.reading() as connection:
        assert {budget.value for budget in list_budgets(connection)} == {f"{studio.id}/abcdef123456"}
    with pytest.raises(InvalidRequest, match="no inference profile 'Autumn'"):
        accounting.set_budget(home, "b", "1", ("profile=studio/Autumn", "all"), [80])


@pytest.mark.parametrize("whom", ["", "studio", "account=", "account=nowhere", "user=nowhere/alice", "tag:=x", "tag=x"])
def test_a_budget_for_nobody_is_refused(home: Settings, whom: str) -> None:
    """With what may be written."""
    with pytest.raises(InvalidRequest, match=r"(is nobody|no account)"):
        accounting.set_budget(home, "b", "1", (whom, "day"), [80])


def test_warnings_are_per_cents(home: Settings) -> None:
    """From 1 to 100."""
    for part in (0, 101):
        with pytest.raises(InvalidRequest, match="per cents from 1 to 100"):
            accounting.set_budget(home, "b", "1", ("all", "day"), [part])


def test_the_programs_themselves(tmp_path: Path) -> None:
    """Each as it is typed, in a home where nothing has been kept yet."""
    for arguments, told in (
        (("credits", "add", "spring", "12.50", "--until", "2099-06-30"), "Credit of $12.50"),
        (("credits", "list"), "spring"),
        (("budgets", "set", "all-days", "5", "--per", "day", "--warn", "50", "--warn", "90"), "holds from now on"),
        (("budgets", "list"), "all-days"),
        (("costs", "--by", "day", "--format", "csv"), "day,pictures,list price"),
        (("invoice", "2026-11", "--format", "json"), '"billed": "0"'),
        (("ledger", "check"), "The books are right"),
    ):
        done = run(tmp_path, *arguments)
        assert (done.returncode, done.stderr) == (0, ""), arguments
        assert told in done.stdout
    assert to_micros("12.50") == 12_500_000
    refused = run(tmp_path, "invoice", "2026-13")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == "outcrop: '2026-13' is no month; write it as in 2026-11.\n"
