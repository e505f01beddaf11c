"""`outcrop costs`: its options. Knows how they are spelled; `cli.costing` does the work."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

EXAMPLES = """[bold]Examples[/]

outcrop costs

outcrop costs --by day --by user --month 2026-11

outcrop costs --by tag:campaign --format csv

outcrop costs --by day --by model --month 2026-11 --format svg > november.svg
"""


class Form(StrEnum):
    """How a report is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    SVG = "svg"


def costs(
    *,
    by: Annotated[
        list[str] | None,
        typer.Option(
            help="day, month, model, account, user, operation, list, profile or tag:NAME; again for more (model)."
        ),
    ] = None,
    month: Annotated[str, typer.Option(help="A month, as in 2026-11, UTC; without it, all that is booked.")] = "",
    form: Annotated[Form, typer.Option("--format", help="How to write it; svg is a chart.")] = Form.TABLE,
    config: Annotated[Path | None, typer.Option(help="Settings file in place of OUTCROP_HOME/outcrop.toml.")] = None,
) -> None:
    """Report what the delivered pictures cost at the prices at which they were booked."""
    from outcrop.cli.costing import show_costs
    from outcrop.settings import read_settings

    show_costs(read_settings(config=config), by or ["model"], month, form.value)
