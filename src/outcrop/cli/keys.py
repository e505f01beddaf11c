"""`outcrop keys`: its commands and their options. Knows how they are spelled; `cli.keyring` does the work."""

from pathlib import Path
from typing import Annotated

import typer

EXAMPLES = """[bold]Examples[/]

outcrop keys create

outcrop keys create alice --expires 12h

outcrop keys create alice --bearer --expires 30d

outcrop keys deactivate AKIAIOSFODNN7EXAMPLE
"""

app = typer.Typer(
    help="Make, list, switch off and delete the keys that open the server.", no_args_is_help=True, epilog=EXAMPLES
)

KeyId = Annotated[str, typer.Argument(help="The key's id, as `outcrop keys list` shows it.", show_default=False)]
Config = Annotated[Path | None, typer.Option(help="Settings file in place of OUTCROP_HOME/outcrop.toml.")]


@app.command("list", epilog="[bold]Examples[/]\n\noutcrop keys list\n")
def list_(*, config: Config = None) -> None:
    """List the keys: whose they are, of which kind, and until when. Secrets are not shown again."""
    from outcrop.cli.keyring import show_keys
    from outcrop.settings import read_settings

    show_keys(read_settings(config=config))


@app.command(
    epilog="[bold]Examples[/]\n\noutcrop keys create\n\noutcrop keys create alice --expires 12h\n\n"
    "outcrop keys create alice --bearer --expires 30d\n"
)
def create(
    user: Annotated[str, typer.Argument(help="Whose key it is.")] = "local",
    *,
    account: Annotated[
        str | None, typer.Option(help="Name or number of the account, where several have such a user.")
    ] = None,
    bearer: Annotated[bool, typer.Option("--bearer", help="A key that is shown as it is, over TLS.")] = False,
    expires: Annotated[
        str | None, typer.Option(help="When it ends: 90m, 12h or 30d from now. An access key then has a token.")
    ] = None,
    config: Config = None,
) -> None:
    """Make a key and print it, this once, as variables that every AWS client reads."""
    from outcrop.cli.keyring import add, seconds
    from outcrop.settings import read_settings

    lasts_s = None if expires is None else seconds(expires)
    add(read_settings(config=config), user, account, lasts_s=lasts_s, bearer=bearer)


@app.command(epilog="[bold]Examples[/]\n\noutcrop keys deactivate AKIAIOSFODNN7EXAMPLE\n")
def deactivate(key_id: KeyId, *, config: Config = None) -> None:
    """Switch a key off: it opens nothing from the next request on, and stays in the list."""
    from outcrop.cli.keyring import switch_off
    from outcrop.settings import read_settings

    switch_off(read_settings(config=config), key_id)


@app.command(epilog="[bold]Examples[/]\n\noutcrop keys delete AKIAIOSFODNN7EXAMPLE\n")
def delete(key_id: KeyId, *, config: Config = None) -> None:
    """Delete a key: it opens nothing from the next request on, and cannot come back."""
    from outcrop.cli.keyring import remove
    from outcrop.settings import read_settings

    remove(read_settings(config=config), key_id)


@app.command(epilog="[bold]Examples[/]\n\noutcrop keys reseal\n")
def reseal(*, config: Config = None) -> None:
    """Seal every secret anew with the first master key, so that the others can be taken away."""
    from outcrop.cli.keyring import seal_anew
    from outcrop.settings import read_settings

    seal_anew(read_settings(config=config))
