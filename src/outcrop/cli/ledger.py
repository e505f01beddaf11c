"""`outcrop ledger`: its commands and their options. Knows how they are spelled; `cli.accounting` does the work."""

from pathlib import Path
from typing import Annotated

import typer

EXAMPLES = """[bold]Examples[/]

outcrop ledger check

outcrop ledger refund 7d1c7a52-9d7e-4a47-9b5e-0c2f3f5a9e11/0
"""

app = typer.Typer(help="Prove the books, and give back what was paid.", no_args_is_help=True, epilog=EXAMPLES)

Config = Annotated[Path | None, typer.Option(help="Settings file in place of OUTCROP_HOME/outcrop.toml.")]


@app.callback()
def _ledger() -> None:
    pass


@app.command(epilog="[bold]Examples[/]\n\noutcrop ledger check\n")
def check(*, config: Config = None) -> None:
    """Hold every balance against the entries it stands for; says each contradiction, and fails if there is one."""
    from outcrop.cli.accounting import prove
    from outcrop.settings import read_settings

    prove(read_settings(config=config))


@app.command(epilog="[bold]Examples[/]\n\noutcrop ledger refund 7d1c7a52-9d7e-4a47-9b5e-0c2f3f5a9e11/0\n")
def refund(
    pictures: Annotated[
        list[str], typer.Argument(help="Ids of pictures, as GET /v1/bookings has them.", show_default=False)
    ],
    *,
    config: Config = None,
) -> None:
    """Give back what was paid for delivered pictures, all of them or none: to the pools that had paid, and budgets."""
    from outcrop.cli.accounting import refund_pictures
    from outcrop.settings import read_settings

    refund_pictures(read_settings(config=config), pictures)
