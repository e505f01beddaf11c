"""`outcrop invoice`: its options. Knows how they are spelled; `cli.invoicing` does the work."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

EXAMPLES = """[bold]Examples[/]

outcrop invoice 2026-11

outcrop invoice 2026-11 --account studio --format html > invoice.html
"""


class InvoiceForm(StrEnum):
    """How an invoice is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    HTML = "html"


def invoice(
    month: Annotated[str, typer.Argument(help="The month, as in 2026-11, UTC.", show_default=False)],
    *,
    account: Annotated[str, typer.Option(help="Name or number of an account; without it, all together.")] = "",
    form: Annotated[
        InvoiceForm, typer.Option("--format", help="How to write it; html is a page that can be printed.")
    ] = InvoiceForm.TABLE,
    config: Annotated[Path | None, typer.Option(help="Settings file in place of OUTCROP_HOME/outcrop.toml.")] = None,
) -> None:
    """Draw up the invoice of a month: what was delivered, what credit paid, what is left to pay, what it cost here.

    It is made of the month's own entries, to the micro-dollar; once the month is over it changes no more.
    """
    from outcrop.cli.invoicing import show_invoice
    from outcrop.settings import read_settings

    show_invoice(read_settings(config=config), month, account, form.value)
