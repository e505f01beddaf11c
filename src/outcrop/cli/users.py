"""`outcrop users`: its commands and their options. Knows how they are spelled; `cli.people` does the work."""

from pathlib import Path
from typing import Annotated

import typer

EXAMPLES = """[bold]Examples[/]

outcrop users create alice --account studio

outcrop users list

outcrop users delete alice
"""

app = typer.Typer(help="Make, list and delete the users who may hold keys.", no_args_is_help=True, epilog=EXAMPLES)

Name = Annotated[str, typer.Argument(help="The user's name, as in alice.", show_default=False)]
Account = Annotated[str | None, typer.Option(help="Name or number of the account, where several have such a user.")]
Config = Annotated[Path | None, typer.Option(help="Settings file in place of OUTCROP_HOME/outcrop.toml.")]


@app.command("list", epilog="[bold]Examples[/]\n\noutcrop users list\n")
def list_(*, config: Config = None) -> None:
    """List the users with their accounts."""
    from outcrop.cli.people import show_users
    from outcrop.settings import read_settings

    show_users(read_settings(config=config))


@app.command(epilog="[bold]Examples[/]\n\noutcrop users create alice\n\noutcrop users create bob --account studio\n")
def create(
    name: Name,
    *,
    account: Annotated[str, typer.Option(help="The account they belong to; made when there is none.")] = "local",
    config: Config = None,
) -> None:
    """Make a user. They hold no key yet: `outcrop keys create` makes one for them."""
    from outcrop.cli.people import add
    from outcrop.settings import read_settings

    add(read_settings(config=config), name, account)


@app.command(epilog="[bold]Examples[/]\n\noutcrop users delete alice\n")
def delete(name: Name, *, account: Account = None, config: Config = None) -> None:
    """Delete a user and all their keys, which open nothing from then on."""
    from outcrop.cli.people import remove
    from outcrop.settings import read_settings

    remove(read_settings(config=config), name, account)
