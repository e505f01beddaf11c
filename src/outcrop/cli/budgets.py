"""`outcrop budgets`: its commands and their options. Knows how they are spelled; `cli.accounting` does the work."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

EXAMPLES = """[bold]Examples[/]

outcrop budgets set studio-month 200 --for account=studio

outcrop budgets set alice-day 5 --for user=studio/alice --per day

outcrop budgets set spring-campaign 1000 --for tag:campaign=spring --per all

outcrop budgets list
"""

app = typer.Typer(
    help="What may be spent at most: not one picture over, however many ask at once.",
    no_args_is_help=True,
    epilog=EXAMPLES,
)

Config = Annotated[Path | None, typer.Option(help="Settings file in place of OUTCROP_HOME/outcrop.toml.")]


class Per(StrEnum):
    """How often a budget begins anew."""

    DAY = "day"
    MONTH = "month"
    ALL = "all"


@app.command("list", epilog="[bold]Examples[/]\n\noutcrop budgets list\n")
def list_(*, config: Config = None) -> None:
    """List the budgets and how much of each is used."""
    from outcrop.cli.accounting import show_budgets
    from outcrop.settings import read_settings

    show_budgets(read_settings(config=config))


@app.command("set", epilog=EXAMPLES)
def set_(
    name: Annotated[str, typer.Argument(help="A name for the budget.", show_default=False)],
    dollars: Annotated[str, typer.Argument(help="What may be spent at most, in US dollars.", show_default=False)],
    *,
    whom: Annotated[
        str,
        typer.Option("--for", help="all, account=NAME, user=ACCOUNT/NAME, profile=ACCOUNT/NAME or tag:NAME=VALUE."),
    ] = "all",
    per: Annotated[Per, typer.Option(help="When it begins anew, UTC; all: never.")] = Per.MONTH,
    warn: Annotated[list[int] | None, typer.Option(help="Per cent at which it warns; again for more (80).")] = None,
    config: Config = None,
) -> None:
    """Make a budget, or give it another ceiling. What was spent in its period before counts."""
    from outcrop.cli.accounting import set_budget
    from outcrop.settings import read_settings

    set_budget(read_settings(config=config), name, dollars, (whom, per.value), warn or [80])


@app.command(epilog="[bold]Examples[/]\n\noutcrop budgets events\n")
def events(*, config: Config = None) -> None:
    """List the latest warnings: when which budget was used up to where, and whether the webhook has been told."""
    from outcrop.cli.watching import show_events
    from outcrop.settings import read_settings

    show_events(read_settings(config=config))


@app.command(epilog="[bold]Examples[/]\n\noutcrop budgets secret\n")
def secret(*, config: Config = None) -> None:
    """Print the secret under which webhooks are signed, for whoever is to verify them; made when there is none."""
    from outcrop.cli.watching import show_secret
    from outcrop.settings import read_settings

    typer.echo(show_secret(read_settings(config=config)))


@app.command(epilog="[bold]Examples[/]\n\noutcrop budgets delete alice-day\n")
def delete(
    name: Annotated[str, typer.Argument(help="Name of the budget.", show_default=False)], *, config: Config = None
) -> None:
    """Delete a budget: it holds nobody up any more."""
    from outcrop.cli.accounting import remove_budget
    from outcrop.settings import read_settings

    remove_budget(read_settings(config=config), name)
