"""`outcrop policies`: its commands and their options. Knows how they are spelled; `cli.permitting` does the work."""

from pathlib import Path
from typing import Annotated

import typer

EXAMPLES = """[bold]Examples[/]

outcrop policies put alice BedrockOneImageModel

outcrop policies put alice office --file office.json

outcrop policies delete alice BedrockFullAccess

outcrop policies test alice InvokeModel --model core
"""

app = typer.Typer(
    help="What users may do: policies of IAM, and what they say of a call.", no_args_is_help=True, epilog=EXAMPLES
)

User = Annotated[str, typer.Argument(help="Whose policy it is.", show_default=False)]
Name = Annotated[str, typer.Argument(help="The policy's name.", show_default=False)]
Account = Annotated[str | None, typer.Option(help="Name or number of the account, where several have such a user.")]
Config = Annotated[Path | None, typer.Option(help="Settings file in place of OUTCROP_HOME/outcrop.toml.")]


@app.command("list", epilog="[bold]Examples[/]\n\noutcrop policies list\n")
def list_(*, config: Config = None) -> None:
    """List the policies of every user."""
    from outcrop.cli.permitting import show_policies
    from outcrop.settings import read_settings

    show_policies(read_settings(config=config))


@app.command(
    epilog="[bold]Examples[/]\n\noutcrop policies put alice BedrockReadOnly\n\n"
    "outcrop policies put alice office --file office.json\n"
)
def put(
    user: User,
    name: Name,
    *,
    file: Annotated[
        Path | None, typer.Option(help="The document; without one, the policy of that name that Outcrop comes with.")
    ] = None,
    account: Account = None,
    config: Config = None,
) -> None:
    """Give a user a policy, in place of theirs of that name. It holds from the next request on."""
    from outcrop.cli.permitting import add
    from outcrop.settings import read_settings

    add(read_settings(config=config), user, account, name, file)


@app.command(epilog="[bold]Examples[/]\n\noutcrop policies delete alice BedrockFullAccess\n")
def delete(user: User, name: Name, *, account: Account = None, config: Config = None) -> None:
    """Take a policy from a user. Without any they may do nothing."""
    from outcrop.cli.permitting import remove
    from outcrop.settings import read_settings

    remove(read_settings(config=config), user, account, name)


@app.command(
    "test",
    epilog="[bold]Examples[/]\n\noutcrop policies test alice InvokeModel --model core\n\n"
    "outcrop policies test alice ListFoundationModels --address 203.0.113.7\n",
)
def try_(
    user: User,
    operation: Annotated[str, typer.Argument(help="An operation, as InvokeModel.", show_default=False)],
    *,
    model: Annotated[str | None, typer.Option(help="Id or short name of the model it is about.")] = None,
    address: Annotated[str, typer.Option(help="The address it comes from.")] = "127.0.0.1",
    account: Account = None,
    config: Config = None,
) -> None:
    """Say whether a user may do that, and which statement decides; status 1 when they may not."""
    from outcrop.cli.permitting import try_out
    from outcrop.settings import read_settings

    try_out(read_settings(config=config), user, account, operation, model=model, address=address)
