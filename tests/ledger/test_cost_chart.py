"""A report becomes bars without losing a cent or a day."""

from outcrop.ledger.cost_chart import charted
from outcrop.ledger.report import Line
from outcrop.units import Micros


def line(day: str, name: str, cost: int) -> Line:
    """A line of a report."""
    micros = Micros(cost)
    return Line(key=(day, name), pictures=1, cost=micros, credit=Micros(0), engine_ms=0, own=Micros(0), own_of=0)


def test_days_without_pictures_have_their_place() -> None:
    """Between the first day and the last."""
    found = charted([line("2026-10-30", "a", 3), line("2026-11-02", "", 4)], ["day", "tag:x"], "")
    assert found.labels == ("2026-10-30", "2026-10-31", "2026-11-01", "2026-11-02")
    assert {one.name: one.values for one in found.series} == {"a": (3, 0, 0, 0), "none": (0, 0, 0, 4)}
    assert found.own is None


def test_one_thing_is_one_series() -> None:
    """And no report is no bar."""
    found = charted([line("b", "", 4), line("a", "", 3)], ["model"], "2026-11")
    assert found.labels == ("a", "b")
    assert [one.values for one in found.series] == [(3, 4)]
    assert "2026-11" in found.title
    assert charted([], ["day"], "").labels == ()
