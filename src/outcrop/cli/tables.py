"""Tables for a terminal or a pipe, whole lines without colour. Knows texts; knows nothing of what they say."""

from collections.abc import Sequence
from datetime import UTC, datetime

from rich import box
from rich.console import Console
from rich.table import Table

_GAP = 3
"""Columns between two cells, and at the edges."""


def print_table(headings: Sequence[str], rows: Sequence[Sequence[str]], console: Console | None = None) -> None:
    """Print rows under their headings, or say that there are none; nothing is cut, however narrow the terminal is."""
    console = console or Console(soft_wrap=False)
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
    console.width = max(console.width, sum(widths) + _GAP * (len(widths) + 1))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in headings:
        table.add_column(heading, no_wrap=True)
    for row in rows:
        table.add_row(*row)
    console.print(table if rows else "There are none yet.", markup=False, highlight=False)


def day_and_time(seconds: int | None) -> str:
    """Seconds since 1970 as people read them, in UTC; `never` for None."""
    return "never" if seconds is None else datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M")
