"""Tables: whole on any terminal, and honest about having no rows."""

from collections.abc import Mapping
from io import StringIO

from rich.console import Console

from outcrop.cli.tables import EVERYTHING, day_and_time, print_table


def printed(rows: list[tuple[str, ...]], width: int, sought: Mapping[str, str | None] = EVERYTHING) -> list[str]:
    """The lines on a terminal of a width."""
    out = StringIO()
    print_table(("key", "user"), rows, Console(file=out, width=width), sought)
    return out.getvalue().splitlines()


def test_nothing_is_cut() -> None:
    """An id is there to be copied, brackets and all."""
    row = ("[bold]" + "k" * 200, "u" * 50)
    (line,) = (line for line in printed([row], 40) if "k" * 9 in line)
    assert line.split() == list(row)


def test_no_rows_are_said_to_be_none() -> None:
    """In place of headings over nothing."""
    assert printed([], 40) == ["There are none yet."]


def test_what_was_looked_for_is_said() -> None:
    """Where nothing was found there may well be others; on one line, however long it is."""
    assert printed([], 40, {"user": None, "kind": None}) == ["There are none yet."]
    assert printed([], 40, {"user": "a [b]", "kind": None, "state": "active"}) == [
        "There are none with user 'a [b]', state 'active'."
    ]


def test_times_are_utc_to_the_minute() -> None:
    """And no time is never."""
    assert day_and_time(1_795_435_260) == "2026-11-23 12:01"
    assert day_and_time(None) == "never"
