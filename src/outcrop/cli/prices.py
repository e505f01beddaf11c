"""`outcrop prices`: its commands and their options. Knows how they are spelled; `cli.pricing` does the work."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

EXAMPLES = """[bold]Examples[/]

outcrop prices list

outcrop prices check contract.toml

outcrop prices add contract.toml

outcrop prices retire "Contract 2027"
"""

app = typer.Typer(
    help="Price lists, and lists of what the engine costs: those that come with Outcrop, and your own.",
    no_args_is_help=True,
    epilog=EXAMPLES,
)

Config = Annotated[Path | None, typer.Option(help="Settings file in place of OUTCROP_HOME/outcrop.toml.")]
File = Annotated[
    str, typer.Argument(help="A TOML file with the list, or - for standard input.", metavar="FILE", show_default=False)
]
Name = Annotated[str, typer.Argument(help="Name of the list.", show_default=False)]
DAY = "%Y-%m-%d"


class Of(StrEnum):
    """What a list is of."""

    PRICES = "prices"
    OWN_COSTS = "own-costs"


class Form(StrEnum):
    """How a list is written."""

    TABLE = "table"
    JSON = "json"


@app.command("list", epilog="[bold]Examples[/]\n\noutcrop prices list\n\noutcrop prices list --kind own-costs\n")
def list_(
    *,
    kind: Annotated[Of | None, typer.Option(help="Only lists of this kind.", show_default=False)] = None,
    on: Annotated[
        datetime | None, typer.Option(formats=[DAY], help="Say what holds on this day; today without it.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="Only lists that price this model, by short name or id.")] = None,
    config: Config = None,
) -> None:
    """List them by the day from which they hold, and for how many models each of them does."""
    from outcrop.cli.pricing import show_lists
    from outcrop.settings import read_settings

    show_lists(
        read_settings(config=config),
        kind=None if kind is None else kind.value,
        day=None if on is None else on.date(),
        model=model,
    )


@app.command(epilog='[bold]Examples[/]\n\noutcrop prices show "Contract 2027"\n')
def show(
    name: Name,
    *,
    form: Annotated[Form, typer.Option("--format", help="How to write it.")] = Form.TABLE,
    config: Config = None,
) -> None:
    """Show one list: its source, its day, and every price."""
    from outcrop.cli.pricing import show_list
    from outcrop.settings import read_settings

    show_list(read_settings(config=config), name, form.value)


@app.command(epilog="[bold]Examples[/]\n\noutcrop prices check contract.toml\n")
def check(file: File, *, config: Config = None) -> None:
    """Say what a list would change, or what is wrong with it; keeps nothing."""
    from outcrop.cli.pricing import check_list
    from outcrop.settings import read_settings

    check_list(read_settings(config=config), file)


@app.command(epilog="[bold]Examples[/]\n\noutcrop prices add contract.toml\n\noutcrop prices add - < contract.toml\n")
def add(file: File, *, config: Config = None) -> None:
    """Keep a list in the database: every server goes by it within a second, from its day on. Bookings stay."""
    from outcrop.cli.pricing import add_list
    from outcrop.settings import read_settings

    add_list(read_settings(config=config), file)


@app.command(epilog='[bold]Examples[/]\n\noutcrop prices retire "Contract 2027"\n')
def retire(name: Name, *, config: Config = None) -> None:
    """End a list of the database now: what held before it holds again. Bookings stay."""
    from outcrop.cli.pricing import retire_list
    from outcrop.settings import read_settings

    retire_list(read_settings(config=config), name)


@app.command(epilog='[bold]Examples[/]\n\noutcrop prices remove "Contract 2027"\n')
def remove(name: Name, *, config: Config = None) -> None:
    """Remove a list of the database by which nothing was ever booked."""
    from outcrop.cli.pricing import remove_list
    from outcrop.settings import read_settings

    remove_list(read_settings(config=config), name)
