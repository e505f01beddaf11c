"""Tables: whole on any terminal, and honest about having no rows."""

from io import StringIO

from rich.console import Console

from outcrop.cli.tables import day_and_time, print_table


def printed(rows: list[tuple[str, ...]], width: int) -> list[str]:
    """The lines on a terminal of a width."""
    out = StringIO()
    print_table(("key", "user"), rows, Console(file=out, width=width))
    return out.getvalue().splitlines()


def test_nothing_is_cut() -> None:
    """An id is there to be copied, brackets and all."""
    row = ("[bold]" + "k" * 200, "u" * 50)
    (line,) = (line for line in printed([row], 40) if "k" * 9 in line)
    assert line.split() == list(row)


def test_no_rows_are_said_to_be_none() -> None:
    """In place of headings over nothing."""
    assert printed([], 40) == ["There are none yet."]


def test_times_are_utc_to_the_minute() -> None:
    """And no time is never."""
    assert day_and_time(1_795_435_260) == "2026-11-23 12:01"
    assert day_and_time(None) == "never"
