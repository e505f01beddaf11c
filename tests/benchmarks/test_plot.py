"""A plot is sound SVG, and its line goes where the numbers are."""

import xml.etree.ElementTree as ET

import pytest
from benchmarks.plot import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, line_plot
from benchmarks.report import plots

SVG = "{http://www.w3.org/2000/svg}"


def test_a_line_goes_through_its_points() -> None:
    """From edge to edge; the highest touches the top, nought the bottom."""
    drawn = ET.fromstring(line_plot("a & b", [("1", 0.0), ("<2>", 5.0), ("3", 10.0)], "MiB"))
    (line,) = drawn.iter(f"{SVG}polyline")
    bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    wanted = f"{LEFT}.0,{bottom}.0 {(LEFT + right) / 2:.1f},{(TOP + bottom) / 2:.1f} {right}.0,{TOP}.0"
    assert line.get("points") == wanted
    words = [text.text for text in drawn.iter(f"{SVG}text")]
    assert {"a & b", "1", "<2>", "3", "0 MiB", "10 MiB"} <= set(words)


@pytest.mark.parametrize("points", [[], [("1", 1.0)], [("1", 0.0), ("2", 0.0)]])
def test_what_is_no_line_is_refused(points: list[tuple[str, float]]) -> None:
    """Instead of an empty picture."""
    with pytest.raises(ValueError, match="two points, one of them above 0"):
        line_plot("nothing", points, "")


def test_a_page_without_passes_has_no_plots() -> None:
    """As one of an earlier version."""
    assert plots({}) == {}
