"""Charts say what the figures say: as high as they are, one above the other, well-formed and escaped."""

import re
from itertools import pairwise
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcrop.ledger.chart import (
    BOTTOM,
    COLOURS,
    HEIGHT,
    TOP,
    Balance,
    Bars,
    Series,
    ceiling,
    draw_balance,
    draw_bars,
    gathered,
)

SVG = "{http://www.w3.org/2000/svg}"


def drawn(svg: str) -> Element:
    """A chart, parsed."""
    root = fromstring(svg)
    assert root.tag == f"{SVG}svg"
    assert not list(root.iter(f"{SVG}script"))
    return root


def texts(root: Element) -> list[str]:
    """Every text that is shown."""
    return ["".join(each.itertext()) for each in root.iter(f"{SVG}text")]


def heights(root: Element) -> dict[str, float]:
    """Of each bar, by what it says of itself."""
    return {
        str(title.text): float(each.attrib["height"])
        for each in root.iter(f"{SVG}rect")
        for title in each.iter(f"{SVG}title")
    }


def test_bars_are_as_high_as_what_they_say() -> None:
    """The largest sum, 8 dollars, fills the chart; own costs stand beside; what is nothing is not drawn."""
    bars = Bars(
        title="Costs <by> day",
        labels=("1", "2", "3"),
        series=(Series(name="a & b", values=(2_000_000, 6_000_000, 0)), Series(name="c", values=(0, 2_000_000, 0))),
        own=(1_000_000, 500_000, 0),
    )
    root = drawn(draw_bars(bars))
    whole = HEIGHT - BOTTOM - TOP
    assert heights(root) == pytest.approx(
        {
            "1, a & b: $2": whole / 4,
            "2, a & b: $6": whole * 3 / 4,
            "2, c: $2": whole / 4,
            "1, own cost here: $1": whole / 8,
            "2, own cost here: $0.50": whole / 16,
        },
        abs=0.1,
    )
    shown = texts(root)
    assert shown[0] == "Costs <by> day"
    assert {"a & b", "c", "own cost here", "$0", "$2", "$4", "$6", "$8", "1", "2", "3"} <= set(shown)


@given(st.integers(0, 10**15))
def test_a_chart_is_no_higher_than_it_has_to_be(amount: int) -> None:
    """What is drawn fills half of it at least, if it is more than a cent; its quarters are whole."""
    top = ceiling(amount)
    assert top >= max(amount, 10_000)
    assert top % 4 == 0
    assert amount <= 10_000 or top < amount * 2


@given(st.lists(st.lists(st.integers(0, 10**9), min_size=2, max_size=2), max_size=12))
def test_what_has_no_colour_is_gathered(values: list[list[int]]) -> None:
    """The sum of each label stays what it was, whatever is put together."""
    series = [Series(name=str(number), values=tuple(each)) for number, each in enumerate(values)]
    found = gathered(series)
    assert len(found) == min(len(series), len(COLOURS))
    for place in range(2):
        assert sum(one.values[place] for one in found) == sum(one.values[place] for one in series)
    if len(series) > len(COLOURS):
        assert found[-1].name == f"{len(series) - len(COLOURS) + 1} others"


def test_nothing_is_a_chart_as_well() -> None:
    """Without bars or a line."""
    assert heights(drawn(draw_bars(Bars(title="", labels=(), series=())))) == {}
    assert not list(drawn(draw_balance(Balance(title="", labels=(), values=()))).iter(f"{SVG}polyline"))


def test_labels_do_not_overlap() -> None:
    """However many there are; the last one is always there."""
    labels = tuple(f"2026-01-{number:03}" for number in range(365))
    root = drawn(draw_bars(Bars(title="", labels=labels, series=(Series(name="a", values=(1,) * 365),))))
    shown = [each for each in root.iter(f"{SVG}text") if each.attrib["class"] == "dim m"]
    places = sorted(float(each.attrib["x"]) for each in shown)
    assert min(right - left for left, right in pairwise(places)) > 70
    assert labels[-1] in texts(root)


def test_a_balance_falls_and_leads_on() -> None:
    """From its grant to what is left, and dashed from there to the day when nothing is."""
    root = drawn(draw_balance(Balance(title="x", labels=("1", "2"), values=(4_000_000, 1_000_000), ahead=2)))
    left, ahead = ([*re.findall(r"[\d.]+", each.attrib["points"])] for each in root.iter(f"{SVG}polyline"))
    whole = HEIGHT - BOTTOM - TOP
    assert [float(left[1]), float(left[3])] == pytest.approx([TOP, TOP + whole * 3 / 4], abs=0.1)
    assert ahead[:2] == left[2:]
    assert float(ahead[3]) == HEIGHT - BOTTOM
