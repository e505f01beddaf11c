"""`outcrop access`: its commands and their options. Knows how they are spelled; `cli.granting` does the work."""

from pathlib import Path
from typing import Annotated

import typer

EXAMPLES = """[bold]Examples[/]

outcrop access grant core --account studio

outcrop access grant all --account studio --region us-west-2

outcrop access revoke core --account studio
"""

app = typer.Typer(
    help="Which models an account may use: none until it is granted.", no_args_is_help=True, epilog=EXAMPLES
)

Model = Annotated[
    str, typer.Argument(help="Id or short name of a model, or all: every one, also those to come.", show_default=False)
]
Account = Annotated[str, typer.Option(help="Name or number of the account.")]
Region = Annotated[str | None, typer.Option(help="Region, or all (default: the one of the settings).")]
Config = Annotated[Path | None, typer.Option(help="Settings file in place of OUTCROP_HOME/outcrop.toml.")]


@app.command("list", epilog="[bold]Examples[/]\n\noutcrop access list\n")
def list_(*, config: Config = None) -> None:
    """List what has been granted."""
    from outcrop.cli.granting import show_grants
    from outcrop.settings import read_settings

    show_grants(read_settings(config=config))


@app.command(epilog="[bold]Examples[/]\n\noutcrop access grant core --account studio\n\noutcrop access grant all\n")
def grant(model: Model, *, account: Account = "local", region: Region = None, config: Config = None) -> None:
    """Let an account use a model in a region."""
    from outcrop.cli.granting import add
    from outcrop.settings import read_settings

    add(read_settings(config=config), model, account, region)


@app.command(epilog="[bold]Examples[/]\n\noutcrop access revoke core --account studio\n")
def revoke(model: Model, *, account: Account = "local", region: Region = None, config: Config = None) -> None:
    """Take back what was granted, in the words in which it was granted."""
    from outcrop.cli.granting import remove
    from outcrop.settings import read_settings

    remove(read_settings(config=config), model, account, region)
