"""Tables for a terminal or a pipe, whole lines without colour. Knows texts; knows nothing of what they say."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from rich.console import Console

_GAP = 3
"""Columns between two cells, and at the edges."""
EVERYTHING: Final[Mapping[str, str | None]] = {}
"""For a list that leaves nothing out."""


def print_table(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    console: "Console | None" = None,
    sought: Mapping[str, str | None] = EVERYTHING,
) -> None:
    """Print rows under their headings, or say that there are none; nothing is cut, however narrow the terminal is.

    `sought` is what rows had to have to be among them, by its name; None is anything.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table

    console = console or Console(soft_wrap=False)
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
    console.width = max(console.width, sum(widths) + _GAP * (len(widths) + 1))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in headings:
        table.add_column(heading, no_wrap=True)
    for row in rows:
        table.add_row(*row)
    console.print(table if rows else _none(sought), markup=False, highlight=False, soft_wrap=not rows)


def _none(sought: Mapping[str, str | None]) -> str:
    """That there are none, and what was looked for: there may well be others."""
    named = [f"{name} '{value}'" for name, value in sought.items() if value is not None]
    return f"There are none with {', '.join(named)}." if named else "There are none yet."


def day_and_time(seconds: int | None) -> str:
    """Seconds since 1970 as people read them, in UTC; `never` for None."""
    return "never" if seconds is None else datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M")
