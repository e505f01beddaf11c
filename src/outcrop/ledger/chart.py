"""Draws amounts of money as SVG: stacked bars, and a balance that falls. Pure; knows no booking and no pool.

One file without scripts, in the colours of whoever looks: it follows a dark screen. Colours are those of Okabe and Ito,
which colour-blind people tell apart. Source: Okabe, Ito, "Color Universal Design" (2008).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

WIDTH, HEIGHT = 960, 420
LEFT, RIGHT, TOP, BOTTOM = 76, 24, 76, 48
"""Margins around what is drawn."""
COLOURS: Final = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8c8c8c")
"""The last is that of all others together."""
MOST_LABELS: Final = 10
ROUND: Final = (10, 12, 16, 20, 24, 32, 40, 60, 80)
GLYPH_PX: Final = 6.6
"""About as wide as a letter is, of the legend."""
STYLE: Final = """
text { font: 12px system-ui, "Helvetica Neue", Arial, sans-serif; fill: #1a1d21; }
.title { font-size: 16px; font-weight: 600; }
.dim { fill: #565d66; } .n { text-anchor: end; } .m { text-anchor: middle; }
.grid { stroke: #d4d8dd; } .axis { stroke: #565d66; } .paper { fill: #ffffff; } .own { fill: #1a1d21; }
.left { fill: none; stroke: #0072b2; stroke-width: 2.5; } .under { fill: #0072b2; opacity: 0.14; }
.ahead { fill: none; stroke: #0072b2; stroke-width: 2; stroke-dasharray: 5 5; }
@media (prefers-color-scheme: dark) { text { fill: #eceff2; } .dim { fill: #a3abb5; } .grid { stroke: #383e46; }
.axis { stroke: #a3abb5; } .paper { fill: #16191d; } .own { fill: #eceff2; } }
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Amounts that belong together, one for each label; micro-dollars."""

    name: str
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """What is drawn as bars, a series on top of the other."""

    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    own: tuple[int, ...] | None = None
    """What the same cost here, as a narrow bar beside; None where nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What is drawn as a line that falls."""

    title: str
    labels: tuple[str, ...]
    values: tuple[int, ...]
    """One for each label; micro-dollars."""
    ahead: int | None = None
    """How many labels after the last one it comes to nothing, at its pace."""


def draw_bars(bars: Bars) -> str:
    """The bars, a label each.

    Shapes: each series has as many values as there are labels.
    """
    series = gathered(bars.series)
    sums = [sum(values) for values in zip(*(one.values for one in series), strict=True)]
    top = ceiling(max([*sums, *(bars.own or ())], default=0))
    names = [(one.name, _colour(place, one, series)) for place, one in enumerate(series)]
    legend = [*names, *([("own cost here", "")] if bars.own else [])]
    marks = _bars(bars, series, top)
    return _framed(bars.title, legend, [*_grid(top), *_labels(bars.labels, len(bars.labels)), *marks])


def draw_balance(balance: Balance) -> str:
    """The line, a label each, and where it leads."""
    count = len(balance.labels) + (balance.ahead or 0)
    top = ceiling(max(balance.values, default=0))
    points = [(_middle(place, count), _height(value, top)) for place, value in enumerate(balance.values)]
    marks: list[str] = []
    if points:
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        base, first, last = f"{HEIGHT - BOTTOM:.1f}", points[0], points[-1]
        marks.append(f'<polygon class="under" points="{first[0]:.1f},{base} {path} {last[0]:.1f},{base}"/>')
        marks.append(f'<polyline class="left" points="{path}"/>')
        if balance.ahead:
            end = f"{_middle(count - 1, count):.1f},{base}"
            marks.append(f'<polyline class="ahead" points="{last[0]:.1f},{last[1]:.1f} {end}"/>')
    return _framed(balance.title, [], [*_grid(top), *_labels(balance.labels, count), *marks])


def gathered(series: Sequence[Series]) -> list[Series]:
    """The largest first, as many as there are colours; what is beyond them as one, the last."""
    ordered = sorted(series, key=lambda one: (-sum(one.values), one.name))
    if len(ordered) <= len(COLOURS):
        return ordered
    kept, rest = ordered[: len(COLOURS) - 1], ordered[len(COLOURS) - 1 :]
    values = tuple(sum(values) for values in zip(*(one.values for one in rest), strict=True))
    return [*kept, Series(name=f"{len(rest)} others", values=values)]


def ceiling(amount: int) -> int:
    """The least round amount that is not below another and whose quarters are round; micro-dollars, a cent at least."""
    power = 1_000
    while power * ROUND[-1] < amount:
        power *= 10
    return next(power * times for times in ROUND if power * times >= amount)


def _bars(bars: Bars, series: Sequence[Series], top: int) -> Iterator[str]:
    count = len(bars.labels)
    room = (WIDTH - LEFT - RIGHT) / max(count, 1)
    wide = min(room * (0.56 if bars.own else 0.72), 64)
    for place, label in enumerate(bars.labels):
        x, under = _middle(place, count) - wide / 2, 0
        for number, one in enumerate(series):
            value = one.values[place]
            y, bottom = _height(under + value, top), _height(under, top)
            told = escape(f"{label}, {one.name}: {_dollars(value)}")
            if value:
                yield (
                    f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{bottom - y:.1f}" '
                    f'fill="{_colour(number, one, series)}"><title>{told}</title></rect>'
                )
            under += value
        if bars.own and bars.own[place]:
            y = _height(bars.own[place], top)
            told = escape(f"{label}, own cost here: {_dollars(bars.own[place])}")
            narrow = max(min(room * 0.1, 10), 1)
            yield (
                f'<rect class="own" x="{x + wide + 1:.1f}" y="{y:.1f}" width="{narrow:.1f}" '
                f'height="{HEIGHT - BOTTOM - y:.1f}"><title>{told}</title></rect>'
            )


def _colour(place: int, one: Series, series: Sequence[Series]) -> str:
    rest = len(series) == len(COLOURS) and one is series[-1] and one.name.endswith(" others")
    return COLOURS[-1] if rest else COLOURS[place]


def _grid(top: int) -> Iterator[str]:
    for part in range(5):
        y = _height(top * part // 4, top)
        kind = "axis" if part == 0 else "grid"
        yield f'<line class="{kind}" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text class="dim n" x="{LEFT - 10}" y="{y + 4:.1f}">{_dollars(top * part // 4)}</text>'


def _labels(labels: Sequence[str], count: int) -> Iterator[str]:
    """As many as there is room for, evenly, the last of them always."""
    step = -(-count // MOST_LABELS) or 1
    most = int((WIDTH - LEFT - RIGHT) / max(min(count, MOST_LABELS), 1) / GLYPH_PX)
    for place in range(len(labels) - 1, -1, -step):
        text = labels[place] if len(labels[place]) <= most else labels[place][: max(most - 1, 1)] + "…"
        yield f'<text class="dim m" x="{_middle(place, count):.1f}" y="{HEIGHT - BOTTOM + 22}">{escape(text)}</text>'


def _framed(title: str, legend: Sequence[tuple[str, str]], marks: Sequence[str]) -> str:
    parts, x = [], float(LEFT)
    for name, colour in legend:
        shown = name if len(name) <= 40 else name[:39] + "…"
        fill = f'fill="{colour}"' if colour else 'class="own"'
        parts.append(f'<rect {fill} x="{x:.1f}" y="50" width="10" height="10" rx="2"/>')
        parts.append(f'<text class="dim" x="{x + 15:.1f}" y="59">{escape(shown)}</text>')
        x += 15 + GLYPH_PX * len(shown) + 18
    wide = max(WIDTH, x)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.0f} {HEIGHT}" role="img">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n"
        f'<rect class="paper" width="{wide:.0f}" height="{HEIGHT}"/>\n'
        f'<text class="title" x="{LEFT}" y="32">{escape(title)}</text>\n' + "\n".join([*parts, *marks]) + "\n</svg>\n"
    )


def _middle(place: int, count: int) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * (place + 0.5) / max(count, 1)


def _height(value: int, top: int) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top)


def _dollars(micros: int) -> str:
    """As few decimals as say it, two where there are any."""
    whole, rest = divmod(micros, 1_000_000)
    return f"${whole:,}" + ("" if not rest else f".{rest:06d}".rstrip("0").ljust(3, "0"))
