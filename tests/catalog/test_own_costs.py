"""What the engine's time costs its operator: exact until the last step, dated, and by a named source."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcrop.catalog.own_costs import UNKNOWN, OwnCostList, OwnCosts, read_own_costs
from outcrop.errors import BadSettings

HEAD = 'name = "Our machine"\nholds_from = 2026-11-01\nsource = "A contract"\n[engine]\n'


def read(folder: Path, engine: str, head: str = HEAD) -> OwnCostList:
    """A list whose table reads so."""
    file = folder / "own.toml"
    file.write_text(head + engine, encoding="utf-8")
    return read_own_costs(file)


def listed(second: str, day: int = 1) -> OwnCostList:
    """A list of so many dollars a second, from a day of November 2026 on."""
    return OwnCostList(name="x", holds_from=date(2026, 11, day), source="y", second=Fraction(second))


def test_machine_and_electricity_are_added(tmp_path: Path) -> None:
    """$0.72 an hour is $0.0002 a second; 360 W for a second are 0.0001 kWh, at $0.30 thus $0.00003."""
    found = read(tmp_path, 'dollars_per_hour = "0.72"\nwatts = 360\ndollars_per_kwh = "0.30"\n')
    assert found.second == Fraction(23, 100_000)
    assert found.cost(10_000) == 2_300
    assert (found.name, found.holds_from, found.source) == ("Our machine", date(2026, 11, 1), "A contract")


def test_a_rent_that_no_decimal_says_stays_exact(tmp_path: Path) -> None:
    """$1 an hour, for an hour in milliseconds, is a dollar; and electricity may be part of the rent."""
    assert read(tmp_path, 'dollars_per_hour = "1"\n').cost(3_600_000) == 1_000_000
    assert read(tmp_path, 'dollars_per_second = "0.0000005"\n').cost(1000) == 1  # half a micro-dollar goes up


@given(ms=st.integers(0, 10**10), numerator=st.integers(0, 10**6), denominator=st.integers(1, 10**9))
def test_rounding_is_to_the_nearest(ms: int, numerator: int, denominator: int) -> None:
    """Never further off than half a micro-dollar, and a half goes up."""
    second = Fraction(numerator, denominator)
    cost = OwnCostList(name="x", holds_from=date(2026, 1, 1), source="y", second=second).cost(ms)
    assert Fraction(-1, 2) < cost - second * ms * 1000 <= Fraction(1, 2)


def test_the_newest_list_of_a_day_holds() -> None:
    """Before the first none does: what a picture cost then is not made up."""
    costs = OwnCosts(lists=(listed("0.002", 10), listed("0.001", 5), listed("0.003", 10)))
    assert costs.cost(date(2026, 11, 4), 1000) is None
    assert costs.cost(date(2026, 11, 5), 1000) == 1_000
    assert costs.cost(date(2026, 11, 10), 1000) == 3_000
    assert UNKNOWN.of(date(2026, 11, 5)) is None


@pytest.mark.parametrize(
    ("engine", "why"),
    [
        ("", "holds one of dollars_per_second, dollars_per_hour"),
        ('dollars_per_hour = "1"\ndollars_per_second = "1"\n', "holds one of"),
        ('dollars_per_hour = "1"\nwatt = 3\n', "holds one of"),
        ('dollars_per_hour = "1"\nwatts = 3\n', "KeyError"),
        ("dollars_per_hour = 0.1\n", "is no amount; write it as a text"),
        ("dollars_per_hour = true\n", "is no amount"),
        ('dollars_per_hour = "free"\n', "is no decimal amount"),
        ('dollars_per_hour = "-1"\n', "is no amount from 0"),
        ('dollars_per_hour = "NaN"\n', "is no amount from 0"),
        ('dollars_per_hour = "1e99"\n', "is no amount from 0"),
    ],
)
def test_what_is_no_list_is_refused(tmp_path: Path, engine: str, why: str) -> None:
    """With the file and the reason."""
    with pytest.raises(BadSettings, match=rf"own\.toml cannot be used: .*{why}"):
        read(tmp_path, engine)


def test_a_list_has_a_name_a_day_and_a_source(tmp_path: Path) -> None:
    """As a price list has."""
    with pytest.raises(BadSettings, match="source"):
        read(tmp_path, 'dollars_per_hour = "1"\n', HEAD.replace("source", "sauce"))
    with pytest.raises(BadSettings, match="holds_from"):
        read(tmp_path, 'dollars_per_hour = "1"\n', HEAD.replace("2026-11-01", '"today"'))
