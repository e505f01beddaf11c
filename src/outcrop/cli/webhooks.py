"""`outcrop webhooks`: its commands and their options. Knows how they are spelled; `cli.hooking` does the work."""

from pathlib import Path
from typing import Annotated

import typer

EXAMPLES = """[bold]Examples[/]

outcrop webhooks add shop https://shop.example.com/hooks/outcrop

outcrop webhooks test shop

outcrop webhooks show shop --failed

outcrop webhooks repeat shop --failed
"""

app = typer.Typer(
    help="Look after webhooks: who is told how jobs ended, and what they did not take.",
    no_args_is_help=True,
    epilog=EXAMPLES,
)

Account = Annotated[str, typer.Option(help="Name or number of the account whose it is.")]
Config = Annotated[Path | None, typer.Option(help="Settings file in place of OUTCROP_HOME/outcrop.toml.")]
Name = Annotated[str, typer.Argument(help="Name of the webhook.", show_default=False)]
LOCAL = "local"


@app.command("list", epilog="[bold]Examples[/]\n\noutcrop webhooks list --account studio\n")
def list_(
    *,
    account: Annotated[str | None, typer.Option(help="Only those of an account, by its name or number.")] = None,
    config: Config = None,
) -> None:
    """List webhooks, with how many messages each has not taken."""
    from outcrop.cli.hooking import show_webhooks
    from outcrop.settings import read_settings

    show_webhooks(read_settings(config=config), account)


@app.command(
    epilog="[bold]Examples[/]\n\noutcrop webhooks add shop https://shop.example.com/hooks/outcrop --event job.done\n"
)
def add(
    name: Name,
    url: Annotated[str, typer.Argument(help="Where messages are sent to.", show_default=False)],
    *,
    event: Annotated[
        list[str] | None,
        typer.Option(help="An end that it is told of, such as job.done; again for more. All, without."),
    ] = None,
    new_secret: Annotated[bool, typer.Option("--new-secret", help="Give the one of that name another secret.")] = False,
    account: Account = LOCAL,
    config: Config = None,
) -> None:
    """Make a webhook, or put another in the place of the one of its name. Prints its secret where it has a new one."""
    from outcrop.cli.hooking import Hook, add_webhook
    from outcrop.settings import read_settings

    hook = Hook(account=account, name=name)
    add_webhook(read_settings(config=config), hook, url, event or [], new_secret=new_secret)


@app.command(epilog="[bold]Examples[/]\n\noutcrop webhooks remove shop\n")
def remove(name: Name, *, account: Account = LOCAL, config: Config = None) -> None:
    """Delete a webhook; what it has not taken yet it is not told any more."""
    from outcrop.cli.hooking import Hook, remove_webhook
    from outcrop.settings import read_settings

    remove_webhook(read_settings(config=config), Hook(account=account, name=name))


@app.command(epilog="[bold]Examples[/]\n\noutcrop webhooks show shop --failed\n")
def show(
    name: Name,
    *,
    failed: Annotated[bool, typer.Option("--failed", help="Only what it has not taken.")] = False,
    most: Annotated[int, typer.Option("-n", "--most", min=1, help="As many messages as that, the newest.")] = 50,
    account: Account = LOCAL,
    config: Config = None,
) -> None:
    """Show what a webhook was told, what it has not taken and why, and when it is told again."""
    from outcrop.cli.hooking import Hook, show_messages
    from outcrop.settings import read_settings

    show_messages(read_settings(config=config), Hook(account=account, name=name), most, failed=failed)


@app.command("test", epilog="[bold]Examples[/]\n\noutcrop webhooks test shop\n")
def try_(name: Name, *, account: Account = LOCAL, config: Config = None) -> None:
    """Send a webhook a message of the type webhook.test, signed like every other, and say whether it was taken."""
    from outcrop.cli.hooking import Hook, send_test
    from outcrop.settings import read_settings

    send_test(read_settings(config=config), Hook(account=account, name=name))


@app.command(
    epilog="[bold]Examples[/]\n\noutcrop webhooks repeat shop --failed\n\n"
    "outcrop webhooks repeat shop 0b6f3c1e-6f4e-4d0e-9a51-3d3f0f6c2f7a\n"
)
def repeat(
    name: Name,
    messages: Annotated[
        list[str] | None, typer.Argument(help="Ids of messages, as `show` has them.", show_default=False)
    ] = None,
    *,
    failed: Annotated[
        bool, typer.Option("--failed", help="All that it has not taken and is not told any more.")
    ] = False,
    account: Account = LOCAL,
    config: Config = None,
) -> None:
    """Have a webhook be told something once more, under the same id: the server does so within seconds."""
    from outcrop.cli.hooking import Hook, repeat_messages
    from outcrop.settings import read_settings

    repeat_messages(read_settings(config=config), Hook(account=account, name=name), messages or [], failed=failed)
