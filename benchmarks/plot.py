"""A line through measured points as SVG, for pages. Knows numbers and words; measures nothing."""

from collections.abc import Sequence
from html import escape

WIDTH, HEIGHT = 640, 320
LEFT, TOP, RIGHT, BOTTOM = 70, 40, 20, 50
MARKS = 4
"""Lines across, besides the one at 0."""


def line_plot(title: str, points: Sequence[tuple[str, float]], unit: str) -> str:
    """The points at even distances, from 0 to their highest, each with what it stands for.

    Raises: ValueError where there are fewer than two, or none above 0.
    """
    highest = max((value for _, value in points), default=0)
    if len(points) < 2 or highest <= 0:
        raise ValueError("a line needs two points, one of them above 0")
    wide, high = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    places = [
        (LEFT + wide * number / (len(points) - 1), TOP + high * (1 - value / highest))
        for number, (_, value) in enumerate(points)
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
            f'<title>{escape(title)}</title><g font-family="sans-serif" font-size="13">',
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
            f'<text x="{LEFT}" y="22" font-size="15">{escape(title)}</text>',
            *(_mark(mark / MARKS, highest, unit) for mark in range(MARKS + 1)),
            f'<polyline points="{line}" fill="none" stroke="#2458a6" stroke-width="2"/>',
            *(
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="#2458a6"/>'
                f'<text x="{x:.1f}" y="{HEIGHT - 22}" text-anchor="middle">{escape(name)}</text>'
                for (x, y), (name, _) in zip(places, points, strict=True)
            ),
            "</g></svg>\n",
        ]
    )


def _mark(share: float, highest: float, unit: str) -> str:
    y = TOP + (HEIGHT - TOP - BOTTOM) * (1 - share)
    return (
        f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>'
        f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{highest * share:.3g} {escape(unit)}</text>'
    )
