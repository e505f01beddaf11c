"""`outcrop credits`: its commands and their options. Knows how they are spelled; `cli.accounting` does the work."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from outcrop.cli.costs import Form

EXAMPLES = """[bold]Examples[/]

outcrop credits add spring-2027 1000 --until 2027-06-30

outcrop credits add ultra-trial 50 --model ultra --account studio --order 1

outcrop credits list
"""

app = typer.Typer(help="Credit that is drawn before anybody pays.", no_args_is_help=True, epilog=EXAMPLES)

Config = Annotated[Path | None, typer.Option(help="Settings file in place of OUTCROP_HOME/outcrop.toml.")]
DAY = "%Y-%m-%d"


@app.command("list", epilog="[bold]Examples[/]\n\noutcrop credits list\n")
def list_(*, config: Config = None) -> None:
    """List the pools: what is left, until when, when it runs out at the pace of the last week, how many pictures."""
    from outcrop.cli.accounting import show_credits
    from outcrop.settings import read_settings

    show_credits(read_settings(config=config))


@app.command(epilog="[bold]Examples[/]\n\noutcrop credits show spring-2027 --format svg > spring.svg\n")
def show(
    name: Annotated[str, typer.Argument(help="Name of the pool.", show_default=False)],
    *,
    form: Annotated[Form, typer.Option("--format", help="How to write it; svg is a chart.")] = Form.TABLE,
    config: Config = None,
) -> None:
    """Show how a pool was used up, day by day, and when it runs out at the pace of the last week."""
    from outcrop.cli.burning import show_pool
    from outcrop.settings import read_settings

    show_pool(read_settings(config=config), name, form.value)


@app.command(epilog=EXAMPLES)
def add(
    name: Annotated[str, typer.Argument(help="A name for the pool.", show_default=False)],
    dollars: Annotated[str, typer.Argument(help="What is granted, in US dollars, as in 12.50.", show_default=False)],
    *,
    since: Annotated[
        datetime | None,
        typer.Option(
            metavar="DAY", formats=[DAY], help="First day, as in 2027-01-01, UTC; without it, now.", show_default=False
        ),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(
            metavar="DAY", formats=[DAY], help="Day from whose beginning it is not drawn any more, UTC; none: never."
        ),
    ] = None,
    model: Annotated[
        list[str] | None, typer.Option(help="Id or short name of a model it may pay for; again for more. None: all.")
    ] = None,
    account: Annotated[
        list[str] | None, typer.Option(help="Name or number of an account that may use it; again for more. None: all.")
    ] = None,
    order: Annotated[
        int | None, typer.Option(help="Place in the order; without it, after those with one, soonest end first.")
    ] = None,
    config: Config = None,
) -> None:
    """Grant credit: it is drawn before anything is billed, from the first day on, and from the last on no more."""
    from outcrop.cli.accounting import Grant, add_credit
    from outcrop.settings import read_settings

    grant = Grant(
        name=name,
        dollars=dollars,
        since=since,
        until=until,
        models=tuple(model or ()),
        accounts=tuple(account or ()),
        place=order,
    )
    add_credit(read_settings(config=config), grant)
